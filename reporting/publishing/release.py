"""A publication that is set: moved or stopped before its hour. After it an edition can be withdrawn."""

import json
from collections.abc import Iterable
from datetime import datetime

from django.contrib import messages
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone

from reporting.domain import events, publication, releases
from reporting.models import Edition, Publication, Release, Report
from reporting.publishing import clock, consequences
from reporting.publishing.forms import ReasonForm, WhenForm
from reporting.web import keeping
from reporting.web.access import central_or_404
from reporting.web.pages import show_staff, staff, staff_form

SECTION = "publishing"
WITHDRAWN = Publication.Ending.WITHDRAWN


def release_or_404(pk: int) -> Release:
    return get_object_or_404(Release.objects.select_related("round__strategy", "made_by"), pk=pk)


def is_waiting(found: Release) -> bool:
    return found.stopped_at is None and found.starts > timezone.now()


def _address(found: Release, name: str = "publishing-release") -> str:
    return reverse(name, args=[found.pk])


def _too_late(request: HttpRequest, found: Release) -> HttpResponse:
    what = "was stopped" if found.stopped_at else "has had its hour"
    sentence = f"This publication {what} in the meantime, so what you entered can’t be used here any more."
    return keeping.given_back_in_vain(request, sentence) or redirect(_address(found))


def _back(found: Release) -> tuple[str, str]:
    of = found.round
    return f"{of.strategy.title}, {of.year}", reverse("publishing-round", args=[of.strategy.slug, of.year])


@staff
def release(request: HttpRequest, pk: int) -> HttpResponse:
    central_or_404(request)
    return _show(request, release_or_404(pk), "publishing/release.html")


@staff
def done(request: HttpRequest, pk: int) -> HttpResponse:
    """The confirmation; when the publication was stopped since, its own page says so."""
    central_or_404(request)
    found = release_or_404(pk)
    if found.stopped_at:
        return redirect(_address(found))
    return _show(request, found, "publishing/done.html")


def _show(request: HttpRequest, found: Release, template: str) -> HttpResponse:
    windows = releases.windows_of(found)
    stopped = events.last("release.stopped", releases.reference_of(found)) if found.stopped_at else None
    bodies = [window.edition.report.department_id for window in windows if window.edition]
    context = {
        "release": found,
        "round": found.round,
        "windows": sorted(windows, key=lambda one: one.edition.department_name if one.edition else ""),
        "stopped": json.loads(stopped.data)["editions"] if stopped else [],
        "waiting": is_waiting(found),
        "now": timezone.now(),
        "people": consequences.told(bodies),
        "clock": clock,
        "reference_of": publication.reference_of,
        "opened_again": opened_again(windows) if is_waiting(found) else set(),
    }
    return show_staff(request, template, context, back=_back(found), section=SECTION)


@staff_form
def move(request: HttpRequest, pk: int) -> HttpResponse:
    person, found = central_or_404(request), release_or_404(pk)
    local = timezone.localtime(found.starts)
    initial = {"day": local.day, "month": local.month, "year": local.year, "time": clock.hour(found.starts)}
    form = WhenForm(keeping.posted_or_kept(request), initial=initial, now=timezone.now())
    if request.method == "POST" and form.is_valid():
        assert form.starts
        releases.move(actor=person, release=found, starts=form.starts)
        keeping.forget(request)
        messages.success(request, f"Moved: it will be public at {clock.in_full(form.starts)}.")
        return redirect(_address(found))
    if not is_waiting(found):
        return _too_late(request, found)
    failed = request.method == "POST"
    context = {"release": found, "form": form, "has_errors": failed, "clock": clock}
    back = ("Back to the publication", _address(found))
    status = 422 if failed else 200
    return show_staff(request, "publishing/move.html", context, back=back, section=SECTION, status=status)


@staff_form
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    person, found = central_or_404(request), release_or_404(pk)
    form = ReasonForm(
        keeping.posted_or_kept(request),
        label="Why it is stopped",
        hint="It stays in the history. Readers don’t see it.",
        missing="Enter why the publication is stopped",
    )
    if request.method == "POST" and form.is_valid():
        releases.stop(actor=person, release=found, reason=form.cleaned_data["reason"])
        keeping.forget(request)
        messages.success(request, "The publication is stopped. Nothing of it became public.")
        return redirect(_address(found))
    if not is_waiting(found):
        return _too_late(request, found)
    failed = request.method == "POST"
    context = {"release": found, "form": form, "has_errors": failed, "clock": clock}
    context["number"] = len(releases.windows_of(found))
    back = ("Back to the publication", _address(found))
    status = 422 if failed else 200
    return show_staff(request, "publishing/stop.html", context, back=back, section=SECTION, status=status)


@staff_form
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Of an edition that is public, or was replaced and can still be read.

    One that is not public yet is stopped with its release; alone where its report was opened again.
    """
    person = central_or_404(request)
    editions = Edition.objects.select_related("report__round__strategy", "report__department", "publication")
    edition = get_object_or_404(editions, pk=pk)
    window: Publication | None = getattr(edition, "publication", None)
    of, now = edition.report, timezone.now()
    waits = window is not None and now < window.starts
    form = ReasonForm(
        keeping.posted_or_kept(request),
        label="Why it is withdrawn",
        hint="It stays in the history. Readers don’t see it."
        if waits
        else "Readers see this sentence in place of the report, and in the register of corrections.",
        missing="Enter why it is withdrawn: "
        + ("it stays in the history" if waits else "readers are told the reason"),
    )
    round_address = reverse("publishing-round", args=[of.round.strategy.slug, of.round.year])
    if request.method == "POST" and form.is_valid():
        publication.withdraw(edition, actor=person, reason=form.cleaned_data["reason"])
        keeping.forget(request)
        messages.success(request, f"{edition.department_name}: edition {edition.number} is withdrawn.")
        return redirect(round_address)
    # Before its hour only where its report was opened again: the others are stopped together.
    possible = window is not None and window.ending != WITHDRAWN and (not waits or bool(opened_again([window])))
    sentence = "This edition can’t be withdrawn any more, so what you entered can’t be used here."
    if not possible and (kept := keeping.given_back_in_vain(request, sentence)):
        return kept
    failed = request.method == "POST"
    context = {
        "edition": edition,
        "round": of.round,
        "window": window,
        "possible": possible,
        "waits": waits,
        "replaced": window is not None and window.ends is not None and window.ends <= now,
        "readable": readable_beside(edition, now),
        "form": form,
        "has_errors": failed,
        "reference": publication.reference_of(edition),
        "public_address": reverse(
            "edition", args=[of.round.strategy.slug, of.department.slug, of.round.year, edition.number]
        ),
        "successor": _successor(window),
        "clock": clock,
    }
    back = (f"{of.round.strategy.title}, {of.round.year}", round_address)
    status = 422 if failed else 200
    return show_staff(request, "publishing/withdraw.html", context, back=back, section=SECTION, status=status)


def opened_again(windows: Iterable[Publication]) -> set[int | None]:
    """The ids of the editions whose report was opened again since."""
    later = Edition.objects.filter(report=OuterRef("report"), number__gt=OuterRef("number"))
    rows = Edition.objects.filter(~Q(report__state=Report.State.ACCEPTED) | Exists(later))
    return set(rows.filter(pk__in=[one.edition_id for one in windows]).values_list("pk", flat=True))


def readable_beside(edition: Edition, now: datetime) -> list[Edition]:
    """Earlier editions of the same report, each at its address, whether or not one is public now."""
    rows = Edition.objects.filter(report=edition.report_id, publication__starts__lte=now)
    replaced = rows.filter(publication__ending=Publication.Ending.SUPERSEDED, publication__ends__lte=now)
    return list(replaced.exclude(pk=edition.pk).order_by("number"))


def _successor(window: Publication | None) -> Publication | None:
    """The edition that is to take its place at a set hour, if one is."""
    if window is None or window.ends is None or window.ends <= timezone.now() or window.edition is None:
        return None
    report = window.edition.report_id
    return Publication.objects.filter(edition__report=report, starts=window.ends).select_related("edition").first()
