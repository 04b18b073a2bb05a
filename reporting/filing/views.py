"""A report on its way: what is left to do, the whole of it, sign-off."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone

from reporting import rules
from reporting.domain import checking, filing, working
from reporting.domain.errors import NotPossible
from reporting.domain.working import Asked
from reporting.filing import advising, previewing
from reporting.filing.forms import DeclarationForm, NilForm
from reporting.models import Entry, Event, Membership, Report
from reporting.web import keeping
from reporting.web.access import Desk, desk_or_404
from reporting.web.pages import show_staff, staff, staff_form
from strategy.models import Action

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
    entries, comments = working.entries_of(desk.report), working.comments_on(desk.report)
    actions = [action for action in working.due_actions(desk.report) if desk.sees(action)]
    rows = [
        _row(desk, action, entries.get(action.number), len(comments.get(action.number, []))) for action in actions
    ]
    _add_givens(desk, rows)
    asked = {
        number: found
        for number, found in working.asked(desk.report).items()
        if number in {a.number for a in actions}
    }
    context = {
        "desk": desk,
        "report": desk.report,
        "groups": _groups(rows, returned=desk.report.state == State.RETURNED),
        "ready": sum(row["ready"] for row in rows),
        "total": len(rows),
        "days": _days_left(desk.report.round.due),
        "answered": _answered(asked, entries),
        "asked": sum(len(found) for found in asked.values()),
        "editable": rules.may_edit(desk.report),
        "problems": [] if desk.report.nil_reason else [row for row in rows if not row["ready"] or row["both"]],
        "returned": _last(desk.report, "report.returned") if desk.report.state == State.RETURNED else None,
        "commented": len(comments),
        "whole": rules.sees_whole_report(desk.membership),
    }
    return show_staff(request, "filing/report.html", context, back=("All reports", "/filing/"))


def _row(desk: Desk, action: Action, entry: Entry | None, comments: int) -> dict[str, Any]:
    both = bool(entry and working.open_conflicts([entry]).get(entry.pk))
    ready = bool(entry and entry.ready)
    returned = desk.report.state == State.RETURNED and comments and not ready
    state = (
        "Returned"
        if returned
        else "Ready"
        if ready
        else "In progress"
        if entry and entry.head
        else "Not yet started"
    )
    return {
        "action": action,
        "entry": entry,
        "state": "Two texts" if both else state,
        "ready": ready,
        "both": both,
        "comments": comments if returned else 0,
        "mine": desk.may_write(action),
        "given": [],
    }


def _add_givens(desk: Desk, rows: list[dict[str, Any]]) -> None:
    """Who was given which action, where somebody was given some only."""
    some = Membership.objects.filter(department=desk.report.department, some_actions=True)
    for membership in some.select_related("person").prefetch_related("actions"):
        given = set(membership.actions.all())
        for row in rows:
            if row["action"] in given:
                row["given"].append(membership.person)


def _groups(rows: list[dict[str, Any]], *, returned: bool) -> list[tuple[str, list[dict[str, Any]]]]:
    """By theme; what came back with comments stands first."""
    groups: dict[str, list[dict[str, Any]]] = {}
    if returned:
        back = [row for row in rows if row["comments"]]
        groups |= {"Returned with comments": back} if back else {}
        rows = [row for row in rows if not row["comments"]]
    for row in rows:
        theme = row["action"].theme
        groups.setdefault(theme.title if theme else "", []).append(row)
    return list(groups.items())


def _answered(asked: dict[int, list[Asked]], entries: dict[int, Entry]) -> int:
    keys = {(number, one.department, one.number) for number, found in asked.items() for one in found}
    given = {
        (number, answer.department, answer.activity)
        for number, entry in entries.items()
        if entry.head
        for answer in working.content_of(entry.head).answers
    }
    return len(keys & given)


def _last(report: Report, verb: str) -> Event | None:
    return Event.objects.filter(subject=filing.reference(report), verb=verb).order_by("sequence").last()


@staff_form
def nil(request: HttpRequest, strategy: str, year: int, department: str) -> HttpResponse:
    """One reason in place of all entries."""
    desk = desk_or_404(request, strategy, year, department, lead=True)
    if request.method == "POST" and request.POST.get("do") == "undo":
        filing.unset_nil(actor=request.user, report=desk.report)
        return redirect(desk.address())
    kept = keeping.kept(request)
    posted = request.POST if request.method == "POST" else kept[0] if kept else None
    form = NilForm(posted, initial={"reason": desk.report.nil_reason})
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
    form = DeclarationForm(request.POST if request.method == "POST" else None)
    status, refusal = 200, ""
    if request.method == "POST":
        status = 422
        if form.is_valid() and not problems:
            try:
                filing.sign_off(actor=request.user, report=desk.report)
            except NotPossible as error:
                fresh = Report.objects.get(pk=desk.report.pk)
                if (fresh.state, fresh.submitted_by_id) != (State.SUBMITTED, request.user.pk):
                    status, refusal = 409, str(error)
            if not refusal:
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


@staff_form
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
