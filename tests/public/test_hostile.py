"""Addresses that nobody means: each public page answers them with a page, and is never broken by them."""

import pytest
from django.test import Client
from django.urls import reverse

from reporting.public.urls import urlpatterns
from tests.public.embargo import quiet
from tests.public.pages import first_of_each
from tests.world import World

NAMES = ("year", "theme", "action", "status", "department", "as_at", "after", "before", "page", "q", "strategy")
NAMES += ("kind", "what")
VALUES = ["%00", "%ed%b0%80", "9" * 500, "%3Cb%3E'%22%0d%0a" * 100, "²", "0001-01-01", "9999-12-31", "2014-02-30"]
MANY = "&".join(f"department=x{number}&year={number}" for number in range(450))
TOO_MANY = "department=ministry-1&" * 1001
FAR = [0, 99_999, 2**63]  # the second is more than a column of numbers holds
MOST = 1_000_000  # bytes


@pytest.fixture
def world(db: None) -> World:
    return World.small(2, actions=2).full((2020,))


def statuses(addresses: list[str]) -> dict[str, int]:
    client, found = Client(raise_request_exception=False), {}
    with quiet():
        for address in addresses:
            response = client.get(address)
            found[address] = response.status_code if len(response.content) < MOST else 0
    return found


def test_no_query_breaks_a_page(world: World) -> None:
    """Its parts are those of all pages together."""
    pages = [page.address for page in first_of_each()] + [world.address("matrix.csv"), "/feeds/changes.atom"]
    asked = [*("&".join(f"{name}={value}" for name in NAMES) for value in VALUES), MANY]
    plain = statuses(pages)
    found = statuses([f"{page}?{query}" for page in pages for query in asked])
    # Only the register of corrections says that there is no such place in it.
    wrong = {address[:120]: got for address, got in found.items() if got != plain[address.partition("?")[0]]}
    assert {address for address in wrong if not address.startswith("/corrections/")} == set()
    assert set(wrong.values()) <= {404}
    assert set(statuses([f"{page}?{TOO_MANY}" for page in pages[:3]]).values()) <= {200, 400}


def test_no_number_breaks_a_page(world: World) -> None:
    known = {"strategy": world.strategy.slug, "department": "ministry-1", "token": "none"}
    addresses = []
    for pattern in urlpatterns:
        for number in FAR:
            said = {**known, "anchor": f"{number % 100_000}-progress-{number % 100_000}"}
            names = pattern.pattern.converters
            if set(names) - set(said):
                addresses.append(reverse(pattern.name, kwargs={name: said.get(name, number) for name in names}))
    assert {address: got for address, got in statuses(addresses).items() if got != 404} == {}
