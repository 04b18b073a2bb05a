"""The chain of events: whatever is altered in it, verify_audit says so and names the first event that does not fit."""

import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from reporting.domain import events
from reporting.models import ChainHead, Edition, Event, Mail
from strategy.models import CommitmentVersion
from tests.domain.chain import does_not_fit, event, recorded_world, remove, rewrite, verdict
from tests.world import World

FITS = "it does not name the digest of the event before it"
COLUMNS = "its columns are not those of its canonical text"
DIGEST = "its text does not give its digest"


@pytest.fixture
def recorded(db: None) -> World:
    return recorded_world()


@pytest.fixture
def untouched(db: None) -> World:
    """Events enough, and the triggers on."""
    return World.small(12)


@pytest.fixture
def chain(db: None, tampering: Callable[[], None]) -> World:
    """Events enough, nothing reported yet, and the triggers lifted."""
    world = World.small(12)
    tampering()
    return world


@pytest.fixture
def altered(recorded: World, tampering: Callable[[], None]) -> World:
    """The same with the triggers lifted."""
    tampering()
    return recorded


def test_verify_says_sound_when_all_is_there(recorded: World) -> None:
    said = StringIO()
    call_command("verify_audit", stdout=said)
    counts = (Event.objects.count(), Edition.objects.count(), CommitmentVersion.objects.count())
    assert counts[1:] == (5, 7)
    sound, compared = said.getvalue().splitlines()
    assert sound == "Sound: {} events, {} editions and {} commitment versions fit.".format(*counts)
    assert compared.startswith("No checkpoint to compare them with")


def test_verify_says_sound_of_nothing(db: None) -> None:
    assert verdict() == []


def test_verify_as_json(altered: World) -> None:
    said = StringIO()
    call_command("verify_audit", json=True, stdout=said)
    assert json.loads(said.getvalue()) == {"events": Event.objects.count(), "checkpoints": 0, "faults": []}
    rewrite(Event, event(7).pk, verb="round.closed")
    said = StringIO()
    with pytest.raises(CommandError):
        call_command("verify_audit", json=True, stdout=said)
    assert json.loads(said.getvalue())["faults"] == does_not_fit(7, COLUMNS)


@pytest.mark.parametrize(
    "column, value, why",
    [
        ("id", uuid.UUID(int=1), COLUMNS),
        ("at", timedelta(microseconds=1), COLUMNS),
        ("actor", "leader", COLUMNS),
        ("verb", "round.closed", COLUMNS),
        ("subject", "FEN/D99/2020", COLUMNS),
        ("data", '{"name":"Ministry 99"}', COLUMNS),
        ("canonical", "{}", COLUMNS),
        ("previous", "f" * 64, FITS),
        ("digest", "f" * 64, DIGEST),
    ],
)
@pytest.mark.parametrize("place", ["first", "middle", "last"])
def test_event_with_a_column_edited(chain: World, column: str, value: Any, why: str, place: str) -> None:
    sequence = {"first": 1, "middle": 10, "last": Event.objects.count()}[place]
    found = event(sequence)
    if column == "at":
        value = found.at + value
    if column == "actor":
        value = chain.leader if found.actor == chain.reviewer else chain.reviewer
    rewrite(Event, found.pk, **{column: value})
    assert verdict() == does_not_fit(sequence, why)


def test_event_with_columns_and_text_edited_alike(chain: World) -> None:
    found = event(10)
    found.subject = "FEN/D99/2020"
    rewrite(Event, found.pk, subject=found.subject, canonical=events._canonical(found))
    assert verdict() == does_not_fit(10, DIGEST)


def test_event_rewritten_with_a_digest_of_its_own(chain: World) -> None:
    """It fits by itself; the next one does not fit to it."""
    found = event(10)
    found.subject = "FEN/D99/2020"
    canonical = events._canonical(found)
    digest = events._digest(found.previous, canonical)
    rewrite(Event, found.pk, subject=found.subject, canonical=canonical, digest=digest)
    assert verdict() == does_not_fit(11, FITS)


def test_last_event_rewritten_with_a_digest_of_its_own(chain: World) -> None:
    last = Event.objects.count()
    found = event(last)
    found.subject = "FEN/D99/2020"
    canonical = events._canonical(found)
    digest = events._digest(found.previous, canonical)
    rewrite(Event, found.pk, subject=found.subject, canonical=canonical, digest=digest)
    assert verdict() == [f"Event {last} is not the recorded end of the chain, which is event {last}."]


@pytest.mark.parametrize("to", [0, 500])
def test_event_with_its_sequence_edited(chain: World, to: int) -> None:
    moved = event(10)
    rewrite(Event, moved.pk, sequence=to)
    following = event(11) if to else moved
    expected, there = (10, 11) if to else (1, 0)
    assert verdict() == [
        f"Event {expected} is missing: the next one is {there} ({following.verb} {following.subject})."
    ]


def test_event_deleted_in_the_middle(chain: World) -> None:
    remove(Event, sequence=10)
    following = event(11)
    assert verdict() == [f"Event 10 is missing: the next one is 11 ({following.verb} {following.subject})."]


def test_event_deleted_at_the_beginning(chain: World) -> None:
    remove(Event, sequence=1)
    following = event(2)
    assert verdict() == [f"Event 1 is missing: the next one is 2 ({following.verb} {following.subject})."]


def test_event_deleted_and_the_others_moved_up(chain: World) -> None:
    last = Event.objects.count()
    remove(Event, sequence=10)
    for sequence in range(11, last + 1):
        Event.objects.filter(sequence=sequence).update(sequence=sequence - 1)
    assert verdict() == does_not_fit(10, FITS)


@pytest.mark.parametrize("count", [1, 3])
def test_events_deleted_at_the_end(chain: World, count: int) -> None:
    last = Event.objects.count()
    remove(Event, sequence__gt=last - count)
    assert verdict() == [
        f"Event {last - count + 1} is missing: {last} events were recorded and {last - count} are there."
    ]


def test_last_event_and_the_end_of_the_chain_deleted(chain: World) -> None:
    last = Event.objects.count()
    remove(Event, sequence=last)
    remove(ChainHead, pk=1)
    assert verdict() == [f"Event {last - 1} is not the recorded end of the chain, which is event 0."]


def test_last_event_deleted_and_the_end_of_the_chain_moved(altered: World) -> None:
    """Nothing in the chain tells; the edition that the event stood for does."""
    last = Event.objects.count()
    assert event(last).verb == "edition.cut"
    remove(Event, sequence=last)
    rewrite(ChainHead, 1, sequence=last - 1, digest=event(last - 1).digest)
    assert verdict() == ["FEN/D01/2021/e2 has no event: it was not made by the service."]


def test_every_event_and_the_end_of_the_chain_deleted(altered: World) -> None:
    Mail.objects.all().delete()  # each hangs on its event
    remove(Event, sequence__gt=0)
    remove(ChainHead, pk=1)
    assert [line.partition(" has no event")[0] for line in verdict() if " has no event" in line] == [
        "FEN-1/D01/v1",
        "FEN-1/D01/v2",
        "FEN-1/D02/v1",
        "FEN-2/D01/v1",
        "FEN-2/D02/v1",
        "FEN-3/D02/v1",
        "FEN-3/D02/v2",
        "FEN/D01/2020/e1",
        "FEN/D01/2021/e1",
        "FEN/D01/2021/e2",
        "FEN/D02/2020/e1",
        "FEN/D02/2021/e1",
    ]


def swap(one: Event, other: Event, *columns: str) -> None:
    """Through values that are in nobody's way: the columns are unique."""
    away = {"sequence": 9999, "previous": "away", "digest": "away", "id": uuid.UUID(int=9)}
    first = {column: getattr(one, column) for column in columns}
    second = {column: getattr(other, column) for column in columns}
    rewrite(Event, one.pk, **{column: away.get(column, value) for column, value in first.items()})
    rewrite(Event, other.pk, **first)
    rewrite(Event, one.pk, **second)


def test_two_events_with_their_contents_swapped(chain: World) -> None:
    swap(event(10), event(15), "at", "actor_id", "verb", "subject", "data")
    assert verdict() == does_not_fit(10, COLUMNS)


def test_two_events_with_their_contents_and_texts_swapped(chain: World) -> None:
    swap(event(10), event(15), "at", "actor_id", "verb", "subject", "data", "canonical", "digest")
    assert verdict() == does_not_fit(10, COLUMNS)


def test_two_events_with_all_but_their_ids_swapped(chain: World) -> None:
    swap(
        event(10),
        event(15),
        "at",
        "actor_id",
        "verb",
        "subject",
        "data",
        "canonical",
        "digest",
        "previous",
        "sequence",
    )
    assert verdict() == does_not_fit(10, COLUMNS)


@pytest.mark.parametrize("one, other", [(10, 11), (10, 15), (1, 2)])
def test_two_events_with_their_sequences_swapped(chain: World, one: int, other: int) -> None:
    swap(event(one), event(other), "sequence")
    assert verdict() == does_not_fit(one, FITS)


def forged(**fields: Any) -> Event:
    last = Event.objects.order_by("-sequence")[0]
    made = Event(
        id=uuid.uuid4(), sequence=last.sequence + 1, at=last.at, actor=last.actor, verb="round.closed",
        subject="FEN/2020", data="{}", previous=last.digest,
    )  # fmt: skip
    for name, value in fields.items():
        setattr(made, name, value)
    made.canonical = events._canonical(made)
    made.digest = events._digest(made.previous, made.canonical)
    made.save(force_insert=True)
    return made


def test_forged_event_appended(untouched: World) -> None:
    """Adding needs no triggers lifted: the end of the chain tells."""
    made = forged()
    assert verdict() == [
        f"Event {made.sequence} is not the recorded end of the chain, which is event {made.sequence - 1}."
    ]


def test_forged_event_appended_to_nothing_before_it(untouched: World) -> None:
    made = forged(previous="f" * 64)
    assert verdict() == does_not_fit(made.sequence, FITS)


def test_forged_event_put_beside_another_refused(untouched: World) -> None:
    """The chain cannot fork: each event is followed by one."""
    with pytest.raises(IntegrityError), transaction.atomic():
        forged(previous=event(10).previous)
    assert verdict() == []


def test_forged_event_of_an_edition(untouched: World) -> None:
    """Even with the end of the chain moved: there is no such edition."""
    made = forged(verb="edition.cut", subject="FEN/D01/2020/e9", data='{"digest":"' + "f" * 64 + '"}')
    rewrite(ChainHead, 1, sequence=made.sequence, digest=made.digest)
    assert verdict() == [f"Event {made.sequence} does not fit: the edition FEN/D01/2020/e9 is gone."]


def test_first_of_several_faults_is_named(chain: World) -> None:
    rewrite(Event, event(15).pk, verb="round.closed")
    rewrite(Event, event(10).pk, verb="round.closed")
    assert verdict() == does_not_fit(10, COLUMNS)
