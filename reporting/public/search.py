"""Search over what is public."""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from reporting.domain import references, searching
from reporting.domain.searching import Found, Hit
from reporting.models import Part
from reporting.public.search_form import SearchForm
from reporting.web.pages import public, show

# Of each part what stands after the name of who said it.
SAID: dict[str, str] = {
    Part.PROGRESS: "progress during {}",
    Part.PLANNED: "planned activities in {}",
    Part.NOTES: "notes in the report for {}",
    Part.REASON: "why not applicable in {}",
    Part.EVIDENCE: "evidence for {}",
    Part.ASSESSMENT: "assessment of {}",
}
COMMITTED: dict[str, str] = {Part.NOTES: "notes on the commitment", Part.REASON: "why not applicable"}


@public
def search(request: HttpRequest, *, at: datetime) -> HttpResponse:
    asked = request.GET.get("q", "")
    query, words = searching.cleaned(asked), searching.words_of(asked)
    offered = searching.offered(at, request.GET.get("strategy", ""))
    form = SearchForm(request.GET, offered=offered)
    narrowed = form.narrowed()
    page = _number(request.GET.get("page", ""))
    try:
        found, status = searching.search(words, at, page=page, **form.keys()), 200
    except searching.Unavailable:
        found, status = Found(0, []), 503
    said = {"q": query, **narrowed}
    context = {
        "query": query,
        "words": words,
        "is_down": status == 503,
        "is_cut": searching.is_cut(asked),
        "form": SearchForm(initial=said, offered=offered),
        "found": found,
        "results": [_result(hit, offered.departments) for hit in found.hits],
        # Each filter with the address of the same search without it.
        "chips": [(label, address(_without(said, name))) for name, label in form.labels().items()],
        "unfiltered": address({"q": query}),
        "each": [(word, address({**said, "q": word})) for word in words] if len(words) > 1 else [],
        "before": address({**said, "page": str(found.page - 1)}) if found.page > 1 else "",
        "after": address({**said, "page": str(found.page + 1)}) if found.page < found.pages else "",
    }
    crumbs = [("Home", reverse("home"))]
    return show(request, "public/search.html", context, crumbs=crumbs, section="search", status=status)


def address(said: dict[str, str]) -> str:
    return f"{reverse('search')}?{urlencode(said)}"


def _without(said: dict[str, str], name: str) -> dict[str, str]:
    return {one: value for one, value in said.items() if one != name}


def _number(said: str) -> int:
    return int(said) if said.isascii() and said.isdigit() and len(said) < 5 else 1


def _result(hit: Hit, names: Mapping[str, tuple[int, str]]) -> dict[str, object]:
    """Where it leads, what the link says, and what stands below the words."""
    one = hit.passage
    action, strategy, department = one.action, one.strategy, one.department
    number, slug = action.number, strategy.slug
    if one.wording:
        href = reverse("action", args=[slug, number])
        title = f"Action {number}: {action.short_name}, as worded in {one.wording.dated}"
        reference = references.action(strategy.code, number)
    else:
        href = reverse("story", args=[slug, department.slug, number])
        reference = references.pair(strategy.code, number, department.code)
        if one.edition:
            href += f"#year-{one.year}"
            title = f"{one.edition.department_name}, action {number}: {SAID[one.part].format(one.year)}"
        else:
            said = COMMITTED.get(one.part, "commitment")
            when = one.version.dated or one.version.known_from
            title = f"{names[department.slug][1]}, action {number}: {said}, {when}"
    below = f"{action.short_name}. {strategy.title}. {reference}"
    return {"href": href, "title": searching.pieces(title, hit.names), "snippet": hit.snippet, "below": below}
