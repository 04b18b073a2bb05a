"""What is public, counted by the database: a page that only counts reads none of what was said.

Every function takes the moment, and each is one flat query, as in `published`.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q

from reporting.domain.published import RoundView
from reporting.models import ChangeKind, Edition, EditionActivity, EditionEntry, Report, Round
from reporting.models.publication import public_at
from strategy.dates import PartialDate
from strategy.models import ActionWording, CommitmentVersion, Strategy


@dataclass(frozen=True, slots=True)
class RoundCount:
    """How many of a round's bodies have a report that is public, and the newest date of publication."""

    round: RoundView
    due: int
    published: int
    dated: PartialDate | None


def rounds(at: datetime, strategy: Strategy | None = None) -> dict[int, list[RoundCount]]:
    """Of every strategy, or of one: by its id, in the order of the years."""
    of_reports = "reports__editions__publication__"
    public = public_at(at, of_reports)
    rows = Round.objects.all() if strategy is None else Round.objects.filter(strategy=strategy)
    found: dict[int, list[RoundCount]] = defaultdict(list)
    counted = rows.annotate(
        bodies=Count("reports", distinct=True),
        published=Count("reports", filter=public, distinct=True),
        dated=Max(f"{of_reports}dated", filter=public),
    ).order_by("year")
    columns: list[Any] = ["strategy_id", "id", "year", "due", "asks_status", "asks_answers"]
    for of, *round, due, published, dated in counted.values_list(*columns, "bodies", "published", "dated"):
        found[of].append(RoundCount(RoundView(*round), due, published, dated))
    return found


def latest_published(rounds: list[RoundCount]) -> RoundCount | None:
    """The newest round that somebody's public report belongs to."""
    return next((one for one in reversed(rounds) if one.published), None)


def actions() -> dict[int, list[tuple[int, str]]]:
    """By a strategy's id, its actions: number and wording that stands now."""
    now: dict[tuple[int, int], str] = {}
    rows = ActionWording.objects.order_by("action__strategy", "action__number", "dated")
    for strategy, number, text in rows.values_list("action__strategy_id", "action__number", "text"):
        now[strategy, number] = text
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for (strategy, number), text in now.items():
        found[strategy].append((number, text))
    return found


@dataclass(frozen=True, slots=True)
class Latest:
    """One of the editions that were published last."""

    dated: PartialDate
    date_stated: bool
    strategy: str
    strategy_slug: str
    department_slug: str
    name: str
    year: int
    number: int
    change_kind: str
    change_note: str

    @property
    def kind(self) -> str:
        return f"Correction, {ChangeKind(self.change_kind).label.lower()}" if self.change_kind else ""


def latest(at: datetime, most: int) -> list[Latest]:
    rows = Edition.objects.filter(public_at(at)).order_by(
        "-publication__starts", "-report__round__year", "-department_name", "-pk"
    )
    columns: list[Any] = [
        "publication__dated",
        "publication__date_stated",
        "report__round__strategy__title",
        "report__round__strategy__slug",
        "report__department__slug",
        "department_name",
        "report__round__year",
        "number",
        "change_kind",
        "change_note",
        "publication__note",
    ]
    return [Latest(*[*row, note or change_note]) for *row, change_note, note in rows.values_list(*columns)[:most]]


def said(round: RoundView, at: datetime) -> dict[int, Counter[str]]:
    """By an action's number: how many public reports of a round say which status of it."""
    rows = EditionEntry.objects.filter(public_at(at, "edition__publication__"), edition__report__round=round.id)
    found: dict[int, Counter[str]] = defaultdict(Counter)
    counted = rows.values("action__number", "status").annotate(entries=Count("pk")).order_by()
    for number, status, entries in counted.values_list("action__number", "status", "entries"):
        found[number][status] = entries
    return found


def alike(round: RoundView, at: datetime) -> Counter[str]:
    """How many of a round's bodies say one thing of every action, in the words of `matrix`: or nothing at all."""
    editions = Edition.objects.filter(public_at(at), report=OuterRef("pk"))
    rows = Report.objects.filter(round=round.id).annotate(
        is_public=Exists(editions), is_nil=Exists(editions.exclude(nil_reason=""))
    )
    found: dict[str, int] = rows.aggregate(
        nil=Count("pk", filter=Q(is_nil=True)),
        excused=Count("pk", filter=Q(is_public=False) & ~Q(excused_reason="")),
        silent=Count("pk", filter=Q(is_public=False, excused_reason="")),
    )
    silent = found.pop("silent")
    return Counter({**found, "not_published" if round.is_due(at) else "not_yet_due": silent})


def entries(round: RoundView, at: datetime) -> dict[int, Counter[str]]:
    """By a department's id: how many entries with which status its public report for a round has."""
    rows = EditionEntry.objects.filter(public_at(at, "edition__publication__"), edition__report__round=round.id)
    found: dict[int, Counter[str]] = defaultdict(Counter)
    of = "edition__report__department_id"
    for body, status, number in (
        rows.values(of, "status").annotate(entries=Count("pk")).order_by().values_list(of, "status", "entries")
    ):
        found[body][status] = number
    return found


def activities(round: RoundView, at: datetime) -> Counter[int]:
    """By a department's id: how many activities its public report for a round plans for the next."""
    of = "entry__edition__report__department_id"
    rows = EditionActivity.objects.filter(
        public_at(at, "entry__edition__publication__"), entry__edition__report__round=round.id
    )
    return Counter(dict(rows.values(of).annotate(planned=Count("pk")).order_by().values_list(of, "planned")))


# One action across government --------------------------------------------------------------------------


def statuses(round: RoundView, action: int, at: datetime) -> dict[int, str]:
    """By a department's id: the status that its public report for a round gives an action; '' for none."""
    rows = EditionEntry.objects.filter(
        public_at(at, "edition__publication__"), edition__report__round=round.id, action__number=action
    )
    return dict(rows.values_list("edition__report__department_id", "status"))


def due(round: RoundView) -> list[int]:
    """The ids of a round's bodies."""
    return list(Report.objects.filter(round=round.id).values_list("department_id", flat=True))


def commitments(strategy: Strategy, action: int, at: datetime) -> dict[int, str]:
    """By a department's id: the state of its commitment to an action, by its latest publication."""
    rows = CommitmentVersion.objects.filter(
        public_at(at), commitment__action__strategy=strategy, commitment__action__number=action
    )
    ordered = rows.order_by("known_from", "number")
    return dict(ordered.values_list("commitment__department_id", "state"))
