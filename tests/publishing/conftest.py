from copy import deepcopy
from typing import Any

import pytest

from tests.conftest import made_once
from tests.filing.conftest import cast, met
from tests.publishing.stage import Stage
from tests.world import World

__all__ = ["cast", "met"]  # fixtures

set_up = made_once(lambda: Stage.set(World.small()))


@pytest.fixture
def stage(set_up: Stage, db: None, settings: Any) -> Stage:
    """Not beside `world` in one module."""
    settings.SECOND_FACTOR = "nobody"
    return deepcopy(set_up)
