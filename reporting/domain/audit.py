"""Whether everything that was recorded is still there, unchanged."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.cache import cache
from django.db.models import Prefetch
from django.utils import timezone

from reporting.domain import checkpoints, commitments, editions, events, filing
from reporting.domain.editions import EntryRows
from reporting.domain.publication import reference_of
from reporting.models import (
    Comment,
    DraftSave,
    Edition,
    EditionActivity,
    EditionAnswer,
    EditionEntry,
    Entry,
    Event,
    Publication,
    Report,
)
from strategy.models import CommitmentVersion

LAST = "audit-last-verified"  # in the cache


@dataclass(frozen=True, slots=True)
class Verdict:
    events: int
    editions: int
    versions: int
    faults: list[str]
    checkpoints: int = 0  # that were compared with
    listed_from: int = 0  # the first event that they list
    listed_to: int = 0
    signed_at: datetime | None = None  # the newest of them
    at: datetime = field(default_factory=timezone.now)


Fault = tuple[float, str]  # the sequence of the event that it was found at, and a sentence
NO_EVENT = float("inf")


def verify(checkpoint: Path | None = None, public_key: Path | None = None) -> Verdict:
    """The chain first, with what checkpoints say of it; where it is sound, the content whose digests stand in it.

    `checkpoint`: a file that was kept elsewhere, in place of those that are kept here.
    """
    known = checkpoints.evidence(checkpoint, public_key)  # first: what it lists is there by then
    with events.snapshot():
        faults = [*known.faults, *events.faults(known.listed)]
        if not faults:
            found = [*_editions(), *_versions(), *_windows(), *_saves(), *_sign_offs(), *_comments()]
            faults = [sentence for _, sentence in sorted(found)]
        return Verdict(
            Event.objects.count(),
            Edition.objects.count(),
            CommitmentVersion.objects.count(),
            faults,
            len(known.used),
            min(known.listed, default=0),
            max(known.listed, default=0),
            known.newest.made_at if known.newest else None,
        )


def remember(verdict: Verdict) -> None:
    """For the page that says when all was verified last. It is no proof: verify again."""
    cache.set(LAST, asdict(verdict), timeout=None)


def last_verdict() -> Verdict | None:
    found = cache.get(LAST)
    return Verdict(**found) if found else None


def _recorded(verb: str) -> dict[str, tuple[int, str]]:
    """Sequence and digest of each subject's event."""
    rows = Event.objects.filter(verb=verb).values_list("subject", "sequence", "data")
    return {subject: (sequence, json.loads(data)["digest"]) for subject, sequence, data in rows}


def _editions() -> Iterator[Fault]:
    recorded = _recorded("edition.cut")
    for edition, rows in _editions_with_rows():
        digest = editions.digest_of(edition, rows)
        yield from _compare(recorded, reference_of(edition), {digest, edition.digest})
    yield from _left(recorded, "edition")


def _editions_with_rows() -> Iterator[tuple[Edition, list[EntryRows]]]:
    """As editions.rows_of reads one, a hundred at a time."""
    identity = ("activity__action__strategy", "activity__department")
    carried = ("carried_to__action__strategy", "carried_to__department")
    entries = EditionEntry.objects.select_related("action__strategy").prefetch_related(
        Prefetch("activities", EditionActivity.objects.select_related(*identity)),
        Prefetch("answers", EditionAnswer.objects.select_related(*identity, *carried)),
    )
    found = Edition.objects.select_related("report__round__strategy", "report__department")
    for edition in found.prefetch_related(Prefetch("entries", entries)).iterator(chunk_size=100):
        yield (
            edition,
            [EntryRows(one, list(one.activities.all()), list(one.answers.all())) for one in edition.entries.all()],
        )


def _versions() -> Iterator[Fault]:
    recorded = _recorded("commitment.recorded")
    for version in CommitmentVersion.objects.select_related(
        "commitment__action__strategy", "commitment__department"
    ):
        digest = commitments.digest_of(version)
        yield from _compare(recorded, reference_of(version), {digest, version.digest})
    yield from _left(recorded, "commitment version")


@dataclass(slots=True)
class Window:
    """When an edition or a version is public, as the events say."""

    sequence: int
    starts: datetime
    withdrawn_at: datetime | None = None


def _windows() -> Iterator[Fault]:
    """Times of publication may change, each time with its event: they are those of the last one."""
    said = _windows_said()
    rows = Publication.objects.select_related(
        "edition__report__round__strategy",
        "edition__report__department",
        "version__commitment__action__strategy",
        "version__commitment__department",
    )
    # One whose content is gone is named for that.
    found = [(content, row) for row in rows if (content := row.edition or row.version)]
    starts: dict[tuple[str, int], set[datetime]] = defaultdict(set)  # of all windows of one report or commitment
    for content, row in found:
        starts[_whole(content)].add(row.starts)
    for content, row in found:
        reference = reference_of(content)
        window = said.pop(reference, None)
        if window is None:
            yield NO_EVENT, f"{reference} has a time of publication without an event: the service did not set it."
        elif not _as_said(row, window, starts[_whole(content)]):
            yield (
                window.sequence,
                f"Event {window.sequence} does not fit: {reference} is public at another time than was recorded.",
            )
    for reference, window in said.items():
        yield (
            window.sequence,
            f"Event {window.sequence} does not fit: the time of publication of {reference} is gone.",
        )


def _whole(content: Edition | CommitmentVersion) -> tuple[str, int]:
    if isinstance(content, Edition):
        return "report", content.report_id
    return "commitment", content.commitment_id


def _as_said(row: Publication, window: Window, of_the_whole: set[datetime]) -> bool:
    """A window that another one follows ends where that one starts."""
    if row.starts != window.starts:
        return False
    if window.withdrawn_at or row.ending == Publication.Ending.WITHDRAWN:
        return bool(window.withdrawn_at) and row.ends == max(row.starts, window.withdrawn_at or row.starts)
    return row.ends is None or row.ends in of_the_whole


def _windows_said() -> dict[str, Window]:
    said: dict[str, Window] = {}
    verbs = ["publication.set", "publication.withdrawn", "release.moved", "release.stopped"]
    rows = Event.objects.filter(verb__in=verbs).order_by("sequence")
    for sequence, at, verb, subject, data in rows.values_list(
        "sequence", "at", "verb", "subject", "data"
    ).iterator():
        found = json.loads(data)
        if verb == "publication.set":
            said[subject] = Window(sequence, datetime.fromisoformat(found["starts"]))
        elif verb == "publication.withdrawn" and subject in said:
            said[subject] = Window(sequence, said[subject].starts, at)
        for reference in found.get("editions", []):
            if verb == "release.stopped":
                said.pop(reference, None)
            else:
                said[reference] = Window(sequence, datetime.fromisoformat(found["starts"]))
    return said


def _saves() -> Iterator[Fault]:
    """Every save of a draft says what its digest is made of."""
    rows = DraftSave.objects.select_related("entry__report__round__strategy", "entry__report__department")
    for save in rows.iterator(chunk_size=500):
        if filing.digest_of(filing.draft_of(save).fields()) != save.digest:
            subject = f"{filing.reference(save.entry.report)}, entry {save.entry_id}"
            yield NO_EVENT, f"{subject}: the save {save.pk} no longer says what was saved."


def _sign_offs() -> Iterator[Fault]:
    """Reports that nobody can edit still say what was signed off."""
    fixed = [Report.State.SUBMITTED, Report.State.IN_REVIEW]
    last = {
        subject: (sequence, json.loads(data).get("digest"))
        for subject, sequence, data in Event.objects.filter(verb="report.signed_off")
        .order_by("sequence")
        .values_list("subject", "sequence", "data")
    }
    heads: dict[int, list[Any]] = defaultdict(list)
    for report, *head in (
        Entry.objects.filter(report__state__in=fixed, head__isnull=False)
        .order_by("action__number")
        .values_list("report", "action__number", "head__digest")
    ):
        heads[report].append(head)
    for one in Report.objects.filter(state__in=fixed).select_related("round__strategy", "department"):
        reference = filing.reference(one)
        sequence, digest = last.get(reference, (NO_EVENT, ""))
        now = events.content_digest([one.nil_reason, *heads[one.pk]])  # as filing.digest_of_report
        if digest not in {None, now}:  # None: signed off before it was recorded
            yield sequence, f"{reference} no longer says what was signed off."


Said = tuple[str, str, bool, str]  # of a comment: the entry's reference, field, whether private, digest


def _comments() -> Iterator[Fault]:
    """Comments still say what their reviewers wrote; those that are gone were taken back."""
    recorded: dict[Said, list[int]] = defaultdict(list)
    for sequence, subject, data in _events_of("entry.commented"):
        said = json.loads(data)
        if "digest" in said:
            recorded[subject, said["field"], said["private"], said["digest"]].append(sequence)
    for _, subject, data in _events_of("entry.comment_taken_back"):
        said = json.loads(data)
        keys = (key for key in recorded if (key[0], key[3]) == (subject, said["digest"]) and recorded[key])
        if "field" in said:  # before that was recorded, the words were all that is known
            keys = (key for key in keys if key[1:3] == (said["field"], said["private"]))
        if taken := next(keys, None):
            recorded[taken].pop()
    there: Counter[Said] = Counter()
    for comment in Comment.objects.select_related(
        "entry__report__round__strategy", "entry__report__department", "entry__action"
    ):
        subject = f"{filing.reference(comment.entry.report)}/{comment.entry.action.number}"
        there[subject, comment.field, comment.private, events.content_digest(comment.text)] += 1
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


def _events_of(verb: str) -> Iterator[tuple[int, str, str]]:
    yield from (
        Event.objects.filter(verb=verb).order_by("sequence").values_list("sequence", "subject", "data").iterator()
    )


def _compare(recorded: dict[str, tuple[int, str]], reference: str, digests: set[str]) -> Iterator[Fault]:
    sequence, digest = recorded.pop(reference, (NO_EVENT, ""))
    if sequence == NO_EVENT:
        yield NO_EVENT, f"{reference} has no event: it was not made by the service."
    elif digests != {digest}:
        yield sequence, f"Event {sequence} does not fit: {reference} no longer says what was recorded."


def _left(recorded: dict[str, tuple[int, str]], what: str) -> Iterator[Fault]:
    for reference, (sequence, _) in recorded.items():
        yield sequence, f"Event {sequence} does not fit: the {what} {reference} is gone."
