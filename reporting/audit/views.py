"""What happened, and whether it still fits together."""

from django.http import HttpRequest, HttpResponse

from reporting.web.access import auditor_or_404
from reporting.web.pages import show_staff, staff


@staff
def history(request: HttpRequest) -> HttpResponse:
    auditor_or_404(request)
    return show_staff(request, "audit/history.html", {}, section="audit")
