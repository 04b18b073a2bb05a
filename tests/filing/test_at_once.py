"""Fifty identical requests at the same moment, each in a thread with a connection of its own: one effect each."""

import sqlite3
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from django.http import HttpResponse
from django.test import Client

from reporting.domain import filing, people
from reporting.models import DraftSave, Entry, Event, Mail, Membership, Report, User
from strategy.models import Action, Department
from tests.world import World

TOGETHER = 50
TIMES = 20
JSON = {"Accept": "application/json"}


@pytest.fixture
def shared_database(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """One that threads can share. SQLite's is in memory, where they can't wait for each other: they get a file."""
    if connection.vendor == "postgresql":
        yield
        return
    connection.ensure_connection()
    memory, name = connection.connection, connection.settings_dict["NAME"]
    copy = sqlite3.connect(tmp_path / "shared.sqlite3")
    memory.backup(copy)
    copy.close()
    connection.connection, connection.settings_dict["NAME"] = None, tmp_path / "shared.sqlite3"
    try:
        yield
    finally:
        connection.close()
        connection.connection, connection.settings_dict["NAME"] = memory, name


@dataclass
class Filing:
    """A leader with reports to file, one for each time, signed in on a browser."""

    world: World
    browser: Client
    department: Department

    @property
    def report(self) -> Report:
        return self.world.report(2020, self.department)

    @property
    def address(self) -> str:
        return f"/filing/{self.world.strategy.slug}/2020/{self.department.slug}/"


@pytest.fixture
def filings(shared_database: None) -> list[Filing]:
    world = World.small(TIMES)
    for department in world.departments:
        people.give_role(actor=world.reviewer, person=world.leader, role="leader", department=department)
    world.open(2020)
    browser = Client()
    browser.force_login(world.leader)
    return [Filing(world, browser, department) for department in world.departments]


def at_once(requests: list[Callable[[], HttpResponse]]) -> list[HttpResponse]:
    """The answers to requests that are sent at the same moment."""
    start, answers = threading.Barrier(len(requests)), list[HttpResponse]()

    def send(request: Callable[[], HttpResponse]) -> None:
        try:
            start.wait()
            answers.append(request())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send, args=[request]) for request in requests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == len(requests)
    return answers


def posts(found: Filing, address: str, bodies: list[dict[str, Any]], **headers: str) -> list[HttpResponse]:
    def request(body: dict[str, Any]) -> Callable[[], HttpResponse]:
        client = Client(raise_request_exception=False)
        client.cookies.update(found.browser.cookies)
        return lambda: client.post(address, body, headers=headers)

    return at_once([request(body) for body in bodies])


def statuses(answers: list[HttpResponse]) -> set[int]:
    return {answer.status_code for answer in answers}


def happened(before: int) -> Counter[str]:
    """The verbs recorded after that event."""
    return Counter(Event.objects.filter(sequence__gt=before).values_list("verb", flat=True))


def last_event() -> int:
    return Event.objects.count()


def entry_saved(found: Filing) -> None:
    """The same save: one row, one event."""
    before, entries = last_event(), f"{found.address}actions/2/"
    save = {"save_id": str(uuid.uuid4()), "base": "", "progress": "Once.", "status": "on_track", "ready": "yes"}
    answers = posts(found, entries, [save] * TOGETHER, **JSON)
    assert statuses(answers) == {200}
    assert {(answer.json()["id"], answer.json()["beside"]) for answer in answers} == {(save["save_id"], False)}
    rows = DraftSave.objects.filter(entry__report=found.report, entry__action__number=2)
    assert [(str(row.pk), row.progress) for row in rows] == [(save["save_id"], "Once.")]
    assert happened(before) == {"entry.ready": 1}


def texts_saved(found: Filing) -> None:
    """Fifty texts that began from the same one: one stands, the others are kept beside it."""
    first = found.world.draft(found.report, 1, progress="First.")
    bodies = [
        {"save_id": str(uuid.uuid4()), "base": str(first.pk), "progress": f"Text {number}.", "ready": ""}
        for number in range(TOGETHER)
    ]
    answers = posts(found, f"{found.address}actions/1/", bodies, **JSON)
    assert statuses(answers) == {200}
    assert Counter(answer.json()["beside"] for answer in answers) == {False: 1, True: TOGETHER - 1}
    entry = Entry.objects.get(report=found.report, action__number=1)
    assert {row.progress for row in entry.saves.all()} == {"First.", *(body["progress"] for body in bodies)}
    assert [row.pk for row in entry.saves.filter(beside=False, base=first)] == [entry.head_id]
    for beside in entry.saves.filter(beside=True):
        settle(found, entry, beside)


def settle(found: Filing, entry: Entry, beside: DraftSave) -> None:
    entry.refresh_from_db()
    action: Action = entry.action
    filing.save_draft(
        author=found.world.leader,
        report=found.report,
        action=action,
        base=entry.head,
        settles=beside,
        progress=beside.progress,
        status="on_track",
    )


def signed_off(found: Filing) -> None:
    found.world.write(found.report)
    before = last_event()
    answers = posts(found, f"{found.address}sign-off/", [{"agreed": "on"}] * TOGETHER)
    assert statuses(answers) == {302}
    assert happened(before) == {"report.signed_off": 1}
    assert Mail.objects.filter(event__sequence__gt=before).count() == 1
    assert Report.objects.get(pk=found.report.pk).state == "submitted"


def recalled(found: Filing) -> None:
    before = last_event()
    answers = posts(found, f"{found.address}recall/", [{}] * TOGETHER)
    assert statuses(answers) == {302}
    assert happened(before) == {"report.recalled": 1}
    assert Report.objects.get(pk=found.report.pk).state == "draft"


def invited(found: Filing) -> None:
    before, email = last_event(), f"newcomer-{found.department.slug}@example.invalid"
    body = {"name": "Nell Newcomer", "email": email, "scope": "some", "actions": [found.world.actions[0].pk]}
    address = f"/filing/departments/{found.department.slug}/people/invite/"
    answers = posts(found, address, [body] * TOGETHER)
    assert statuses(answers) == {302}
    person = User.objects.get(email=email)
    assert [list(one.actions.all()) for one in Membership.objects.filter(person=person)] == [
        [found.world.actions[0]]
    ]
    assert list(Mail.objects.filter(person=person).values_list("template", flat=True)) == ["invitation"]
    assert happened(before) == {"person.added": 1, "person.role_given": 1, "person.invited": 1}


EFFECTS = [entry_saved, texts_saved, signed_off, recalled, invited]


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_have_one_effect(filings: list[Filing]) -> None:
    for effect in EFFECTS:
        effect(filings[0])
