"""One entry before a reviewer: planned, claimed and said before; what changed since; what to decide."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from reporting import rules
from reporting.domain import checking, flags, in_review, references, review, since, working
from reporting.domain.editions import contents_of
from reporting.domain.filing import draft_of, lock
from reporting.domain.flags import Look
from reporting.domain.queue import name_of
from reporting.models import Answer, Comment, Edition, Entry, Report, Status
from reporting.review.desk import Filter, desk_or_404, let
from reporting.review.forms import DecisionForm, fields_of, removed, same_words
from reporting.web import advising, keeping
from reporting.web.access import Desk, number_or_404
from reporting.web.jinja import time_of_day
from reporting.web.pages import show_staff, staff_form
from strategy.models import Action

State = Report.State
TAKE_BACK = "take-back-"
LONGEST = 18  # digits of a comment's number: any database takes them


@staff_form
def entry(request: HttpRequest, strategy: str, year: int, department: str, number: int) -> HttpResponse:
    desk = desk_or_404(request, strategy, year, department)
    if refused := let(request, desk, read=rules.WITH_THE_CENTRE, write={State.IN_REVIEW}):
        return refused
    looks = [] if desk.report.nil_reason else flags.look_of(desk.report)
    by_number = {look.action.number: look for look in looks}
    number_or_404(number, by_number)
    look = by_number[number]
    if request.method == "POST":
        return _decide(request, desk, looks, look)
    kept = keeping.kept(request)
    if kept:
        messages.warning(request, f"Your text of {time_of_day(kept.at)} is below. Save it to go on.")
    form = _form(desk, look, look.entry, kept.body if kept else None)
    return _show(request, desk, looks, look, form)


def _comments(desk: Desk, look: Look) -> list[Comment]:
    """All of them, of this review and of those before: the newest last."""
    rows = Comment.objects.filter(entry__report=desk.report, entry__action=look.action)
    return list(rows.select_related("author").order_by("made_at"))


def _unsent(desk: Desk, look: Look) -> list[Comment]:
    """What the department would get for this entry with a return now."""
    return [one for one in in_review.unsent_comments(desk.report) if one.entry.action_id == look.action.pk]


def _form(desk: Desk, look: Look, entry: Entry | None, posted: Any = None) -> DecisionForm:
    unsent = rules.may_review(desk.report) and bool(_unsent(desk, look))
    given = [posted] if posted is not None else []
    return DecisionForm(*given, entry=entry, unsent=unsent, year=desk.report.round.year)


def _decide(request: HttpRequest, desk: Desk, looks: list[Look], look: Look) -> HttpResponse:
    doing = request.POST.get("do", "")
    if doing.startswith(TAKE_BACK):
        return _take_back(request, desk, looks, look, doing.removeprefix(TAKE_BACK))
    form = _saved(request, desk, look)
    if not form.is_valid():
        return _show(request, desk, looks, look, form, status=422)
    keeping.forget(request)
    for sentence in removed(form):
        messages.warning(request, sentence)
    wanted = Filter.of(request)
    following = _next(looks, look, wanted)
    if doing == "stay":
        messages.success(request, f"Your review of action {look.action.number} was saved.")
        following = look
    if following is None:
        return HttpResponseRedirect(desk.address("review-report") + wanted.query)
    return HttpResponseRedirect(desk.address("review-entry", following.action.number) + wanted.query)


@transaction.atomic
def _saved(request: HttpRequest, desk: Desk, look: Look) -> DecisionForm:
    """All of it or nothing: it is one decision. Judged by what stands there once nobody else can decide."""
    report = lock(desk.report)
    entry = Entry.objects.filter(report=report, action=look.action).select_related("return_reason").first()
    form = _form(desk, look, entry, request.POST)
    if form.is_valid():
        _save(request, report, look, form)
    return form


def _save(request: HttpRequest, report: Report, look: Look, form: DecisionForm) -> None:
    given, about = form.cleaned_data, {"actor": request.user, "report": report, "action": look.action}
    review.assess(**about, assessment=given["assessment"], reason=given["assessment_reason"])
    review.mark_for_return(**about, reason=form.reason)
    mine = list(in_review.new_comments(report).filter(entry__action=look.action, author=request.user))
    for text, private in ((given["comment"], False), (given["note"], True)):
        field = "" if private else given["field"]
        sent_twice = any(
            (one.private, one.field) == (private, field) and same_words(one.text, text) for one in mine
        )
        if text.strip() and not sent_twice:
            review.comment(**about, text=text, private=private, field=field)


def _take_back(request: HttpRequest, desk: Desk, looks: list[Look], look: Look, key: str) -> HttpResponse:
    """What was typed beside it meanwhile stays on the page."""
    mine = Comment.objects.filter(entry__report=desk.report, entry__action=look.action, author=request.user)
    comment = (
        mine.filter(pk=int(key)).select_related("entry__report", "entry__action").first()
        if key.isdecimal() and len(key) <= LONGEST
        else None
    )
    if comment:
        review.take_back_comment(actor=request.user, comment=comment)
        messages.success(
            request, "The comment was taken back. What you typed since you saved is below, not saved yet."
        )
    form = _form(desk, look, look.entry, request.POST)
    form.errors.clear()  # nothing is judged before it is saved
    return _show(request, desk, looks, look, form)


def _next(looks: list[Look], look: Look, wanted: Filter) -> Look | None:
    """With something to look at; where somebody looks for one kind, with that."""
    kind = wanted.wanted if wanted.wanted in {flags.REPEATED, flags.UNANSWERED, flags.MOVED} else ""
    after = [one for one in looks if one.action.number > look.action.number]
    return next((one for one in after if (kind in one.kinds if kind else one.kinds)), None)


def _show(
    request: HttpRequest, desk: Desk, looks: list[Look], look: Look, form: DecisionForm, *, status: int = 200
) -> HttpResponse:
    report, action, wanted = desk.report, look.action, Filter.of(request)
    place = looks.index(look)
    context = {
        "desk": desk,
        "report": report,
        "name": name_of(report.department),
        "action": action,
        "look": look,
        "total": len(looks),
        "form": form,
        "has_errors": bool(form.is_bound and form.errors),
        "editable": rules.may_review(report),
        "comments": [(dict(fields_of(report.round.year))[one.field], one) for one in _comments(desk, look)],
        "filter": wanted,
        "following": _next(looks, look, wanted),
        "before_this": looks[place - 1] if place else None,
        "after_this": looks[place + 1] if place + 1 < len(looks) else None,
        "words": {str(value): label for kind in (Status, Answer) for value, label in kind.choices},
        "answers": {(one.department, one.activity): one for one in look.content.answers},
        **_last_year(report, action),
        **_since(report, look),
        **_noticed(desk, look),
    }
    back = (f"{name_of(report.department)}, all {len(looks)} entries", desk.address("review-report") + wanted.query)
    return show_staff(request, "review/entry.html", context, back=back, section="review", status=status)


def _last_year(report: Report, action: Action) -> dict[str, Any]:
    """What the department was asked about: the newest edition of the year before."""
    edition = working.last_edition(report)
    promised = advising.promised(report, action)
    before = contents_of(edition).get(action.number) if edition else None
    return {"wording": promised.wording, "version": promised.version, "before": before} | {
        "edition": edition,
        "edition_reference": _reference(edition) if edition else "",
        "published": getattr(edition, "publication", None) if edition else None,
    }


def _reference(edition: Edition) -> str:
    of = edition.report
    return references.edition(of.round.strategy.code, of.department.code, of.round.year, edition.number)


def _since(report: Report, look: Look) -> dict[str, Any]:
    """What changed since the report was returned, or since its last edition."""
    basis = since.basis_of(report) if report.state in {State.SUBMITTED, State.IN_REVIEW} else None
    if basis is None:
        return {"basis": None}
    before = since.then(basis, report, look.action)
    return {
        "basis": basis,
        "basis_edition": since.where(basis),
        "changed": since.texts(before, look.content),
        "also_changed": since.rest(before, look.content),
        "sent": Comment.objects.filter(entry__report=report, entry__action=look.action, sent_at=basis.at)
        if basis.returned
        else [],
    }


def _noticed(desk: Desk, look: Look) -> dict[str, Any]:
    """Where help from the text shows the passages, the count of the same words is not said twice."""
    draft = draft_of(look.entry.head if look.entry else None)
    remarks = advising.remarks(desk, look.action, draft) if desk.report.state != State.ACCEPTED else []
    shown = {one.place for one in remarks if one.kind == "same_as_last_year"}
    notes = checking.notes_of(look.action.number, look.content, look.asked)
    return {
        "repeated": [one for one in look.repeated if one.place not in shown],
        "remarks": remarks,
        "notes": [one for one in notes if not one.field.endswith("-answer")],
    }
