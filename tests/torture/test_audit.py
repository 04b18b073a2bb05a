"""The history: 200 ways to tamper, others at each run, and four writers of 10,000 events. On both engines."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection

from tests.audit.writers import Outcome, write_at_once
from tests.torture import tampering as ways
from tests.world import World

CASES, WRITERS, EVENTS = 200, 4, 10_000


def test_200_ways_to_tamper_are_detected_and_located(
    db: None, tampering: Callable[[], None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seed = random.randrange(10**6)
    _, listed = ways.recorded()
    tampering()
    found, missed = ways.tampered(tmp_path, listed, CASES, seed)
    with capsys.disabled():
        kinds = ", ".join(f"{kind} {count}" for kind, count in found.items())
        print(
            f"\n{connection.vendor}: {sum(found.values())} of {CASES} detected and located ({kinds}; seed {seed})"
        )
    assert missed == []
    assert sum(found.values()) == CASES


@pytest.mark.django_db(transaction=True)
def test_four_writers_of_10_000_events_make_one_chain(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = write_at_once(tmp_path, WRITERS, EVENTS // WRITERS)
    with capsys.disabled():
        print(f"\n{connection.vendor}: {WRITERS} writers appended {found.appended} events, {found.forks} forks")
    assert found == Outcome(EVENTS, 0, 0, [], in_order=True)


@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_collides(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = write_at_once(tmp_path, WRITERS, 500, locked=False)
    with capsys.disabled():
        print(f"\n{connection.vendor}: without the lock {found.refused} collisions, {found.appended} appended")
    assert found.refused > 0
