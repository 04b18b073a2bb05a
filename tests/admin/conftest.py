from copy import deepcopy
from types import SimpleNamespace

import pytest
from django.test import Client

from reporting.models import User
from tests.admin import world as worlds
from tests.conftest import made_once

PASSWORD = "count the lamps twice"


@pytest.fixture(autouse=True)
def _fast_passwords(settings) -> None:
    """A hasher that is slow on purpose would take most of the time of these tests."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _password_alone(settings) -> None:
    """What a second factor changes is asked in tests/accounts/."""
    settings.SECOND_FACTOR = "nobody"


made = made_once(worlds.make)


@pytest.fixture
def world(made, db) -> SimpleNamespace:
    return deepcopy(made)


@pytest.fixture
def administrator(db) -> User:
    return User.objects.create_superuser("admin@example.org", PASSWORD, name="Ada Min")


@pytest.fixture
def client(administrator) -> Client:
    """Signed in as the administrator."""
    client = Client()
    client.force_login(administrator)
    return client
