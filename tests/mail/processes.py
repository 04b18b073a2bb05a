"""Workers as they run: processes of their own, on the same rows as the test, with a mail server of the test's."""

import os
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import connection


@dataclass
class Workers:
    """`file`: a copy of the test's database, where that is in memory and no other process can reach it."""

    file: Path | None
    port: int

    @classmethod
    def of_test(cls, folder: Path, port: int) -> "Workers":
        if connection.vendor == "postgresql":
            return cls(None, port)
        copy = folder / "db.sqlite3"
        with closing(sqlite3.connect(copy)) as target:
            connection.ensure_connection()
            connection.connection.backup(target)
        return cls(copy, port)

    @property
    def url(self) -> str:
        if self.file:
            return f"sqlite:///{self.file}"
        given = connection.settings_dict
        user, password = quote(given["USER"]), quote(given["PASSWORD"] or "")
        return f"postgres://{user}:{password}@{given['HOST']}:{given['PORT'] or 5432}/{given['NAME']}"

    @contextmanager
    def run(self, *arguments: str, **variables: str) -> Iterator[subprocess.Popen[bytes]]:
        """It is killed at the end, if it is still there."""
        env = {
            **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
            "DATABASE_URL": self.url,
            "EMAIL_URL": f"smtp://127.0.0.1:{self.port}/?tls=none",
            "SITE_ADDRESS": "https://reports.example",
            **variables,
        }
        command = [sys.executable, "manage.py", *arguments]
        process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=env)
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def ask(self, question: str) -> list[Any]:
        if self.file:
            with closing(sqlite3.connect(self.file, timeout=20)) as copy:
                return copy.execute(question).fetchall()
        with connection.cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchall()

    def mails(self) -> list[tuple[str, int, bool]]:
        """Of each mail its Message-ID, how often it was tried, and whether it is known to be sent."""
        rows = self.ask("SELECT id, attempts, sent_at IS NOT NULL FROM reporting_mail")
        return sorted((f"<{uuid.UUID(str(row[0]))}@reports.example>", row[1], bool(row[2])) for row in rows)


def until(true: Callable[[], object], seconds: float = 20) -> None:
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "It did not come to pass."
        time.sleep(0.02)
