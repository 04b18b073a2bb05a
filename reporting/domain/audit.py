"""Whether everything that was recorded is still there, unchanged."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from reporting.domain import commitments, editions, events, filing
from reporting.domain.publication import reference_of
from reporting.models import DraftSave, Edition, Event, Report
from strategy.models import CommitmentVersion


@dataclass(frozen=True, slots=True)
class Verdict:
    events: int
    editions: int
    versions: int
    faults: list[str]


Fault = tuple[float, str]  # the sequence of the event that it was found at, and a sentence
NO_EVENT = float("inf")


def verify() -> Verdict:
    """The chain first; where it is sound, the content whose digests stand in it, in the order of the events."""
    faults = list(events.faults())
    if not faults:
        faults = [sentence for _, sentence in sorted([*_editions(), *_versions(), *_saves(), *_sign_offs()])]
    return Verdict(Event.objects.count(), Edition.objects.count(), CommitmentVersion.objects.count(), faults)


def _recorded(verb: str) -> dict[str, tuple[int, str]]:
    """Sequence and digest of each subject's event."""
    rows = Event.objects.filter(verb=verb).values_list("subject", "sequence", "data")
    return {subject: (sequence, json.loads(data)["digest"]) for subject, sequence, data in rows}


def _editions() -> Iterator[Fault]:
    recorded = _recorded("edition.cut")
    for edition in Edition.objects.select_related("report__round__strategy", "report__department"):
        digest = editions.digest_of(edition, editions.rows_of(edition))
        yield from _compare(recorded, reference_of(edition), {digest, edition.digest})
    yield from _left(recorded, "edition")


def _versions() -> Iterator[Fault]:
    recorded = _recorded("commitment.recorded")
    for version in CommitmentVersion.objects.select_related(
        "commitment__action__strategy", "commitment__department"
    ):
        digest = commitments.digest_of(version)
        yield from _compare(recorded, reference_of(version), {digest, version.digest})
    yield from _left(recorded, "commitment version")


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
    for report in Report.objects.filter(state__in=fixed).select_related("round__strategy", "department"):
        reference = filing.reference(report)
        sequence, digest = last.get(reference, (NO_EVENT, ""))
        if digest not in {None, filing.digest_of_report(report)}:  # None: signed off before it was recorded
            yield sequence, f"{reference} no longer says what was signed off."


def _compare(recorded: dict[str, tuple[int, str]], reference: str, digests: set[str]) -> Iterator[Fault]:
    sequence, digest = recorded.pop(reference, (NO_EVENT, ""))
    if sequence == NO_EVENT:
        yield NO_EVENT, f"{reference} has no event: it was not made by the service."
    elif digests != {digest}:
        yield sequence, f"Event {sequence} does not fit: {reference} no longer says what was recorded."


def _left(recorded: dict[str, tuple[int, str]], what: str) -> Iterator[Fault]:
    for reference, (sequence, _) in recorded.items():
        yield sequence, f"Event {sequence} does not fit: the {what} {reference} is gone."
