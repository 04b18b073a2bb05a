"""What one edition changed against the one before it: entry by entry, field by field, paragraph by paragraph."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz import process
from rapidfuzz.distance import Indel

from reporting.domain import references, text
from reporting.domain.published import EntryView
from reporting.domain.similarity import (
    MOST_COMPARED,
    WORTH_A_REMARK,
    Piece,
    as_characters,
    changes,
    replaced,
)
from reporting.models import Answer, Category, EditionAnswer
from strategy.models import Strategy

ALIKE = 0.6  # of the words; where fewer are the same, the whole old and the whole new paragraph are shown
APART = 3  # words; changes with fewer of them between are one change
MOST_PAIRED = 250_000  # changed paragraphs times changed paragraphs; only hostile texts have more

Paragraphs = list[list[Piece]]


@dataclass(frozen=True, slots=True)
class FieldChange:
    name: str
    paragraphs: Paragraphs


@dataclass(frozen=True, slots=True)
class EntryChange:
    action: int  # 0: the report as a whole
    fields: list[FieldChange]


@dataclass(slots=True)
class Changes:
    """Between two editions of one report."""

    entries: list[EntryChange] = field(default_factory=list)
    total: int = 0  # entries in either

    def _count(self, kind: str) -> int:
        return sum(
            piece.kind == kind
            for entry in self.entries
            for one in entry.fields
            for paragraph in one.paragraphs
            for piece in paragraph
        )

    @property
    def removed(self) -> int:
        return self._count("del")

    @property
    def added(self) -> int:
        return self._count("ins")


# Words --------------------------------------------------------------------------------------------------


def likeness(before: str, after: str) -> float:
    """The share of the words that stand in both, in the same order."""
    return float(Indel.normalized_similarity(before.split(), after.split()))


def nearly_the_same(before: str, after: str, share: float = 0.9) -> bool:
    """Of texts that are long enough to say so."""
    return min(len(before.split()), len(after.split())) >= WORTH_A_REMARK and likeness(before, after) >= share


def joined(pieces: Sequence[Piece]) -> list[Piece]:
    """Changes that fewer than three words separate are one: many small marks are hard to read."""
    found: list[Piece] = []
    gone: list[str] = []
    came: list[str] = []

    def let_go() -> None:
        found.extend(Piece(kind, " ".join(words)) for kind, words in (("del", gone), ("ins", came)) if words)
        gone.clear()
        came.clear()

    for index, piece in enumerate(pieces):
        if piece.kind:
            (gone if piece.kind == "del" else came).append(piece.words)
        elif (gone or came) and index < len(pieces) - 1 and len(piece.words.split()) < APART:
            gone.append(piece.words)
            came.append(piece.words)
        else:
            let_go()
            found.append(piece)
    let_go()
    return found


def paragraphs(before: str, after: str) -> Paragraphs:
    """Those that changed; what stayed as it was is left out. Of Markdown, the words that readers see."""
    one, other = ([statement.plain for statement in text.statements(source)] for source in (before, after))
    changed = [(one[a:b], other[c:d]) for a, b, c, d in replaced(one, other)]
    pairs = sum(len(old) * len(new) for old, new in changed)
    if pairs > MOST_PAIRED or sum(_words(old) * _words(new) for old, new in changed) > MOST_COMPARED:
        return [paragraph for old, new in changed for paragraph in _whole(old, new)]
    return [paragraph for old, new in changed for paragraph in _side_by_side(old, new)]


def _words(several: Iterable[str]) -> int:
    return sum(len(one.split()) for one in several)


def _whole(gone: Iterable[str], came: Iterable[str]) -> Paragraphs:
    return [[Piece("del", words)] for words in gone] + [[Piece("ins", words)] for words in came]


def _side_by_side(old: Sequence[str], new: Sequence[str]) -> Iterator[list[Piece]]:
    """Each new paragraph with the old one that it came from; an old one without stands before its neighbours."""
    came_from = _pairs(old, new)
    gone = set(range(len(old))) - set(came_from.values())
    shown = 0
    for number, words in enumerate(new):
        place = came_from.get(number)
        until = min(number + 1, len(old)) if place is None else place
        yield from ([Piece("del", old[index])] for index in range(shown, until) if index in gone)
        shown = max(shown, until)
        yield [Piece("ins", words)] if place is None else joined(changes(old[place], words))
    yield from ([Piece("del", old[index])] for index in range(shown, len(old)) if index in gone)


def _pairs(old: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """For a new paragraph the old one that is most like it, if one is alike."""
    found: dict[int, int] = {}
    each = as_characters(*(one.split() for one in (*old, *new)))
    free: list[str | None] = [*each[: len(old)]]
    for number, words in enumerate(each[len(old) :]):
        best = process.extractOne(words, free, scorer=Indel.normalized_similarity, score_cutoff=ALIKE)
        if best:
            found[number] = index = best[2]
            free[index] = None  # passed over from now on
    return found


# Fields and entries -------------------------------------------------------------------------------------


def _choice(before: str, after: str) -> Paragraphs:
    pieces = [Piece(kind, words) for kind, words in (("del", before), ("ins", after)) if words]
    return [pieces] if before != after else []


def _lines(before: Sequence[str], after: Sequence[str]) -> Paragraphs:
    return _whole([one for one in before if one not in after], [one for one in after if one not in before])


def _evidence(entry: EntryView) -> list[str]:
    return [" ".join(one[part] for part in ("title", "address", "date") if one[part]) for one in entry.evidence]


def answers_of(strategy: Strategy, entries: Iterable[EntryView]) -> dict[int, list[str]]:
    """By the entry's id, what it says became of activities: a line for each, under its reference."""
    rows = EditionAnswer.objects.filter(entry_id__in=[entry.id for entry in entries]).order_by("entry", "activity")
    found: dict[int, list[str]] = defaultdict(list)
    for entry, action, code, year, number, answer, reason in rows.values_list(
        "entry_id",
        "activity__action__number",
        "activity__department__code",
        "activity__year",
        "activity__number",
        "answer",
        "reason",
    ):
        reference = references.activity(strategy.code, action, code, year, number)
        found[entry].append(f"{reference}: {Answer(answer).label}. {reason}".strip())
    return found


def _fields(before: EntryView, after: EntryView, answers: Mapping[int, Sequence[str]]) -> list[FieldChange]:
    year = after.year
    categories = {"": "", **dict(Category.choices)}
    rows = [
        ("Status", _choice(before.status_label, after.status_label)),
        ("Category", _choice(categories[before.category], categories[after.category])),
        ("Why it is not applicable", paragraphs(before.reason, after.reason)),
        ("What became of planned activities", _lines(answers.get(before.id, []), answers.get(after.id, []))),
        (f"Progress during {year}", paragraphs(before.progress, after.progress)),
        (f"Planned activities in {year + 1}", paragraphs(before.planned, after.planned)),
        ("Notes", paragraphs(before.notes, after.notes)),
        ("Evidence", _lines(_evidence(before), _evidence(after))),
        ("Reviewer’s assessment", _choice(before.assessment_label, after.assessment_label)),
        ("Reason for the assessment", paragraphs(before.assessment_reason, after.assessment_reason)),
    ]
    return [FieldChange(name, found) for name, found in rows if found]


def between(
    before: Sequence[EntryView],
    after: Sequence[EntryView],
    *,
    answers: Mapping[int, Sequence[str]],
    nil: tuple[str, str] = ("", ""),
) -> Changes:
    """`answers`: by the entry's id, what it says about planned activities, a line for each."""
    old, new = ({entry.action: entry for entry in entries} for entries in (before, after))
    found = Changes(total=len(old | new))
    if reasons := paragraphs(*nil):
        found.entries.append(EntryChange(0, [FieldChange("The one reason for all actions", reasons)]))
    for action in sorted(old | new):
        known = old.get(action) or new[action]
        nothing = EntryView(0, 0, known.department_id, known.year, action, "", "", "", "")
        fields = _fields(old.get(action, nothing), new.get(action, nothing), answers)
        if fields:
            found.entries.append(EntryChange(action, fields))
    return found
