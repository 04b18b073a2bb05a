"""Feeds of what changed: all of it, of a strategy, of an action and of a department."""

from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from reporting.domain import published, references, register
from reporting.domain.changelog import Change, Wanted
from reporting.public import changes
from reporting.web import atom
from reporting.web.access import department_or_404, number_or_404, strategy_or_404
from reporting.web.pages import public, show
from strategy.models import Action


@public
def index(request: HttpRequest, *, at: datetime) -> HttpResponse:
    """The feeds, in words."""
    actions: dict[int, list[tuple[int, str]]] = {}
    rows = Action.objects.order_by("strategy_id", "number").values_list("strategy_id", "number", "short_name")
    for strategy, number, name in rows:
        actions.setdefault(strategy, []).append((number, name))
    strategies = published.strategies()
    context = {
        "strategies": [(one, actions.get(one.pk, [])) for one in strategies],
        "bodies": published.bodies(at).values(),
    }
    crumbs = [("Home", reverse("home")), ("Changes", reverse("changes"))]
    notice = changes.notices(strategies)
    return show(request, "public/feeds.html", context, crumbs=crumbs, section="changes", notice=notice)


@public
def everything(request: HttpRequest, *, at: datetime) -> HttpResponse:
    page = reverse("changes")
    return _feed(request, at, Wanted(), "changes", "Changes across government", page)


@public
def of_strategy(request: HttpRequest, strategy: str, *, at: datetime) -> HttpResponse:
    found = strategy_or_404(strategy)
    page = reverse("strategy-changes", args=[found.slug])
    return _feed(request, at, Wanted(strategy=found), f"strategy/{found.code}", f"Changes: {found.title}", page)


@public
def of_action(request: HttpRequest, strategy: str, number: int, *, at: datetime) -> HttpResponse:
    found = strategy_or_404(strategy)
    numbers = dict(Action.objects.filter(strategy=found).values_list("number", "short_name"))
    number_or_404(number, numbers)
    title = f"Changes: {references.action(found.code, number)} {numbers[number]}"
    page = reverse("action", args=[found.slug, number])
    name = f"action/{found.code}/{number}"
    return _feed(request, at, Wanted(strategy=found, action=number), name, title, page)


@public
def of_department(request: HttpRequest, department: str, *, at: datetime) -> HttpResponse:
    body = department_or_404(department)
    page = reverse("department", args=[body.slug])
    return _feed(request, at, Wanted(department=body), f"department/{body.code}", "Changes: {}", page)


def _feed(request: HttpRequest, at: datetime, wanted: Wanted, name: str, title: str, page: str) -> HttpResponse:
    bodies = published.bodies(at)
    if wanted.department:
        title = title.format(bodies[wanted.department.pk].name)
    after = register.place(request.GET.get("before", ""))
    found = register.page(wanted, at, bodies, after)
    own = request.path
    feed = atom.Feed(
        name=f"feed/{name}",
        title=title,
        subtitle="What was published, corrected, withdrawn, reworded or moved, the newest first.",
        own=_later(own, after),
        page=page,
        entries=[_entry(change) for change in found.changes],
        following=_later(own, found.next) if found.next else "",
    )
    return HttpResponse(atom.written(feed, at), content_type=atom.TYPE)


def _later(address: str, place: register.Place | None) -> str:
    return f"{address}?{urlencode({'before': register.address_of(place)})}" if place else address


def _entry(change: Change) -> atom.Entry:
    return atom.Entry(
        name=f"change/{change.place.reference}",
        title=change.title,
        address=changes.address(change),
        updated=change.place.moment,
        author=change.body,
        summary=summary(change),
        category=(change.kind, change.label),
    )


def summary(change: Change) -> str:
    """In words, what the register shows in marks too."""
    said = [f"{change.label}, {change.dated}"]
    if change.strategy_title:
        said.append(change.strategy_title)
    said += [f"{move.before} became {move.after}: {move}" for move in change.moves]
    if change.total:
        said.append(f"First promised for {change.total.before}: {change.total} in total")
    if change.why:
        said.append(f"{'Note' if change.kind == 'report' else 'Why'}: {change.why}")
    if change.authority:
        said.append(change.authority)
    if change.texts and change.texts.words:
        said.append(change.texts.words[:1].upper() + change.texts.words[1:])
    if change.texts and change.texts.after:
        said.append(f"The words now: {change.texts.after}")
    return "\n".join(one.rstrip(".") + "." for one in said)
