"""20,000 readers' requests around the hour of a release, and 120 seconds of them before a running server.

    python -m tests.torture.embargo [--requests 20000] [--seconds 120]

In a process for each engine, the clock set for each request: both 01:30 of the night on which the clocks go back,
and the night on which they go forward. At the same time, before the server on each engine, with the real clock.
TORTURE scales the requests. The exit status is 1 for any word before its hour, any mixed or late page.
"""

import argparse
import gc
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.torture import live
from tests.torture.servers import ROOT, PostgreSQL, environment, in_a_folder, running

MOST_SECONDS = 2400


@dataclass(frozen=True)
class Engine:
    name: str
    folder: Path
    database: PostgreSQL | None = None

    @property
    def env(self) -> dict[str, str]:
        url = self.database.url if self.database else ""
        return environment(DATA_DIR=str(self.folder), DATABASE_URL=url, DEMO="no", SECRET_KEY="embargo", DJANGO_SETTINGS_MODULE="config.settings")  # fmt: skip


def engines(folder: Path) -> list[Engine]:
    """For each of those that are there a folder and a database of its own."""
    found = [Engine("SQLite", folder / "sqlite")]
    if PostgreSQL.programs():
        found.append(Engine("PostgreSQL", folder / "server", PostgreSQL(folder / "server" / "postgresql")))
    for engine in found:
        engine.folder.mkdir(parents=True)
        for passed in (folder, engine.folder):
            passed.chmod(0o711)  # PostgreSQL's user passes through
    return found


def in_a_process(engine: Engine, requests: int) -> tuple[bool, str]:
    """Whether nothing was wrong, and the figures."""
    command = [sys.executable, "-m", "tests.torture.embargo", "--worker", "--requests", str(requests)]
    with running(engine.database):
        done = subprocess.run(
            command, cwd=ROOT, env=engine.env, stdout=subprocess.PIPE, text=True, timeout=MOST_SECONDS
        )
    return done.returncode == 0, "".join(f"{engine.name}, {line}\n" for line in done.stdout.splitlines())


# One engine, in a process of its own -------------------------------------------------------------------


def worker(requests: int) -> int:
    import django
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    django.setup()
    setup_test_environment()
    gc.freeze()  # what is loaded stays: no need to look through it for garbage
    gc.set_threshold(100_000, 50, 100)
    call_command("migrate", verbosity=0)
    from reporting.domain import mail
    from tests.public.embargo import HOURS, Embargo, Readers, addresses, baseline, without_a_word

    with mail.nobody_is_told():
        embargo = Embargo.before()
        known = addresses()
        before = {name: baseline(known, hour) for name, hour in HOURS.items()}
        faults, share = 0, requests // len(HOURS)
        for place, (name, hour) in enumerate(HOURS.items()):
            embargo.move(hour) if place else embargo.arrange(hour)
            readers = Readers.of(before[name], hour)
            readers.at_the_hour()
            readers.around(max(0, share - readers.seen.requests), seed=place)
            print(f"{name}: {readers.seen}", *readers.seen.examples, sep="\n  ", flush=True)
            faults += readers.seen.faults + (not readers.seen.shown)
        unsaid = without_a_word()
        embargo.stop()
        last = Readers.of(before[name], hour)
        seen = sum(page.before != page.after for page in last.pages.values())
        print(f"stopped, of {len(known)} addresses {seen} changed; columns without a word: {unsaid or 'none'}")
    return 1 if faults or seen or unsaid else 0


# All of it ---------------------------------------------------------------------------------------------


def attempt(options: argparse.Namespace, folder: Path) -> int:
    found = engines(folder / "clock")
    with ThreadPoolExecutor() as pool:
        asked = [pool.submit(in_a_process, engine, options.requests // len(found)) for engine in found]
        served = [
            pool.submit(live.run, engine.name, engine.env, engine.database, engine.folder, options.seconds)
            for engine in (engines(folder / "live") if options.seconds else [])
        ]
        results = [future.result() for future in [*asked, *served]]
    print("".join(said for _, said in results), end="", flush=True)
    if len(found) < 2 and os.environ.get("REQUIRE_ALL") == "yes":
        return 1
    return 0 if all(fine for fine, _ in results) else 1


def main() -> int:
    scale = min(1.0, float(os.environ.get("TORTURE") or 1))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--requests", type=int, default=round(20_000 * scale))
    parser.add_argument("--seconds", type=int, default=120)
    parser.add_argument("--worker", action="store_true")
    options = parser.parse_args()
    if options.worker:
        return worker(options.requests)
    return in_a_folder(lambda folder: attempt(options, folder))


if __name__ == "__main__":
    sys.exit(main())
