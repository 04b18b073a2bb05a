"""A report on its way: what is left to do, the whole of it, sign-off."""

import json
from datetime import date

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone

from reporting import rules
from reporting.domain import checking, events, filing, reasons, text, working
from reporting.domain.errors import NotPossible
from reporting.filing import previewing, tasklist
from reporting.filing.forms import CorrectionForm, DeclarationForm, NilForm
from reporting.models import Report
from reporting.web import advising, keeping
from reporting.web.access import Desk, desk_or_404
from reporting.web.pages import show_staff, staff, staff_button, staff_form

State = Report.State


@staff
def home(request: HttpRequest) -> HttpResponse:
    """What waits for this person: the one report, or a list of them."""
    own = request.user.memberships.exclude(department=None).values_list("department", flat=True)
    reports = (
        rules.readable_reports(request.user)
        .filter(department__in=list(own), round__closed_at=None)
        .select_related("round__strategy", "department")
        .order_by("round__due", "round__strategy__title", "department__code")
    )
    found = list(reports)
    if len(found) == 1 and found[0].state in rules.EDITABLE:
        return redirect(Desk(request.user, found[0], None).address())
    rows = [(Desk(request.user, one, None), _days_left(one.round.due)) for one in found]
    context = {"rows": rows, "is_central": not own}
    return show_staff(request, "filing/home.html", context)


def _days_left(due: date | None) -> int | None:
    return (due - timezone.localdate()).days if due else None


@staff
def report(request: HttpRequest, strategy: str, year: int, department: str) -> HttpResponse:
    desk = desk_or_404(request, strategy, year, department)
    tasks = tasklist.tasks(desk)
    answered, asked = tasklist.answered(tasks, working.asked(desk.report))
    returned = (
        events.last("report.returned", filing.reference(desk.report))
        if desk.report.state == State.RETURNED
        else None
    )
    back = reasons.last_return(desk.report)
    due = back.due if back and back.due else desk.report.round.due
    context = {
        "desk": desk,
        "report": desk.report,
        "changes_due": back.due if back else None,
        "why": reasons.given(back),
        "groups": tasklist.groups(tasks),
        "ready": sum(task.ready for task in tasks),
        "total": len(tasks),
        "due": due,
        "days": _days_left(due),
        "answered": answered,
        "asked": asked,
        "editable": rules.may_edit(desk.report),
        "unready": [] if desk.report.nil_reason else [task for task in tasks if not task.ready or task.both],
        "returned": returned,
        "message": json.loads(returned.data)["message"] if returned else "",
        "commented": sum(bool(task.comments) for task in tasks),
        "whole": rules.sees_whole_report(desk.membership),
    }
    return show_staff(request, "filing/report.html", context, back=("All reports", "/filing/"))


@staff_form
def nil(request: HttpRequest, strategy: str, year: int, department: str) -> HttpResponse:
    """One reason in place of all entries."""
    desk = desk_or_404(request, strategy, year, department, lead=True)
    if request.method == "POST" and request.POST.get("do") == "undo":
        filing.unset_nil(actor=request.user, report=desk.report)
        return redirect(desk.address())
    now = desk.report.nil_reason
    last = events.last("report.nil", filing.reference(desk.report))
    initial = {"reason": now or (json.loads(last.data)["reason"] if last else ""), "seen": text.digest(now)}
    form = NilForm(keeping.posted_or_kept(request), initial=initial, now=now)
    if request.method == "POST" and form.is_valid():
        filing.set_nil(actor=request.user, report=desk.report, reason=form.cleaned_data["reason"])
        keeping.forget(request)
        return redirect(desk.address())
    context = {"desk": desk, "report": desk.report, "form": form, "has_errors": request.method == "POST"}
    status = 422 if request.method == "POST" else 200
    return show_staff(
        request, "filing/nil.html", context, back=("Back to the report", desk.address()), status=status
    )


@staff
def preview(request: HttpRequest, strategy: str, year: int, department: str) -> HttpResponse:
    """The public page itself, with this report in it as if it were published."""
    desk = desk_or_404(request, strategy, year, department, whole=True)
    context = previewing.context(desk)
    context |= {"desk": desk, "user": request.user, "crumbs": [], "section": "", "is_preview": True}
    return render(request, "filing/preview.html", context)


@staff_form
def sign_off(request: HttpRequest, strategy: str, year: int, department: str) -> HttpResponse:
    desk = desk_or_404(request, strategy, year, department, lead=True)
    if desk.report.state == State.SUBMITTED and desk.report.submitted_by == request.user:
        return redirect(desk.address("filing-signed-off"))  # pressed twice: it was sent once
    problems = checking.problems(desk.report) if rules.may_sign_off(desk.report) else []
    form = _declaration(request, desk)
    status, refusal = 200, ""
    if request.method == "POST":
        status = 422
        if form.is_valid() and not problems:
            try:
                _send(request, desk, form)
            except NotPossible as error:
                fresh = Report.objects.get(pk=desk.report.pk)
                if (fresh.state, fresh.submitted_by_id) != (State.SUBMITTED, request.user.pk):
                    status, refusal, form = 409, str(error), _declaration(request, desk, again=True)
            if not refusal:
                keeping.forget(request)
                return redirect(desk.address("filing-signed-off"))
    context = {
        "desk": desk,
        "report": desk.report,
        "form": form,
        "problems": _by_action(problems),
        "warnings": advising.warnings(desk) if not desk.report.nil_reason else [],
        "possible": rules.may_sign_off(desk.report),
        "total": len(working.due_actions(desk.report)),
        "refusal": refusal,
        "has_errors": bool(problems or refusal or (form.is_bound and form.errors)),
    }
    back = ("Back to the report", desk.address())
    return show_staff(request, "filing/sign_off.html", context, back=back, status=status)


def _declaration(request: HttpRequest, desk: Desk, *, again: bool = False) -> DeclarationForm:
    """A correction says what it changes, too. `again`: what was typed, to be declared once more."""
    initial = {"seen": filing.digest_of_report(desk.report)}
    form = DeclarationForm
    if filing.is_correction(desk.report):
        form = CorrectionForm
        initial |= {"change_note": desk.report.change_note, "change_kind": desk.report.change_kind}
        typed = keeping.posted_or_kept(request) or {}
        initial |= {name: typed[name] for name in ("change_note", "change_kind") if name in typed}
    return form(request.POST if request.method == "POST" and not again else None, initial=initial)


def _send(request: HttpRequest, desk: Desk, form: DeclarationForm) -> None:
    given = form.cleaned_data
    if isinstance(form, CorrectionForm):
        said = {"note": given["change_note"], "kind": given["change_kind"]}
        filing.describe_change(actor=request.user, report=desk.report, **said)
    filing.sign_off(actor=request.user, report=desk.report, seen=given["seen"] or None)


def _by_action(problems: list[checking.Problem]) -> list[tuple[int, str, str]]:
    """One line for each entry: its number, what to do in it, and where the first of it is."""
    found: dict[int, list[checking.Problem]] = {}
    for one in problems:
        found.setdefault(one.action, []).append(one)
    return [
        (number, "; ".join(one.sentence for one in rows), rows[0].field) for number, rows in sorted(found.items())
    ]


@staff
def signed_off(request: HttpRequest, strategy: str, year: int, department: str) -> HttpResponse:
    """The confirmation, while nobody reviews it yet; afterwards the report's own page says how it stands."""
    desk = desk_or_404(request, strategy, year, department, whole=True)
    if desk.report.state not in {State.SUBMITTED, State.IN_REVIEW}:
        return redirect(desk.address())
    context = {"desk": desk, "report": desk.report, "reference": filing.reference(desk.report)}
    context["recallable"] = rules.may_recall(desk.report) and desk.leads
    return show_staff(request, "filing/signed_off.html", context, back=("Back to the report", desk.address()))


@staff_button
def recall(request: HttpRequest, strategy: str, year: int, department: str) -> HttpResponse:
    desk = desk_or_404(request, strategy, year, department, lead=True)
    if request.method == "POST":
        try:
            filing.recall(actor=request.user, report=desk.report)
        except NotPossible:
            if Report.objects.get(pk=desk.report.pk).state != State.DRAFT:
                raise
        return HttpResponseRedirect(desk.address())
    if not rules.may_recall(desk.report):
        return redirect(desk.address())
    context = {"desk": desk, "report": desk.report}
    return show_staff(request, "filing/recall.html", context, back=("Back to the report", desk.address()))
