"""The chain of events: who did what, when, to what. Appended beside every change, never altered.

Every column of a row is a part of its canonical text; the digest is SHA-256 over the previous digest
and that text; times stand in one fixed format. Content is under the chain by its digest.
"""

import hashlib
import json
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from reporting.models import ChainHead, Event, User

BEGINNING = "0" * 64
APPEND_LOCK = 7_110_150_931  # any number of our own: it names PostgreSQL's advisory lock


def to_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def moment(at: datetime) -> str:
    """The one format of times under a digest."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def content_digest(content: Any) -> str:
    """SHA-256 of the canonical JSON of what an edition or a version says."""
    return hashlib.sha256(to_json(content).encode()).hexdigest()


def _digest(previous: str, canonical: str) -> str:
    return hashlib.sha256(f"{previous}\n{canonical}".encode()).hexdigest()


def _canonical(event: Event) -> str:
    return to_json(
        {
            "id": str(event.id),
            "sequence": event.sequence,
            "at": moment(event.at),
            "actor": event.actor_id,
            "verb": event.verb,
            "subject": event.subject,
            "data": event.data,
        }
    )


def lock() -> None:
    """Nobody else appends until this transaction ends. Lock the rows first that it changes, then this.

    What is decided by the clock is decided after it: whoever waits here may wait past an hour.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("An event is recorded in the transaction of its change.")
    if connection.vendor == "postgresql":  # SQLite's IMMEDIATE transactions already are one after another
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [APPEND_LOCK])


def record(verb: str, subject: str, *, actor: User, at: datetime | None = None, **data: Any) -> Event:
    """Append one event. Only inside the transaction of the change that it records."""
    lock()
    head = ChainHead.objects.first() or ChainHead(sequence=0, digest=BEGINNING)
    event = Event(
        id=uuid.uuid4(),
        sequence=head.sequence + 1,
        at=at or timezone.now(),
        actor=actor,
        verb=verb,
        subject=subject,
        data=to_json(data),
        previous=head.digest,
    )
    event.canonical = _canonical(event)
    event.digest = _digest(event.previous, event.canonical)
    event.save(force_insert=True)
    head.sequence, head.digest = event.sequence, event.digest
    head.save()
    return event


def last(verb: str, subject: str) -> Event | None:
    """The newest event of this kind about that subject."""
    return Event.objects.filter(subject=subject, verb=verb).order_by("sequence").last()


@contextmanager
def snapshot() -> Iterator[None]:
    """All that is read inside is of one moment, whoever writes meanwhile."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost and connection.vendor == "postgresql":  # SQLite lets nobody else write meanwhile
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


@dataclass(frozen=True, slots=True)
class Listed:
    """What a signed checkpoint says of an event."""

    digest: str
    name: str  # of the checkpoint


def faults(listed: Mapping[int, Listed] | None = None) -> Iterator[str]:
    """What does not fit in the chain, first things first; nothing when all is sound.

    `listed`: what checkpoints say, by the sequence. A chain that was rewritten as a whole fits by itself.
    scripts/verify_export.py says the same in its own words; a test keeps them together.
    """
    listed = listed or {}
    expected, previous = 1, BEGINNING
    for event in Event.objects.order_by("sequence").iterator(chunk_size=1000):
        if event.sequence != expected:
            yield f"Event {expected} is missing: the next one is {event.sequence} ({event.verb} {event.subject})."
            return
        if fault := fault_of(event, previous) or _not_listed(event, listed):
            yield f"Event {event.sequence} ({event.verb} {event.subject}) does not fit: {fault}."
            return
        expected, previous = expected + 1, event.digest
    yield from _end_faults(expected, previous, listed)


def _end_faults(expected: int, previous: str, listed: Mapping[int, Listed]) -> Iterator[str]:
    if expected in listed:
        yield f"Event {expected} is missing: {listed[expected].name} lists it."
        return
    head = ChainHead.objects.first()
    recorded = (head.sequence, head.digest) if head else (0, BEGINNING)
    if recorded != (expected - 1, previous):
        yield (
            f"Event {expected} is missing: {recorded[0]} events were recorded and {expected - 1} are there."
            if recorded[0] >= expected
            else f"Event {expected - 1} is not the recorded end of the chain, which is event {recorded[0]}."
        )


def fault_of(event: Event, previous: str) -> str:
    """Why the event does not fit to the one before it, or to itself; nothing where it does."""
    if event.previous != previous:
        return "it does not name the digest of the event before it"
    if event.canonical != _canonical(event):
        return "its columns are not those of its canonical text"
    if event.digest != _digest(event.previous, event.canonical):
        return "its text does not give its digest"
    return ""


def _not_listed(event: Event, listed: Mapping[int, Listed]) -> str:
    said = listed.get(event.sequence)
    return f"it is not the event that {said.name} lists" if said and said.digest != event.digest else ""
