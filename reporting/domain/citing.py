"""One paragraph of what was published, by an address that never changes, and the words to cite it with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q

from reporting.domain import text
from reporting.domain.published import EditionView, EntryView, VersionView
from reporting.domain.text import Statement
from reporting.models import Publication
from strategy.models import CommitmentVersion, Strategy

FIELDS = {  # by the word in the address: the field
    "progress": "progress",
    "planned": "planned",
    "notes": "notes",
    "reason": "reason",
    "assessment": "assessment_reason",
}
OF_VERSIONS = {"commitment": "text", "reason": "reason", "notes": "notes"}


@dataclass(frozen=True, slots=True)
class Place:
    """`3-progress-2`: the action, the field and the paragraph; of a commitment's version without the action."""

    action: int
    kind: str
    number: int

    @classmethod
    def of(cls, anchor: str) -> "Place":
        *action, kind, number = anchor.split("-")
        return cls(int(action[0]) if action else 0, kind, int(number))


@dataclass(frozen=True, slots=True)
class Cited:
    """One paragraph or the words of one list item, and how many its text has."""

    place: Place
    statement: Statement
    total: int


def find(place: Place, said: EntryView | VersionView, fields: Mapping[str, str]) -> Cited | None:
    """None where the text has no such paragraph."""
    if place.kind not in fields:
        return None
    found = text.statements(getattr(said, fields[place.kind]))
    if not 1 <= place.number <= len(found):
        return None
    return Cited(place, found[place.number - 1], len(found))


def words(place: Place, year: int) -> str:
    """Where a paragraph stands in a report for that year, under the headings that pages have."""
    return {
        "progress": f"Progress during {year}",
        "planned": f"Planned activities in {year + 1}",
        "notes": f"Notes on the action, {year}",
        "reason": f"Why the action is not applicable, {year}",
        "assessment": f"Assessment by Cabinet Office, {year}",
    }[place.kind]


def dated(one: EditionView | VersionView) -> str:
    """When it was published, as the source states it or as it was published here."""
    day = one.dated if isinstance(one, EditionView) else one.published
    return f"published {day}" if one.date_stated else f"published here {day}, the source states no date"


def citation(cited: Cited, where: str, edition: EditionView, strategy: Strategy, address: str) -> str:
    """Who said it, in what, when, where it stands and at which address."""
    of = f"{edition.name}, report for {edition.year} on the {strategy.title}, edition {edition.number}"
    where = f"action {cited.place.action}, {where[:1].lower()}{where[1:]}, paragraph {cited.place.number}"
    return f"{of} ({edition.reference}, {dated(edition)}), {where}. {address}"


def version_citation(cited: Cited, version: VersionView, name: str, strategy: Strategy, address: str) -> str:
    of = f"{name}, commitment on action {version.action} of the {strategy.title}, version {version.number}"
    where = {"notes": "notes, ", "reason": "reason, "}.get(cited.place.kind, "")
    return f"{of} ({version.reference}, {dated(version)}), {where}paragraph {cited.place.number}. {address}"


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A version of a commitment that had been public and can't be read any more."""

    on: datetime
    reason: str
    is_own: bool  # otherwise it went with the one that had taken its place


def withdrawn_version(
    strategy: Strategy, at: datetime, *, department: int, action: int, number: int
) -> Withdrawn | None:
    lasted = Q(publication__ends=None) | Q(publication__ends__gt=F("publication__starts"))
    rows = CommitmentVersion.objects.filter(
        lasted,
        commitment__department_id=department,
        commitment__action__strategy=strategy,
        commitment__action__number=action,
        publication__starts__lte=at,
    )
    columns: list[Any] = ["number", "publication__ending", "publication__ends", "publication__reason"]
    found = list(rows.order_by("publication__ends").values_list(*columns))
    gone = [row for row in found if row[1] == Publication.Ending.WITHDRAWN and row[2] <= at]
    if not gone or number not in {row[0] for row in found}:
        return None
    own = next((row for row in gone if row[0] == number), None)
    _, _, on, reason = own or gone[-1]
    return Withdrawn(on, reason, own is not None)
