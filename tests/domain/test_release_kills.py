"""The short form of `make torture`: a process that publishes a round is killed a few times. No part of it is left."""

import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests.torture.servers import environment


@pytest.mark.once
def test_killed_while_it_publishes_a_round_is_whole_or_not_there(transactional_db: None, tmp_path: Path) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("its file is what is copied: run it on SQLite")
    connection.ensure_connection()
    with closing(sqlite3.connect(tmp_path / "db.sqlite3")) as copy:
        connection.connection.backup(copy)  # spares the migrations
    env = environment(DATA_DIR=str(tmp_path), SECRET_KEY="-", DJANGO_SETTINGS_MODULE="config.settings")
    command = [sys.executable, "-m", "tests.torture.releases", "--worker", "--kills", "5"]
    done = subprocess.run(
        command, cwd=settings.BASE_DIR, env=env, stdout=subprocess.PIPE, text=True, timeout=60, check=True
    )
    said = re.match(r"kills=5 whole=(\d) none=(\d) partial=0 \(before \d, inside (\d)", done.stdout)
    assert said, done.stdout
    assert int(said[3]) > 0
