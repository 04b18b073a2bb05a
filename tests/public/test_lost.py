"""Readers who come to an address that leads nowhere, or while the database is down, are told what to do."""

from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory
from lxml import html

from reporting.domain import nearest
from reporting.web import errors
from tests.world import World


def meant(address: str) -> list[str]:
    response = Client().get(address)
    assert response.status_code == 404
    return [str(one) for one in html.fromstring(response.content).xpath("//main//ul//a/@href")]


def test_nearest_pages_are_named(db: None) -> None:
    world = World.small(2)
    here = world.address()
    assert meant("/strategies/fenland-beter-service-plan/") == [here]
    assert meant(f"{here}actions/99/") == [here]
    assert meant(f"{here}departments/ministry-11/")[:2] == [here, "/departments/ministry-1/"]
    assert meant("/departments/d02/") == ["/departments/ministry-2/"]  # by its code
    for odd in ("/strategies/x/", "/strategies/%00/", f"/departments/{'a' * 9999}/", "/nothing/here/"):
        assert meant(odd) == []


def test_page_is_the_same_whether_an_edition_waits_or_never_was(db: None) -> None:
    world = World.small(1, actions=1)
    world.open(2020)
    address = world.address("editions/ministry-1/2020/1/")
    before = Client().get(address).content
    world.file(world.report(2020))
    assert Client().get(address).content == before


def test_without_a_database_the_page_still_helps(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*given: Any) -> None:
        raise OperationalError("no database")

    monkeypatch.setattr(nearest, "strategies", down)
    request = RequestFactory().get("/strategies/none/")
    assert "Page not found" in errors.not_found(request, Exception()).content.decode()
    try:
        down()
    except OperationalError:
        response = errors.broken(request)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "60")
    assert "load the page again" in response.content.decode()
