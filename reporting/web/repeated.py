"""Repeated words, said on a page: in neutral words, each with the address where they stand again."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from reporting.domain import repeats
from reporting.domain.published import Body, EntryView
from reporting.domain.similarity import Place
from strategy.models import Strategy

MOST = 4  # places that are named


@dataclass(frozen=True, slots=True)
class Repeated:
    """`places`: for each text of the page where it stands again. `address`: of such a place."""

    places: Mapping[Place, list[Place]]
    bodies: Mapping[int, Body]
    address: Callable[[Place], str]

    def of(self, department: int, action: int, year: int, kind: str) -> list[tuple[str, str]]:
        """Words and address of the first places; the last words may say how many more there are, without one."""
        own = Place(action, year, kind, department)
        found = self.places.get(own, [])
        said = [(self._words(own, place), self.address(place)) for place in found[:MOST]]
        if len(found) > MOST:
            more = len(found) - MOST
            said.append((f"{more} more place{'' if more == 1 else 's'}", ""))
        return said

    def _words(self, own: Place, place: Place) -> str:
        words = str(place)
        if place.department != own.department:
            words = f"{self.bodies[place.department].name}’s {words}"
        return words if place.action == own.action else f"{words}, action {place.action}"


def of_action(
    strategy: Strategy, at: datetime, entries: Iterable[EntryView], bodies: Mapping[int, Body], action: int
) -> Repeated:
    """Of some departments on one action: in all that they have published, and in all on the action."""
    shown = repeats.texts(entries)
    departments = {place.department for place, _ in shown}
    others = repeats.elsewhere(strategy, at, shown, departments=departments, action=action)
    return Repeated(repeats.marks(shown, others), bodies, in_stories(strategy.slug, bodies))


def of_department(
    strategy: Strategy, at: datetime, entries: Iterable[EntryView], bodies: Mapping[int, Body], department: int
) -> Repeated:
    """Of some entries of one department, in all that it has published."""
    shown = repeats.texts(entries)
    others = repeats.elsewhere(strategy, at, shown, departments=[department])
    return Repeated(repeats.marks(shown, others), bodies, in_stories(strategy.slug, bodies))


def in_stories(strategy: str, bodies: Mapping[int, Body]) -> Callable[[Place], str]:
    """Each year of a pair has its place in the pair's story."""

    def address(place: Place) -> str:
        story = reverse("story", args=[strategy, bodies[place.department].slug, place.action])
        return f"{story}#year-{place.year}"

    return address
