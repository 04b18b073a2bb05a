"""Whether everything that was recorded is still there, unchanged."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from reporting.domain import commitments, editions, events
from reporting.domain.publication import reference_of
from reporting.models import Edition, Event
from strategy.models import CommitmentVersion


@dataclass(frozen=True, slots=True)
class Verdict:
    events: int
    editions: int
    versions: int
    faults: list[str]


def verify() -> Verdict:
    """The chain first; where it is sound, the content whose digests stand in it."""
    faults = list(events.faults())
    if not faults:
        faults = [*_editions(), *_versions()]
    return Verdict(Event.objects.count(), Edition.objects.count(), CommitmentVersion.objects.count(), faults)


def _recorded(verb: str) -> dict[str, tuple[int, str]]:
    """Sequence and digest of each subject's event."""
    rows = Event.objects.filter(verb=verb).values_list("subject", "sequence", "data")
    return {subject: (sequence, json.loads(data)["digest"]) for subject, sequence, data in rows}


def _editions() -> Iterator[str]:
    recorded = _recorded("edition.cut")
    rows = Edition.objects.select_related("report__round__strategy", "report__department")
    for edition in rows.order_by("cut_at", "pk"):
        digest = editions.digest_of(editions.contents_of(edition), edition.nil_reason, edition.department_name)
        yield from _compare(recorded, reference_of(edition), {digest, edition.digest})
    yield from _left(recorded, "edition")


def _versions() -> Iterator[str]:
    recorded = _recorded("commitment.recorded")
    rows = CommitmentVersion.objects.select_related("commitment__action__strategy", "commitment__department")
    for version in rows.order_by("recorded_at", "pk"):
        digest = events.content_digest(commitments.said(version).content())
        yield from _compare(recorded, reference_of(version), {digest, version.digest})
    yield from _left(recorded, "commitment version")


def _compare(recorded: dict[str, tuple[int, str]], reference: str, digests: set[str]) -> Iterator[str]:
    event = recorded.pop(reference, None)
    if event is None:
        yield f"{reference} has no event: it was not made by the service."
    elif digests != {event[1]}:
        yield f"Event {event[0]} does not fit: {reference} no longer says what was recorded."


def _left(recorded: dict[str, tuple[int, str]], what: str) -> Iterator[str]:
    for reference, (sequence, _) in sorted(recorded.items(), key=lambda row: row[1][0]):
        yield f"Event {sequence} does not fit: the {what} {reference} is gone."
