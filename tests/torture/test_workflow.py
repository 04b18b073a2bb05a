"""The same as in tests/domain and tests/filing, many times more and anew at each run."""

import pytest
from hypothesis import Phase, settings

from reporting.models import User
from tests.domain.test_workflow import QUICK, play, world
from tests.filing.test_at_once import EFFECTS, Filing, filings, shared_database
from tests.filing.test_two_authors import of, through_the_domain, two
from tests.world import World

__all__ = ["filings", "shared_database", "two", "world"]  # fixtures

PARTS = 2  # of the 500 runs: one for each process

LONG = settings(
    QUICK,
    max_examples=500 // PARTS,
    stateful_step_count=30,
    derandomize=False,
    phases=[Phase.generate, Phase.shrink],
    print_blob=True,
)


@pytest.mark.parametrize("part", range(PARTS))
def test_every_step_of_500_runs_is_as_it_was_agreed(world: World, part: int) -> None:
    play(world, LONG)


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_have_one_effect_twenty_times(filings: list[Filing]) -> None:
    for found in filings:
        for effect in EFFECTS:
            effect(found)


def test_both_texts_can_be_had_back_in_500_interleavings(world: World, two: list[User]) -> None:
    assert {seed: found for seed, found in of(world, two, through_the_domain, 500) if found} == {}
