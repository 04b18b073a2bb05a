"""Rows that may change, each time with an event: whether they still are what the events say.

Times of publication with what readers are told of them, returns, comments, and why a report is excused.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from reporting.domain import events, filing
from reporting.domain.publication import reference_of
from reporting.models import Comment, Edition, Event, Publication, Report, Return
from strategy.dates import PartialDate
from strategy.models import CommitmentVersion

Fault = tuple[float, str]  # the sequence of the event that it was found at, and a sentence
NO_EVENT = float("inf")


def faults() -> Iterator[Fault]:
    yield from _windows()
    yield from _returns()
    yield from _comments()
    yield from _excused()


def _events(*verbs: str) -> Iterator[Event]:
    return Event.objects.filter(verb__in=verbs).order_by("sequence").iterator(chunk_size=1000)


# Times of publication ---------------------------------------------------------------------------------


@dataclass(slots=True)
class Window:
    """When an edition or a version is public and what readers are told of that, as the events say."""

    sequence: int  # of the last event
    set_at: int  # the sequence of the event that set it
    starts: datetime
    told: dict[str, Any]  # columns that readers see
    earlier: set[datetime] = field(default_factory=set)  # hours that it was moved away from
    withdrawn_by: int | None = None  # the sequence of that event
    withdrawn_at: datetime | None = None

    @property
    def never_began(self) -> bool:
        return self.withdrawn_at is not None and self.withdrawn_at < self.starts


@dataclass(slots=True)
class Shown:
    """A window as it is, with what the events say of it."""

    row: Publication
    content: Edition | CommitmentVersion
    said: Window


def _windows() -> Iterator[Fault]:
    said = _windows_said()
    rows = Publication.objects.select_related(
        "edition__report__round__strategy",
        "edition__report__department",
        "version__commitment__action__strategy",
        "version__commitment__department",
    )
    wholes: dict[tuple[str, int], list[Shown]] = defaultdict(list)  # the windows of one report or commitment
    for row in rows:
        content = row.edition or row.version
        if content is None:
            continue  # its content is gone: that is named
        reference = reference_of(content)
        window = said.pop(reference, None)
        if window is None:
            yield NO_EVENT, f"{reference} has a time of publication without an event: the service did not set it."
        else:
            wholes[_whole(content)].append(Shown(row, content, window))
    for shown in wholes.values():
        for one in shown:
            yield from _fault_of(one, shown)
    for reference, window in said.items():
        yield (
            window.sequence,
            f"Event {window.sequence} does not fit: the time of publication of {reference} is gone.",
        )


def _whole(content: Edition | CommitmentVersion) -> tuple[str, int]:
    if isinstance(content, Edition):
        return "report", content.report_id
    return "commitment", content.commitment_id


def _fault_of(one: Shown, of_the_whole: Sequence[Shown]) -> Iterator[Fault]:
    row, said = one.row, one.said
    does_not_fit = f"Event {said.sequence} does not fit: {reference_of(one.content)}"
    if row.starts != said.starts or not _ends_as_said(one, of_the_whole):
        yield said.sequence, f"{does_not_fit} is public at another time than was recorded."
    elif any(getattr(row, name) != value for name, value in said.told.items()):
        yield said.sequence, f"{does_not_fit} says something else about its publication than was recorded."


def _ends_as_said(one: Shown, of_the_whole: Sequence[Shown]) -> bool:
    """Where it was withdrawn; or where one starts that follows it, and no later than those that are there."""
    row, said = one.row, one.said
    if said.withdrawn_at or row.ending == Publication.Ending.WITHDRAWN:
        when = max(row.starts, said.withdrawn_at) if said.withdrawn_at else None
        return (row.ends, row.ending) == (when, Publication.Ending.WITHDRAWN)
    following = [other for other in of_the_whole if other is not one and _follows(other, one)]
    until = [max(row.starts, other.said.starts) for other in following if not other.said.never_began]
    if row.ends is None:
        return not until
    if following and row.ends in said.earlier:
        return True  # another one was taken in before its hour: it ended as it began, and was moved later
    starts = {max(row.starts, other.said.starts) for other in following}
    return row.ends in starts and all(row.ends <= moment for moment in until)


def _follows(other: Shown, one: Shown) -> bool:
    """As publication.publish places windows: by when their words were known, then by when they were set."""
    if other.said.set_at > one.said.set_at:
        return other.content.known_from >= one.content.known_from
    gone = other.said.withdrawn_by is not None and other.said.withdrawn_by < one.said.set_at
    return other.content.known_from > one.content.known_from and not gone


def _windows_said() -> dict[str, Window]:
    said: dict[str, Window] = {}
    verbs = ["publication.set", "publication.withdrawn", "publication.note_corrected"]
    for event in _events(*verbs, "release.moved", "release.stopped"):
        data, window = json.loads(event.data), said.get(event.subject)
        if event.verb == "publication.set":
            starts = datetime.fromisoformat(data["starts"])
            told = {"note": data.get("note", ""), "dated": PartialDate(data["dated"])}
            told |= {name: data[name] for name in ("date_stated", "reason")}
            said[event.subject] = Window(event.sequence, event.sequence, starts, told)
        elif event.verb == "publication.withdrawn" and window:
            window.sequence = window.withdrawn_by = event.sequence
            window.withdrawn_at, window.told["reason"] = event.at, data["reason"]
        elif event.verb == "publication.note_corrected" and window:
            window.sequence, window.told["note"] = event.sequence, data["note"]
        for reference in data.get("editions", []):
            if event.verb == "release.stopped":
                said.pop(reference, None)
            elif found := said.get(reference):
                found.earlier.add(found.starts)
                found.sequence, found.starts = event.sequence, datetime.fromisoformat(data["starts"])
                found.told["dated"] = PartialDate.of_day(timezone.localdate(found.starts))
    return said


# Returns and comments ---------------------------------------------------------------------------------


def _returns() -> Iterator[Fault]:
    """What went back to departments, when, by whom, and until when the changes are wanted."""
    there: Counter[tuple[Any, ...]] = Counter()
    rows = Return.objects.select_related("report__round__strategy", "report__department")
    for one in rows.prefetch_related("entries__entry__action"):
        numbers = tuple(sorted(row.entry.action.number for row in one.entries.all()))
        due = one.due.isoformat() if one.due else None
        there[filing.reference(one.report), one.made_at, one.made_by_id, one.message, due, numbers] += 1
    changed: Counter[str] = Counter()
    for event in _events("report.returned"):
        data = json.loads(event.data)
        if "due" not in data:
            continue  # of before returns were rows
        said = (event.subject, event.at, event.actor_id, data["message"], data["due"], tuple(data["entries"]))
        if there[said]:
            there[said] -= 1
        else:
            changed[event.subject] += 1
            yield (
                event.sequence,
                f"Event {event.sequence} does not fit: the return of {event.subject} is gone or no longer says "
                "what was sent.",
            )
    more = Counter(subject for subject, *_ in there.elements())
    for subject in (more - changed).elements():
        yield NO_EVENT, f"{subject} has a return without an event: it was not made by the service."


Said = tuple[str, str, bool, str, int, datetime | None]  # of a comment: see Spoken.key


@dataclass(slots=True)
class Spoken:
    """A comment, as its events say."""

    sequence: int
    subject: str  # the entry's reference
    about: str  # a field of it
    private: bool
    digest: str
    author: int
    sent_at: datetime | None = None
    going_on: bool = field(default=True)  # the review that it was made in

    @property
    def key(self) -> Said:
        return self.subject, self.about, self.private, self.digest, self.author, self.sent_at

    def is_taken_back_by(self, event: Event) -> bool:
        data = json.loads(event.data)
        same = (self.subject, self.digest, self.author) == (event.subject, data["digest"], event.actor_id)
        about, private = data.get("field", self.about), data.get("private", self.private)
        return same and self.sent_at is None and (about, private) == (self.about, self.private)


def _spoken() -> list[Spoken]:
    """All that is not taken back. A return sends what was said in its review, and is not private."""
    said: dict[str, list[Spoken]] = defaultdict(list)  # by the report
    made = ["entry.commented", "entry.comment_taken_back"]
    for event in _events(*made, "report.review_started", "report.returned"):
        of_entry = event.verb in made
        known = said[event.subject.rpartition("/")[0] if of_entry else event.subject]
        if event.verb == "entry.commented":
            data = json.loads(event.data)
            if "digest" in data:
                about = (event.subject, data["field"], data["private"], data["digest"])
                known.append(Spoken(event.sequence, *about, event.actor_id))
        elif event.verb == "entry.comment_taken_back":
            if taken := next((one for one in known if one.is_taken_back_by(event)), None):
                known.remove(taken)
        else:
            _end_review(known, event)
    return [one for several in said.values() for one in several]


def _end_review(known: Iterable[Spoken], event: Event) -> None:
    for one in known:
        if one.going_on and not one.private and event.verb == "report.returned":
            one.sent_at = event.at
        one.going_on = False


def _comments() -> Iterator[Fault]:
    """Comments still say what their reviewers wrote; those that are gone were taken back."""
    recorded: dict[Said, list[int]] = defaultdict(list)
    for one in _spoken():
        recorded[one.key].append(one.sequence)
    there: Counter[Said] = Counter()
    for comment in Comment.objects.select_related(
        "entry__report__round__strategy", "entry__report__department", "entry__action"
    ):
        subject = f"{filing.reference(comment.entry.report)}/{comment.entry.action.number}"
        digest = events.content_digest(comment.text)
        there[subject, comment.field, comment.private, digest, comment.author_id, comment.sent_at] += 1
    gone = [(key[0], sequence) for key, found in recorded.items() for sequence in found[there[key] :]]
    for subject, sequence in gone:
        yield (
            sequence,
            f"Event {sequence} does not fit: the comment on {subject} is gone or no longer says what was written.",
        )
    changed = Counter(subject for subject, _ in gone)
    more = Counter({key[0]: 0 for key in there})
    for key, count in there.items():
        more[key[0]] += max(0, count - len(recorded.get(key, [])))
    for subject in (more - changed).elements():
        yield NO_EVENT, f"{subject} has a comment without an event: it was not made by the service."


# Excused ----------------------------------------------------------------------------------------------


def _excused() -> Iterator[Fault]:
    """Readers are told why."""
    said = {
        event.subject: (event.sequence, json.loads(event.data)["reason"]) for event in _events("report.excused")
    }
    rows = Report.objects.filter(state=Report.State.EXCUSED)
    for report in rows.select_related("round__strategy", "department"):
        reference = filing.reference(report)
        sequence, reason = said.get(reference, (NO_EVENT, None))
        if reason is None:
            yield NO_EVENT, f"{reference} is excused without an event: the service did not excuse it."
        elif reason != report.excused_reason:
            yield sequence, f"Event {sequence} does not fit: {reference} is excused for another reason."
