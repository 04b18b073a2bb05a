from django.urls import path

from reporting.review import entry, reasons, report, views

ROUND = "<slug:strategy>/<int:year>/"
REPORT = ROUND + "<slug:department>/"
urlpatterns = [
    path("", views.index, name="review"),
    path("reasons/", reasons.tally, name="review-reasons"),
    path("reasons.csv", reasons.csv_file, name="review-reasons-csv"),
    path(ROUND, views.queue, name="review-round"),
    path(ROUND + "chase/", views.chase, name="review-chase"),
    path(ROUND + "accept/", views.accept_many, name="review-accept-many"),
    path(REPORT, report.report, name="review-report"),
    path(REPORT + "return/", report.send_back, name="review-return"),
    path(REPORT + "accept/", report.accept, name="review-accept"),
    path(REPORT + "reopen/", report.reopen, name="review-reopen"),
    path(REPORT + "excuse/", report.excuse, name="review-excuse"),
    path(REPORT + "actions/<int:number>/", entry.entry, name="review-entry"),
]
