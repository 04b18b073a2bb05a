from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.filing.cast import Cast
from tests.review.world import ReviewWorld
from tests.world import World


@pytest.fixture
def cast(world: World, settings: Any) -> Cast:
    settings.SECOND_FACTOR = "nobody"
    return Cast.meet(world)


@pytest.fixture(scope="module")
def staged(django_db_setup: None, django_db_blocker: Any) -> Iterator[ReviewWorld]:
    """Made once for a module: what a test does in it is undone after that test. Not beside `world` in one module."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield ReviewWorld.make()
        transaction.set_rollback(True)


@pytest.fixture
def stage(staged: ReviewWorld, db: None, settings: Any) -> ReviewWorld:
    """A round with a report in every state that reviewers meet."""
    settings.SECOND_FACTOR = "nobody"
    return replace(staged, world=replace(staged.world))


@pytest.fixture
def rita(stage: ReviewWorld) -> Client:
    """A reviewer who is nothing else."""
    client = Client()
    client.force_login(stage.people["rita"])
    return client
