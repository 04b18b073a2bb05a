"""The short form of `make torture`: the server is killed a few times while people write. Nothing is lost or doubled."""

import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest
from django.conf import settings
from django.db import connection

from tests.torture import prepare
from tests.torture.clients import Desk, Line
from tests.torture.servers import Server
from tests.torture.trial import Amounts, Trial, compare

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(
        not Path("/proc/self/stat").exists(), reason="processes are found through /proc: run on Linux"
    ),
]
CONTROL = "tests.torture.control_settings"


@pytest.fixture
def desks(transactional_db: None, tmp_path: Path) -> list[Desk]:
    """A copy of the tests' own database: that spares a process that migrates another."""
    if connection.vendor != "sqlite":
        pytest.skip("its file is what is copied: run it on SQLite")
    found = prepare.desks(4)
    with closing(sqlite3.connect(tmp_path / "db.sqlite3")) as copy:
        connection.connection.backup(copy)
    return found


def short(folder: Path, amounts: Amounts, of: str = "config.settings") -> Trial:
    """On the server alone, which starts in half the time that `make run` takes."""
    trial = Trial(folder, amounts, Event(), settings=of)
    env = trial.env | {"SECRET_KEY": settings.SECRET_KEY}
    trial.server = Server.alone(sys.executable, env, trial.server.port, trial.server.log)
    return trial


def test_nothing_acknowledged_is_lost(desks: list[Desk], tmp_path: Path) -> None:
    result = short(tmp_path, Amounts(saves=20, kills=3, seconds=90)).run(desks)
    assert result.faults == ()
    assert (result.kills, result.lost, result.duplicated) == (3, 0, 0)
    assert result.saves >= 20


@pytest.mark.long
def test_a_server_that_acknowledges_too_early_is_found_out(desks: list[Desk], tmp_path: Path) -> None:
    result = short(tmp_path, Amounts(saves=1, kills=1, seconds=60), of=CONTROL).run(desks)
    assert result.lost > 0


def test_what_counts_as_lost_and_as_duplicated() -> None:
    one, two = Line("1", "a", "x"), Line("2", "b", "y")
    assert compare([one, two], [two, one]) == (0, 0)
    assert compare([one, two], [one]) == (1, 0)
    assert compare([one], [Line("1", "a", "other words")]) == (1, 0)
    assert compare([one], [one, Line("3", "a", "x")]) == (0, 1)
    assert compare([], [one]) == (0, 0), "saved, and cut off before it could be acknowledged"
