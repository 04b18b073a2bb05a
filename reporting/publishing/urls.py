from django.urls import path

from reporting.publishing import preview, release, views

RELEASE = "releases/<int:pk>/"
ROUND = "<slug:strategy>/<int:year>/"
DEPARTMENT = ROUND + "<slug:department>/"
urlpatterns = [
    path("", views.rounds, name="publishing"),
    path(RELEASE, release.release, name="publishing-release"),
    path(RELEASE + "done/", release.done, name="publishing-done"),
    path(RELEASE + "move/", release.move, name="publishing-move"),
    path(RELEASE + "stop/", release.stop, name="publishing-stop"),
    path(RELEASE + "preview/", preview.of_release, name="publishing-release-preview"),
    path(RELEASE + "preview/<path:rest>", preview.of_release, name="publishing-release-preview"),
    path("editions/<int:pk>/withdraw/", release.withdraw, name="publishing-withdraw"),
    path(ROUND, views.round_page, name="publishing-round"),
    path(ROUND + "confirm/", views.confirm, name="publishing-round-confirm"),
    path(ROUND + "preview/as/<slug:chosen>/", preview.of_round, name="publishing-preview-as"),
    path(ROUND + "preview/as/<slug:chosen>/<path:rest>", preview.of_round, name="publishing-preview-as"),
    path(ROUND + "preview/", preview.of_round, name="publishing-preview"),
    path(ROUND + "preview/<path:rest>", preview.of_round, name="publishing-preview"),
    path(DEPARTMENT, views.round_page, name="publishing-department"),
    path(DEPARTMENT + "confirm/", views.confirm, name="publishing-department-confirm"),
]
