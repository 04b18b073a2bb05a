"""Every page that anyone can ask for: each pattern of the public URL conf with each object that it can name."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

from django.urls import reverse

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
        for arguments in arguments_of(pattern.name)
    ]


def first_of_each() -> list[Page]:
    """One page of each kind; files, whose addresses end without a slash, are none."""
    return list({page.name: page for page in reversed(every_page()) if page.address.endswith("/")}.values())


def arguments_of(name: str) -> Iterator[tuple[Any, ...]]:
    """A new page fails here until it is added: then all that is tested of pages is tested of it too."""
    actions = Action.objects.values_list("strategy__slug", "number")
    departments = list(Department.objects.values_list("slug", flat=True))
    match name:
        case "alerts" | "alerts-sent":
            yield ()
        case "alerts-confirm" | "alerts-stop":  # made for who has the link in a mail: tests/mail/test_alerts.py
            yield from ()
        case "home" | "search" | "strategies" | "departments" | "corrections" | "accessibility" | "privacy" | "cookies":
            yield ()
        case "strategy" | "matrix" | "matrix-csv" | "compare":
            yield from Strategy.objects.values_list("slug")
        case "action":
            yield from actions
        case "book-action":
            years = Round.objects.values_list("strategy__slug", "year")
            yield from ((*action, year) for action in actions for of, year in years if of == action[0])
        case "report" | "book-department":
            yield from product(Strategy.objects.values_list("slug", flat=True), departments)
        case "story":
            yield from (
                (strategy, department, number) for strategy, number in actions for department in departments
            )
        case "year":
            yield from Round.objects.values_list("strategy__slug", "year")
        case "edition":
            yield from Edition.objects.values_list(
                "report__round__strategy__slug", "report__department__slug", "report__round__year", "number"
            )
        case "plans":
            yield from _planned_for()
        case "department-plans":
            yield from ((strategy, body, year) for strategy, year in _planned_for() for body in departments)
        case "action-plans":
            yield from ((*action, year) for action in actions for of, year in _planned_for() if of == action[0])
        case "paragraph":
            yield from ((*edition, "1-progress-1") for edition in arguments_of("edition"))
        case "commitment-version":
            yield from CommitmentVersion.objects.values_list(
                "commitment__action__strategy__slug",
                "commitment__department__slug",
                "commitment__action__number",
                "number",
            )
        case "commitment-paragraph":
            yield from ((*version, "commitment-1") for version in arguments_of("commitment-version"))
        case "changes" | "feeds" | "feed-changes":
            yield ()
        case "strategy-changes" | "feed-strategy":
            yield from Strategy.objects.values_list("slug")
        case "feed-action":
            yield from actions
        case "department" | "feed-department":
            yield from Department.objects.values_list("slug")
        case _:
            raise AssertionError(f"Say in tests/public/pages.py which objects the page {name} is made for.")


def _planned_for() -> Iterator[tuple[str, int]]:
    """Each round's reports plan for the year after."""
    for strategy, year in Round.objects.values_list("strategy__slug", "year"):
        yield strategy, year + 1
