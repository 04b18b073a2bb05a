"""Signed checkpoints outside the database: what is rewritten behind them shows, and who writes them when."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from threading import Event as ThreadEvent
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from reporting.domain import checkpoints, publication, releases
from reporting.domain.errors import NotPossible
from reporting.management.commands import worker
from reporting.models import Event
from tests.domain.chain import event, rewrite
from tests.domain.test_appending import database_of_other_processes, process
from tests.torture import tampering as ways
from tests.world import World


@pytest.fixture
def folder() -> Path:
    """Where checkpoints are kept in this test."""
    return Path(settings.CHECKPOINT_DIR)


@pytest.fixture
def small(db: None) -> World:
    return World.small(4)


def lines(folder: Path, number: int) -> list[str]:
    return (folder / checkpoints.name_of(number)).read_text().splitlines()


# What stands in them ------------------------------------------------------------------------------------


def test_checkpoint_lists_what_happened_since_the_one_before(small: World, folder: Path) -> None:
    first = checkpoints.write()
    count = Event.objects.count()
    small.open(2020)
    second = checkpoints.write()
    assert first
    assert second
    assert (first.number, first.first, first.events) == (1, 1, count)
    assert (second.number, second.first, second.events) == (2, count + 1, Event.objects.count())
    said = lines(folder, 2)
    assert said[0] == "Checkpoint of the chain of events, format 1"
    assert said[1] == "Number: 2"
    assert said[3] == f"Events: {second.events}"
    assert said[4] == "Previous: " + hashlib.sha256((folder / "checkpoint-000001.txt").read_bytes()).hexdigest()
    digests = Event.objects.filter(sequence__gt=count).values_list("sequence", "digest")
    assert said[5:-1] == [f"{sequence} {digest}" for sequence, digest in digests]
    assert said[-1].startswith("Signature: ")


def test_nothing_is_written_when_nothing_happened(small: World, folder: Path) -> None:
    assert checkpoints.write()
    before = {path: path.read_bytes() for path in folder.iterdir()}
    assert checkpoints.write() is None
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_nothing_is_written_of_an_empty_history(db: None, folder: Path) -> None:
    assert checkpoints.write() is None
    assert checkpoints.numbers(folder) == []


def test_name_that_is_taken_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint-000001.txt"
    assert checkpoints.place(path, b"one")
    assert not checkpoints.place(path, b"other")
    assert path.read_bytes() == b"one"
    assert list(tmp_path.iterdir()) == [path]  # nothing is left of the attempt


def test_file_that_could_not_be_finished_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("reporting.domain.checkpoints.os.fsync", full)
    with pytest.raises(OSError, match="no space"):
        checkpoints.place(tmp_path / "checkpoint-000001.txt", b"one")
    assert list(tmp_path.iterdir()) == []


def test_key_is_made_in_development_for_its_owner_alone(tmp_path: Path, settings: Any) -> None:
    settings.CHECKPOINT_KEY = tmp_path / "key.pem"
    made = checkpoints.public_pem()
    assert settings.CHECKPOINT_KEY.stat().st_mode & 0o777 == 0o600
    assert checkpoints.public_pem() == made


def test_key_is_never_made_in_production(tmp_path: Path, settings: Any) -> None:
    settings.CHECKPOINT_KEY, settings.PRODUCTION = tmp_path / "key.pem", True
    with pytest.raises(NotPossible, match="openssl genpkey -algorithm ed25519"):
        checkpoints.public_pem()
    assert not settings.CHECKPOINT_KEY.exists()


# Who writes them, and when --------------------------------------------------------------------------------


def test_every_act_of_publication_is_followed_by_a_checkpoint(
    small: World, folder: Path, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    round = small.open(2020)
    edition = small.file(small.report(2020))
    later = timezone.now() + timedelta(days=1)
    written = []

    def counted(act: Callable[[], object]) -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            found = act()
        written.append(len(checkpoints.numbers(folder)))
        return found

    made = counted(lambda: releases.release(actor=small.reviewer, round=round, starts=later))
    counted(lambda: releases.move(actor=small.reviewer, release=made, starts=later + timedelta(hours=1)))
    counted(lambda: releases.stop(actor=small.reviewer, release=made, reason="Not yet."))
    counted(lambda: releases.release(actor=small.reviewer, round=round))
    counted(lambda: publication.withdraw(edition, actor=small.reviewer, reason="It names a person."))
    assert written == [1, 2, 3, 4, 5]
    newest = checkpoints.read(folder / checkpoints.name_of(5))
    assert newest.events == Event.objects.count()


def test_publication_goes_through_where_no_checkpoint_can_be_written(
    small: World, settings: Any, tmp_path: Path, caplog: Any, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    settings.CHECKPOINT_DIR = tmp_path / "a file" / "checkpoints"
    (tmp_path / "a file").write_text("in the way")
    round = small.open(2020)
    edition = small.file(small.report(2020))
    with django_capture_on_commit_callbacks(execute=True):
        releases.release(actor=small.reviewer, round=round)
    assert edition.publication.starts
    assert [record.message for record in caplog.records] == ["No checkpoint could be written"]


def test_worker_writes_one_when_it_begins_and_then_every_so_often(
    small: World, folder: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.CHECKPOINT_MINUTES = 0.001
    again = ThreadEvent()

    class Worker:
        """It sends mail all the time."""

        def __init__(self, **options: object) -> None:
            assert checkpoints.numbers(folder) == [1]
            monkeypatch.setattr(checkpoints, "attempt", again.set)

        def configure_signals(self) -> None:
            pass

        def run(self) -> None:
            assert again.wait(10)

    monkeypatch.setattr(worker, "Worker", Worker)
    call_command("worker")


def test_command_writes_one_and_says_so(small: World, folder: Path) -> None:
    said = StringIO()
    call_command("checkpoint", stdout=said)
    call_command("checkpoint", stdout=said)
    assert said.getvalue().splitlines() == [
        f"checkpoint-000001.txt: events 1 to {Event.objects.count()}.",
        "Nothing happened since the last checkpoint.",
    ]


def test_no_checkpoint_is_signed_over_a_chain_that_does_not_fit(
    small: World, tampering: Callable[[], None]
) -> None:
    tampering()
    rewrite(Event, event(5).pk, verb="round.closed")
    with pytest.raises(NotPossible, match="Event 5 is missing or does not fit: run verify_audit"):
        checkpoints.write()


def test_no_checkpoint_is_signed_over_a_chain_that_was_rewritten(
    small: World, tampering: Callable[[], None]
) -> None:
    last = checkpoints.write()
    tampering()
    found = ways.chain()
    found[2].subject = "FEN/D99/2020"
    ways.rehash(found)
    ways.put(found)
    ways.mend_head(found)
    with pytest.raises(NotPossible) as refused:
        checkpoints.write()
    assert last
    assert str(refused.value).startswith(
        f"Event {last.events} is not the one that checkpoint-000001.txt lists: run verify_audit."
    )


def test_key_that_changed_asks_for_a_new_folder(small: World, settings: Any, tmp_path: Path) -> None:
    checkpoints.write()
    small.open(2020)
    settings.CHECKPOINT_KEY = tmp_path / "another.pem"
    with pytest.raises(NotPossible, match="For a new key choose a new CHECKPOINT_DIR"):
        checkpoints.write()
    settings.CHECKPOINT_DIR = tmp_path / "new"
    made = checkpoints.write()
    assert made
    assert (made.number, made.first) == (1, 1)


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_processes_at_once_write_one_chain_of_files(small: World, folder: Path, tmp_path: Path) -> None:
    """Four of them, each after each event of its own."""
    address, before = database_of_other_processes(tmp_path), Event.objects.count()
    code = (
        "import django; django.setup()\n"
        "from django.db import transaction\nfrom reporting.domain import checkpoints, events\n"
        "from reporting.models import User\nimport os\n"
        "actor = User.objects.get(email='reviewer@example.invalid')\n"
        "for number in range(8):\n"
        "    with transaction.atomic():\n"
        "        events.record('round.closed', f'{os.getpid()}/{number}', actor=actor)\n"
        "        checkpoints.after_commit()\n"
    )
    processes = [process(address, "-c", code) for _ in range(4)]
    assert [(one.communicate(timeout=60)[1], one.returncode) for one in processes] == [("", 0)] * 4
    found = [checkpoints.read(folder / checkpoints.name_of(number)) for number in checkpoints.numbers(folder)]
    listed = [sequence for one in found for sequence in one.digests]
    assert listed == list(range(1, before + 32 + 1))
    assert [one.previous for one in found[1:]] == [one.sha256 for one in found[:-1]]
