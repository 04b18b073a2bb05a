"""The bodies that report or reported: what they are called, what came before and after them."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from reporting.domain import inheritance, past, published
from reporting.public.forms import AsAtForm
from reporting.web import assembly
from reporting.web.access import department_or_404
from reporting.web.pages import public, show


@public
def every(request: HttpRequest, *, at: datetime) -> HttpResponse:
    seen = past.seen(request.GET.get("as_at", ""), at)
    rows = past.bodies(published.bodies(seen.at), seen).values()
    context = {
        "groups": assembly.by_notice(rows),
        "total": len(rows),
        "seen": seen,
        "now": reverse("departments"),
        "form": AsAtForm(seen),
    }
    crumbs = [("Home", reverse("home"))]
    return show(request, "public/departments.html", context, crumbs=crumbs, section="departments")


@public
def one(request: HttpRequest, department: str, *, at: datetime) -> HttpResponse:
    body = department_or_404(department)
    bodies = published.bodies(at)
    view = bodies[body.pk]
    context = {
        "body": view,
        "names": list(body.names.all()),
        "successors": list(body.successors.select_related("new")),
        "predecessors": list(body.predecessors.select_related("old")),
        "inherited": inheritance.inherited(body, at),
        "rows": assembly.of_department(body, at),
        "bodies": bodies,
        "is_closed": view.closed is not None and view.closed.iso <= timezone.localdate(at).isoformat(),
    }
    return show(
        request,
        "public/department.html",
        context,
        crumbs=[("Home", reverse("home")), ("Departments", reverse("departments"))],
        section="departments",
        notice=view.notice,
    )
