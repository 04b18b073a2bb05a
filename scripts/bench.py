"""How long searches take: twenty kinds of them, beside a page that reads one year, in one run on each engine.

24 departments report on 16 actions for 10 years; each engine has a database of its own that goes away again.
Machines differ, and so do their hours: what counts are the ratios, in which both sides were measured in turns.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import monotonic, perf_counter
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
SIZE = (24, 16, 10)  # departments, actions, years
SECONDS = 30  # of measuring, for each engine
ROUNDS = 9  # or fewer, where the time is over
SERVER = "postgres://postgres@127.0.0.1:5432/"

# By what each kind is: its words, and its filters.
SEARCHES = {
    "no words": "",
    "a word of nobody": "zeppelin",
    "a rare word": "umbrellas",
    "a common word": "service",
    "a common word, last page": "service&page=10",
    "a name that stands everywhere": "department",
    "an acronym": "D01",
    "in another form": "applications",
    "two words": "digital form",
    "three words": "online licence form",
    "six words": "online form for the new service",
    "two common words": "service public",
    "words that have no results together": "umbrellas zeppelin",
    "a strategy": "service&strategy={strategy}",
    "a department": "service&department={department}",
    "an action": "service&action={action}",
    "a year": "service&year={year}",
    "a status": "service&status=behind",
    "every filter": "service&strategy={strategy}&department={department}&action={action}&year={year}&status=behind",
    "ten thousand signs": "(\"'" * 3_333,
}


def main() -> int:
    if len(sys.argv) > 1:
        return measure()
    with tempfile.TemporaryDirectory(prefix="stocktake-bench-") as folder:
        status = run("SQLite", f"sqlite:///{folder}/db.sqlite3", folder)
        name = f"bench_stocktake_{os.getpid()}"
        if not psql(f"CREATE DATABASE {name}"):
            print("\nPostgreSQL: no server answers on 127.0.0.1:5432, so it was not measured.")
            return status
        try:
            return status or run("PostgreSQL", f"{SERVER}{name}", folder)
        finally:
            psql(f"DROP DATABASE {name}")


def run(title: str, database: str, folder: str) -> int:
    print(f"\n== {title} ==", flush=True)
    env = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    env |= {"DATABASE_URL": database, "DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "config.settings"}
    return subprocess.run([sys.executable, __file__, title], cwd=ROOT, env=env, check=False).returncode  # noqa: S603


def psql(sql: str) -> bool:
    import psycopg

    try:
        with psycopg.connect(f"{SERVER}postgres", autocommit=True, connect_timeout=3) as server:
            server.execute(sql)  # type: ignore[call-overload]
    except psycopg.OperationalError:
        return False
    return True


def measure() -> int:
    sys.path.insert(0, str(ROOT))
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import setup_test_environment

    from reporting.domain import passages
    from reporting.models import Passage
    from tests.big import Big

    setup_test_environment()
    began = monotonic()
    call_command("migrate", verbosity=0)
    big = Big.make(*SIZE)
    made = monotonic()
    passages.catch_up()
    said = f"{Passage.objects.count():,} passages"
    if connection.vendor == "postgresql":
        connection.cursor().execute("ANALYZE")
    print(f"{said}: made in {made - began:.0f} s, indexed in {monotonic() - made:.0f} s", flush=True)

    strategy, action = big.strategy, big.strategy.actions.order_by("number")[2]
    names = {
        "strategy": strategy.slug,
        "department": big.departments[3].slug,
        "action": f"{strategy.code}-{action.number}",
        "year": str(big.years[-1]),
    }
    year = f"/strategies/{strategy.slug}/years/{big.years[-1]}/"
    pages = {"the page of a year": year} | {kind: address(words, names) for kind, words in SEARCHES.items()}
    times: dict[str, list[float]] = {kind: [] for kind in pages}
    client, end = Client(), monotonic() + SECONDS
    for turn in range(ROUNDS + 1):
        for kind, page in pages.items():
            started = perf_counter()
            assert client.get(page).status_code == 200, page
            if turn:  # the first warms up
                times[kind].append(perf_counter() - started)
        if monotonic() > end and turn > 2:
            break
    report(times)
    return 0


def address(words: str, names: dict[str, str]) -> str:
    query, *filters = words.format(**names).split("&") if "{" in words or "&" in words else [words]
    return "&".join([f"/search/?q={quote(query)}", *filters])


def report(times: dict[str, list[float]]) -> None:
    (_, page), *searches = times.items()
    cheap = median(page)
    print(f"{'':36} {'median ms':>10} {'worst ms':>10} {'× a year’s page':>16}")
    for kind, found in times.items():
        print(f"{kind:36} {1000 * median(found):10.1f} {1000 * max(found):10.1f} {median(found) / cheap:16.2f}")
    ratios = {kind: median(found) / cheap for kind, found in searches}
    slowest = max(ratios, key=lambda kind: ratios[kind])
    print(
        f"searches: {median(ratios.values()):.2f} of a year's page at the median, "
        f"{ratios[slowest]:.2f} at the most ({slowest}); {len(page)} turns"
    )


if __name__ == "__main__":
    sys.exit(main())
