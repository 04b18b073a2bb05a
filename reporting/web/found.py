"""How programs that look for pages understand them: one address for each page, and what it is (schema.org)."""

import json
from collections.abc import Callable, Mapping
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from markupsafe import Markup

Thing = dict[str, Any]
LICENCE = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
# What shows a part of another page's words: that page is the one to be found.
PARTS = {
    "paragraph": ("edition", ("strategy", "department", "year", "number")),
    "commitment-paragraph": ("commitment-version", ("strategy", "department", "number", "version")),
}


def canonical(request: HttpRequest) -> str:
    """The page's one address, without filters; empty where it is not for everybody, as in a preview."""
    match = request.resolver_match
    if match is None or not hasattr(match.func, "page") or hasattr(request, "preview"):
        return ""
    name, names = PARTS.get(match.url_name or "", ("", ()))
    path = reverse(name, args=[match.kwargs[one] for one in names]) if name else request.path
    return settings.SITE_ADDRESS + path


def described(request: HttpRequest, address: str, crumbs: list[tuple[str, str]], context: Mapping[str, Any]) -> Any:
    """A function that makes the page's description from its title: templates/base.html knows that."""

    def describe(title: str) -> Markup:
        name = unescape(str(title)).strip()
        graph = [_breadcrumbs(name, crumbs)] if crumbs else []
        match = request.resolver_match
        make = THINGS.get(match.url_name or "") if match else None
        if make:
            graph.insert(0, {"url": address, "name": name, **make(context)})
        if not graph:
            return Markup("")
        return as_data({"@context": "https://schema.org", "@graph": graph})

    return describe


def as_data(found: Thing) -> Markup:
    """Nothing in it can end the element that it stands in."""
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(f'<script type="application/ld+json">{text}</script>')  # noqa: S704 - escaped above


def _breadcrumbs(title: str, crumbs: list[tuple[str, str]]) -> Thing:
    rows = [
        {"@type": "ListItem", "position": place, "name": words, "item": _absolute(address)}
        for place, (words, address) in enumerate(crumbs, start=1)
    ]
    here = {"@type": "ListItem", "position": len(rows) + 1, "name": title}
    return {"@type": "BreadcrumbList", "itemListElement": [*rows, here]}


def _absolute(address: str) -> str:
    return address if urlsplit(address).scheme else settings.SITE_ADDRESS + address


# What there is on a page -------------------------------------------------------------------------------


def _organization(body: Any) -> Thing:
    return {
        "@type": "GovernmentOrganization",
        "name": body.name,
        "alternateName": body.acronym,
        "identifier": body.code,
        "url": _absolute(reverse("department", args=[body.slug])),
    }


def _department(context: Mapping[str, Any]) -> Thing:
    body = context["body"]
    dates = {"foundingDate": body.opened, "dissolutionDate": body.closed}
    return _organization(body) | {key: date.iso for key, date in dates.items() if date}


def _strategy(context: Mapping[str, Any]) -> Any:
    """However the page reads it."""
    return context["strategy"] if "strategy" in context else (context.get("reading") or context["found"]).strategy


def _report(context: Mapping[str, Any]) -> Thing:
    """The whole of what a department has reported, or of what it has said about one action."""
    strategy, reading = _strategy(context), context.get("reading")
    first, last = (reading.first_date, reading.latest_date) if reading else (None, None)
    found = {
        "@type": "Report",
        "author": _organization(context["body"]),
        "about": strategy.title,
        "inLanguage": "en-GB",
        "license": LICENCE,
    }
    if first and first.date_stated:
        found["datePublished"] = first.dated.iso
    if last:
        found["dateModified"] = last.dated.iso
    return found


def _edition(context: Mapping[str, Any]) -> Thing:
    strategy, body, edition = _strategy(context), context["body"], context["edition"]
    found = {
        "@type": "Report",
        "identifier": edition.reference,
        "version": str(edition.number),
        "author": _organization(body) | {"name": edition.name, "alternateName": edition.acronym},
        "about": strategy.title,
        "temporalCoverage": str(edition.year),
        "inLanguage": "en-GB",
        "license": LICENCE,
        "isPartOf": {"@type": "Report", "url": _absolute(reverse("report", args=[strategy.slug, body.slug]))},
    }
    if edition.date_stated:
        found["datePublished"] = edition.dated.iso
    return found


def _data_set(context: Mapping[str, Any]) -> Thing:
    strategy, round = _strategy(context), context.get("round")
    found = {
        "@type": "Dataset",
        "description": f"What departments have committed to, planned and reported under {strategy.title}, in their "
        "own words: action by action and year by year.",
        "identifier": strategy.code,
        "license": LICENCE,
        "isAccessibleForFree": True,
        "inLanguage": "en-GB",
    }
    if round:
        found["temporalCoverage"] = str(round.year)
    return found


def _matrix(context: Mapping[str, Any]) -> Thing:
    address = _absolute(reverse("matrix-csv", args=[_strategy(context).slug]))
    file = {"@type": "DataDownload", "encodingFormat": "text/csv", "contentUrl": address}
    return _data_set({"strategy": _strategy(context)}) | {"distribution": [file]}


THINGS: dict[str, Callable[[Mapping[str, Any]], Thing]] = {
    "department": _department,
    "report": _report,
    "story": _report,
    "edition": _edition,
    "strategy": _data_set,
    "year": _data_set,
    "matrix": _matrix,
}
