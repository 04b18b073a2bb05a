"""The queue of a round: what waits for reviewers, and what is done for several departments at once."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from reporting.domain import before_sending, in_review, review
from reporting.domain import queue as queues
from reporting.domain.errors import NotPossible
from reporting.domain.queue import Queue, Waiting
from reporting.models import Round
from reporting.review.desk import Filter
from reporting.web.access import Desk, central_or_404, round_or_404
from reporting.web.jinja import count
from reporting.web.pages import show_staff, staff, staff_button

SECTION = "review"


@staff
def index(request: HttpRequest) -> HttpResponse:
    """The one open round, or a list; `?all` for the list, with the closed rounds."""
    central_or_404(request)
    opened, closed = queues.rounds_with_work()
    if len(opened) == 1 and "all" not in request.GET:
        return redirect("review-round", opened[0].strategy.slug, opened[0].year)
    context = {"opened": opened, "closed": closed}
    return show_staff(request, "review/index.html", context, section=SECTION)


@staff
def queue(request: HttpRequest, strategy: str, year: int) -> HttpResponse:
    central_or_404(request)
    one = round_or_404(strategy, year)
    found, wanted = queues.queue_of(one), Filter.of(request)
    shown = found.shown(wanted.wanted, wanted.reviewer, request.user)
    context = {
        "round": one,
        "queue": found,
        "shown": shown,
        "filter": wanted,
        "wanted": queues.WANTED,
        "desk": lambda row: Desk(request.user, row.report, None),
        "acceptable": len(queues.acceptable(found, request.user)),
        "chased_today": queues.chased_today(one),
        "overdue": sum(bool(row.overdue) for row in found.returned),
        "accepted": sum(row.report.state == "accepted" for row in found.settled),
    }
    return show_staff(request, "review/queue.html", context, section=SECTION)


@staff_button
def chase(request: HttpRequest, strategy: str, year: int) -> HttpResponse:
    """The message as it would be sent, and to whom; then the button."""
    central_or_404(request)
    one = round_or_404(strategy, year)
    if request.method == "POST":
        if one.closed_at:
            raise NotPossible("This round is closed: open a report again to have it filed.")
        written = review.chase(actor=request.user, round=one)
        messages.success(request, f"A message is on its way to {count(len(written), 'department')}.")
        return redirect("review-round", strategy, year)
    found = queues.queue_of(one)
    leaders = queues.leaders_of(found.late)
    late = [row for row in (*found.returned, *found.not_filed) if row.report in found.late]
    rows = [(row, leaders[row.report.department_id]) for row in late]
    people = [person for _, of_body in rows for person in of_body]
    context = {
        "round": one,
        "rows": rows,
        "letter": before_sending.chased(actor=request.user, round=one, people=people),
        "people": len({person.pk for person in people}),
        "today": queues.chased_today(one),
    }
    return show_staff(request, "review/chase.html", context, back=back_to(one), section=SECTION)


@staff_button
def accept_many(request: HttpRequest, strategy: str, year: int) -> HttpResponse:
    """Tick, look once more, accept: all of them or none."""
    central_or_404(request)
    one = round_or_404(strategy, year)
    found = queues.queue_of(one)
    offered = queues.acceptable(found, request.user)
    ticked = request.POST.getlist("reports")
    chosen = [row for row in offered if row.report.department.slug in ticked]
    if request.POST.get("do") == "accept" and ticked:
        if len(chosen) != len(set(ticked)):
            raise NotPossible(
                "One of these reports was marked or accepted meanwhile, so none was accepted now: choose again."
            )
        review.accept_at_once(
            actor=request.user, reports=[row.report for row in chosen], seen=_seen(request, chosen)
        )
        messages.success(request, f"{count(len(chosen), 'report was', 'reports were')} accepted.")
        return redirect("review-round", strategy, year)
    missing = request.method == "POST" and not chosen
    context = {
        "round": one,
        "offered": offered,
        "chosen": chosen,
        "seen": in_review.digests([row.report for row in chosen]),
        "left_out": _left_out(found, len(offered)),
        "missing": missing,
        "has_errors": missing,
        "desk": lambda row: Desk(request.user, row.report, None),
    }
    return show_staff(
        request,
        "review/accept_many.html",
        context,
        back=back_to(one),
        section=SECTION,
        status=422 if missing else 200,
    )


def _seen(request: HttpRequest, chosen: list[Waiting]) -> dict[int, str] | None:
    """What each of them said when the page was shown: by the department's name in addresses."""
    said = dict(one.split(" ", 1) for one in request.POST.getlist("seen") if " " in one)
    return {row.report.pk: said.get(row.report.department.slug, "") for row in chosen} if said else None


def _left_out(found: Queue, offered: int) -> int:
    return len(found.waiting) - offered


def back_to(one: Round) -> tuple[str, str]:
    return (f"All reports of {one.year}", reverse("review-round", args=[one.strategy.slug, one.year]))
