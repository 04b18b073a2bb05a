"""What waits for a reviewer."""

from django.http import HttpRequest, HttpResponse

from reporting.web.access import central_or_404
from reporting.web.pages import show_staff, staff


@staff
def queue(request: HttpRequest) -> HttpResponse:
    central_or_404(request)
    return show_staff(request, "review/queue.html", {}, section="review")
