"""The history of everything, of a report and of an entry: to filter, to page through, and the same as CSV."""

import csv
import re
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from reporting.audit.forms import HistoryFilter
from reporting.domain import audit, events, filing, history, provenance, references, timeline
from reporting.domain.history import Wanted
from reporting.domain.timeline import Moment, Place
from reporting.models import DraftSave, Edition, Event, Report
from reporting.web.access import Desk, auditor_or_404, desk_or_404
from reporting.web.pages import Crumb, show_staff, staff
from strategy.models import Action, Department, Strategy

PER_PAGE = 50
REPORT = re.compile(r"(?P<strategy>[^/]+)/(?P<department>[^/]+)/(?P<year>\d{4})(?:/(?P<rest>e?\d+))?")
HARMFUL = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would take for a formula
COLUMNS = ["sequence", "time", "what", "who", "name", "about", "details", "data", "previous", "digest"]
BACK: Crumb = ("History and verification", "/audit/")


@staff
def everything(request: HttpRequest) -> HttpResponse:
    auditor_or_404(request)
    form = HistoryFilter(request.GET)
    rows = history.events_of(form.wanted())
    context = {"csv": reverse("audit-events-csv")}
    return _show(request, "audit/events.html", form, rows, None, context, back=BACK)


@staff
def everything_csv(request: HttpRequest) -> HttpResponseBase:
    auditor_or_404(request)
    return _as_csv("history.csv", history.events_of(HistoryFilter(request.GET).wanted()), None)


@staff
def report(request: HttpRequest, strategy: str, year: int, department: str) -> HttpResponse:
    desk = _desk(request, strategy, year, department)
    form = HistoryFilter(request.GET)
    rows = history.events_of(form.wanted(), history.about_report(desk.report))
    context = {
        "desk": desk,
        "reference": filing.reference(desk.report),
        "csv": desk.address("audit-report-csv"),
        "actions": Action.objects.filter(strategy=desk.report.round.strategy).order_by("number"),
    }
    return _show(request, "audit/report.html", form, rows, None, context, back=BACK)


@staff
def report_csv(request: HttpRequest, strategy: str, year: int, department: str) -> HttpResponseBase:
    desk = _desk(request, strategy, year, department)
    rows = history.events_of(HistoryFilter(request.GET).wanted(), history.about_report(desk.report))
    return _as_csv(f"{_file_name(desk.report)}.csv", rows, None)


@staff
def entry(request: HttpRequest, strategy: str, year: int, department: str, number: int) -> HttpResponse:
    """With `edition`: at the top, how the words of that edition came about."""
    desk = _desk(request, strategy, year, department)
    action = get_object_or_404(Action, strategy=desk.report.round.strategy, number=number)
    form = HistoryFilter(request.GET, saves=True, subject=False)
    rows, saves = _of_entry(desk.report, number, form.wanted())
    named = Department.objects.named(timezone.localdate()).get(pk=desk.report.department_id)
    context = {
        "desk": desk,
        "action": action,
        "body": named,
        "reference": references.pair(desk.report.round.strategy.code, number, desk.report.department.code),
        "csv": desk.address("audit-entry-csv", number),
        "origin": _origin(request, desk.report, number),
        "words_of": history.words_of,
        "verdict": audit.last_verdict(),
    }
    back = (f"{desk.report.department.code}’s report for {year}", desk.address("audit-report"))
    return _show(request, "audit/entry.html", form, rows, saves, context, back=back)


@staff
def entry_csv(request: HttpRequest, strategy: str, year: int, department: str, number: int) -> HttpResponseBase:
    desk = _desk(request, strategy, year, department)
    get_object_or_404(Action, strategy=desk.report.round.strategy, number=number)
    wanted = HistoryFilter(request.GET, saves=True, subject=False).wanted()
    return _as_csv(f"{_file_name(desk.report)}-{number}.csv", *_of_entry(desk.report, number, wanted))


def _desk(request: HttpRequest, strategy: str, year: int, department: str) -> Desk:
    auditor_or_404(request)
    return desk_or_404(request, strategy, year, department)


def _of_entry(report: Report, number: int, wanted: Wanted) -> tuple[QuerySet[Event], QuerySet[DraftSave]]:
    rows = history.events_of(wanted, history.about_entry(report, number))
    return rows, history.saves_of(wanted, report, number)


def _origin(request: HttpRequest, report: Report, number: int) -> provenance.Origin | None:
    asked = request.GET.get("edition", "")
    if not asked:
        return None
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 5):
        raise Http404
    edition = get_object_or_404(Edition, report=report, number=int(asked))
    edition.report = report
    return provenance.origin(edition, number)


def _show(
    request: HttpRequest,
    template: str,
    form: HistoryFilter,
    rows: QuerySet[Event],
    saves: QuerySet[DraftSave] | None,
    context: dict[str, Any],
    *,
    back: Crumb,
) -> HttpResponse:
    after = Place.parse(request.GET.get("after", ""))
    moments, following = timeline.page(rows, saves, after, PER_PAGE)
    query = request.GET.copy()
    query.pop("after", None)
    filtered = query.urlencode()
    if following:
        query["after"] = str(following)
    context |= {
        "form": form,
        "moments": moments,
        "count": rows.count() + (saves.count() if saves is not None else 0),
        "first": not request.GET.get("after"),
        "earlier": query.urlencode() if following else "",
        "filtered": filtered,
        "wanted": form.wanted(),
        "has_errors": bool(form.errors),
        "link": _links(),
        "people": timeline.people_of(moments),
    }
    return show_staff(request, template, context, back=back, section="audit")


def _links() -> Any:
    """From a reference to the page of its history; nothing where there is none."""
    strategies = dict(Strategy.objects.values_list("code", "slug"))
    departments = dict(Department.objects.values_list("code", "slug"))

    def link(subject: str) -> str:
        found = REPORT.fullmatch(subject)
        if not found or found["strategy"] not in strategies or found["department"] not in departments:
            return f"{reverse('audit-events')}?subject={subject}"
        given = [strategies[found["strategy"]], int(found["year"]), departments[found["department"]]]
        number = found["rest"] or ""
        if number.isdecimal():
            return reverse("audit-entry", args=[*given, int(number)])
        return reverse("audit-report", args=given)

    return link


# As CSV -----------------------------------------------------------------------------------------------


class _Echo:
    """A file that gives back what is written to it: a row of a streamed table."""

    def write(self, row: str) -> str:
        return row


def _as_csv(name: str, rows: QuerySet[Event], saves: QuerySet[DraftSave] | None) -> StreamingHttpResponse:
    writer = csv.writer(_Echo())

    def lines() -> Iterator[str]:
        yield "\ufeff" + writer.writerow(COLUMNS)
        for moment in timeline.line(rows, saves):
            yield writer.writerow([_harmless(value) for value in _cells(moment)])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _cells(moment: Moment) -> list[Any]:
    event, save = moment.event, moment.save
    details = "; ".join(f"{label}: {value}" for label, value in moment.details)
    who = [f"person/{moment.actor.pk}", str(moment.actor)]
    if event:
        about = [event.subject, details, event.data, event.previous, event.digest]
        return [event.sequence, events.moment(event.at), moment.words, *who, *about]
    assert save
    return ["", events.moment(save.saved_at), moment.words, *who, f"save {save.pk}", details, "", "", save.digest]


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(HARMFUL) else value


def _file_name(report: Report) -> str:
    return filing.reference(report).replace("/", "-")
