"""One trial: an engine's database, the server on it, those who write, and what is left of it all in the end."""

import json
import random
import sqlite3
import time
import uuid
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

from tests.torture.clients import MARKER, Client, Desk, Line, read_ledger, receipt
from tests.torture.servers import PostgreSQL, Server, environment, free_port

AT_WORK = 1.0  # seconds at most from a server's first acknowledged save to its end
FIRST_SAVE = 15  # seconds at most to that save
KEPT = "SELECT id, status, category, reason, progress, planned, evidence FROM reporting_draftsave"


@dataclass(frozen=True)
class Amounts:
    saves: int
    kills: int
    stops: int = 0  # of PostgreSQL
    seconds: float = 600  # at most


@dataclass(frozen=True)
class Result:
    saves: int
    kills: int
    stops: int
    lost: int
    duplicated: int
    faults: tuple[str, ...]


class Trial:
    """`kills` and `saves()` say how far it is. `abort` ends it early."""

    def __init__(
        self,
        folder: Path,
        amounts: Amounts,
        abort: Event,
        database: PostgreSQL | None = None,
        settings: str = "config.settings",
    ) -> None:
        folder.mkdir(exist_ok=True)
        self.folder, self.amounts, self.abort, self.database = folder, amounts, abort, database
        self.name = "PostgreSQL" if database else "SQLite"
        self.env = environment(
            DATA_DIR=str(folder),
            DATABASE_URL=database.url if database else "",
            DEMO="no",
            SECRET_KEY="the sessions outlive each of the servers",
            SECOND_FACTOR="nobody",
            DJANGO_SETTINGS_MODULE=settings,
        )
        self.server = Server.by_make(self.env, free_port(), folder / "server.log")
        self.clients: list[Client] = []
        self.finished = Event()
        self.kills = self.stops = 0
        self.until = time.monotonic() + amounts.seconds

    def saves(self) -> int:
        return sum(client.saves for client in self.clients)

    def is_over(self) -> bool:
        faulty = any(client.fault for client in self.clients)
        return faulty or self.abort.is_set() or time.monotonic() > self.until

    def run(self, desks: list[Desk]) -> Result:
        """The database is there and runs, and has those desks."""
        self.clients = [
            Client(desk, self.server.port, self.folder / f"ledger-{number}", self.finished)
            for number, desk in enumerate(desks)
        ]
        try:
            for client in self.clients:
                client.start()
            self.torment()
        finally:
            self.finished.set()
            for client in self.clients:
                client.join()
            self.server.kill()
        return self.result()

    def torment(self) -> None:
        while self.kills < self.amounts.kills and not self.is_over():
            self.server.start()
            self.let_them_write()
            if self.database and self.stops * self.amounts.kills < (self.kills + 1) * self.amounts.stops:
                self.stop_database(self.database)
            self.kills += self.server.kill()
        if self.saves() < self.amounts.saves and not self.is_over():
            self.server.start()
            while self.saves() < self.amounts.saves and not self.is_over():
                self.abort.wait(0.1)

    def let_them_write(self) -> None:
        """From the first acknowledged save on, to a moment that nobody chose."""
        before, until = self.saves(), time.monotonic() + FIRST_SAVE
        while self.saves() == before and time.monotonic() < until and not self.is_over():
            time.sleep(0.01)
        self.abort.wait(random.uniform(0, AT_WORK))

    def stop_database(self, database: PostgreSQL) -> None:
        """The server goes on, without its database and with it again."""
        database.stop_at_once()
        self.stops += 1
        self.abort.wait(random.uniform(0, 0.3))
        database.start()
        self.let_them_write()

    def result(self) -> Result:
        ledger, rows = read_ledger(self.folder), self.rows()
        faults = [f"{self.name}: {client.fault}" for client in self.clients if client.fault]
        for wanted, reached, what in (
            (self.amounts.saves, len(ledger), "saves"),
            (self.amounts.kills, self.kills, "kills"),
            (self.amounts.stops, self.stops, "stops of the database"),
        ):
            if reached < wanted:
                faults.append(f"{self.name}: {reached} of {wanted} {what} when the time was up")
        return Result(len(ledger), self.kills, self.stops, *compare(ledger, rows), tuple(faults))

    def rows(self) -> list[Line]:
        """Asked of the database itself, not of the server."""
        if self.database:
            import psycopg

            with psycopg.connect(self.database.url) as connection:
                return [line_of(*row) for row in connection.execute(KEPT)]
        with closing(sqlite3.connect(self.folder / "db.sqlite3")) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            return [line_of(*row) for row in connection.execute(KEPT)]

    def __str__(self) -> str:
        answers = sum((client.answers for client in self.clients), Counter[str]())
        told = ", ".join(f"{answer} {count}" for answer, count in sorted(answers.items()))
        stops = f", {self.stops} stops of the database" if self.database else ""
        return f"{self.name}: {self.saves()} saves, {self.kills} kills{stops} (answers: {told})"


def line_of(
    save_id: Any, status: str, category: str, reason: str, progress: str, planned: str, evidence: Any
) -> Line:
    """A row as a line of the ledger. What SQLite keeps as text, psycopg has read already."""
    pairs = [("status", status), ("category", category), ("reason", reason)]
    pairs += [("progress", progress), ("planned", planned)]
    for number, row in enumerate(json.loads(evidence) if isinstance(evidence, str) else evidence):
        pairs += [(f"evidence-{number}-{part}", value) for part, value in row.items()]
    marker = MARKER.search(progress)
    return Line(str(uuid.UUID(str(save_id))), marker[1] if marker else "", receipt(pairs))


def compare(ledger: Iterable[Line], rows: Iterable[Line]) -> tuple[int, int]:
    """How many acknowledged texts are not there as they were sent, and how many texts are there more than once."""
    kept = list(rows)
    found = set(kept)
    lost = sum(line not in found for line in ledger)
    duplicated = sum(times > 1 for times in Counter(row.marker for row in kept).values())
    return lost, duplicated
