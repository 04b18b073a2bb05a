from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from tests.conftest import made_once
from tests.filing.conftest import cast, met
from tests.review.world import ReviewWorld

__all__ = ["cast", "met"]  # fixtures

staged = made_once(ReviewWorld.make)  # not beside `world` in one module


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
