"""Rounds, and what of them is published when. Nothing is stored before it is confirmed."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from reporting.domain import releases
from reporting.domain.releases import Readiness
from reporting.models import Edition, Publication, Release, User
from reporting.publishing import clock, consequences, overview
from reporting.publishing.choice import Choice
from reporting.publishing.forms import PreviewedForm, PublishForm
from reporting.web import keeping
from reporting.web.access import central_or_404, round_or_404
from reporting.web.pages import show_staff, staff, staff_form

SECTION = "publishing"


@staff
def rounds(request: HttpRequest) -> HttpResponse:
    central_or_404(request)
    rows = overview.rounds(timezone.now())
    context = {
        "busy": [row for row in rows if not row.is_quiet],
        "quiet": [row for row in rows if row.is_quiet],
        "clock": clock,
    }
    return show_staff(request, "publishing/rounds.html", context, section=SECTION)


@staff
def round_page(request: HttpRequest, strategy: str, year: int, department: str | None = None) -> HttpResponse:
    """How complete it is, what stops its publication, and when it shall be."""
    central_or_404(request)
    choice = Choice.asked(round_or_404(strategy, year), department, request.GET)
    form = PublishForm(initial={"time": "9:30am", "when": "later"} | choice.typed, now=timezone.now())
    return _show_round(request, choice, form)


def _show_round(request: HttpRequest, choice: Choice, form: PublishForm, refusal: str = "") -> HttpResponse:
    now = timezone.now()
    ready = choice.readiness(now)
    shown = _shown(choice)
    about = consequences.repetition(choice.round, ready.editions)
    context = {
        "choice": choice,
        "round": choice.round,
        "ready": ready,
        "repetition": about,
        "things": bool(ready.not_filed) + bool(ready.unanswered) + bool(about.same),
        "name_of": consequences.name_of,
        "public": [one for one in shown if one.ends is None or now < one.ends],
        "replaced": [one for one in shown if one.ends is not None and one.ends <= now],
        "scheduled": overview.scheduled_releases(now, choice.round),
        "form": form,
        "form_action": choice.address("confirm").partition("?")[0],
        "refusal": refusal,
        "has_errors": bool(refusal or (form.is_bound and form.errors)),
        "clock": clock,
        "preview": choice.preview(None),
    }
    back = (
        (f"The whole round {choice.round.year}", reverse("publishing-round", args=_of(choice)))
        if choice.only
        else ("All rounds", reverse("publishing"))
    )
    status = 409 if refusal else 422 if form.is_bound else 200
    return show_staff(request, "publishing/round.html", context, back=back, section=SECTION, status=status)


def _of(choice: Choice) -> list[Any]:
    return [choice.round.strategy.slug, choice.round.year]


def _shown(choice: Choice) -> list[Publication]:
    """The editions of the round that were not withdrawn since their hour, by department."""
    rows = Publication.objects.filter(edition__report__round=choice.round, starts__lte=timezone.now())
    rows = rows.exclude(ending=Publication.Ending.WITHDRAWN)
    if choice.only:
        rows = rows.filter(edition__report__department=choice.only)
    return list(rows.select_related("edition").order_by("edition__department_name", "edition__number"))


@staff_form
def confirm(request: HttpRequest, strategy: str, year: int, department: str | None = None) -> HttpResponse:
    """Names what will happen. The address alone carries what was chosen, until it is confirmed."""
    person = central_or_404(request)
    kept = None if request.GET else keeping.posted_or_kept(request)
    given = request.POST if request.method == "POST" else kept or request.GET
    choice = Choice.asked(round_or_404(strategy, year), department, given)
    now = timezone.now()
    if request.method == "POST" and (made := _made_already(person, _expected(given))):
        return redirect("publishing-done", made.pk)
    form = PublishForm(given, now=now)
    if not form.is_valid():
        return _show_round(request, choice, form)
    ready = choice.readiness(now)
    if ready.stops or not ready.editions:
        return _show_round(request, choice, form, _why_not(ready))
    words = "when it is published" if form.is_now else f"at {clock.hour(form.starts)}" if form.starts else ""
    agreed = PreviewedForm(request.POST if request.method == "POST" else None, words=words)
    if request.method == "POST" and agreed.is_valid():
        made = releases.release(
            actor=person,
            round=choice.round,
            starts=form.starts,
            note=form.note_said,
            expected=_expected(given),
            **choice.departments(),
        )
        keeping.forget(request)
        return redirect("publishing-done", made.pk)
    starts = form.starts or now
    context = {
        "choice": choice,
        "round": choice.round,
        "form": form,
        "agreed": agreed,
        "starts": starts,
        "now": now,
        "clock": clock,
        "what": consequences.of(ready, starts),
        "expected": ",".join(str(edition.pk) for edition in ready.editions),
        "preview": choice.preview(form.starts),
        "form_action": choice.address("confirm").partition("?")[0],
        "has_errors": agreed.is_bound,
    }
    back = (f"Publish the {choice.round.year} round", choice.address())
    status = 422 if agreed.is_bound else 200
    return show_staff(request, "publishing/confirm.html", context, back=back, section=SECTION, status=status)


def _why_not(ready: Readiness) -> str:
    if ready.stops:
        return "Some reports are signed off and not accepted: accept or return them first, or leave them out"
    return "There is nothing to publish: no report that is accepted waits for its publication"


def _expected(given: QueryDict) -> list[int]:
    """The editions that stood on the page."""
    return [int(one) for one in given.get("expected", "").split(",") if one.isdecimal() and len(one) < 19]


def _made_already(person: User, expected: list[int]) -> Release | None:
    """Pressed twice: it was set once."""
    if not expected or not Edition.objects.filter(pk__in=expected).exists():
        return None
    found = Release.objects.filter(publications__edition__in=expected, made_by=person, stopped_at=None).distinct()
    made = found.first() if found.count() == 1 else None
    if made and set(made.publications.values_list("edition", flat=True)) == set(expected):
        return made
    return None
