"""The whole public site as it will be: its own pages, asked for another moment. Nothing of it is kept."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import get_script_prefix, resolve, reverse, set_script_prefix
from django.utils import timezone

from reporting.domain import releases
from reporting.domain.errors import NotPossible
from reporting.publishing import clock
from reporting.publishing.choice import decode
from reporting.publishing.release import is_waiting, release_or_404
from reporting.web.access import central_or_404, round_or_404
from reporting.web.pages import staff

PUBLIC = "reporting.public.urls"


@dataclass(frozen=True, slots=True)
class Preview:
    """What stands above each page; templates/base.html shows it."""

    words: str
    back: str


@staff
def of_round(request: HttpRequest, strategy: str, year: int, chosen: str = "", rest: str = "") -> HttpResponse:
    """With what waits published as it was chosen: done in a transaction that is undone when the page is made."""
    central_or_404(request)
    round = round_or_404(strategy, year)
    asked = decode(round, chosen)
    now = timezone.now()
    starts = max(asked.at or now, now)
    name, more = ("publishing-preview-as", [chosen]) if chosen else ("publishing-preview", [])
    root = reverse(name, args=[strategy, year, *more])
    back = asked.back
    when = f"at {clock.in_full(starts)}" if asked.at else "when it is published"
    with transaction.atomic():
        try:
            releases.rehearse(round=round, starts=starts, note=asked.note, at=now, **asked.choice.departments())
        except NotPossible:
            return redirect(asked.choice.address())  # that page says why
        response = page(request, rest, at=starts, root=root, preview=Preview(f"As it will be {when}.", back))
        transaction.set_rollback(True)
    return response


@staff
def of_release(request: HttpRequest, pk: int, rest: str = "") -> HttpResponse:
    """Its windows are set already: only the moment is another one."""
    central_or_404(request)
    found = release_or_404(pk)
    back = reverse("publishing-release", args=[pk])
    if not is_waiting(found):
        return redirect(back)
    root = reverse("publishing-release-preview", args=[pk])
    words = f"As it will be at {clock.in_full(found.starts)}."
    return page(request, rest, at=found.starts, root=root, preview=Preview(words, back))


def page(request: HttpRequest, rest: str, *, at: datetime, root: str, preview: Preview) -> HttpResponse:
    """The public view itself, asked for that moment; every link of its page leads on within the preview."""
    before = get_script_prefix()
    request.preview = preview  # type: ignore[attr-defined]
    set_script_prefix(root)
    try:
        match = resolve(f"/{rest}", urlconf=PUBLIC)
        view = getattr(match.func, "page", None)  # what machines ask has none
        if view is None:
            raise Http404
        response: HttpResponse = view(request, *match.args, at=at, **match.kwargs)
    except Http404:
        response = render(request, "errors/404.html", {"crumbs": [("Home", reverse("home"))]}, status=404)
    finally:
        set_script_prefix(before)
    response.headers["Cache-Control"] = "private, no-store"
    return response
