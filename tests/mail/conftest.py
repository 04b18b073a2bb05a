from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from reporting.domain import people
from reporting.models import Mail, Membership, User
from tests.mail.server import Received, Server
from tests.world import World


@pytest.fixture
def server() -> Iterator[Server]:
    """A real mail server, in a thread."""
    running = Server(Received())
    running.start()
    yield running
    running.handler.stalls = False
    running.stop()


@pytest.fixture
def received(server: Server, settings: Any) -> Received:
    """What it was given; mail of this process goes there."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.SITE_ADDRESS = "https://reports.example"
    return server.handler


def with_people(world: World) -> World:
    """Two departments have a leader and a contributor each, who were invited; no mail waits."""
    for number, department in enumerate(world.departments[:2], start=1):
        for role in (Membership.Role.LEADER, Membership.Role.CONTRIBUTOR):
            people.invite(
                actor=world.reviewer,
                email=f"{role}{number}@example.org",
                name=f"{role.capitalize()} {number}",
                department=department,
                role=role,
            )
    Mail.objects.all().delete()
    return world


@pytest.fixture
def nobody_waits(world: World) -> World:
    return with_people(world)


@pytest.fixture
def opened(nobody_waits: World) -> World:
    """A round has opened, and two letters about it wait."""
    nobody_waits.open(2020, due=date(2021, 2, 15))
    return nobody_waits


def person(name: str) -> User:
    return User.objects.get(email=f"{name}@example.org")
