"""What should happen to reports: the model beside which test_workflow.py tries the verbs."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from types import ModuleType
from typing import NamedTuple

from reporting.domain import filing, review
from reporting.domain.editions import Content
from reporting.models import Edition, Release, Report, ReturnReason, User

NUMBERS = (1, 2)  # of the actions
EDITABLE = {"not_started", "draft", "returned"}
AT_WORK = {"submitted", "in_review", "returned"}
WORDS = "Because of the floods."


class Move(NamedTuple):
    """One verb of the table: from which states it is possible, and where it leads."""

    module: ModuleType
    verb: str
    possible_in: set[str]
    to: str
    words: str = ""  # the argument that says why


MOVES = {  # by the verb of their event
    "report.signed_off": Move(filing, "sign_off", {"draft", "returned"}, "submitted"),
    "report.recalled": Move(filing, "recall", {"submitted"}, "draft"),
    "report.review_started": Move(review, "start_review", {"submitted"}, "in_review"),
    "report.returned": Move(review, "return_report", {"in_review"}, "returned", "message"),
    "report.accepted": Move(review, "accept_report", {"in_review"}, "accepted"),
    "report.reopened": Move(review, "reopen", {"accepted", "excused"}, "draft", "reason"),
    "report.excused": Move(review, "excuse", EDITABLE, "excused", "reason"),
}
# What somebody writes: the first kind can be signed off, and so can the second.
KINDS = {
    "complete": {"status": "on_track", "progress": "Text"},
    "not applicable": {"status": "not_applicable", "category": "other", "reason": "Text"},
    "no progress": {"status": "behind", "planned": "Text"},
    "no status": {"progress": "Text"},
    "no reason": {"status": "not_applicable", "category": "other", "notes": "Text"},
}
FIELDS = ("status", "progress", "planned", "notes", "category", "reason")
Words = tuple[str, ...]


@dataclass(eq=False)
class Kept:
    """A save as it has to be stored."""

    id: uuid.UUID
    words: Words
    base: "Kept | None"
    author: User
    beside: bool
    settles: "Kept | None"


@dataclass(eq=False)
class Remark:
    """A comment. `review`: which of the report's reviews it was made in."""

    id: int
    author: User
    private: bool
    review: int
    sent: datetime | None = None


@dataclass
class Written:
    """One entry."""

    saves: list[Kept] = field(default_factory=list)
    head: Kept | None = None
    ready: bool = False
    remarks: list[Remark] = field(default_factory=list)
    marked: ReturnReason | None = None  # to be returned, and why
    assessed: tuple[str, str] = ("", "")
    assessed_words: Words = ()  # what it was that was judged

    def open(self) -> list[Kept]:
        """Texts that nobody has chosen from yet."""
        settled = {one.settles for one in self.saves}
        continued = {one.base for one in self.saves if one.beside}
        return [one for one in self.saves if one.beside and one not in settled | continued]

    def repeats(
        self, words: Words, author: User, sent: Kept | None, *, own_head: bool, settling: bool
    ) -> Kept | None:
        """The save that these words are already, or were sent as before; None where they are new."""
        if self.head and self.head.words == words and not settling:
            return self.head
        if sent is None:
            return None
        if sent.words == words:  # unless its author has written on since, and goes back
            return sent if sent.beside or self.head is sent or not own_head else None
        twice = (one for one in self.saves if (one.base, one.words, one.author) == (sent, words, author))
        return next((one for one in twice if one.beside), None)

    def may_be_signed_off(self) -> bool:
        if self.head is None or self.open() or not self.ready:
            return False
        said = dict(zip(FIELDS, self.head.words, strict=True))
        if said["status"] == "not_applicable":
            return bool(said["category"] and said["reason"])
        return bool(said["status"] and said["progress"])

    def is_stale(self) -> bool:
        """It was judged, and is not what was judged any more."""
        return bool(self.assessed[0]) and (self.head is None or self.head.words != self.assessed_words)

    def unsent(self, review: int) -> list[Remark]:
        """What goes with a return: what was said in this review, and not among reviewers alone."""
        return [one for one in self.remarks if one.review == review and not (one.private or one.sent)]


class Show(NamedTuple):
    """From this moment on this edition is public; 0: none is."""

    since: datetime
    number: int


class Returned(NamedTuple):
    message: str
    due: date | None
    entries: dict[int, ReturnReason | None]


@dataclass(eq=False)
class Filed:
    """One report, beside the row as it was at first."""

    report: Report
    reference: str
    state: str = "not_started"
    nil: str = ""
    signed_by: User | None = None
    change: tuple[str, str] = ("", "")  # of a correction: what it changes, and whether much
    reviews: int = 0
    returns: list[Returned] = field(default_factory=list)
    entries: dict[int, Written] = field(default_factory=lambda: {number: Written() for number in NUMBERS})
    editions: list[Edition] = field(default_factory=list)
    notes: dict[int, str] = field(default_factory=dict)  # by edition, what its window says in place of its own note
    withdrawn: set[int] = field(default_factory=set)
    never: set[int] = field(default_factory=set)  # of those, before their hour
    shows: list[Show] = field(default_factory=list)  # one after the other

    def public(self, moment: datetime) -> int:
        return next((one.number for one in reversed(self.shows) if one.since <= moment), 0)

    def waits(self, now: datetime) -> list[int]:
        """Editions whose hour has not come."""
        return [one.number for one in self.shows if one.since > now and one.number]

    def shown(self, since: datetime, number: int) -> None:
        self.shows = sorted([*self.shows, Show(since, number)], key=lambda one: one.since)

    def not_shown(self, number: int) -> None:
        self.shows = [one for one in self.shows if one.number != number]

    def moved(self, number: int, since: datetime) -> None:
        self.not_shown(number)
        self.shown(since, number)

    def to_publish(self, now: datetime) -> Edition | None:
        """The edition that a release would take."""
        last = self.editions[-1] if self.editions else None
        if last is None or self.waits(now) or self.state != "accepted" or last.number in self.notes:
            return None
        return last

    def stops(self, now: datetime) -> bool:
        """Somebody is at work on it, and nothing of it is public or soon will be."""
        return self.state in AT_WORK and not self.public(now) and not self.waits(now)

    def note(self, number: int) -> str:
        """What readers are told of an edition."""
        return self.notes.get(number) or self.editions[number - 1].change_note

    def is_correction(self) -> bool:
        """Readers had an edition, or will have one."""
        return bool(set(self.notes) - self.never)

    def stale(self) -> list[str]:
        """Entries of which a new review takes the assessment back, as events name them."""
        return [f"{self.reference}/{number}" for number, entry in self.entries.items() if entry.is_stale()]

    def review_started(self) -> None:
        self.reviews += 1  # what was said in a review before has had its answer
        for entry in self.entries.values():
            entry.assessed = ("", "") if entry.is_stale() else entry.assessed

    def is_silent(self) -> bool:
        """An entry is marked to be changed, and nobody says in a comment what."""
        return any(one.marked and not one.unsent(self.reviews) for one in self.entries.values())

    def may(self, move: str, actor: User, words: str) -> bool:
        """Whether this move of the table is possible."""
        if self.state not in MOVES[move].possible_in or (MOVES[move].words and not words.strip()):
            return False
        if move == "report.signed_off":
            written = bool(self.nil) or all(entry.may_be_signed_off() for entry in self.entries.values())
            return written and bool(self.change[0] or not self.is_correction())
        if move == "report.accepted":
            return actor != self.signed_by and not any(one.marked for one in self.entries.values())
        return move != "report.returned" or not self.is_silent()

    def said(self) -> dict[int, Content]:
        """What an edition has to say."""
        heads = {} if self.nil else {number: entry.head for number, entry in self.entries.items()}
        found = {}
        for number, head in heads.items():
            assert head
            said = dict(zip(FIELDS, head.words, strict=True))
            if said["status"] != "not_applicable":
                said |= {"category": "", "reason": ""}
            found[number] = Content(**said)
        return found


@dataclass(eq=False)
class Released:
    """One release: what of it waits for its hour."""

    release: Release
    year: int
    hour: datetime
    editions: list[tuple[Filed, int]]
    stopped: bool = False

    def waiting(self) -> Iterable[tuple[Filed, int]]:
        return [(filed, number) for filed, number in self.editions if number not in filed.withdrawn]
