"""Whether all that was recorded still fits together, and where to look into it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from reporting.domain import audit, checkpoints
from reporting.domain.errors import NotPossible
from reporting.models import Event, Report, Round
from reporting.web.access import auditor_or_404
from reporting.web.pages import show_staff, staff

SHOWN = 20  # of the checkpoints; all of them are in the export


@staff
def overview(request: HttpRequest) -> HttpResponse:
    """What was found when it was verified last: a link away it is verified now."""
    auditor_or_404(request)
    context = _context() | {"verdict": audit.last_verdict(), "fresh": False}
    return show_staff(request, "audit/overview.html", context, section="audit")


@staff
def verified(request: HttpRequest) -> HttpResponse:
    auditor_or_404(request)
    verdict = audit.verify()
    audit.remember(verdict)
    context = _context() | {"verdict": verdict, "fresh": True}
    return show_staff(
        request, "audit/overview.html", context, back=("History and verification", "/audit/"), section="audit"
    )


def _context() -> dict[str, Any]:
    kept = list(checkpoints.kept(SHOWN))
    count = Event.objects.count()
    reports = Report.objects.select_related("department").order_by("department__code")
    rounds = Round.objects.select_related("strategy").order_by("-year", "strategy__title")
    by_round: dict[int, list[Report]] = {}
    for report in reports:
        by_round.setdefault(report.round_id, []).append(report)
    return {
        "events": count,
        "kept": kept,
        "more": checkpoints.count() - len(kept),
        "unsigned": count - (kept[0].events if kept else 0),
        "fingerprint": _fingerprint(),
        "rounds": [(one, by_round.get(one.pk, [])) for one in rounds],
        "now": timezone.now(),
    }


def _fingerprint() -> tuple[str, str]:
    """Of the key; or why there is none."""
    try:
        return checkpoints.fingerprint(), ""
    except NotPossible as refusal:
        return "", str(refusal)
