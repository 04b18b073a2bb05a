"""What in a signed-off report is worth a reviewer's look first. Computed for many reports at once.

The number of queries is fixed, whatever the number of departments and entries. A flag says what is there; it
judges nobody and stops nothing.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils import timezone
from rapidfuzz import fuzz, process

from reporting.domain import activities, advice, references, tracing, working
from reporting.domain.editions import Content, contents_of
from reporting.domain.similarity import WORTH_A_REMARK, Place
from reporting.domain.tracing import Move
from reporting.domain.working import Asked
from reporting.models import Edition, EditionActivity, EditionEntry, Entry, Report, Round, Status
from reporting.models.publication import public_at
from strategy.dates import PartialDate
from strategy.models import Action, Succession

ALIKE = 90  # percent of the words, in their order: from here on a text is called the same as last year's
REPEATED, UNANSWERED, MOVED = "repeated", "unanswered", "moved"


@dataclass(frozen=True, slots=True)
class Repeated:
    place: Place
    share: int

    def __str__(self) -> str:
        what = "Progress" if self.place.kind == "progress" else "What is planned"
        return f"{what} is at least {ALIKE}% the same as a year before"


@dataclass(frozen=True, slots=True)
class Moved:
    """A date in what was planned, and the one in its place now: in the next plan, or in what was done."""

    kind: str  # the part of the entry that says the new date: "progress" or "planned"
    move: Move
    before: str  # the whole activity, with the words of the date
    after: str

    def __str__(self) -> str:
        return f"Date moved from {self.move.before} to {self.move.after}, {self.move}"


@dataclass(slots=True)
class Look:
    """One entry as it was signed off, with what is worth a look."""

    action: Action
    entry: Entry | None
    content: Content
    asked: list[Asked]
    repeated: list[Repeated] = field(default_factory=list)
    moved: list[Moved] = field(default_factory=list)

    @property
    def unanswered(self) -> list[Asked]:
        answered = {(one.department, one.activity) for one in self.content.answers}
        return [one for one in self.asked if (one.department, one.number) not in answered]

    @property
    def kinds(self) -> set[str]:
        found = {REPEATED: self.repeated, UNANSWERED: self.unanswered, MOVED: self.moved}
        return {kind for kind, rows in found.items() if rows}

    @property
    def reasons(self) -> list[str]:
        """In words, for a list of entries."""
        silent = len(self.unanswered)
        found = [str(one) for one in self.repeated]
        if silent:
            found.append(f"{silent} of {len(self.asked)} planned {_activities(len(self.asked))} not answered")
        return found + [str(one) for one in self.moved]


def _activities(count: int) -> str:
    return "activity" if count == 1 else "activities"


def looks(
    round: Round, reports: Sequence[Report], accepted: Mapping[int, Mapping[int, Content]] | None = None
) -> dict[int, list[Look]]:
    """By report, an entry for each action that is due, in the order of the actions.

    `accepted`: by report and action, what stands in place of the drafts.
    """
    actions = [
        action
        for action in Action.objects.filter(strategy=round.strategy_id).select_related("theme", "strategy")
        if action.due_from <= round.year
    ]
    rows = Entry.objects.filter(report__in=[one.pk for one in reports])
    entries = {
        (entry.report_id, entry.action_id): entry
        for entry in rows.select_related("head__author", "action__strategy", "return_reason")
    }
    last_year = _LastYear.read(round, reports)
    found: dict[int, list[Look]] = {}
    for report in reports:
        contents = (accepted or {}).get(report.pk)
        found[report.pk] = []
        for action in actions:
            entry = entries.get((report.pk, action.pk))
            said = _said(report, entry) if contents is None else contents.get(action.number, Content())
            found[report.pk].append(_look(report, round, action, entry, said, last_year))
    return found


def look_of(report: Report) -> list[Look]:
    """Of one report; an accepted one as its newest edition says it: it may have been taken in without drafts."""
    edition = report.editions.order_by("number").last() if report.state == Report.State.ACCEPTED else None
    accepted = {report.pk: contents_of(edition)} if edition else None
    return looks(report.round, [report], accepted)[report.pk]


def _said(report: Report, entry: Entry | None) -> Content:
    return working.content_of(entry.head) if entry and entry.head and not report.nil_reason else Content()


def _look(
    report: Report, round: Round, action: Action, entry: Entry | None, said: Content, last_year: "_LastYear"
) -> Look:
    asked = [] if report.nil_reason else last_year.asked(report, action.number)
    look = Look(action, entry, said, asked)
    before = last_year.texts.get((report.department_id, action.number))
    if before and said.status != Status.NOT_APPLICABLE:
        look.repeated = list(_repeated(action.number, round.year, said, before))
        look.moved = list(_moved(round.year, said, before))
    return look


# The year before ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Before:
    progress: str
    planned: str


@dataclass(slots=True)
class _LastYear:
    """What the newest editions of the year before say, of many departments: as working.asked does for one."""

    texts: dict[tuple[int, int], _Before]  # by department and action
    planned: dict[tuple[int, int], list[Asked]]  # by department that planned it and action, as its own
    codes: dict[int, str]
    inherited: dict[int, list[int]]  # by department, the predecessors whose plans it answers

    @classmethod
    def read(cls, round: Round, reports: Iterable[Report]) -> "_LastYear":
        own = [report.department_id for report in reports]
        newest = _newest_editions(round, own)
        planned, codes = _planned(round, newest)
        pairs = Succession.objects.filter(new__in=own).values_list("new", "old")
        inherited: dict[int, list[int]] = defaultdict(list)
        for new, old in pairs:
            if old not in own and old in newest.values():
                inherited[new].append(old)
        return cls(_texts(newest), planned, codes, inherited)

    def asked(self, report: Report, number: int) -> list[Asked]:
        """The department's own and its predecessors', in the order of their codes."""
        rows = [(self.codes.get(report.department_id, ""), self.planned.get((report.department_id, number), []))]
        for old in self.inherited.get(report.department_id, []):
            code = self.codes.get(old, "")
            theirs = self.planned.get((old, number), [])
            rows.append((code, [Asked(one.reference, code, one.number, one.words) for one in theirs]))
        return [one for _, asked in sorted(rows, key=lambda row: row[0]) for one in asked]


def _newest_editions(round: Round, own: list[int]) -> dict[int, int]:
    """The department of each edition that counts: one's own newest; of a predecessor only what is public.

    A predecessor that reports in this round itself answers for itself.
    """
    predecessor = Q(report__department__successors__new__in=own) & public_at(timezone.now())
    silent = ~Q(report__department__reports__round=round)
    rows = Edition.objects.filter(
        Q(report__department__in=own) | predecessor & silent,
        report__round__strategy=round.strategy_id,
        report__round__year=round.year - 1,
    )
    newest = {body: pk for pk, body in rows.order_by("number").values_list("pk", "report__department_id")}
    return {pk: body for body, pk in newest.items()}


def _texts(newest: Mapping[int, int]) -> dict[tuple[int, int], _Before]:
    rows = EditionEntry.objects.filter(edition__in=list(newest))
    columns = rows.values_list("edition_id", "action__number", "progress", "planned")
    return {(newest[edition], number): _Before(progress, plan) for edition, number, progress, plan in columns}


def _planned(round: Round, newest: Mapping[int, int]) -> tuple[dict[tuple[int, int], list[Asked]], dict[int, str]]:
    found: dict[tuple[int, int], list[Asked]] = defaultdict(list)
    codes: dict[int, str] = {}
    if not round.asks_answers:
        return found, codes
    rows = EditionActivity.objects.filter(entry__edition__in=list(newest)).order_by("statement")
    for edition, number, activity, code, words in rows.values_list(
        "entry__edition_id",
        "activity__action__number",
        "activity__number",
        "activity__department__code",
        "text",
    ):
        body = newest[edition]
        codes[body] = code
        reference = references.activity(round.strategy.code, number, code, round.year, activity)
        found[body, number].append(Asked(reference, "", activity, words))
    return found, codes


# Words that stood there a year ago, and dates that did not stay ------------------------------------------


def _words(source: str) -> list[str]:
    return re.sub(r"[^\w\s]+|_+", "", source[: advice.COMPARED].casefold()).split()


def alike(one: str, other: str) -> int:
    """Percent of the words of two texts that are the same and in the same order; 0 below ALIKE.

    Rounded down, so that 100 is said of nothing less than all.
    """
    words, others = _words(one), _words(other)
    if min(len(words), len(others)) < WORTH_A_REMARK:
        return 0
    return int(fuzz.ratio(words, others, score_cutoff=ALIKE))


def _repeated(number: int, year: int, said: Content, before: _Before) -> Iterable[Repeated]:
    pairs = (
        (Place(number, year, "progress"), said.progress, before.progress),
        (Place(number, year + 1, "planned"), said.planned, before.planned),
    )
    for place, now, then in pairs:
        if share := alike(now, then):
            yield Repeated(place, share)


def _moved(year: int, said: Content, before: _Before) -> Iterable[Moved]:
    """Only between activities whose other words are near: two plans may well have two dates."""
    dates = tracing.mentions(before.planned)
    then: list[str] = []
    for kind, now in (("planned", said.planned), ("progress", said.progress)):
        if dates and tracing.mentions(now) not in ([], dates):
            then = then or _activities_of(before.planned)
            for words in _activities_of(now):
                if tracing.MENTION.search(words) and (was := _nearest(words, then)):
                    rows = [(PartialDate.of(year - 1), was), (PartialDate.of(year), words)]
                    yield from (Moved(kind, move, was, words) for move in tracing.moves(rows))


def _activities_of(source: str) -> list[str]:
    return [one.words for one in activities.split(source[: advice.COMPARED])]


def _nearest(words: str, then: Sequence[str]) -> str:
    """The earlier activity that these words are a later version of; empty where there is none."""
    found = process.extractOne(words, then, scorer=fuzz.token_sort_ratio, score_cutoff=activities.SAME_ACTIVITY)
    return str(found[0]) if found else ""
