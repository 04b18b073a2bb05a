"""What a department changed in an entry since its report was last out of reach: returned, or cut as an edition."""

from dataclasses import dataclass
from datetime import datetime

from reporting.domain import references, working
from reporting.domain.differences import Paragraphs, paragraphs
from reporting.domain.editions import Content, contents_of
from reporting.models import Answer, DraftSave, Edition, Report, Return, Status
from strategy.models import Action


@dataclass(frozen=True, slots=True)
class Basis:
    """What the text of now is compared with."""

    at: datetime
    returned: Return | None = None
    edition: Edition | None = None


def basis_of(report: Report) -> Basis | None:
    """The last return or the last edition, whichever came later; nothing where it is seen for the first time."""
    returned = report.returns.select_related("made_by").order_by("made_at").last()
    edition = (
        report.editions.select_related("report__round__strategy", "report__department").order_by("number").last()
    )
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
    """A text that is another one now, with the paragraphs that changed."""

    name: str  # "progress", "planned" or "reason"
    paragraphs: Paragraphs

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
        if changed := paragraphs(getattr(before, name), getattr(now, name)):
            found.append(Changed(name, changed))
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
        elif was.reason != one.reason:
            found.append(f"Answer to {name}: another reason.")
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


def where(basis: Basis) -> str:
    """“edition 1”, where the comparison is with one."""
    if basis.edition is None:
        return ""
    report = basis.edition.report
    return references.edition(
        report.round.strategy.code, report.department.code, report.round.year, basis.edition.number
    )
