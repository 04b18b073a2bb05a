"""What became of the activities that were planned for one year, counted without reading a text."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Case, F, Q, When

from reporting.domain.published import EntryView, RoundView
from reporting.domain.standing import Standing
from reporting.models import Answer, EditionActivity, EditionAnswer, EditionEntry
from reporting.models.publication import public_at
from strategy.models import Strategy

# In one order everywhere: what reports answered, then what none did, and why not.
OUTCOMES: dict[str, str] = {
    **{value: str(label).lower() for value, label in Answer.choices},
    "unanswered": "unanswered",
    "not_recorded": "no answer recorded",
    "not_yet_due": "report not yet due",
    "excused": "report excused",
    "not_published": "report not published",
    "not_due": "no report due",
}
ENTRY = "entry__edition__report__"


@dataclass(slots=True)
class Counts:
    """How many activities had which outcome."""

    said: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        return self.said.total()

    @property
    def rows(self) -> list[tuple[str, str, int]]:
        """Kind, words and number, of those that there are."""
        known = [(kind, words) for kind, words in OUTCOMES.items() if self.said[kind]]
        return [(kind.replace("_", "-"), words, self.said[kind]) for kind, words in known]

    def __str__(self) -> str:
        """“6 done, 2 with no answer recorded”"""
        return ", ".join(
            f"{number} {'with ' if words.startswith(('no ', 'report ')) else ''}{words}"
            for _, words, number in self.rows
        )


@dataclass(slots=True)
class Planned:
    """What was planned for a year, by department and action."""

    pairs: dict[tuple[int, int], Counter[str]] = field(default_factory=dict)

    @property
    def all(self) -> Counts:
        return Counts(sum(self.pairs.values(), Counter()))

    def by_department(self) -> Mapping[int, Counts]:
        return self._by(0)

    def by_action(self) -> Mapping[int, Counts]:
        return self._by(1)

    def _by(self, place: int) -> Mapping[int, Counts]:
        found: dict[int, Counts] = defaultdict(Counts)
        for pair, said in self.pairs.items():
            found[pair[place]].said.update(said)
        return found


def planned_years(rounds: Iterable[RoundView]) -> list[int]:
    """The years that reports plan for: each round's report plans for the year after."""
    return [one.year + 1 for one in rounds]


def planned(
    strategy: Strategy,
    year: int,
    at: datetime,
    *,
    round: RoundView | None,
    standings: Mapping[tuple[int, int], Standing],
    department: int | None = None,
    action: int | None = None,
) -> Planned:
    """The activities that public reports planned for that year, counted by what became of them: two queries.

    `round` is that of the year, and `standings` say how departments stand in it.
    """
    rows = EditionActivity.objects.filter(_of_report(strategy, year - 1, at), **_only(department, action))
    said = _answers(strategy, year, at, action)
    found: dict[tuple[int, int], Counter[str]] = defaultdict(Counter)
    columns: list[Any] = [f"{ENTRY}department_id", "entry__action__number", "activity_id"]
    for body, number, activity in rows.order_by().values_list(*columns):
        outcome = said.get(activity) or without_answer(standings.get((body, year)), round)
        found[body, number][outcome] += 1
    return Planned(dict(found))


def planning(strategy: Strategy, year: int, at: datetime, *, action: int) -> list[int]:
    """The departments whose public report plans something for that year under the action."""
    rows = EditionEntry.objects.filter(
        public_at(at, "edition__publication__"),
        edition__report__round__strategy=strategy,
        edition__report__round__year=year - 1,
        action__number=action,
    )
    return list(rows.exclude(planned="").values_list("edition__report__department", flat=True))


def of_entries(entries: Iterable[EntryView], standing: Standing | None, round: RoundView | None) -> Counts:
    """The same of plans that were read already."""
    silent = without_answer(standing, round)
    activities = [activity for entry in entries for activity in entry.activities]
    return Counts(Counter(one.answer.answer if one.answer else silent for one in activities))


def without_answer(standing: Standing | None, round: RoundView | None) -> str:
    """The outcome of an activity that no public report gives an answer to."""
    if round is None:
        return "not_yet_due"
    if standing is None:
        return "not_due"
    if standing.is_published:
        return "unanswered" if round.asks_answers else "not_recorded"
    return standing.word.replace(" ", "_")


def _of_report(strategy: Strategy, year: int, at: datetime) -> Q:
    of = {f"{ENTRY}round__strategy": strategy, f"{ENTRY}round__year": year}
    return public_at(at, "entry__edition__publication__") & Q(**of)


def _only(department: int | None, action: int | None) -> dict[str, int]:
    wanted = {f"{ENTRY}department": department, "entry__action__number": action}
    return {name: value for name, value in wanted.items() if value is not None}


def _answers(strategy: Strategy, year: int, at: datetime, action: int | None) -> dict[int, str]:
    """By activity, one's own or else a successor's: the same that `answers.given` lets stand.

    All are read at once: to look for each activity's by itself takes the database three times as long.
    They stand in the reports for that year alone, a successor's in its own.
    """
    rows = EditionAnswer.objects.filter(_of_report(strategy, year, at), **_only(None, action))
    own = Case(When(Q(**{f"{ENTRY}department": F("activity__department")}), then=1), default=0)
    # What comes last stands.
    return dict(rows.order_by(own, f"-{ENTRY}department__code").values_list("activity_id", "answer"))
