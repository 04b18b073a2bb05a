from django.urls import path

from reporting.audit import files, history, views

REPORT = "<slug:strategy>/<int:year>/<slug:department>/"
ENTRY = REPORT + "actions/<int:number>/"
urlpatterns = [
    path("", views.overview, name="audit"),
    path("verified/", views.verified, name="audit-verified"),
    path("events/", history.everything, name="audit-events"),
    path("events/history.csv", history.everything_csv, name="audit-events-csv"),
    path("checkpoints/<int:number>/", files.checkpoint, name="audit-checkpoint"),
    path("public-key.pem", files.public_key, name="audit-public-key"),
    path("verify_export.py", files.script, name="audit-script"),
    path("export.zip", files.export, name="audit-export"),
    path(REPORT, history.report, name="audit-report"),
    path(REPORT + "history.csv", history.report_csv, name="audit-report-csv"),
    path(ENTRY, history.entry, name="audit-entry"),
    path(ENTRY + "history.csv", history.entry_csv, name="audit-entry-csv"),
]
