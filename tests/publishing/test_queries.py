"""Pages about publishing ask as often for one department as for twenty-four."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from reporting.domain import people
from reporting.models import Release
from tests.publishing.stage import HOUR, PAGE, SLUG, WHEN, Stage
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.once]  # the same queries are sent to both


def counted(client: Client, address: str, **given: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address, given).status_code == 200, address
    return len(queries)


def counts(departments: int) -> dict[str, int]:
    world = World.small(departments)
    stage = Stage.set(world, waiting=range(1, departments + 1))
    for body in world.departments:
        people.give_role(actor=world.reviewer, person=world.leader, role="leader", department=body)
    client = stage.client()
    client.get("/publishing/")  # what is asked once and kept
    found = {"rounds": counted(client, "/publishing/")}
    found["round"] = counted(client, PAGE)
    found["confirm"] = counted(client, f"{PAGE}confirm/", **WHEN)
    release: Release = stage.scheduled(starts=HOUR)
    address = f"/publishing/releases/{release.pk}/"
    for name in ("", "done/", "move/", "stop/", f"preview/strategies/{SLUG}/years/2021/"):
        found[name] = counted(client, address + name)
    found["public"] = counted(client, PAGE.replace("2021", "2020"))
    return found


QUERIES = {
    "rounds": 9,
    "round": 15,
    "confirm": 14,
    "": 8,
    "done/": 8,
    "move/": 5,
    "stop/": 6,
    f"preview/strategies/{SLUG}/years/2021/": 14,
    "public": 11,
}


@pytest.mark.parametrize("departments", [1, 24])
def test_queries_fixed_number_whatever_is_published(settings: Any, departments: int) -> None:
    settings.SECOND_FACTOR = "nobody"
    assert counts(departments) == QUERIES
