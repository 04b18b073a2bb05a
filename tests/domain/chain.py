"""What tests of the chain share: a world with something of everything, ways to tamper, and the verdict."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

from django.core.management import CommandError, call_command
from django.db import connection, models, transaction

from reporting.domain.commitments import Said, record_version
from reporting.models import Event
from tests.world import World, day

ANSWERS = [
    {"activity": 1, "answer": "carried_forward", "reason": "Later.", "carried_to": 1},
    {"activity": 2, "answer": "dropped", "reason": "No money."},
]


def recorded_world() -> World:
    """Two departments with commitments in every state, reports of two years, a correction."""
    world = World.small(2).full()
    world.commit("We will do it twice.")
    for number, said in (
        (3, Said("not_applicable", category="other", reason="We have no records.")),
        (3, Said("not_received")),
    ):
        record_version(
            actor=world.reviewer,
            department=world.departments[number % 2],
            action=world.actions[number - 1],
            new=said,
            known_from=day("2019-06"),
        )
    corrected = {"answers": ANSWERS, "status": "behind", "notes": "A note.", "planned": "One thing that is new."}
    world.corrected(world.report(2021), **corrected)
    connection.check_constraints()
    return world


def verdict() -> list[str]:
    """What verify_audit says when it fails, a line each; nothing when all is sound."""
    said = StringIO()
    try:
        call_command("verify_audit", stdout=said)
    except CommandError as error:
        return str(error).splitlines()
    assert said.getvalue().startswith("Sound: ")
    return []


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is done to the rows is undone again."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def rewrite(model: type[models.Model], pk: Any, **values: Any) -> None:
    """Past the domain, as somebody with the database's password would."""
    assert model._base_manager.filter(pk=pk).update(**values) == 1


def remove(model: type[models.Model], **where: Any) -> None:
    assert model._base_manager.filter(**where)._raw_delete(using="default") > 0


def event(sequence: int) -> Event:
    return Event.objects.get(sequence=sequence)


def does_not_fit(sequence: int, why: str) -> list[str]:
    found = event(sequence)
    return [f"Event {sequence} ({found.verb} {found.subject}) does not fit: {why}."]
