"""How often entries went back, and why: counted by round and by department, and as a file."""

import csv
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from reporting.domain import reasons
from reporting.domain.reasons import Counted
from reporting.models import Round
from reporting.web.access import central_or_404
from reporting.web.pages import show_staff, staff
from strategy.models import Department


class Choice:
    """Of the filter: a round, a department, both or neither. What is not there is a 404."""

    def __init__(self, request: HttpRequest) -> None:
        self.rounds = list(Round.objects.select_related("strategy").order_by("strategy__title", "-year"))
        self.departments = list(Department.objects.named(timezone.localdate()))
        self.round = _one(self.rounds, request.GET.get("round", ""), key_of)
        self.department = _one(self.departments, request.GET.get("department", ""), lambda body: body.slug)

    def rows(self) -> list[Counted]:
        return reasons.counted(
            self.round.pk if self.round else None, self.department.pk if self.department else None
        )

    @property
    def query(self) -> str:
        pairs = [("round", key_of(self.round))] if self.round else []
        pairs += [("department", self.department.slug)] if self.department else []
        return f"?{urlencode(pairs)}" if pairs else ""


def key_of(one: Round) -> str:
    return f"{one.strategy.slug}-{one.year}"


def _one(known, wanted, key):  # type: ignore[no-untyped-def]
    if not wanted:
        return None
    found = next((one for one in known if key(one) == wanted), None)
    if found is None:
        raise Http404
    return found


@staff
def tally(request: HttpRequest) -> HttpResponse:
    central_or_404(request)
    choice = Choice(request)
    rows = choice.rows()
    context = {
        "choice": choice,
        "tally": reasons.tally(rows),
        "key_of": key_of,
        "reports": len({(row.strategy, row.year, row.department.pk) for row in rows}),
    }
    return show_staff(request, "review/reasons.html", context, section="review")


@staff
def csv_file(request: HttpRequest) -> HttpResponse:
    """One row for each return of an entry."""
    central_or_404(request)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="return-reasons.csv"'
    csv.writer(response).writerows(reasons.table(Choice(request).rows()))
    return response
