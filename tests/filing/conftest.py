from copy import deepcopy
from typing import Any

import pytest

from tests.conftest import made_once
from tests.filing.cast import Cast
from tests.world import World

met = made_once(lambda: Cast.meet(World.small()))


@pytest.fixture
def cast(met: Cast, db: None, settings: Any) -> Cast:
    """Not beside `world` in one module."""
    settings.SECOND_FACTOR = "nobody"
    return deepcopy(met)
