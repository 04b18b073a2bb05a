"""People who sign in. The limits of one test are not those of the next: their cache is emptied with the tables."""

import pytest
from django.test import Client

from reporting.domain import people
from reporting.models import User

PASSWORD = "count the lamps twice"


@pytest.fixture
def lea(db: None) -> User:
    """A digital leader-to-be: no role yet, so no second factor is needed."""
    return User.objects.create_user("lea@example.invalid", PASSWORD, name="Lea Leader")


@pytest.fixture
def rita(db: None) -> User:
    """Who needs a second factor by her role."""
    rita = User.objects.create_user("rita@example.invalid", PASSWORD, name="Rita Reviewer")
    people.give_role(actor=rita, person=rita, role="reviewer")
    return rita


@pytest.fixture
def signed_in(lea: User) -> Client:
    client = Client()
    client.force_login(lea)
    return client
