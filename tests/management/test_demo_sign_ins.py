"""The list of who can sign in to the demonstration."""

from io import StringIO

import pytest
from django.core.management import call_command

from reporting.domain import demonstration, people
from reporting.models import User


def listed() -> str:
    said = StringIO()
    call_command("demo_sign_ins", stdout=said)
    return said.getvalue()


@pytest.fixture
def person(world) -> User:
    person = User.objects.create_user("lea@demonstration.invalid", is_staff=True)
    people.give_role(
        actor=person, person=person, role="contributor", department=world.departments[0], actions=world.actions[:1]
    )
    return person


def test_nothing_is_printed_where_there_is_no_demonstration(person: User) -> None:
    assert listed() == ""


def test_people_of_the_demonstration_and_what_they_are(person: User, importer: User) -> None:
    demonstration.mark(actor=User.objects.system("demonstration"))
    assert listed().splitlines() == [
        "Sign in with any of these addresses and the password “three lamps by the weir”:",
        "",
        "  lea@demonstration.invalid  administrator, contributor of D01, some actions",
    ]
