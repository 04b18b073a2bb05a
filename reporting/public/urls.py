from django.urls import path

from reporting.public import alerts, matrix, search, views

STRATEGY = "strategies/<slug:strategy>/"
urlpatterns = [
    path("", views.home, name="home"),
    path("strategies/", views.strategies, name="strategies"),
    path(STRATEGY, views.strategy, name="strategy"),
    path(STRATEGY + "actions/<int:number>/", views.action, name="action"),
    path(STRATEGY + "departments/<slug:department>/", views.report, name="report"),
    path(STRATEGY + "departments/<slug:department>/actions/<int:number>/", views.story, name="story"),
    path(STRATEGY + "years/<int:year>/", views.year, name="year"),
    path(STRATEGY + "matrix/", matrix.page, name="matrix"),
    path(STRATEGY + "matrix.csv", matrix.rows, name="matrix-csv"),
    path(STRATEGY + "editions/<slug:department>/<int:year>/<int:number>/", views.edition, name="edition"),
    path("departments/", views.departments, name="departments"),
    path("departments/<slug:department>/", views.department, name="department"),
    path("search/", search.search, name="search"),
    path("corrections/", views.register, name="corrections"),
    path("alerts/", alerts.ask, name="alerts"),
    path("alerts/sent/", alerts.sent, name="alerts-sent"),
    path("alerts/confirm/<str:token>/", alerts.confirm, name="alerts-confirm"),
    path("alerts/stop/<str:token>/", alerts.stop, name="alerts-stop"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("privacy/", views.privacy, name="privacy"),
    path("cookies/", views.cookies, name="cookies"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
]
