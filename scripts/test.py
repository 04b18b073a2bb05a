"""Runs every test on SQLite, and beside them all but the browser's on PostgreSQL, and adds both up.

Browsers wait a good deal: the second engine's tests take that time. What they print follows at the end.
What this machine lacks is skipped, counted and named with the command that installs it;
with REQUIRE_ALL=yes it is a failure. The last line is the tally of both runs.
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "data"
BROWSER = Path("/usr/bin/chromium-headless-shell")
LOCAL = "postgres://postgres@127.0.0.1:5432/postgres"
NOTHING_SELECTED = 5  # pytest's exit status

# Tests choose their own settings: what is set for a server must not reach them.
FOR_SERVERS = [
    "STOCKTAKE_ENV",
    "SECRET_KEY",
    "SECRET_KEY_FALLBACKS",
    "ALLOWED_HOSTS",
    "CSRF_TRUSTED_ORIGINS",
    "DATABASE_URL",
    "TEST_DATABASE_NAME",
    "DATA_DIR",
    "STATIC_ROOT",
    "SERVICE_NAME",
    "SERVICE_TAGLINE",
    "FEEDBACK_ADDRESS",
    "SECURITY_ADDRESS",
    "TRUST_PROXY_HEADERS",
    "HTTPS_REDIRECT",
    "HSTS_SECONDS",
    "DEBUG",
    "SITE_ADDRESS",
    "FEED_AUTHORITY",
    "EMAIL_URL",
    "MAIL_FROM",
    "MAIL_CLAIM_SECONDS",
    "REMINDER_DAYS",
    "SECOND_FACTOR",
    "SESSION_HOURS",
    "TRUSTED_PROXIES",
    "OIDC_ISSUER",
    "OIDC_NAME",
    "OIDC_CLIENT_ID",
    "OIDC_CLIENT_SECRET",
    "CHECKPOINT_DIR",
    "CHECKPOINT_KEY",
    "CHECKPOINT_MINUTES",
    "SEARCH_URL",
]


@dataclass
class Tally:
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    reasons: Counter[str] = field(default_factory=Counter)  # why tests were skipped

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"

    def add(self, other: "Tally") -> None:
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.reasons += other.reasons

    def skipped_for(self, word: str) -> str:
        number = sum(count for reason, count in self.reasons.items() if word in reason)
        return f"{number} test skipped" if number == 1 else f"{number} tests skipped"


def environment(**extra: str) -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in FOR_SERVERS} | extra


def for_a_second_engine(arguments: list[str]) -> list[str]:
    """The selection without what one engine is enough for. pytest heeds only the last -m: ours takes theirs in."""
    rest, marks = [], "not browser and not once"
    waiting = iter(arguments)
    for argument in waiting:
        if argument.startswith("-m"):
            marks = f"({argument[2:] or next(waiting, '')}) and not browser and not once"
        else:
            rest.append(argument)
    return [*rest, "-m", marks]


def count(report: Path) -> Tally:
    total = Tally()
    root = ElementTree.parse(report).getroot()  # noqa: S314 - pytest wrote it just now
    for suite in root.iter("testsuite"):
        tests, skipped = int(suite.get("tests", 0)), int(suite.get("skipped", 0))
        failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        reasons = Counter(skip.get("message", "") for skip in suite.iter("skipped"))
        total.add(Tally(tests - failed - skipped, failed, skipped, reasons))
    return total


def run(title: str, arguments: list[str], env: dict[str, str], *, later: bool = False) -> tuple[Tally, int, str]:
    """The tally, pytest's exit status, and what it printed where that is to be shown `later`."""
    if not later:
        print(f"\n== {title} ==", flush=True)
    began = monotonic()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", *arguments, f"--junit-xml={report}", "-o", "junit_family=xunit1"]
        kept: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        done = subprocess.run(command, cwd=ROOT, env=env, check=False, **(kept if later else {}))  # noqa: S603
        tally, status = count(report) if report.is_file() else Tally(), done.returncode
    said = [f"\n== {title} ==", (done.stdout or "").strip()] if later else []
    if status not in (0, NOTHING_SELECTED) and not tally.failed:
        tally.failed = 1  # pytest itself stopped: the tally may not look sound
        said.append(f"The tests on {title} did not come to an end (pytest’s exit status is {status}).")
    said.append(f"{title}: {tally}, in {monotonic() - began:.0f} s")
    if not later:
        print("\n".join(said), flush=True)
    return tally, status, "\n".join(said)


def how_many(arguments: list[str]) -> int:
    """How many tests a run that cannot be made would have held."""
    command = [sys.executable, "-m", "pytest", *arguments, "--collect-only", "--quiet", "-p", "no:xdist"]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False)  # noqa: S603
    found = re.search(r"^(\d+)(?:/\d+)? tests? collected", done.stdout, re.MULTILINE)
    return int(found[1]) if found else 0


def postgresql() -> tuple[str, str]:
    """The server to test on, or why there is none."""
    import psycopg

    given = os.environ.get("DATABASE_URL", "")
    chosen = given if given.startswith(("postgres://", "postgresql://")) else LOCAL
    try:
        psycopg.connect(chosen, connect_timeout=3).close()
    except psycopg.OperationalError as error:
        if chosen == given:
            return "", f"the server that DATABASE_URL names does not answer ({str(error).splitlines()[0]})."
        if "refused" in str(error) or "timeout" in str(error):
            return "", "no server answers on 127.0.0.1:5432. Install it: sudo apt-get install postgresql"
        return "", (
            "the server on 127.0.0.1:5432 does not let the user postgres in. Name a user who may create "
            "databases: make test DATABASE_URL=postgres://user:password@127.0.0.1/postgres"
        )
    return chosen, ""


def workers(arguments: list[str]) -> list[str]:
    """Two processes for the whole suite; one for a few chosen tests, which would only wait for the second."""
    return [] if arguments else ["-n", str(min(2, os.cpu_count() or 1))]


def lacking(total: Tally) -> list[str]:
    found = []
    if not BROWSER.exists():
        found.append(f"Chromium: {total.skipped_for('Chromium')}. Install it: sudo apt-get install {BROWSER.name}")
    if not SHARED.is_dir() and not total.skipped_for("shared/data").startswith("0 "):
        found.append(f"../shared/data: {total.skipped_for('shared/data')}. Put that folder beside this one.")
    return found


def main() -> int:
    arguments = sys.argv[1:]
    interrupted: list[int] = []
    # pytest hears Ctrl+C too, and is given the time to remove its databases.
    signal.signal(signal.SIGINT, lambda number, _frame: interrupted.append(number))

    server, reason = postgresql()
    selection = for_a_second_engine(arguments)
    with ThreadPoolExecutor() as pool:
        if server:
            # A name of its own for each run, so that two runs do not empty each other's database.
            env = environment(DATABASE_URL=server, TEST_DATABASE_NAME=f"test_stocktake_{os.urandom(4).hex()}")
            second = pool.submit(run, "PostgreSQL", selection, env, later=True)
        total, status, _ = run("SQLite", [*workers(arguments), *arguments], environment())
    if status == NOTHING_SELECTED:
        print("No test was selected: look at ARGS.")
        total.failed += 1
    missing = lacking(total)

    if server:
        tally, _, said = second.result()
        print(said, flush=True)
        total.add(tally)
    else:
        omitted = 0 if interrupted else how_many(selection)
        total.skipped += omitted
        missing.append(f"PostgreSQL: {omitted} tests skipped: {reason}")

    print()
    for sentence in missing:
        print(f"Missing: {sentence}")
    if os.environ.get("REQUIRE_ALL") == "yes":
        # Published material is no part of a clone: that alone may be absent.
        total.failed += sum(not sentence.startswith("../shared") for sentence in missing)
    print(f"stocktake: {total}")
    return 1 if total.failed or interrupted else 0


if __name__ == "__main__":
    sys.exit(main())
