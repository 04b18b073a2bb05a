from django.urls import path

from reporting.filing import entry, people, saves, views

REPORT = "<slug:strategy>/<int:year>/<slug:department>/"
ENTRY = REPORT + "actions/<int:number>/"
PEOPLE = "departments/<slug:department>/people/"
urlpatterns = [
    path("", views.home, name="filing"),
    path(PEOPLE, people.overview, name="filing-people"),
    path(PEOPLE + "invite/", people.invite, name="filing-invite"),
    path(PEOPLE + "<int:pk>/", people.person, name="filing-person"),
    path(REPORT, views.report, name="filing-report"),
    path(REPORT + "nil/", views.nil, name="filing-nil"),
    path(REPORT + "preview/", views.preview, name="filing-preview"),
    path(REPORT + "sign-off/", views.sign_off, name="filing-sign-off"),
    path(REPORT + "signed-off/", views.signed_off, name="filing-signed-off"),
    path(REPORT + "recall/", views.recall, name="filing-recall"),
    path(ENTRY, entry.entry, name="filing-entry"),
    path(ENTRY + "saves/", saves.history, name="filing-saves"),
    path(ENTRY + "saves/<uuid:save>/", saves.save, name="filing-save"),
    path(ENTRY + "both/<uuid:save>/", saves.both, name="filing-both"),
]
