"""A process that publishes a round of 24 departments is killed at any moment: the round is whole, or not there.

    python -m tests.torture.releases [--engine sqlite|postgresql|both] [--kills 100] [--control]

Half of the kills on each engine, both at the same time. After each one the round is looked at and the chain
verified; then it is published again, and stands there once. `--control` commits after each department instead of
once, and succeeds where parts are found. The last line is the tally; the exit status is 1 for any part of a round.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.torture.servers import ROOT, PostgreSQL, environment, in_a_folder, running

DEPARTMENTS, KILLS, CONTROL = 24, 100, 10
FIRST, DONE = b"F", b"D"  # said by the process: the first window is written; all of it is committed
MOST_SECONDS = 900


# One engine, in a process of its own -------------------------------------------------------------------


class Pristine:
    """The database as it was before anything was published, as often as it is wanted."""

    def __init__(self) -> None:
        from django.db import connections

        self.settings, self.close = connections["default"].settings_dict, connections.close_all
        self.on_server = connections["default"].vendor == "postgresql"
        self.file = Path(str(self.settings["NAME"]))
        self.close()
        if self.on_server:
            self.tell('CREATE DATABASE pristine TEMPLATE "{NAME}"')
        else:
            shutil.copy(self.file, self.kept)

    @property
    def kept(self) -> Path:
        return self.file.with_suffix(".pristine")

    def tell(self, *orders: str) -> None:
        import psycopg

        given = self.settings
        where = {"host": given["HOST"], "port": given["PORT"], "user": given["USER"], "dbname": "template1"}
        with psycopg.connect(**where, autocommit=True) as server:
            for order in orders:
                server.execute(order.format(**given))

    def restore(self) -> None:
        from django.conf import settings

        self.close()
        shutil.rmtree(settings.CHECKPOINT_DIR, ignore_errors=True)  # they are of events that are gone
        if self.on_server:
            self.tell('DROP DATABASE "{NAME}" WITH (FORCE)', 'CREATE DATABASE "{NAME}" TEMPLATE pristine')
            return
        for end in ("-wal", "-shm"):
            Path(f"{self.file}{end}").unlink(missing_ok=True)
        shutil.copy(self.kept, self.file)

    def settle(self) -> None:
        """On a server the killed one's session ends when it is noticed, and may still commit until then."""
        from django.db import connection

        until = time.monotonic() + 10
        others = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        while self.on_server and time.monotonic() < until:
            with connection.cursor() as cursor:
                cursor.execute(others)
                if cursor.fetchone() == (0,):
                    return
            time.sleep(0.005)
        assert not self.on_server, "the session of the killed process does not end"


class Publisher:
    """The release, in a process that can be killed."""

    def __init__(self, *, control: bool) -> None:
        self.control, self.lasts = control, 0.0  # seconds from the first window to the end

    def publish(self, tell: Callable[[bytes], object] = lambda said: None, *, later: bool) -> None:
        from django.utils import timezone

        from reporting.domain import publication, releases
        from reporting.models import Round, User

        real = publication.publish

        def publish(*content: Any, **said: Any) -> Any:
            made = real(*content, **said)
            tell(FIRST)
            if self.control and tell.__name__ == "write":
                commit_now()
            return made

        publication.publish = publish
        try:
            reviewer, round = User.objects.get(email="reviewer@example.invalid"), Round.objects.get()
            starts = timezone.now() + timedelta(days=1) if later else None
            releases.release(actor=reviewer, round=round, starts=starts, note="The round.")
        finally:
            publication.publish = real

    def start(self, *, later: bool) -> tuple[int, int]:
        """Its id, and where it says how far it is."""
        read, write_to = os.pipe()
        child = os.fork()
        if child:
            os.close(write_to)
            return child, read

        def write(said: bytes) -> None:
            os.write(write_to, said)

        try:
            self.publish(write, later=later)
            write(DONE)
            time.sleep(self.lasts / 4)  # who asked for it has had no answer yet
        finally:
            os._exit(0)

    def run_and_kill(self, *, later: bool) -> str:
        """Where it was: `before` its first window, `inside` the transaction, `after` it; `ended` where too late."""
        child, pipe = self.start(later=later)
        if random.random() < 0.85:
            said = os.read(pipe, 1)
            time.sleep(random.uniform(0, self.lasts * 1.2))
        else:
            said = b""
            time.sleep(random.uniform(0, self.lasts))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        said += rest_of(pipe)
        if not os.WIFSIGNALED(status):
            return "ended"
        return "after" if DONE in said else "inside" if FIRST in said else "before"

    def measure(self) -> None:
        """How long it takes that nobody kills."""
        child, pipe = self.start(later=True)
        os.read(pipe, 1)
        began = time.monotonic()
        os.waitpid(child, 0)
        self.lasts = time.monotonic() - began
        assert DONE in rest_of(pipe), "it does not even work in peace"


def rest_of(pipe: int) -> bytes:
    with os.fdopen(pipe, "rb") as file:
        return file.read()


def commit_now() -> None:
    """What was done so far, in the middle of the transaction."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("COMMIT")
        if connection.vendor == "sqlite":
            cursor.execute("BEGIN IMMEDIATE")


def prepare() -> None:
    """A round whose reports are all accepted, and somebody to tell."""
    from reporting.domain import people
    from reporting.models import Mail, Report
    from tests.world import World

    world = World.small(DEPARTMENTS, actions=1)
    world.open(2026)
    for report in Report.objects.select_related("round__strategy", "department"):
        world.taken_in(report)
    for department in world.departments:
        people.give_role(actor=world.reviewer, person=world.leader, role="leader", department=department)
    Mail.objects.all().delete()


def found() -> str:
    """`none`, `whole`, or what there is of it."""
    from reporting.models import Event, Mail, Publication, Release

    counts = {
        "releases": Release.objects.count(),
        "windows": Publication.objects.count(),
        "in it": Publication.objects.exclude(release=None).count(),
        "their events": Event.objects.filter(verb="publication.set").count(),
        "its event": Event.objects.filter(verb="release.set").count(),
        "mails": Mail.objects.filter(template="report_published").count(),
    }
    if not any(counts.values()):
        return "none"
    whole = [1, DEPARTMENTS, DEPARTMENTS, DEPARTMENTS, 1, 1]
    moments = set(Publication.objects.values_list("starts", flat=True)) | set(
        Release.objects.values_list("starts", flat=True)
    )
    return "whole" if list(counts.values()) == whole and len(moments) == 1 else f"partial {counts}"


def look(publisher: Publisher, pristine: Pristine, *, later: bool) -> str:
    """What the kill has left; then it is published again."""
    from reporting.domain import audit
    from reporting.domain.errors import NotPossible

    pristine.settle()
    state = found()
    if state.startswith("partial"):
        return state
    faults = audit.verify().faults
    with suppress(NotPossible):
        publisher.publish(later=later)
        assert state == "none", "what was there was published a second time"
    again = found()
    if faults or again != "whole" or audit.verify().faults:
        return f"partial: {faults} {again}"
    return state


def worker(kills: int, *, control: bool) -> int:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    prepare()
    pristine, publisher = Pristine(), Publisher(control=control)
    publisher.measure()
    places: Counter[str] = Counter()
    states: Counter[str] = Counter()
    while sum(states.values()) < kills:
        pristine.restore()
        later = random.random() < 0.5
        pristine.close()
        place = publisher.run_and_kill(later=later)
        if place == "ended":
            continue  # nobody was killed
        state = look(publisher, pristine, later=later)
        if state.startswith("partial") and not states["partial"]:
            print(state, file=sys.stderr)
        places[place] += 1
        states[state.partition(" ")[0].strip(":")] += 1
    where = ", ".join(f"{place} {places[place]}" for place in ("before", "inside", "after"))
    print(f"{tally(states)} ({where} the transaction, which takes {publisher.lasts * 1000:.0f} ms)")
    return 0


# Both --------------------------------------------------------------------------------------------------


def tally(states: Counter[str]) -> str:
    return f"kills={sum(states.values())} " + " ".join(
        f"{name}={states[name]}" for name in ("whole", "none", "partial")
    )


def run(name: str, folder: Path, kills: int, *, control: bool) -> tuple[str, str]:
    """The engine's name and what its process printed."""
    folder.mkdir()
    folder.chmod(0o711)  # PostgreSQL's user passes through
    database = PostgreSQL(folder / "postgresql") if name == "PostgreSQL" else None
    env = environment(
        DATA_DIR=str(folder),
        DATABASE_URL=database.url if database else "",
        DEMO="no",
        SECRET_KEY="releases",
        DJANGO_SETTINGS_MODULE="config.settings",
    )
    command = [sys.executable, "-m", "tests.torture.releases", "--worker", "--kills", str(kills)]
    command += ["--control"] if control else []
    with running(database):
        done = subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True, timeout=MOST_SECONDS)
    done.check_returncode()
    return name, done.stdout.strip()


def attempt(options: argparse.Namespace, folder: Path) -> int:
    names = {"sqlite": ["SQLite"], "postgresql": ["PostgreSQL"], "both": ["SQLite", "PostgreSQL"]}[options.engine]
    if "PostgreSQL" in names and not PostgreSQL.programs():
        print("Only SQLite is tried. PostgreSQL is not installed: sudo apt-get install postgresql")
        names = ["SQLite"] if os.environ.get("REQUIRE_ALL") != "yes" else []
    states: Counter[str] = Counter()
    with ThreadPoolExecutor() as pool:
        share = options.kills // max(1, len(names))
        done = [pool.submit(run, name, folder / name, share, control=options.control) for name in names]
        for future in done:
            name, said = future.result()
            print(f"{name}: {said}")
            states.update(
                {key: int(value) for key, _, value in (part.partition("=") for part in said.split(" (")[0].split())}
            )
    kills = states.pop("kills", 0)
    print(("control, which must leave parts: " if options.control else "") + tally(states), flush=True)
    if options.control:
        return 0 if states["partial"] else 1
    return 0 if kills and not states["partial"] else 1


def main() -> int:
    scale = min(1.0, float(os.environ.get("TORTURE") or 1))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--engine", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--kills", type=int)
    parser.add_argument("--control", action="store_true")
    parser.add_argument("--worker", action="store_true")
    options = parser.parse_args()
    options.kills = options.kills or (CONTROL if options.control else max(4, round(KILLS * scale)))
    if options.worker:
        return worker(options.kills, control=options.control)
    return in_a_folder(lambda folder: attempt(options, folder))


if __name__ == "__main__":
    sys.exit(main())
