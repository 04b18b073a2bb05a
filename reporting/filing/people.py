"""Who works on a department's reports: its digital leader invites them and says what they write."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from reporting.domain import people as verbs
from reporting.domain.errors import NotPossible
from reporting.filing.forms import InviteForm, PartForm
from reporting.models import Membership
from reporting.web import keeping
from reporting.web.access import led_department_or_404
from reporting.web.pages import show_staff, staff, staff_form
from strategy.models import Action, Department


def _actions(department: Department, membership: Membership | None = None) -> list[Action]:
    """Of the strategies in whose open rounds the department reports, and those that were given already."""
    open_reports = department.reports.filter(round__closed_at=None)
    offered = Q(strategy__in=list(open_reports.values_list("round__strategy", flat=True)))
    if membership:
        offered |= Q(memberships=membership)
    return list(Action.objects.filter(offered).select_related("strategy").distinct())


@staff
def overview(request: HttpRequest, department: str) -> HttpResponse:
    body = led_department_or_404(request, department)
    rows = body.memberships.select_related("person").prefetch_related("actions__strategy")
    context = {"body": body, "rows": sorted(rows, key=lambda one: (one.role != "leader", str(one.person)))}
    return show_staff(request, "filing/people.html", context, section=f"people-{body.code}")


@staff_form
def invite(request: HttpRequest, department: str) -> HttpResponse:
    body = led_department_or_404(request, department)
    form = InviteForm(keeping.posted_or_kept(request), choices=_actions(body), initial={"scope": "all"})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            verbs.invite(
                actor=request.user,
                email=said["email"],
                name=said["name"],
                department=body,
                actions=form.given(),
            )
        except NotPossible as refusal:
            form.add_error("email", str(refusal))
        else:
            keeping.forget(request)
            messages.success(request, f"An invitation is on its way to {said['email']}.")
            return redirect("filing-people", body.slug)
    return _show_form(request, "filing/invite.html", body, form, {})


@staff_form
def person(request: HttpRequest, department: str, pk: int) -> HttpResponse:
    """What somebody writes; sending the invitation again; taking them off."""
    body = led_department_or_404(request, department)
    membership = get_object_or_404(body.memberships.select_related("person"), pk=pk)
    if membership.role != Membership.Role.CONTRIBUTOR:
        raise Http404
    initial = {
        "scope": "some" if membership.some_actions else "all",
        "actions": [str(key) for key in membership.actions.values_list("pk", flat=True)],
    }
    doing = request.POST.get("do", "")
    if doing in {"again", "remove"}:
        return _again_or_off(request, body, membership, doing)
    form = PartForm(keeping.posted_or_kept(request), choices=_actions(body, membership), initial=initial)
    if request.method == "POST" and form.is_valid():
        verbs.give_role(
            actor=request.user,
            person=membership.person,
            role=membership.role,
            department=body,
            actions=form.given(),
        )
        keeping.forget(request)
        messages.success(request, f"What {membership.person} writes was changed.")
        return redirect("filing-people", body.slug)
    return _show_form(request, "filing/person.html", body, form, {"membership": membership})


def _again_or_off(request: HttpRequest, body: Department, membership: Membership, doing: str) -> HttpResponse:
    if doing == "again":
        verbs.send_invitation(actor=request.user, membership=membership)
        messages.success(request, f"A new invitation is on its way to {membership.person.email}.")
    else:
        verbs.take_role(actor=request.user, membership=membership)
        messages.success(request, f"{membership.person} no longer writes for this department.")
    return redirect("filing-people", body.slug)


def _show_form(
    request: HttpRequest, template: str, body: Department, form: PartForm, more: dict[str, Any]
) -> HttpResponse:
    failed = request.method == "POST"
    context = {"body": body, "form": form, "has_errors": failed, **more}
    back = ("All people", f"/filing/departments/{body.slug}/people/")
    section = f"people-{body.code}"
    return show_staff(request, template, context, back=back, section=section, status=422 if failed else 200)
