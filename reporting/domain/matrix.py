"""Who has reported: every action and every department of one round, in a word for each pair.

One flat query reads the statuses, without the texts. The words of departments are not needed, so they stay away.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from reporting.domain import past, published, references
from reporting.domain.past import Seen
from reporting.domain.published import ActionView, Body, EditionView, RoundView
from reporting.domain.standing import Standing
from reporting.models import EditionEntry, Status
from strategy.models import Strategy

PAGE = 30  # departments; with fifty actions they are a third of a megabyte
STATUSES = ["completed", "on_track", "behind", "not_started", "stopped", "not_applicable"]
WORDS = {
    **{value: str(Status(value).label) for value in STATUSES},
    "not_recorded": "Not recorded",
    "nil": "Nil return",
    "excused": "Excused",
    "not_yet_due": "Not yet due",
    "not_published": "Not published",
    "not_due": "Not due",
}  # in one order everywhere
MEANINGS = {
    "completed": "What the action asks for is done.",
    "on_track": "Work is going as the department planned it.",
    "behind": "Work is later, or less, than the department planned.",
    "not_started": "No work has been done on the action yet.",
    "stopped": "The department has ended the work before it was done.",
    "not_applicable": "The action does not apply to the department. A reason is given.",
    "not_recorded": "The department reported on the action when no status was asked for, or gave none.",
    "nil": "The department’s report gives one reason for all actions.",
    "excused": "The department does not have to report for the year. The reason is given.",
    "not_yet_due": "The last day for reports has not passed, and no report is published.",
    "not_published": "No report of the department on the action is published.",
    "not_due": "The action was added later: nothing is due for the year.",
}
# What departments can say of an action themselves, and what it means.
STATUS_MEANINGS = [(WORDS[kind], MEANINGS[kind]) for kind in [*STATUSES, "not_recorded"]]


@dataclass(frozen=True, slots=True)
class Cell:
    action: ActionView
    kind: str

    @property
    def words(self) -> str:
        return WORDS[self.kind]


@dataclass(slots=True)
class Row:
    body: Body
    name: str  # as filed; where nothing is, as the department was called
    acronym: str
    standing: Standing
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a reader asks for. Empty: all of it."""

    year: int = 0
    theme: str = ""
    action: int = 0
    status: str = ""
    departments: tuple[str, ...] = ()
    after: str = ""  # the code of the department that the page before ends with


@dataclass(slots=True)
class Matrix:
    strategy: Strategy
    seen: Seen
    rounds: list[RoundView]
    round: RoundView | None
    all_actions: list[ActionView]
    asked: Chosen  # as far as there is such a thing
    actions: list[ActionView] = field(default_factory=list)  # that were chosen
    bodies: list[Body] = field(default_factory=list)  # of the round, whether chosen or not
    chosen: list[Row] = field(default_factory=list)  # of all pages
    rows: list[Row] = field(default_factory=list)  # of this page
    before: str | None = None  # after which department the page before this one begins; None: there is none
    after: str = ""

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How often each word stands on all pages together."""
        said = Counter(cell.kind for row in self.chosen for cell in row.cells)
        return [(kind, said[kind]) for kind in WORDS if said[kind]]

    def reference(self, row: Row, cell: Cell) -> str:
        return references.pair(self.strategy.code, cell.action.number, row.body.code)


def read(strategy: Strategy, seen: Seen, chosen: Chosen) -> Matrix:
    """What is asked for and isn't there is the same as not asked for."""
    years = past.years(strategy, seen)
    rounds = past.rounds(strategy, seen, years)
    actions = list(past.actions(published.actions(strategy), seen).values())
    by_year = {one.year: one for one in rounds}
    latest = max(years, default=max(by_year, default=0))
    round = by_year.get(chosen.year) or by_year.get(latest)
    if round is None:
        return Matrix(strategy, seen, rounds, None, actions, Chosen())
    editions = past.editions(strategy, seen, years=[round.year])
    standings = {body: one for (body, _), one in past.standings(strategy, seen, [round], editions).items()}
    named = published.bodies(seen.at)
    bodies = sorted((named[body] for body in standings), key=lambda body: (body.name.casefold(), body.code))
    asked = _there_is(chosen, round, actions, bodies)
    found = Matrix(strategy, seen, rounds, round, actions, asked, bodies=bodies)
    found.actions = [one for one in actions if _is_chosen(one, asked)]
    statuses = _statuses(editions, found.actions)
    rows = [
        _row(body, standings[body.id], round, found.actions, statuses)
        for body in bodies
        if not asked.departments or body.slug in asked.departments
    ]
    if asked.status:
        rows = [row for row in rows if any(cell.kind == asked.status for cell in row.cells)]
    found.chosen = sorted(rows, key=lambda row: (row.name.casefold(), row.body.code))
    _turn(found)
    return found


def _there_is(chosen: Chosen, round: RoundView, actions: Iterable[ActionView], bodies: Iterable[Body]) -> Chosen:
    action = chosen.action if any(one.number == chosen.action for one in actions) else 0
    # An action is of one theme: beside it a theme says nothing.
    theme = chosen.theme if not action and any(one.theme == chosen.theme for one in actions) else ""
    status = chosen.status if chosen.status in WORDS else ""
    departments = tuple(body.slug for body in bodies if body.slug in chosen.departments)
    return Chosen(round.year, theme, action, status, departments, chosen.after)


def _is_chosen(action: ActionView, chosen: Chosen) -> bool:
    if chosen.action:
        return action.number == chosen.action
    return not chosen.theme or action.theme == chosen.theme


def _statuses(editions: Iterable[EditionView], actions: Collection[ActionView]) -> dict[tuple[int, int], str]:
    """By department and action."""
    departments = {edition.id: edition.department_id for edition in editions}
    rows = EditionEntry.objects.filter(edition_id__in=list(departments))
    if len(actions) == 1:
        rows = rows.filter(action_id__in=[action.id for action in actions])
    columns = rows.order_by().values_list("edition_id", "action_id", "status")
    return {(departments[edition], action): status for edition, action, status in columns}


def _row(
    body: Body,
    one: Standing,
    round: RoundView,
    actions: Iterable[ActionView],
    statuses: dict[tuple[int, int], str],
) -> Row:
    filed = one.edition
    cells = [Cell(action, _kind(one, round, action, statuses.get((body.id, action.id)))) for action in actions]
    return Row(body, filed.name if filed else body.name, filed.acronym if filed else body.acronym, one, cells)


def _kind(one: Standing, round: RoundView, action: ActionView, status: str | None) -> str:
    if status is not None:
        return status or "not_recorded"
    if action.due_from > round.year:
        return "not_due"
    if one.edition is not None:
        return "nil" if one.edition.nil_reason else "not_published"
    return {"excused": "excused", "not yet due": "not_yet_due"}.get(one.word, "not_published")


def _turn(found: Matrix) -> None:
    """Cut to the page after a department: by its key, so that a page stays where it is when others come before."""
    codes = [row.body.code for row in found.chosen]
    start = codes.index(found.asked.after) + 1 if found.asked.after in codes else 0
    found.rows = found.chosen[start : start + PAGE]
    if start:
        found.before = codes[start - PAGE - 1] if start > PAGE else ""
    if start + PAGE < len(codes):
        found.after = codes[start + PAGE - 1]
