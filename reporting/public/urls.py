from django.urls import path, register_converter

from reporting.public import (
    across,
    alerts,
    changes,
    feeds,
    matrix,
    overviews,
    paragraphs,
    plans,
    search,
    sitemap,
    views,
)

register_converter(paragraphs.Anchor, "anchor")
STRATEGY = "strategies/<slug:strategy>/"
DEPARTMENT = STRATEGY + "departments/<slug:department>/"
EDITION = STRATEGY + "editions/<slug:department>/<int:year>/<int:number>/"
VERSION = STRATEGY + "commitments/<slug:department>/<int:number>/<int:version>/"
urlpatterns = [
    path("", overviews.home, name="home"),
    path("strategies/", views.strategies, name="strategies"),
    path(STRATEGY, overviews.strategy, name="strategy"),
    path(STRATEGY + "actions/<int:number>/", across.action, name="action"),
    path(STRATEGY + "departments/<slug:department>/", views.report, name="report"),
    path(STRATEGY + "departments/<slug:department>/actions/<int:number>/", views.story, name="story"),
    path(STRATEGY + "years/<int:year>/", overviews.year, name="year"),
    path(STRATEGY + "matrix/", matrix.page, name="matrix"),
    path(STRATEGY + "matrix.csv", matrix.rows, name="matrix-csv"),
    path(STRATEGY + "plans/<int:year>/", plans.plans, name="plans"),
    path(DEPARTMENT + "plans/<int:year>/", plans.of_department, name="department-plans"),
    path(STRATEGY + "actions/<int:number>/plans/<int:year>/", plans.of_action, name="action-plans"),
    path(EDITION, views.edition, name="edition"),
    path(EDITION + "<anchor:anchor>/", paragraphs.in_edition, name="paragraph"),
    path(VERSION, paragraphs.of_version, name="commitment-version"),
    path(VERSION + "<anchor:anchor>/", paragraphs.of_version, name="commitment-paragraph"),
    path("departments/", views.departments, name="departments"),
    path("departments/<slug:department>/", views.department, name="department"),
    path("search/", search.search, name="search"),
    path("changes/", changes.everywhere, name="changes"),
    path(STRATEGY + "changes/", changes.of_strategy, name="strategy-changes"),
    path("corrections/", views.register, name="corrections"),
    path("feeds/", feeds.index, name="feeds"),
    path("feeds/changes.atom", feeds.everything, name="feed-changes"),
    path("feeds/strategies/<slug:strategy>.atom", feeds.of_strategy, name="feed-strategy"),
    path("feeds/actions/<slug:strategy>/<int:number>.atom", feeds.of_action, name="feed-action"),
    path("feeds/departments/<slug:department>.atom", feeds.of_department, name="feed-department"),
    path("alerts/", alerts.ask, name="alerts"),
    path("alerts/sent/", alerts.sent, name="alerts-sent"),
    path("alerts/confirm/<str:token>/", alerts.confirm, name="alerts-confirm"),
    path("alerts/stop/<str:token>/", alerts.stop, name="alerts-stop"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("privacy/", views.privacy, name="privacy"),
    path("cookies/", views.cookies, name="cookies"),
    path("sitemap.xml", sitemap.index, name="sitemap"),
    path("sitemap-pages.xml", sitemap.everywhere, name="sitemap-pages"),
    path(STRATEGY + "sitemap.xml", sitemap.of_strategy, name="sitemap-strategy"),
    path(STRATEGY + "actions/<int:number>/sitemap.xml", sitemap.of_action, name="sitemap-action"),
    path("robots.txt", sitemap.robots, name="robots"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
]
