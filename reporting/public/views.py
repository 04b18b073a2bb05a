"""Pages for anyone. They read through `published` and nothing else."""

from datetime import datetime

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache

from reporting.domain import corrections, differences, published, references, wordings
from reporting.domain.corrections import Withdrawal
from reporting.domain.differences import Changes
from reporting.domain.published import EditionView, EntryView
from reporting.web import assembly
from reporting.web.access import department_or_404, number_or_404, strategy_or_404
from reporting.web.pages import Crumb, public, show
from reporting.web.reading import Reading, add_texts, read
from reporting.web.repeated import of_department
from reporting.web.report import report_context, years
from strategy.models import Strategy


def _home() -> Crumb:
    """Of the site, or of a preview of it."""
    return "Home", reverse("home")


def _crumbs(strategy: Strategy, *more: Crumb) -> list[Crumb]:
    return [_home(), (strategy.title, reverse("strategy", args=[strategy.slug])), *more]


@public
def strategies(request: HttpRequest, *, at: datetime) -> HttpResponse:
    context = {"strategies": published.strategies()}
    return show(request, "public/strategies.html", context, crumbs=[_home()], section="strategies")


@public
def report(request: HttpRequest, strategy: str, department: str, *, at: datetime) -> HttpResponse:
    found, body = strategy_or_404(strategy), department_or_404(department)
    reading = read(found, at, department=body.pk, texts=False, replaced=True)
    if not (reading.standings or reading.versions):
        raise Http404
    pages = years(reading, request.GET.get("before", ""))
    add_texts(reading, years=range(min(pages.here.rows, default=0) - 1, max(pages.here.rows, default=0) + 1))
    context = report_context(reading, body.pk, pages)
    address = reverse("report", args=[found.slug, body.slug])
    context["address"] = lambda before: f"{address}?before={before}" if before else address
    return show(
        request, "public/report.html", context, crumbs=_crumbs(found), section="departments", notice=found.notice
    )


@public
def story(request: HttpRequest, strategy: str, department: str, number: int, *, at: datetime) -> HttpResponse:
    found, body = strategy_or_404(strategy), department_or_404(department)
    reading = read(found, at, department=body.pk, action=number, replaced=True)
    number_or_404(number, reading.actions)
    if not (reading.standings or reading.versions):
        raise Http404
    view = reading.bodies[body.pk]
    versions = reading.versions.get((body.pk, number), [])
    address = reverse("report", args=[found.slug, body.slug])
    context = {
        "reading": reading,
        "body": view,
        "action": reading.actions[number],
        "years": assembly.story(reading, body.pk, number),
        "versions": versions,
        "current": reading.version(body.pk, number),
        "steps": wordings.of_commitment(versions),
        "milestones": published.milestones(found, action=number, department=body.pk),
        "repeats": of_department(found, at, reading.entries.values(), reading.bodies, body.pk),
        "reference": references.pair(found.code, number, body.code),
    }
    return show(
        request,
        "public/story.html",
        context,
        crumbs=_crumbs(found, (f"{view.acronym}’s report", address)),
        section="departments",
        notice=found.notice,
    )


@public
def edition(
    request: HttpRequest, strategy: str, department: str, year: int, number: int, *, at: datetime
) -> HttpResponse:
    found, body = strategy_or_404(strategy), department_or_404(department)
    reading = read(found, at, department=body.pk, texts=False, replaced=True)
    chosen = next((one for one in reading.all_editions if (one.year, one.number) == (year, number)), None)
    if chosen is None:
        return _gone(request, reading, body.pk, year, number)
    before, entries, changed = _compared(reading, chosen)
    published.add_activities(found, entries, [chosen, *reading.editions], reading.rounds, at)
    current = next(one for one in reading.editions if one.report_id == chosen.report_id)
    address = reverse("report", args=[found.slug, body.slug])
    context = {
        "reading": reading,
        "body": reading.bodies[body.pk],
        "edition": chosen,
        "before": before,
        "changed": changed,
        "current": current,
        "entries": entries,
        "round": reading.round(year),
    }
    return show(
        request,
        "public/edition.html",
        context,
        crumbs=_crumbs(found, (f"{reading.bodies[body.pk].acronym}’s report", address)),
        section="departments",
        notice=found.notice,
    )


def _compared(reading: Reading, chosen: EditionView) -> tuple[EditionView | None, list[EntryView], Changes | None]:
    """The edition before, the entries of the chosen one, and what it changed."""
    same = [one for one in reading.all_editions if one.report_id == chosen.report_id]
    place = same.index(chosen)
    before = same[place - 1] if place else None
    rows = published.entries(reading.strategy, [chosen, before] if before else [chosen])
    entries = [row for row in rows if row.edition_id == chosen.id]
    if before is None:
        return None, entries, None
    changed = differences.between(
        [row for row in rows if row.edition_id == before.id],
        entries,
        answers=differences.answers_of(reading.strategy, rows),
        nil=(before.nil_reason, chosen.nil_reason),
    )
    return before, entries, changed


def _gone(request: HttpRequest, reading: Reading, body: int, year: int, number: int) -> HttpResponse:
    """410 for what had been public and was withdrawn, or went with the edition that had taken its place."""
    of_report = [one for one in reading.withdrawals if one.year == year]
    if not of_report:
        raise Http404
    one: Withdrawal | None = next((one for one in of_report if one.number == number), None)
    if one is None and (
        reading.standings[body, year].is_published
        or not corrections.was_public(of_report[-1].report_id, number, reading.at)
    ):
        raise Http404
    context = {
        "reading": reading,
        "body": reading.bodies[body],
        "year": year,
        "number": number,
        "own": one,
        "withdrawal": one or of_report[-1],
        "current": next((edition for edition in reading.editions if edition.year == year), None),
    }
    crumbs = _crumbs(reading.strategy)
    return show(
        request, "public/withdrawn.html", context, crumbs=crumbs, notice=reading.strategy.notice, status=410
    )


@public
def register(request: HttpRequest, *, at: datetime) -> HttpResponse:
    """Corrections and withdrawals across government."""
    before = request.GET.get("before", "")
    found = corrections.register(at, before=before)
    if found is None:
        raise Http404
    rows, has_more = found
    context = {"rows": rows, "has_more": has_more, "before": before}
    crumbs = [_home(), ("Changes", reverse("changes"))]
    return show(request, "public/corrections.html", context, crumbs=crumbs, section="changes")


def _plain_page(template: str) -> object:
    @public
    def view(request: HttpRequest, *, at: datetime) -> HttpResponse:
        return show(request, template, {}, crumbs=[_home()])

    return view


accessibility = _plain_page("public/accessibility.html")
privacy = _plain_page("public/privacy.html")
cookies = _plain_page("public/cookies.html")


@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. The database is not asked."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers and its tables are those of this version."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return HttpResponse("The database does not answer.\n", status=503, content_type="text/plain")
    if waiting:
        return HttpResponse(
            "Migrations are waiting: run manage.py migrate.\n", status=503, content_type="text/plain"
        )
    return HttpResponse("ok\n", content_type="text/plain")
