"""The words of the register of changes: what a change is, which ones somebody wants, and its place in the order."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from reporting.domain.similarity import Piece
from reporting.domain.tracing import Move
from strategy.dates import PartialDate
from strategy.models import Department, Strategy

KINDS = {
    "report": "Report published",
    "correction": "Correction",
    "major": "Correction, major",
    "minor": "Correction, minor",
    "withdrawal": "Withdrawal",
    "commitment": "Commitment published",
    "commitment-changed": "Commitment changed",
    "action": "Action added",
    "wording": "Wording changed",
    "date": "Date moved",
    "department": "Department changed",
}
YEARS = range(1900, 2201)  # of what can be asked for; those of rounds are the same
TOLD_APART_BY_DATE = {"wording", "name"}  # of one action or department there are several
Row = Mapping[str, Any]
Rows = QuerySet[Any, Any]  # of a Row


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose changes, and of what kind. An action is a number, of a strategy."""

    strategy: Strategy | None = None
    department: Department | None = None
    action: int | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a change stands, the newest first: by its day, then by its moment, then by its source and keys.

    A date without a day stands below the days of its month: 2014-07 < 2014-07-01. Of what has a date and no
    hour the moment is when that date begins. It is made of what is public alone, never of a row's id.
    """

    day: str
    moment: datetime
    source: str
    keys: tuple[str | int, ...]

    @classmethod
    def at_moment(cls, moment: datetime, source: str, *keys: str | int) -> "Place":
        return cls(timezone.localdate(moment).isoformat(), moment, source, keys)

    @classmethod
    def on(cls, dated: PartialDate, source: str, *keys: str | int) -> "Place":
        begins = timezone.make_aware(datetime.combine(dated.first_day, time.min))
        return cls(dated.iso, begins, source, keys)

    @property
    def name(self) -> str:
        return "/".join(map(str, (self.source, *self.keys)))

    @property
    def reference(self) -> str:
        """Of the change: no other has it, and it never changes, whatever is published later."""
        return f"{self.name}/{self.day}" if self.source in TOLD_APART_BY_DATE else self.name

    @property
    def clock(self) -> str:
        return self.moment.astimezone(UTC).isoformat().replace("+00:00", "Z")

    @property
    def has_day(self) -> bool:
        return len(self.day) == 10


@dataclass(frozen=True, slots=True)
class Texts:
    """The words before and after, as readers see them; `before` is empty where there were none."""

    before: str
    after: str
    pieces: list[Piece]
    words: str  # what changed, in words
    is_cut: bool = False  # too long to stand in the register: they stand on the page


@dataclass(frozen=True, slots=True)
class Change:
    place: Place
    kind: str
    label: str
    title: str
    body: str  # who
    dated: PartialDate  # as readers see it
    why: str = ""
    authority: str = ""
    date_stated: bool = True
    strategy: str = ""  # its slug
    strategy_title: str = ""
    department: str = ""  # its slug
    action: int = 0
    year: int = 0
    number: int = 0
    texts: Texts | None = None
    states: tuple[str, str] = ("", "")  # of a commitment, before and now
    moves: tuple[Move, ...] = ()
    total: Move | None = None  # from the first date to this one, where there were others between
    date_moved: bool = False  # derived from the words of an action

    def without_texts(self) -> "Change":
        return replace(self, texts=replace(self.texts, pieces=[], is_cut=True)) if self.texts else self

    def is_ahead(self, at: datetime) -> bool:
        return self.dated.first_day > timezone.localdate(at)


@dataclass(frozen=True, slots=True)
class Source:
    """One bounded question: rows of one kind in the order of their dates, cut to what is wanted."""

    name: str
    kinds: frozenset[str]
    rows: Callable[[Wanted, datetime], Rows]
    when: str  # the column that a row is dated by
    keys: dict[str, type]  # columns that tell rows of one date apart
    make: Callable[[Row, Place, Mapping[str, str]], Change]  # with the departments' names, by code
    has_hour: bool = False
    of_department: bool = True  # some are of one department
    of_action: bool = True  # some are of one action

    def answers(self, wanted: Wanted) -> bool:
        return (
            (not wanted.kind or wanted.kind in self.kinds)
            and (wanted.department is None or self.of_department)
            and (wanted.action is None or self.of_action)
        )

    def place(self, row: Row) -> Place:
        make = Place.at_moment if self.has_hour else Place.on
        return make(row[self.when], self.name, *(row[key] for key in self.keys))

    def parsed(self, when: str, keys: list[str]) -> Place | None:
        """The place that an address names; None for what names none."""
        if len(keys) != len(self.keys):
            return None
        kinds = list(self.keys.values())
        if not all(_is_number(key) for key, kind in zip(keys, kinds, strict=True) if kind is int):
            return None
        typed = [kind(key) for key, kind in zip(keys, kinds, strict=True)]
        try:
            if not self.has_hour:
                dated = PartialDate.parse(when)
                found = Place.on(dated, self.name, *typed) if dated.iso == when else None
            else:
                moment = datetime.fromisoformat(when)
                found = Place.at_moment(moment.astimezone(UTC), self.name, *typed) if moment.tzinfo else None
        except (ValueError, OverflowError):  # the latter: a time that is in no year of UTC
            return None
        return found if found and found.moment.year in YEARS else None


def _is_number(key: str) -> bool:
    return key.isascii() and key.isdecimal() and len(key) < 6 and int(key) <= 32767


def values(rows: QuerySet[Any], *columns: str, of: Mapping[str, Any], **more: Any) -> Rows:
    """These columns; those of `of` and of `more` under names of their own, by which rows can be sorted."""
    found: Rows = rows.annotate(**of).values(*columns, *of, **more)
    return found


def older(source: Source, last: Place, *, follows: bool) -> Q:
    """The rows of this source that stand below that place. `follows`: at one moment they come after its source."""
    same: Q | None = Q() if follows else None
    if source.name == last.source:
        same = _below(list(zip(source.keys, last.keys, strict=True)))
    when: object = last.moment if source.has_hour else last.day
    if source.has_hour and not last.has_day:
        same = None
    if not source.has_hour and last.moment > Place.on(PartialDate(last.day), "").moment:
        same = Q()
    earlier = Q(**{f"{source.when}__lt": when})
    return earlier if same is None else earlier | Q(**{source.when: when}) & same


def _below(keys: list[tuple[str, str | int]]) -> Q:
    """Those that follow in the order of these columns."""
    (column, value), *rest = keys
    further = Q(**{f"{column}__gt": value})
    return further | Q(**{column: value}) & _below(rest) if rest else further
