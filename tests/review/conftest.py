from typing import Any

import pytest
from django.test import Client

from tests.filing.cast import Cast
from tests.review.world import ReviewWorld
from tests.world import World


@pytest.fixture
def cast(world: World, settings: Any) -> Cast:
    settings.SECOND_FACTOR = "nobody"
    return Cast.meet(world)


@pytest.fixture
def stage(db: None, settings: Any) -> ReviewWorld:
    """A round with a report in every state that reviewers meet."""
    settings.SECOND_FACTOR = "nobody"
    return ReviewWorld.make()


@pytest.fixture
def rita(stage: ReviewWorld) -> Client:
    """A reviewer who is nothing else."""
    client = Client()
    client.force_login(stage.people["rita"])
    return client
