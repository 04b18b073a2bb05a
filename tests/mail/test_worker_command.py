import pytest
from django.core.management import call_command
from django.db import OperationalError
from django_tasks_db.models import DBTaskResult

from reporting.management.commands import worker


def test_worker_waits_for_a_database_that_does_not_answer_and_looks_into_the_outbox_anew(
    db: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    looked = []

    class Worker:
        def __init__(self, **options: object) -> None:
            looked.append(DBTaskResult.objects.filter(status="READY").count())

        def configure_signals(self) -> None:
            pass

        def run(self) -> None:
            if len(looked) < 3:
                raise OperationalError("database is locked")

    monkeypatch.setattr(worker, "Worker", Worker)
    monkeypatch.setattr(worker, "PAUSE", 0)
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)  # the test's own transaction stays
    call_command("worker")
    assert looked == [1, 2, 3]  # each time it has woken itself
    said = capsys.readouterr().err.splitlines()
    assert said == ["The database does not answer; the worker tries again: database is locked"] * 2
