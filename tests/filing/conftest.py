import pytest

from tests.filing.cast import Cast
from tests.world import World


@pytest.fixture
def cast(world: World, settings: pytest.FixtureRequest) -> Cast:
    settings.SECOND_FACTOR = "nobody"
    return Cast.meet(world)
