"""200 ways to tamper with the history as the owner of the database, each undone again, and what is said of them.

All are done to events that a signed checkpoint outside the database lists. Where the whole chain is made anew, so
that it fits by itself, only the checkpoint tells.
"""

import importlib.util
import random
import re
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from types import ModuleType

from reporting.domain import audit, checkpoints, events, review
from reporting.models import ChainHead, Event, Mail
from tests.domain.chain import undone
from tests.world import World

LOCATED = re.compile(r"Event (\d+) ")
Chain = list[Event]
Act = Callable[
    [random.Random, Chain, int], int
]  # does it at about that place; the sequence of the first wrong event


def recorded() -> tuple[World, int]:
    """A history of several checkpoints, with events after the last; how many of them checkpoints list."""
    world = World.small(6)
    checkpoints.write()
    world.full((2020,))
    checkpoints.write()
    world.open(2021)
    report = world.review(world.report(2021))
    review.comment(actor=world.reviewer, report=report, action=world.actions[0], text="Say how many.")
    review.return_report(actor=world.reviewer, report=report, message="See the comment.")
    listed = checkpoints.write()
    assert listed
    world.file(world.report(2021, world.departments[1]))
    return world, listed.events


# The chain in memory, and back into the table ----------------------------------------------------------


def chain() -> Chain:
    return list(Event.objects.order_by("sequence"))


def put(found: Chain) -> None:
    Event._base_manager.all()._raw_delete(using="default")
    Event.objects.bulk_create(found)


def mend_head(found: Chain) -> None:
    ChainHead.objects.update(sequence=len(found), digest=found[-1].digest)


def own(event: Event) -> None:
    """Text and digest as its columns and `previous` are now."""
    event.canonical = events._canonical(event)
    event.digest = events._digest(event.previous, event.canonical)


def rehash(found: Chain) -> None:
    """The whole chain made anew, so that it fits by itself."""
    previous = events.BEGINNING
    for sequence, event in enumerate(found, 1):
        event.sequence, event.previous = sequence, previous
        own(event)
        previous = event.digest


def forged(chance: random.Random, like: Event) -> Event:
    made = Event(id=uuid.UUID(int=chance.getrandbits(128), version=4), at=like.at, actor=like.actor)
    made.verb, made.subject, made.data = "round.closed", f"FEN/{chance.randrange(1900, 2000)}", "{}"
    made.sequence, made.previous = like.sequence, like.previous
    own(made)
    return made


def change(chance: random.Random, event: Event) -> None:
    """Something that it says."""
    what = chance.choice(["verb", "subject", "data", "at", "id"])
    if what == "at":
        event.at += timedelta(microseconds=chance.randrange(1, 10**9))
    elif what == "id":
        event.id = uuid.UUID(int=chance.getrandbits(128), version=4)
    else:
        other = {"verb": "round.closed", "subject": "FEN/D99/1999", "data": '{"reason":"None."}'}
        setattr(event, what, other[what])


# What is done to it: the place counts from 0 --------------------------------------------------------------


def edit_column(chance: random.Random, found: Chain, place: int) -> int:
    what = chance.choice(["content", "canonical", "previous", "digest"])
    if what == "content":
        change(chance, found[place])
    else:
        value = f"{chance.getrandbits(256):064x}"
        setattr(found[place], what, value if what != "canonical" else found[place].canonical.replace('"', "'", 1))
    put(found)
    return place + 1


def edit_with_own_digest(chance: random.Random, found: Chain, place: int) -> int:
    change(chance, found[place])
    own(found[place])
    put(found)
    return place + 1


def edit_and_rehash(chance: random.Random, found: Chain, place: int) -> int:
    change(chance, found[place])
    rehash(found)
    put(found)
    mend_head(found)
    return place + 1


def delete(chance: random.Random, found: Chain, place: int) -> int:
    del found[place : place + chance.randrange(1, 5)]
    put(found)
    return place + 1


def delete_and_move_up(chance: random.Random, found: Chain, place: int) -> int:
    del found[place : place + chance.randrange(1, 5)]
    for sequence, event in enumerate(found, 1):
        event.sequence = sequence
    put(found)
    mend_head(found)
    return place + 1


def delete_and_rehash(chance: random.Random, found: Chain, place: int) -> int:
    del found[place : place + chance.randrange(1, 5)]
    rehash(found)
    put(found)
    mend_head(found)
    return place + 1


def _two(chance: random.Random, found: Chain, place: int) -> tuple[int, int]:
    return place, min(len(found) - 1, place + chance.randrange(1, 9))


def swap_sequences(chance: random.Random, found: Chain, place: int) -> int:
    one, other = _two(chance, found, place)
    found[one].sequence, found[other].sequence = found[other].sequence, found[one].sequence
    put(found)
    return one + 1


def swap_contents(chance: random.Random, found: Chain, place: int) -> int:
    one, other = _two(chance, found, place)
    for name in ("at", "actor_id", "verb", "subject", "data", "id"):
        values = getattr(found[one], name), getattr(found[other], name)
        setattr(found[other], name, values[0])
        setattr(found[one], name, values[1])
    put(found)
    return one + 1


def reorder_and_rehash(chance: random.Random, found: Chain, place: int) -> int:
    one, other = _two(chance, found, place)
    found[one], found[other] = found[other], found[one]
    rehash(found)
    put(found)
    mend_head(found)
    return one + 1


def insert(chance: random.Random, found: Chain, place: int) -> int:
    """It fits to the one before it; those behind it are moved on."""
    made = forged(chance, found[place])
    for event in found[place:]:
        event.sequence += 1
    found.insert(place, made)
    found[place + 1].previous = made.digest  # unique: it can't stay
    put(found)
    mend_head(found)
    return place + 1


def insert_and_rehash(chance: random.Random, found: Chain, place: int) -> int:
    found.insert(place, forged(chance, found[place]))
    rehash(found)
    put(found)
    mend_head(found)
    return place + 1


def truncate(chance: random.Random, found: Chain, place: int) -> int:
    del found[max(1, place) :]
    put(found)
    return len(found) + 1


def truncate_and_mend(chance: random.Random, found: Chain, place: int) -> int:
    del found[max(1, place) :]
    put(found)
    mend_head(found)
    return len(found) + 1


def truncate_and_write_on(chance: random.Random, found: Chain, place: int) -> int:
    """As many others in place of those that were cut off."""
    at, count = max(1, place), len(found)
    rest = [forged(chance, event) for event in found[at:]]
    found[at:] = rest
    rehash(found)
    put(found)
    mend_head(found)
    assert len(found) == count
    return at + 1


def rehash_to_the_end(chance: random.Random, found: Chain, place: int) -> int:
    """Several events rewritten, from the first of which on the chain is another."""
    for event in chance.sample(found[place:], min(3, len(found) - place)):
        change(chance, event)
    change(chance, found[place])
    rehash(found)
    put(found)
    mend_head(found)
    return place + 1


KINDS: dict[str, list[Act]] = {
    "edit": [edit_column, edit_with_own_digest],
    "delete": [delete, delete_and_move_up, delete_and_rehash],
    "reorder": [swap_sequences, swap_contents, reorder_and_rehash],
    "insert": [insert, insert_and_rehash],
    "truncate": [truncate, truncate_and_mend, truncate_and_write_on],
    "consistent re-hash": [edit_and_rehash, rehash_to_the_end],
}


def acts(count: int) -> Iterator[tuple[str, Act]]:
    """Each kind as often as the others, and each of its ways."""
    for number in range(count):
        kind = list(KINDS)[number % len(KINDS)]
        ways = KINDS[kind]
        yield kind, ways[number // len(KINDS) % len(ways)]


# The verdicts -----------------------------------------------------------------------------------------


def script() -> ModuleType:
    """scripts/verify_export.py: it is a program of its own, and knows nothing of this one."""
    spec = importlib.util.spec_from_file_location("verify_export", checkpoints.SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def exported(folder: Path) -> Path:
    for name, content in checkpoints.export():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"".join(content))
    return folder


def tampered(folder: Path, listed: int, count: int, seed: int) -> tuple[Counter[str], list[str]]:
    """How many of each kind were detected at their place by both, and what was not."""
    chance, module = random.Random(seed), script()
    module.is_signed = cache(module.is_signed)  # the checkpoints stay the same: each is asked of openssl once
    found, missed = Counter[str](), []
    for number, (kind, act) in enumerate(acts(count)):
        with undone():
            Mail.objects.all().delete()  # each hangs on its event
            place = act(chance, chain(), chance.randrange(listed))
            said = audit.verify().faults
            other, *_ = module.verify(exported(folder))
        where = LOCATED.match(said[0]) if said else None
        if where and int(where[1]) == place and other == said[:1] == said:
            found[kind] += 1
        else:
            missed.append(f"{number} {act.__name__} at {place}: {said}, by the script: {other}")
    return found, missed
