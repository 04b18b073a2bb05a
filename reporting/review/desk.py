"""A report on a reviewer's desk, and what somebody looks for: it stands in the address and stays there."""

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from reporting.domain import queue
from reporting.domain.errors import NotPossible
from reporting.domain.filing import reference
from reporting.models import Report
from reporting.web import keeping
from reporting.web.access import Desk, central_or_404
from strategy.models import Department


@dataclass(frozen=True, slots=True)
class Filter:
    wanted: str = ""
    reviewer: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> "Filter":
        """Words that mean nothing filter nothing."""
        wanted, reviewer = request.GET.get("look", ""), request.GET.get("reviewer", "")
        return cls(
            wanted if wanted in queue.WANTED else "", reviewer if reviewer in {queue.ME, queue.NOBODY} else ""
        )

    @property
    def query(self) -> str:
        pairs = [(name, value) for name, value in (("look", self.wanted), ("reviewer", self.reviewer)) if value]
        return f"?{urlencode(pairs)}" if pairs else ""


def desk_or_404(request: HttpRequest, strategy: str, year: int, department: str) -> Desk:
    """In whatever state it is: what may be read and done in that is asked next, with `let`."""
    person = central_or_404(request)
    named = Prefetch("department", queryset=Department.objects.named(timezone.localdate()))
    reports = Report.objects.select_related("round__strategy", "reviewer", "submitted_by", "accepted_by")
    of = {"round__strategy__slug": strategy, "round__year": year, "department__slug": department}
    return Desk(person, get_object_or_404(reports.prefetch_related(named), **of), None)


def let(request: HttpRequest, desk: Desk, *, read: Collection[str], write: Collection[str]) -> HttpResponse | None:
    """None: go on. 404 where the report is in no state for this page.

    Text that was typed for it before, while it was, is given back.
    """
    state = desk.report.state
    if request.method == "POST" and state not in write:
        raise NotPossible(f"{_stands(desk.report)}: this can't be done now.")
    if state in write:
        return None
    sentence = f"{_stands(desk.report)}, so your text can't be saved here any more."
    if kept := keeping.given_back_in_vain(request, sentence):
        return kept
    if state not in read:
        raise Http404
    return None


def _stands(report: Report) -> str:
    return f"{reference(report)} is {report.get_state_display()} now"


def caption(desk: Desk) -> str:
    return f"{desk.report.round.strategy.title} · round {desk.report.round.year}"
