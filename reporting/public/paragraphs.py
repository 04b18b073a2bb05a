"""Permanent addresses of paragraphs: in an edition, and in a version of a commitment."""

from datetime import datetime

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import get_script_prefix, reverse

from reporting.domain import citing, published, references
from reporting.public import views
from reporting.web.access import department_or_404, number_or_404, strategy_or_404
from reporting.web.pages import Crumb, public, show
from strategy.models import Strategy


class Anchor:
    """In addresses: `3-progress-2`, and of a commitment's version `commitment-2`."""

    regex = r"(?:[0-9]{1,5}-)?[a-z]{1,10}-[0-9]{1,5}"

    def to_python(self, value: str) -> citing.Place:
        return citing.Place.of(value)

    def to_url(self, value: citing.Place | str) -> str:
        return str(value)


def _crumbs(strategy: Strategy, *more: Crumb) -> list[Crumb]:
    return [("Home", reverse("home")), (strategy.title, reverse("strategy", args=[strategy.slug])), *more]


def _permanent(request: HttpRequest) -> str:
    """In full; in a preview that which the page is going to have."""
    root = get_script_prefix() if hasattr(request, "preview") else "/"
    return f"{settings.SITE_ADDRESS}/{request.path.removeprefix(root)}"


@public
def in_edition(
    request: HttpRequest,
    strategy: str,
    department: str,
    year: int,
    number: int,
    anchor: citing.Place,
    *,
    at: datetime,
) -> HttpResponse:
    found, body = strategy_or_404(strategy), department_or_404(department)
    editions = published.editions(found, at, department=body.pk, replaced=True)
    edition = next((one for one in editions if (one.year, one.number) == (year, number)), None)
    if edition is None:  # never public, or withdrawn: that is for the edition's own address to say
        return views.edition.page(request, strategy, department, year, number, at=at)
    entries = published.entries(found, [edition], action=anchor.action)
    cited = citing.find(anchor, entries[0], citing.FIELDS) if entries else None
    if cited is None:
        raise Http404
    where, view = citing.words(anchor, year), published.bodies(at)[body.pk]
    current = next(one for one in editions if one.report_id == edition.report_id and one.is_public)
    address = _permanent(request)
    code = references.anchor(references.pair(found.code, anchor.action, body.code))
    context = {
        "strategy": found,
        "body": view,
        "action": published.actions(found, anchor.action)[anchor.action],
        "edition": edition,
        "current": current,
        "cited": cited,
        "where": where,
        "address": address,
        "citation": citing.citation(cited, where, edition, found, address),
        "place": f"{code}-{year}-{anchor.kind}-{anchor.number}",
    }
    report = (f"{view.acronym}’s report", reverse("report", args=[found.slug, body.slug]))
    of = reverse("edition", args=[found.slug, body.slug, year, number])
    crumbs = _crumbs(found, report, (f"{year}, edition {number}", of))
    return show(
        request, "public/paragraph.html", context, crumbs=crumbs, section="departments", notice=found.notice
    )


@public
def of_version(
    request: HttpRequest,
    strategy: str,
    department: str,
    number: int,
    version: int,
    anchor: citing.Place | None = None,
    *,
    at: datetime,
) -> HttpResponse:
    """A whole version of a commitment, or one paragraph of it."""
    found, body = strategy_or_404(strategy), department_or_404(department)
    actions = published.actions(found, number)
    number_or_404(number, actions)
    of_pair = published.versions(found, at, department=body.pk, action=number, replaced=True)
    rows = of_pair.get((body.pk, number), [])
    chosen = next((one for one in rows if one.number == version), None)
    view = published.bodies(at)[body.pk]
    context = {"strategy": found, "body": view, "action": actions[number], "version": chosen, "number": version}
    crumbs = _crumbs(found, (f"{view.acronym}’s story", reverse("story", args=[found.slug, body.slug, number])))
    frame = {"crumbs": crumbs, "section": "departments", "notice": found.notice}
    if chosen is None:
        gone = citing.withdrawn_version(found, at, department=body.pk, action=number, number=version)
        if gone is None:
            raise Http404
        return show(request, "public/version_withdrawn.html", {**context, "gone": gone}, status=410, **frame)
    context["current"] = next(one for one in reversed(rows) if one.is_public)
    context["code"] = references.anchor(references.pair(found.code, number, body.code))
    if anchor is None:
        return show(request, "public/version.html", context, **frame)
    cited = None if anchor.action else citing.find(anchor, chosen, citing.OF_VERSIONS)
    if cited is None:
        raise Http404
    address = _permanent(request)
    context |= {
        "cited": cited,
        "address": address,
        "citation": citing.version_citation(cited, chosen, view.name, found, address),
    }
    return show(request, "public/version_paragraph.html", context, **frame)
