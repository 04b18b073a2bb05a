"""The map of the public pages for programs that look for pages (the sitemap protocol), and what those may read."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from markupsafe import escape

from reporting.domain import published
from reporting.domain import sitemap as pages
from reporting.domain.sitemap import Moment
from reporting.web.access import number_or_404, strategy_or_404
from reporting.web.pages import public
from strategy.models import Action

SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
ALONE = ("home", "strategies", "departments", "search", "changes", "corrections", "feeds", "alerts")
ALONE_TOO = ("accessibility", "privacy", "cookies")
STAFF = ("account", "admin", "audit", "filing", "publishing", "review")
Row = tuple[str, Moment]


def _written(kind: str, rows: Iterable[Row]) -> HttpResponse:
    """`kind`: urlset, of pages, or sitemapindex, of other maps."""
    one = "url" if kind == "urlset" else "sitemap"
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<{kind} xmlns="{SPACE}">']
    for address, moment in rows:
        when = (
            f"<lastmod>{moment.astimezone(timezone.get_default_timezone()).isoformat()}</lastmod>" if moment else ""
        )
        lines.append(f"<{one}><loc>{escape(settings.SITE_ADDRESS + address)}</loc>{when}</{one}>")
    lines.append(f"</{kind}>\n")
    return HttpResponse("\n".join(lines), content_type="application/xml")


def _row(name: str, *arguments: Any, moment: Moment = None) -> Row:
    return reverse(name, args=arguments), moment


@public
def index(request: HttpRequest, *, at: datetime) -> HttpResponse:
    """One map for each strategy and one for each of its actions: none comes near to the limit of 50,000 pages."""
    actions = Action.objects.order_by("strategy__slug", "number").values_list("strategy__slug", "number")
    rows = [_row("sitemap-pages")]
    rows += [_row("sitemap-strategy", one.slug) for one in published.strategies()]
    rows += [_row("sitemap-action", *one) for one in actions]
    return _written("sitemapindex", rows)


@public
def everywhere(request: HttpRequest, *, at: datetime) -> HttpResponse:
    """What belongs to no strategy."""
    rows = [_row(name) for name in (*ALONE, *ALONE_TOO)]
    rows += [_row("department", slug, moment=moment) for slug, moment in pages.of_departments(at)]
    return _written("urlset", rows)


@public
def of_strategy(request: HttpRequest, strategy: str, *, at: datetime) -> HttpResponse:
    """Without what each department says of each action: that is in the maps of the actions."""
    found = strategy_or_404(strategy)
    return _written("urlset", _of_strategy(found.slug, pages.of_strategy(found, at)))


def _of_strategy(slug: str, found: pages.Pages) -> Iterator[Row]:
    for name in ("strategy", "matrix", "compare", "strategy-changes"):
        yield _row(name, slug, moment=found.latest)
    for number in found.actions:
        yield _row("action", slug, number, moment=found.latest)
    for year in found.years:
        yield _row("year", slug, year, moment=found.changed.get(year))
        yield _row("plans", slug, year + 1, moment=found.latest)
    for department in found.reports:
        yield _row("report", slug, department, moment=found.changed.get(department))
        yield _row("book-department", slug, department, moment=found.changed.get(department))
    for department, year in found.plans:
        yield _row("department-plans", slug, department, year, moment=found.changed.get(department))
    for department, year, number, moment in found.editions:
        yield _row("edition", slug, department, year, number, moment=moment)


@public
def of_action(request: HttpRequest, strategy: str, number: int, *, at: datetime) -> HttpResponse:
    """Its stories, the versions of its commitments, and its plans."""
    found = strategy_or_404(strategy)
    of, slug = pages.of_strategy(found, at), found.slug
    number_or_404(number, of.actions)
    rows = [_row("story", slug, one, number, moment=of.changed.get(one)) for one in of.stories(number)]
    for department, action, version, moment in of.versions:
        if action == number:
            rows.append(_row("commitment-version", slug, department, number, version, moment=moment))
    rows += [_row("book-action", slug, number, year, moment=of.changed.get(year)) for year in of.years]
    rows += [_row("action-plans", slug, number, year + 1, moment=of.latest) for year in of.years]
    return _written("urlset", rows)


@public
def robots(request: HttpRequest, *, at: datetime) -> HttpResponse:
    """What is for people who are signed in, and what a link in a mail leads to, is not to be looked at."""
    closed = [*(f"/{path}/" for path in STAFF), reverse("alerts") + "confirm/", reverse("alerts") + "stop/"]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    lines += ["", f"Sitemap: {settings.SITE_ADDRESS}{reverse('sitemap')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
