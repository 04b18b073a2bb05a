"""Four processes append at once, and the chain does not fork; a short form of tests/torture/test_audit.py."""

from pathlib import Path

import pytest

from tests.audit.writers import Outcome, write_at_once
from tests.world import World

EACH = 50


@pytest.mark.django_db(transaction=True)
def test_four_writers_make_one_chain(world: World, tmp_path: Path) -> None:
    assert write_at_once(tmp_path, 4, EACH) == Outcome(4 * EACH, 0, 0, [], in_order=True)


@pytest.mark.once  # on the other engine in tests/torture
@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_collides(world: World, tmp_path: Path) -> None:
    """Then it is the constraints that keep the chain from forking: events are refused, and their changes with them."""
    found = write_at_once(tmp_path, 4, EACH, locked=False)
    assert found.refused > 0
    assert (found.forks, found.faults) == (0, [])
