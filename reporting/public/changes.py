"""What changed: the register of changes and corrections, across government and of one strategy."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from reporting.domain import published, register
from reporting.domain.changelog import KINDS, Change, Wanted
from reporting.domain.published import Body
from reporting.web.access import strategy_or_404
from reporting.web.pages import Crumb, public, show
from strategy.models import Action, Department, Strategy

FOLDED = 60  # words; a longer difference is unfolded by who wants to read it


class ChangeFilter(forms.Form):
    """Whose changes, and of what kind. An action is one of a strategy's, so only its own register offers them."""

    strategy = forms.ChoiceField(required=False, label="Strategy")
    action = forms.TypedChoiceField(coerce=int, empty_value=None, required=False, label="Action")
    department = forms.ChoiceField(required=False, label="Department")
    kind = forms.ChoiceField(required=False, label="Kind of change")

    def __init__(self, *args: Any, choices: dict[str, list[tuple[Any, str]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in list(self.fields):
            if name in choices:
                self.fields[name].choices = choices[name]  # type: ignore[attr-defined]
            else:
                del self.fields[name]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True  # a GET form: it changes nothing, and public pages carry no token
        self.helper.layout = Layout(*self.fields)

    def chosen(self) -> dict[str, Any]:
        """What was asked for and is offered."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


@dataclass(frozen=True, slots=True)
class Shown:
    change: Change
    address: str
    folds: bool
    is_ahead: bool


def address(change: Change) -> str:
    """The page where the change can be read."""
    if change.year:
        of = [change.strategy, change.department, change.year, change.number]
        return reverse("edition", args=of)
    if change.kind == "department":
        return reverse("department", args=[change.department])
    if change.department and change.kind != "withdrawal":
        return reverse("story", args=[change.strategy, change.department, change.action])
    return reverse("action", args=[change.strategy, change.action])


@public
def everywhere(request: HttpRequest, *, at: datetime) -> HttpResponse:
    return _register(request, at, None)


@public
def of_strategy(request: HttpRequest, strategy: str, *, at: datetime) -> HttpResponse:
    return _register(request, at, strategy_or_404(strategy))


def _register(request: HttpRequest, at: datetime, strategy: Strategy | None) -> HttpResponse:
    bodies = published.bodies(at)
    strategies = [] if strategy else published.strategies()
    choices = _choices(bodies, strategies, strategy)
    chosen = ChangeFilter(request.GET, choices=choices).chosen()
    after = register.place(request.GET.get("before", ""))
    wanted = Wanted(
        strategy=strategy or next((one for one in strategies if one.slug == chosen.get("strategy")), None),
        department=_department(bodies, chosen.get("department", "")),
        action=chosen.get("action"),
        kind=chosen.get("kind", ""),
    )
    page = register.page(wanted, at, bodies, after)
    here = reverse("strategy-changes", args=[strategy.slug]) if strategy else reverse("changes")
    context = {
        "strategy": strategy,
        "wanted": wanted,
        "form": ChangeFilter(initial=chosen, choices=choices),
        "rows": [Shown(one, address(one), _folds(one), one.is_ahead(at)) for one in page.changes],
        "here": here,
        "newest": f"{here}?{urlencode(chosen)}" if chosen else here,
        "is_later": after is not None,
        "is_filtered": bool(chosen),
        "earlier": f"{here}?{urlencode({**chosen, 'before': register.address_of(page.next)})}" if page.next else "",
        "feed": feed_of(wanted),
    }
    return show(
        request,
        "public/changes.html",
        context,
        crumbs=_crumbs(strategy),
        section="changes",
        notice=strategy.notice if strategy else notices(strategies),
    )


def notices(strategies: list[Strategy]) -> str:
    """Where several stand on one page: whose sentences they are."""
    lines = [(one.title, line) for one in strategies for line in one.notice.splitlines()]
    return "\n".join(f"{title}: {line}" for title, line in lines if line.strip())


def _crumbs(strategy: Strategy | None) -> list[Crumb]:
    home = ("Home", reverse("home"))
    return [home, (strategy.title, reverse("strategy", args=[strategy.slug]))] if strategy else [home]


def _choices(
    bodies: dict[int, Body], strategies: list[Strategy], strategy: Strategy | None
) -> dict[str, list[tuple[Any, str]]]:
    found: dict[str, list[tuple[Any, str]]] = {}
    if strategy:
        numbered = Action.objects.filter(strategy=strategy).order_by("number").values_list("number", "short_name")
        found["action"] = [("", "Any action"), *((number, f"{number} {name}") for number, name in numbered)]
    else:
        found["strategy"] = [("", "Any strategy"), *((one.slug, one.title) for one in strategies)]
    found["department"] = [("", "Any department"), *((body.slug, body.name) for body in bodies.values())]
    found["kind"] = [("", "Any kind"), *KINDS.items()]
    return found


def _department(bodies: dict[int, Body], slug: str) -> Department | None:
    body = next((one for one in bodies.values() if one.slug == slug), None)
    return Department(pk=body.id, code=body.code, slug=body.slug) if body else None


def _folds(change: Change) -> bool:
    return bool(change.texts) and sum(len(piece.words.split()) for piece in change.texts.pieces) > FOLDED


def feed_of(wanted: Wanted) -> str:
    """The feed that holds these changes, and as few others as can be."""
    if wanted.strategy and wanted.action is not None:
        return reverse("feed-action", args=[wanted.strategy.slug, wanted.action])
    if wanted.department:
        return reverse("feed-department", args=[wanted.department.slug])
    if wanted.strategy:
        return reverse("feed-strategy", args=[wanted.strategy.slug])
    return reverse("feed-changes")
