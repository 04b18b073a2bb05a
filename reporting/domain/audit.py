"""Whether everything that was recorded is still there, unchanged."""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.cache import cache
from django.db.models import Prefetch
from django.utils import timezone

from reporting.domain import checkpoints, commitments, editions, events, filing, recorded
from reporting.domain.editions import EntryRows
from reporting.domain.publication import reference_of
from reporting.domain.recorded import NO_EVENT, Fault
from reporting.models import (
    DraftSave,
    Edition,
    EditionActivity,
    EditionAnswer,
    EditionEntry,
    Entry,
    Event,
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


def verify(checkpoint: Path | None = None, public_key: Path | None = None) -> Verdict:
    """The chain first, with what checkpoints say of it; where it is sound, the content whose digests stand in it.

    `checkpoint`: a file that was kept elsewhere, in place of those that are kept here.
    """
    known = checkpoints.evidence(checkpoint, public_key)  # first: what it lists is there by then
    with events.snapshot():
        faults = [*known.faults, *events.faults(known.listed)]
        if not faults:
            found = [*_editions(), *_versions(), *_saves(), *_sign_offs(), *recorded.faults()]
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
    known = _recorded("edition.cut")
    for edition, rows in _editions_with_rows():
        digest = editions.digest_of(edition, rows)
        yield from _compare(known, reference_of(edition), {digest, edition.digest})
    yield from _left(known, "edition")


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
    known = _recorded("commitment.recorded")
    for version in CommitmentVersion.objects.select_related(
        "commitment__action__strategy", "commitment__department"
    ):
        digest = commitments.digest_of(version)
        yield from _compare(known, reference_of(version), {digest, version.digest})
    yield from _left(known, "commitment version")


def _saves() -> Iterator[Fault]:
    """Every save of a draft says what its digest is made of."""
    rows = DraftSave.objects.select_related("entry__report__round__strategy", "entry__report__department")
    for save in rows.iterator(chunk_size=500):
        if filing.digest_of(filing.draft_of(save).fields()) != save.digest:
            subject = f"{filing.reference(save.entry.report)}, entry {save.entry_id}"
            yield NO_EVENT, f"{subject}: the save {save.pk} no longer says what was saved."


def _sign_offs() -> Iterator[Fault]:
    """Reports that nobody can edit still say what was signed off."""
    fixed = [Report.State.SUBMITTED, Report.State.IN_REVIEW, Report.State.ACCEPTED]
    last = {
        subject: (sequence, verb, json.loads(data).get("digest"))
        for subject, sequence, verb, data in Event.objects.filter(verb__in=["report.signed_off", "report.taken_in"])
        .order_by("sequence")
        .values_list("subject", "sequence", "verb", "data")
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
        sequence, verb, digest = last.get(reference, (NO_EVENT, "", ""))
        if one.state == Report.State.ACCEPTED and verb != "report.signed_off":
            continue  # it was taken in as it was published elsewhere
        now = events.content_digest([one.nil_reason, *heads[one.pk]])  # as filing.digest_of_report
        if digest not in {None, now}:  # None: signed off before it was recorded
            yield sequence, f"{reference} no longer says what was signed off."


def _compare(known: dict[str, tuple[int, str]], reference: str, digests: set[str]) -> Iterator[Fault]:
    sequence, digest = known.pop(reference, (NO_EVENT, ""))
    if sequence == NO_EVENT:
        yield NO_EVENT, f"{reference} has no event: it was not made by the service."
    elif digests != {digest}:
        yield sequence, f"Event {sequence} does not fit: {reference} no longer says what was recorded."


def _left(known: dict[str, tuple[int, str]], what: str) -> Iterator[Fault]:
    for reference, (sequence, _) in known.items():
        yield sequence, f"Event {sequence} does not fit: the {what} {reference} is gone."
