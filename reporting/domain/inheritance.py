"""What a department took over from those before it: commitments, and plans for years they did not report on."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef

from reporting.domain import references
from reporting.models import Answer, Edition, EditionActivity, EditionAnswer
from reporting.models.publication import public_at
from strategy.models import CommitmentVersion, Department

MOST = 200  # planned activities of one page


@dataclass(frozen=True, slots=True)
class Answered:
    words: str
    by: str  # the name that the report was filed under
    year: int
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    reference: str
    year: int
    words: str
    answers: list[Answered]


@dataclass(slots=True)
class Pair:
    """One action that the department before it had to do with."""

    strategy: str  # its title
    strategy_slug: str
    number: int
    short_name: str
    is_committed: bool = False
    plans: list[Plan] = field(default_factory=list)


@dataclass(slots=True)
class Inherited:
    pairs: dict[int, list[Pair]]  # by the id of the department before
    hidden: int  # planned activities beyond those of this page


def inherited(body: Department, at: datetime) -> Inherited:
    """In three questions, however many departments went before."""
    found: dict[tuple[int, str, int], Pair] = {}
    answers = _answers(body, at)
    rows = list(_plans(body, at))
    for *pair, code, key, year, number, words, strategy in rows[:MOST]:
        one = found.setdefault((pair[0], pair[2], pair[3]), Pair(*pair[1:]))
        reference = references.activity(strategy, pair[3], code, year, number)
        one.plans.append(Plan(reference, year, words, answers.get(key, [])))
    for *pair, state in _commitments(body, at):
        one = found.setdefault((pair[0], pair[2], pair[3]), Pair(*pair[1:]))
        one.is_committed = state == "made"  # the last one is current
    pairs: dict[int, list[Pair]] = defaultdict(list)
    for (before, _, _), one in sorted(found.items(), key=lambda item: (item[1].strategy, item[1].number)):
        if one.is_committed or one.plans:
            pairs[before].append(one)
    return Inherited(dict(pairs), max(0, len(rows) - MOST))


def _plans(body: Department, at: datetime) -> list[tuple[Any, ...]]:
    """For a year that the department that planned them published no report of its own for."""
    report = "entry__edition__report__"
    own = Edition.objects.filter(
        public_at(at),
        report__department=OuterRef("activity__department"),
        report__round__strategy=OuterRef(f"{report}round__strategy"),
        report__round__year=OuterRef("activity__year"),
    )
    rows = EditionActivity.objects.filter(
        public_at(at, "entry__edition__publication__"),
        ~Exists(own),
        activity__department=F(f"{report}department"),
        activity__department__successors__new=body,
    )
    columns = rows.order_by(
        f"{report}round__strategy", "activity__action__number", "activity__year", "activity__number", "pk"
    ).values_list(
        "activity__department_id",
        f"{report}round__strategy__title",
        f"{report}round__strategy__slug",
        "activity__action__number",
        "activity__action__short_name",
        "activity__department__code",
        "activity_id",
        "activity__year",
        "activity__number",
        "text",
        f"{report}round__strategy__code",
    )
    return list(columns)


def _answers(body: Department, at: datetime) -> dict[int, list[Answered]]:
    """By activity, what successors say became of it."""
    rows = EditionAnswer.objects.filter(
        public_at(at, "entry__edition__publication__"), activity__department__successors__new=body
    ).exclude(entry__edition__report__department=F("activity__department"))
    found: dict[int, list[Answered]] = defaultdict(list)
    for key, answer, by, year, reason in rows.order_by(
        "entry__edition__report__round__year", "entry__edition__department_name"
    ).values_list(
        "activity_id",
        "answer",
        "entry__edition__department_name",
        "entry__edition__report__round__year",
        "reason",
    ):
        found[key].append(Answered(str(Answer(answer).label), by, year, reason))
    return found


def _commitments(body: Department, at: datetime) -> list[tuple[Any, ...]]:
    """The newest publication of each pair last."""
    rows = CommitmentVersion.objects.filter(public_at(at), commitment__department__successors__new=body)
    columns = rows.order_by("known_from", "number").values_list(
        "commitment__department_id",
        "commitment__action__strategy__title",
        "commitment__action__strategy__slug",
        "commitment__action__number",
        "commitment__action__short_name",
        "state",
    )
    return list(columns)
