"""What a department changed in an entry since its report was last out of reach: returned, or cut as an edition."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rapidfuzz import fuzz

from reporting.domain import references, working
from reporting.domain.editions import Content, contents_of
from reporting.domain.merging import LONGEST_MERGED
from reporting.domain.similarity import Piece, changes
from reporting.models import Answer, DraftSave, Edition, Report, Return, Status
from strategy.models import Action

NEAR = 60  # percent: below it two paragraphs are shown whole, the old one and the new one
JOINED = 3  # changes with fewer unchanged words between them are shown as one


@dataclass(frozen=True, slots=True)
class Basis:
    """What the text of now is compared with."""

    at: datetime
    returned: Return | None = None
    edition: Edition | None = None


def basis_of(report: Report) -> Basis | None:
    """The last return or the last edition, whichever came later; nothing where it is seen for the first time."""
    returned = report.returns.select_related("made_by").order_by("made_at").last()
    edition = report.editions.select_related("report__round__strategy", "report__department").order_by("number").last()
    if edition and not (returned and returned.made_at > edition.cut_at):
        return Basis(edition.cut_at, edition=edition)
    return Basis(returned.made_at, returned=returned) if returned else None


def then(basis: Basis, report: Report, action: Action) -> Content:
    """What the entry said at that time."""
    if basis.edition:
        return contents_of(basis.edition).get(action.number, Content())
    saves = DraftSave.objects.filter(
        entry__report=report, entry__action=action, beside=False, saved_at__lte=basis.at
    )
    head = saves.order_by("saved_at", "pk").last()
    return working.content_of(head) if head else Content()


@dataclass(frozen=True, slots=True)
class Changed:
    """A text that is another one now. `paragraphs`: each as its pieces."""

    name: str  # "progress", "planned" or "reason"
    paragraphs: tuple[tuple[Piece, ...], ...]

    @property
    def added(self) -> int:
        return self._words("ins")

    @property
    def removed(self) -> int:
        return self._words("del")

    def _words(self, kind: str) -> int:
        return sum(len(piece.words.split()) for pieces in self.paragraphs for piece in pieces if piece.kind == kind)

    @property
    def counts(self) -> str:
        """“29 words added, 24 removed”"""
        if self.added and self.removed:
            return f"{_words(self.added)} added, {self.removed:,} removed"
        return f"{_words(self.added)} added" if self.added else f"{_words(self.removed)} removed"


def _words(count: int) -> str:
    return f"{count:,} word{'' if count == 1 else 's'}"


def texts(before: Content, now: Content) -> list[Changed]:
    found = []
    for name in ("progress", "planned", "reason"):
        one, other = getattr(before, name), getattr(now, name)
        if one.split() != other.split():
            found.append(Changed(name, tuple(compare(one, other))))
    return found


def rest(before: Content, now: Content) -> list[str]:
    """Of status, answers and evidence what is another now, as sentences."""
    found = []
    if before.status != now.status:
        found.append(f"Status: {_status(before)} before, {_status(now)} now.")
    earlier = {(one.department, one.activity): one for one in before.answers}
    for one in now.answers:
        was = earlier.pop((one.department, one.activity), None)
        name = f"planned activity {one.activity}{f' of {one.department}' if one.department else ''}"
        if was is None or was.answer != one.answer:
            said = f"{_answer(was.answer)} before" if was else "unanswered before"
            found.append(f"Answer to {name}: {said}, {_answer(one.answer)} now.")
        elif was != one:
            found.append(f"Answer to {name}: another reason, or carried forward to another activity.")
    found += [f"Answer to planned activity {number}: taken out." for _, number in earlier]
    count = len(set(now.evidence) - set(before.evidence)), len(set(before.evidence) - set(now.evidence))
    if any(count):
        found.append(f"Evidence: {_pages(count[0])} added, {count[1]} removed.")
    return found


def _status(content: Content) -> str:
    return f"“{Status(content.status).label}”" if content.status else "none"


def _answer(value: str) -> str:
    return f"“{Answer(value).label}”"


def _pages(count: int) -> str:
    return f"{count} page{'' if count == 1 else 's'}"


# Paragraph by paragraph ---------------------------------------------------------------------------------


def compare(before: str, now: str) -> list[tuple[Piece, ...]]:
    one, other = _paragraphs(before), _paragraphs(now)
    if max(len(before), len(now)) > LONGEST_MERGED:  # beyond it the work would grow with its square
        return [*_whole("del", one), *_whole("ins", other)]
    found: list[tuple[Piece, ...]] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if tag == "equal":
            found += _whole("", one[a:b])
        else:
            found += _paired(one[a:b], other[c:d])
    return found


def _paragraphs(text: str) -> list[str]:
    return [line for line in re.split(r"\n+", text.replace("\r\n", "\n")) if line.strip()]


def _whole(kind: str, paragraphs: Sequence[str]) -> list[tuple[Piece, ...]]:
    return [(Piece(kind, " ".join(one.split())),) for one in paragraphs]


def _paired(before: Sequence[str], now: Sequence[str]) -> list[tuple[Piece, ...]]:
    """Each new paragraph beside the first old one that is near; what has none is shown whole."""
    found, left = list[tuple[Piece, ...]](), list(before)
    for paragraph in now:
        near = next((one for one in left if fuzz.ratio(one.split(), paragraph.split()) >= NEAR), None)
        if near is None:
            found += _whole("ins", [paragraph])
        else:
            place = left.index(near)
            found += _whole("del", left[:place])
            left = left[place + 1 :]
            found.append(tuple(_joined(changes(near, paragraph))))
    return [*found, *_whole("del", left)] if not _all_new(found, left) else [*_whole("del", left), *found]


def _all_new(found: Sequence[tuple[Piece, ...]], left: Sequence[str]) -> bool:
    """Nothing of the old is in the new: the old one is read first."""
    return bool(left) and all(pieces[0].kind == "ins" for pieces in found)


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    """Changes that only a word or two stand between, as one that is removed and one that is added."""
    runs: list[list[Piece]] = []
    for place, piece in enumerate(pieces):
        inside = 0 < place < len(pieces) - 1 and len(piece.words.split()) < JOINED
        if piece.kind or inside:
            if runs and runs[-1][-1].kind != "kept":
                runs[-1].append(piece)
            else:
                runs.append([piece])
        else:
            runs.append([Piece("kept", piece.words)])
    return [one for run in runs for one in _one_change(run)]


def _one_change(run: Sequence[Piece]) -> list[Piece]:
    if run[0].kind == "kept":
        return [Piece("", run[0].words)]
    removed = " ".join(piece.words for piece in run if piece.kind != "ins")
    added = " ".join(piece.words for piece in run if piece.kind != "del")
    return [Piece(kind, words) for kind, words in (("del", removed), ("ins", added)) if words]


def where(basis: Basis) -> str:
    """“edition 1”, where the comparison is with one."""
    if basis.edition is None:
        return ""
    report = basis.edition.report
    return references.edition(
        report.round.strategy.code, report.department.code, report.round.year, basis.edition.number
    )
