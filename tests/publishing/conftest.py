from typing import Any

import pytest

from tests.filing.cast import Cast
from tests.publishing.stage import Stage
from tests.world import World


@pytest.fixture
def cast(world: World, settings: Any) -> Cast:
    settings.SECOND_FACTOR = "nobody"
    return Cast.meet(world)


@pytest.fixture
def stage(world: World, settings: Any) -> Stage:
    settings.SECOND_FACTOR = "nobody"
    return Stage.set(world)
