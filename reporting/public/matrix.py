"""Who has reported: every action and department of one round, as a page and as a file of the same rows."""

from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from reporting.domain import matrix, past
from reporting.domain.matrix import Chosen, Matrix
from reporting.exchange import matrix as file
from reporting.public import picture
from reporting.public.asked import number
from reporting.public.forms import MatrixFilter
from reporting.web.access import strategy_or_404
from reporting.web.pages import public, show

COLUMNS = 16  # of one table: as many as whole words fit beside each other


@public
def page(request: HttpRequest, strategy: str, *, at: datetime) -> HttpResponse:
    found = _read(request, strategy, at)
    of = found.strategy
    here, csv = reverse("matrix", args=[of.slug]), reverse("matrix-csv", args=[of.slug])
    context = {
        "found": found,
        "seen": found.seen,
        "form": MatrixFilter(found),
        "tables": _tables(found),
        "glance": picture.of(found),
        "meanings": matrix.MEANINGS,
        "words": matrix.WORDS,
        "csv": f"{csv}{_query(found)}",
        "now": f"{here}{_query(found, as_at='')}",
        "unfiltered": f"{here}{_query(found, theme='', action='', status='', department=[])}",
        "before": None if found.before is None else f"{here}{_query(found, after=found.before)}",
        "after": f"{here}{_query(found, after=found.after)}" if found.after else None,
    }
    crumbs = [("Home", reverse("home")), (of.title, reverse("strategy", args=[of.slug]))]
    return show(request, "public/matrix.html", context, crumbs=crumbs, section="strategies", notice=of.notice)


@public
def rows(request: HttpRequest, strategy: str, *, at: datetime) -> HttpResponse:
    """Exactly what the page at the same address shows, with the same query string."""
    found = _read(request, strategy, at)
    parts = [found.strategy.slug, str(found.asked.year or "no-round")]
    if found.seen.day:
        parts.append(f"as-at-{found.seen.day.isoformat()}")
    response = HttpResponse(file.write(found), content_type="text/csv; charset=utf-8; header=present")
    response.headers["Content-Disposition"] = f'attachment; filename="{"-".join(parts)}.csv"'
    return response


def _read(request: HttpRequest, strategy: str, at: datetime) -> Matrix:
    asked = request.GET
    chosen = Chosen(
        year=number(asked, "year"),
        theme=asked.get("theme", ""),
        action=number(asked, "action"),
        status=asked.get("status", ""),
        departments=tuple(asked.getlist("department")),
        after=asked.get("after", ""),
    )
    return matrix.read(strategy_or_404(strategy), past.seen(asked.get("as_at", ""), at), chosen)


def _query(found: Matrix, **other: object) -> str:
    """What is shown, as the end of an address; `other` in place of some of it."""
    asked, day = found.asked, found.seen.day
    parts = {
        "year": asked.year,
        "theme": asked.theme,
        "action": asked.action,
        "status": asked.status,
        "as_at": day.isoformat() if day else "",
        "department": asked.departments,
        "after": asked.after if found.before is not None else "",
    }
    given = {name: value for name, value in {**parts, **other}.items() if value}
    return f"?{urlencode(given, doseq=True)}" if given else ""


def _tables(found: Matrix) -> list[range]:
    """Which columns stand in one table, as many in each."""
    number = len(found.actions)
    tables = -(-number // COLUMNS)
    width = -(-number // tables) if tables else 1
    return [range(start, min(start + width, number)) for start in range(0, number, width)]
