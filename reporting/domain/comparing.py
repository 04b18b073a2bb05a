"""Two to four departments of one year, or two years of one department, side by side."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from reporting.domain import past, published
from reporting.domain.past import Seen
from reporting.domain.published import ActionView, Body, EntryView, RoundView
from reporting.domain.similarity import WORTH_A_REMARK, Piece, changes
from reporting.domain.standing import Standing
from reporting.domain.text import plain
from reporting.models import Report
from strategy.models import Strategy

MOST = 4  # departments
PAGE = 10  # actions
LONGEST = 100_000  # characters of one page, unless its first action alone has more: marks make eight times as many
PASSAGE = 8  # words in a row; fewer are often the way that one says things
LITTLE = 0.25  # of the words kept; with less the difference says little


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a reader asks for."""

    departments: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    theme: str = ""
    action: int = 0
    after: int = 0  # the action that the page before ends with


@dataclass(frozen=True, slots=True)
class Column:
    body: Body
    round: RoundView
    name: str  # as filed; where nothing is, as the department was called
    acronym: str
    standing: Standing | None


@dataclass(slots=True)
class Comparison:
    strategy: Strategy
    seen: Seen
    rounds: list[RoundView]
    all_actions: list[ActionView]
    bodies: list[Body]
    asked: Chosen  # as far as there is such a thing
    problem: str = ""  # why nothing is compared: a sentence that says what to choose
    columns: list[Column] = field(default_factory=list)
    rows: list[tuple[ActionView, list[EntryView | None]]] = field(default_factory=list)
    after: int = 0  # where the next page begins
    is_later: bool = False  # another page stands before

    @property
    def is_of_years(self) -> bool:
        return len({column.body.id for column in self.columns}) == 1


def read(strategy: Strategy, seen: Seen, chosen: Chosen) -> Comparison:
    """What is asked for and isn't there is the same as not asked for."""
    years = past.years(strategy, seen)
    rounds = past.rounds(strategy, seen, years)
    actions = past.actions(published.actions(strategy), seen)
    bodies = _bodies(strategy, seen)
    departments = [body for body in bodies if body.slug in chosen.departments]
    wanted = [one for one in rounds if one.year in chosen.years]
    if len(departments) > 1 and not wanted:
        wanted = [one for one in rounds if one.year == max(years, default=0)] or rounds[-1:]
    asked = Chosen(
        tuple(body.slug for body in departments),
        tuple(one.year for one in wanted),
        chosen.theme if any(one.theme == chosen.theme for one in actions.values()) else "",
        chosen.action if chosen.action in actions else 0,
        chosen.after if chosen.after in actions else 0,
    )
    found = Comparison(strategy, seen, rounds, list(actions.values()), bodies, asked)
    found.problem = _problem(len(departments), len(wanted))
    if not found.problem:
        _fill(found, departments, wanted)
    return found


def _bodies(strategy: Strategy, seen: Seen) -> list[Body]:
    """Those that have ever had to report, by name."""
    reports = Report.objects.filter(round__strategy=strategy).order_by()
    reporting = set(reports.values_list("department_id", flat=True).distinct())
    bodies = [body for body in published.bodies(seen.at).values() if body.id in reporting]
    return sorted(bodies, key=lambda body: (body.name.casefold(), body.code))


def _problem(departments: int, years: int) -> str:
    if departments > MOST:
        return f"You chose {departments} departments. Choose two to four of them."
    if departments > 1:
        return "" if years == 1 else "You chose several departments and several years. Choose one year."
    if departments == 0:
        return "Choose two to four departments and a year, or one department and two years."
    if years == 2:
        return ""
    if years > 2:
        return f"You chose {years} years. Choose two of them."
    return "You chose one department. Choose one to three more, or two years of it."


def _fill(found: Comparison, departments: Sequence[Body], rounds: Sequence[RoundView]) -> None:
    years = [one.year for one in rounds]
    keys = [body.id for body in departments]
    editions = past.editions(found.strategy, found.seen, years=years, departments=keys)
    standings = past.standings(found.strategy, found.seen, rounds, editions)
    for body in departments:
        for one in rounds:
            said = standings.get((body.id, one.year))
            filed = said.edition if said else None
            name, acronym = (filed.name, filed.acronym) if filed else (body.name, body.acronym)
            found.columns.append(Column(body, one, name, acronym, said))
    number = found.asked.action or None
    entries = {
        (row.department_id, row.year, row.action): row
        for row in published.entries(found.strategy, editions, action=number)
    }
    actions = [one for one in found.all_actions if _is_chosen(one, found.asked) and one.due_from <= max(years)]
    start = next((index for index, one in enumerate(actions, 1) if one.number == found.asked.after), 0)
    found.is_later, length = start > 0, 0
    for action in actions[start:]:
        row = [entries.get((column.body.id, column.round.year, action.number)) for column in found.columns]
        length += sum(len(entry.progress) + len(entry.planned) for entry in row if entry)
        if found.rows and (length > LONGEST or len(found.rows) == PAGE):
            found.after = found.rows[-1][0].number
            break
        found.rows.append((action, row))


def _is_chosen(action: ActionView, asked: Chosen) -> bool:
    if asked.action:
        return action.number == asked.action
    return not asked.theme or action.theme == asked.theme


# Words -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Difference:
    """Between two texts; without pieces they are the same."""

    pieces: tuple[Piece, ...] = ()
    is_great: bool = False


def difference(before: str, after: str) -> Difference | None:
    """None where one of them is empty."""
    one, other = plain(before), plain(after)
    if not one.strip() or not other.strip():
        return None
    if one.casefold().split() == other.casefold().split():
        return Difference()
    pieces = changes(one, other)
    kept = sum(len(piece.words.split()) for piece in pieces if not piece.kind)
    is_great = kept < LITTLE * max(len(one.split()), len(other.split()))
    return Difference(tuple(pieces), is_great)


def passages(words: Sequence[str], others: Iterable[Sequence[str]]) -> list[bool]:
    """Of each word whether it stands in a passage that one of the others has, too. Short texts only as a whole."""
    elsewhere = [other for other in others if len(other) >= WORTH_A_REMARK]
    if WORTH_A_REMARK <= len(words) < PASSAGE:
        return [any(list(words) == list(other) for other in elsewhere)] * len(words)
    known = {tuple(other[at : at + PASSAGE]) for other in elsewhere for at in range(len(other) - PASSAGE + 1)}
    found = [False] * len(words)
    for at in range(len(words) - PASSAGE + 1):
        if tuple(words[at : at + PASSAGE]) in known:
            found[at : at + PASSAGE] = [True] * PASSAGE
    return found
