"""Every page that anyone can ask for: each pattern of the public URL conf with each object that it can name."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import product
from typing import Any

from django.urls import URLPattern, reverse

from reporting.models import Edition, Round
from reporting.public.urls import urlpatterns
from strategy.models import Action, CommitmentVersion, Department, Strategy

MACHINES = {"healthz", "readyz", "robots"}  # asked by machines, not pages
MACHINES |= {"sitemap", "sitemap-pages", "sitemap-strategy", "sitemap-action"}


@dataclass(frozen=True)
class Page:
    name: str
    address: str


def every_page() -> list[Page]:
    """Those too that must not be there, such as the address of an edition that is not public."""
    return [
        Page(pattern.name, reverse(pattern.name, args=arguments))
        for pattern in urlpatterns
        if pattern.name not in MACHINES
        for arguments in arguments_of(pattern)
    ]


def first_of_each() -> list[Page]:
    """One page of each kind; files, whose addresses end without a slash, are none."""
    return list({page.name: page for page in reversed(every_page()) if page.address.endswith("/")}.values())


def arguments_of(pattern: URLPattern) -> list[tuple[Any, ...]]:
    """A page of a new kind fails here until it is added: then all that is tested of pages is tested of it too."""
    names = tuple(pattern.pattern.converters)
    assert names in OBJECTS, f"Say in tests/public/pages.py which objects the page {pattern.name} is made for."
    planned = "plans" in pattern.name  # a round's reports plan for the year after
    return [(*found[:-1], found[-1] + 1) if planned else found for found in OBJECTS[names]()]


def _of_strategies() -> list[tuple[Any, ...]]:
    return list(Strategy.objects.values_list("slug"))


def _of_departments() -> list[tuple[Any, ...]]:
    return list(Department.objects.values_list("slug"))


def _actions() -> list[tuple[Any, ...]]:
    return list(Action.objects.values_list("strategy__slug", "number"))


def _rounds() -> list[tuple[Any, ...]]:
    return list(Round.objects.values_list("strategy__slug", "year"))


def _editions() -> list[tuple[Any, ...]]:
    of = ("report__round__strategy__slug", "report__department__slug", "report__round__year", "number")
    return list(Edition.objects.values_list(*of))


def _versions() -> list[tuple[Any, ...]]:
    pair = ("commitment__action__strategy__slug", "commitment__department__slug", "commitment__action__number")
    return list(CommitmentVersion.objects.values_list(*pair, "number"))


# By what an address names, in its order.
OBJECTS: dict[tuple[str, ...], Callable[[], Iterable[tuple[Any, ...]]]] = {
    (): lambda: [()],
    ("token",): list,  # made for who has the link in a mail: tests/mail/test_alerts.py
    ("strategy",): _of_strategies,
    ("department",): _of_departments,
    ("strategy", "number"): _actions,
    ("strategy", "year"): _rounds,
    ("strategy", "department"): lambda: [(*a, *b) for a, b in product(_of_strategies(), _of_departments())],
    ("strategy", "department", "number"): lambda: [
        (strategy, *body, number) for (strategy, number), body in product(_actions(), _of_departments())
    ],
    ("strategy", "number", "year"): lambda: [
        (*action, year) for action, (of, year) in product(_actions(), _rounds()) if of == action[0]
    ],
    ("strategy", "department", "year"): lambda: [
        (strategy, *body, year) for (strategy, year), body in product(_rounds(), _of_departments())
    ],
    ("strategy", "department", "year", "number"): _editions,
    ("strategy", "department", "year", "number", "anchor"): lambda: [(*of, "1-progress-1") for of in _editions()],
    ("strategy", "department", "number", "version"): _versions,
    ("strategy", "department", "number", "version", "anchor"): lambda: [
        (*of, "commitment-1") for of in _versions()
    ],
}
