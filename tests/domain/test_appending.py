"""Events are appended beside their change, one after another, whoever else appends."""

import hashlib
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection, transaction

from reporting.domain import events, filing
from reporting.domain.errors import NotPossible
from reporting.models import ChainHead, Edition, Event
from tests.domain.chain import event, undone, verdict
from tests.world import World, at


@pytest.fixture
def recorded(db: None) -> World:
    return World.small(2).full()


def test_event_holds_every_column_under_its_digest(recorded: World) -> None:
    found = event(20)
    assert json.loads(found.canonical) == {
        "id": str(found.id),
        "sequence": 20,
        "at": events.moment(found.at),
        "actor": found.actor_id,
        "verb": found.verb,
        "subject": found.subject,
        "data": found.data,
    }
    digest = hashlib.sha256(f"{event(19).digest}\n{found.canonical}".encode()).hexdigest()
    assert (found.digest, found.previous) == (digest, event(19).digest)
    assert event(1).previous == "0" * 64


def test_time_in_one_format_whatever_the_zone() -> None:
    moment = at("2021-07-04 09:30:00.000005")
    assert events.moment(moment) == events.moment(moment.astimezone(UTC)) == "2021-07-04T08:30:00.000005Z"
    assert events.moment(at("2021-01-04 09:30")) == "2021-01-04T09:30:00.000000Z"


def test_change_rolled_back_leaves_no_event(recorded: World) -> None:
    before = (Event.objects.count(), ChainHead.objects.values().get(), Edition.objects.count())
    report = recorded.report(2021)
    with undone():
        recorded.corrected(report)
        assert Event.objects.count() > before[0]
    assert (Event.objects.count(), ChainHead.objects.values().get(), Edition.objects.count()) == before
    assert verdict() == []
    recorded.corrected(report)
    assert verdict() == []


def test_verb_refused_leaves_no_event(recorded: World) -> None:
    before = Event.objects.count()
    with pytest.raises(NotPossible):
        filing.sign_off(actor=recorded.leader, report=recorded.report(2020))
    with pytest.raises(NotPossible):
        recorded.open(2021)
    assert Event.objects.count() == before
    assert verdict() == []


APPEND = """
import sys
import django
django.setup()
from django.db import transaction
from reporting.domain import events
from reporting.models import User
actor = User.objects.system(sys.argv[1])
sys.stdout.write("ready")
sys.stdout.flush()
sys.stdin.readline()
for number in range(20):
    with transaction.atomic():
        events.record("test.appended", f"{sys.argv[1]}/{number}", actor=actor)
"""


def database_of_other_processes(folder: Path) -> str:
    """The address of this database, for other processes. SQLite's is in memory: they get a copy in a file."""
    if connection.vendor == "postgresql":
        given = connection.settings_dict
        host = f"{quote(given['USER'])}:{quote(given['PASSWORD'])}@{given['HOST']}:{given['PORT'] or 5432}"
        return f"postgres://{host}/{given['NAME']}"
    connection.ensure_connection()
    with closing(sqlite3.connect(folder / "copy.sqlite3")) as copy:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=WAL")  # as migrate leaves it: two that came to do it would not wait
    return f"sqlite:///{folder / 'copy.sqlite3'}"


def process(address: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "config.settings"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finished(one: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Its exit status, what it said and its complaints."""
    out, error = one.communicate(timeout=60)
    return one.returncode, out, error


@pytest.mark.django_db(transaction=True)
def test_two_processes_append_at_once_and_the_command_tells_by_its_status(tmp_path: Path) -> None:
    World.small(1)
    address, recorded = database_of_other_processes(tmp_path), Event.objects.count()
    both = [process(address, "-c", APPEND, name) for name in ("one", "other")]
    for one in both:
        assert one.stdout
        assert one.stdout.read(5) == "ready", one.communicate()[1]
    for one in both:
        assert one.stdin
        one.stdin.write("\n")
        one.stdin.flush()
    assert [finished(one) for one in both] == [(0, "", ""), (0, "", "")]
    status, said, complaints = finished(process(address, "manage.py", "verify_audit"))
    sentence = f"Sound: {recorded + 40} events, 0 editions and 0 commitment versions fit."
    assert (status, said.splitlines()[0], complaints) == (0, sentence, "")
    cut_off = (
        "import django; django.setup(); from reporting.models import ChainHead; ChainHead.objects.all().delete()"
    )
    assert finished(process(address, "-c", cut_off)) == (0, "", "")
    sentence = f"Event {recorded + 40} is not the recorded end of the chain, which is event 0."
    assert finished(process(address, "manage.py", "verify_audit")) == (1, "", f"CommandError: {sentence}\n")


@pytest.mark.django_db(transaction=True)
def test_event_outside_of_a_transaction_refused() -> None:
    world = World.small(1)
    before = Event.objects.count()
    with pytest.raises(transaction.TransactionManagementError, match="in the transaction of its change"):
        events.record("round.closed", "FEN/2020", actor=world.reviewer)
    assert Event.objects.count() == before
