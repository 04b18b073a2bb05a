"""One report before a reviewer: start, return, accept; and what opens or excuses it again."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from reporting import rules
from reporting.domain import before_sending, flags, in_review, review, since
from reporting.domain.filing import is_correction, reference
from reporting.domain.queue import name_of
from reporting.models import Comment, Report, Status
from reporting.review.desk import Filter, caption, desk_or_404, let
from reporting.review.forms import ReasonForm, ReturnForm
from reporting.web import keeping
from reporting.web.access import Desk
from reporting.web.pages import Crumb, show_staff, staff_button, staff_form

State = Report.State
SECTION = "review"


def back_to_queue(desk: Desk, query: str = "") -> Crumb:
    of = desk.report.round
    return (f"All reports of {of.year}", reverse("review-round", args=[of.strategy.slug, of.year]) + query)


def _show(
    request: HttpRequest, template: str, desk: Desk, context: dict[str, Any], *, back: Crumb, status: int = 200
) -> HttpResponse:
    context = {
        "desk": desk,
        "report": desk.report,
        "name": name_of(desk.report.department),
        "reference": reference(desk.report),
        "caption": caption(desk),
        **context,
    }
    return show_staff(request, template, context, back=back, section=SECTION, status=status)


def _to_report(desk: Desk) -> Crumb:
    return ("Back to the report", desk.address("review-report"))


@staff_button
def report(request: HttpRequest, strategy: str, year: int, department: str) -> HttpResponse:
    """Its entries with what is worth a look. The button starts the review."""
    desk = desk_or_404(request, strategy, year, department)
    wanted = Filter.of(request)
    if request.method == "POST" and desk.report.state == State.IN_REVIEW:
        return redirect(desk.address("review-report") + wanted.query)  # pressed twice
    let(request, desk, read=rules.WITH_THE_CENTRE, write={State.SUBMITTED})
    if request.method == "POST":
        review.start_review(actor=request.user, report=desk.report)
        return redirect(desk.address("review-report") + wanted.query)
    one = desk.report
    looks = flags.look_of(one)
    comments = _comments(one)
    context = {
        "looks": looks,
        "statuses": dict(Status.choices),
        "filter": wanted,
        "comments": comments,
        "marked": _marked(looks, comments),
        "assessed": sum(bool(look.entry and look.entry.assessment) for look in looks),
        "basis": since.basis_of(one) if one.state in {State.SUBMITTED, State.IN_REVIEW} else None,
        "in_review": rules.may_review(one),
        "signed_by_me": one.submitted_by_id == request.user.pk,
        "where": since.where,
        "is_correction": is_correction(one),
    }
    return _show(request, "review/report.html", desk, context, back=back_to_queue(desk, wanted.query))


def _comments(one: Report) -> dict[int, list[Comment]]:
    """Of the review that is going on, by the number of the action."""
    found: dict[int, list[Comment]] = {}
    if rules.may_review(one):
        for comment in in_review.unsent_comments(one).order_by("made_at"):
            found.setdefault(comment.entry.action.number, []).append(comment)
    return found


def _marked(looks: list[flags.Look], comments: dict[int, list[Comment]]) -> list[flags.Look]:
    """The entries that would go back, and those that are marked and lack a comment."""
    return [
        look
        for look in looks
        if look.action.number in comments or (look.entry and look.entry.return_reason_id is not None)
    ]


@staff_form
def send_back(request: HttpRequest, strategy: str, year: int, department: str) -> HttpResponse:
    """What goes back and by when; the message as it will be sent; then the button."""
    desk = desk_or_404(request, strategy, year, department)
    if refused := let(request, desk, read=set(), write={State.IN_REVIEW}):
        return refused
    form = ReturnForm(keeping.posted_or_kept(request))
    doing = request.POST.get("do", "")
    valid = request.method == "POST" and form.is_valid()
    if valid and doing == "return":
        said = {"message": form.cleaned_data["message"], "due": form.due}
        review.return_report(actor=request.user, report=desk.report, **said)
        keeping.forget(request)
        messages.success(request, f"The report of {name_of(desk.report.department)} was returned.")
        return redirect("review-round", strategy, year)
    failed = request.method == "POST" and not valid
    looks = flags.look_of(desk.report)
    comments = _comments(desk.report)
    context = {
        "form": form,
        "marked": _marked(looks, comments),
        "comments": comments,
        "silent": [look for look in _marked(looks, comments) if look.action.number not in comments],
        "letter": None,
        "has_errors": failed,
        "people": before_sending.who_gets_it_back(desk.report),
    }
    if valid and doing != "edit":
        message, due = form.cleaned_data["message"], form.due
        context["letter"] = before_sending.returned(
            actor=request.user, report=desk.report, message=message, due=due
        )
    return _show(request, "review/return.html", desk, context, back=_to_report(desk), status=422 if failed else 200)


@staff_button
def accept(request: HttpRequest, strategy: str, year: int, department: str) -> HttpResponse:
    desk = desk_or_404(request, strategy, year, department)
    if refused := let(request, desk, read=set(), write={State.IN_REVIEW}):
        return refused
    if request.method == "POST":
        seen = request.POST.get("seen") or None
        review.accept_report(actor=request.user, report=desk.report, seen=seen)
        messages.success(request, f"The report of {name_of(desk.report.department)} was accepted.")
        return redirect("review-round", strategy, year)
    looks = flags.look_of(desk.report)
    comments = _comments(desk.report)
    context = {
        "marked": [look for look in looks if look.entry and look.entry.return_reason_id],
        "unsent": sum(map(len, comments.values())),
        "assessed": sum(bool(look.entry and look.entry.assessment) for look in looks),
        "total": len(looks),
        "signed_by_me": desk.report.submitted_by_id == request.user.pk,
        "editions": desk.report.editions.count(),
        "seen": in_review.digests([desk.report])[desk.report.pk],
    }
    return _show(request, "review/accept.html", desk, context, back=_to_report(desk))


@staff_form
def reopen(request: HttpRequest, strategy: str, year: int, department: str) -> HttpResponse:
    """How a correction begins."""
    desk = desk_or_404(request, strategy, year, department)
    label, hint = "Reason for opening it again", "The department’s digital leaders read it in an e-mail."
    return _with_reason(
        request, desk, "review/reopen.html", {State.ACCEPTED, State.EXCUSED}, label, hint, "is open again"
    )


@staff_form
def excuse(request: HttpRequest, strategy: str, year: int, department: str) -> HttpResponse:
    desk = desk_or_404(request, strategy, year, department)
    label, hint = "Reason for the excuse", "It is published: readers see it in place of the report."
    return _with_reason(request, desk, "review/excuse.html", rules.EDITABLE, label, hint, "is excused")


def _with_reason(
    request: HttpRequest, desk: Desk, template: str, states: set[State], label: str, hint: str, done: str
) -> HttpResponse:
    verb = review.reopen if template == "review/reopen.html" else review.excuse
    if refused := let(request, desk, read=set(), write=states):
        return refused
    form = ReasonForm(keeping.posted_or_kept(request), label=label, hint=hint)
    if request.method == "POST" and form.is_valid():
        verb(actor=request.user, report=desk.report, reason=form.cleaned_data["reason"])
        keeping.forget(request)
        messages.success(request, f"The report of {name_of(desk.report.department)} {done}.")
        return redirect("review-round", desk.report.round.strategy.slug, desk.report.round.year)
    failed = request.method == "POST"
    last = desk.report.editions.order_by("number").select_related("publication").last()
    window = getattr(last, "publication", None)
    waits = window if window and window.ending != "withdrawn" and window.starts > timezone.now() else None
    context = {"form": form, "has_errors": failed, "edition": last, "waits": waits}
    return _show(request, template, desk, context, back=back_to_queue(desk), status=422 if failed else 200)
