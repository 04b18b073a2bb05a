"""Rounds, and what of them is published when."""

from django.http import HttpRequest, HttpResponse

from reporting.web.access import central_or_404
from reporting.web.pages import show_staff, staff


@staff
def rounds(request: HttpRequest) -> HttpResponse:
    central_or_404(request)
    return show_staff(request, "publishing/rounds.html", {}, section="publishing")
