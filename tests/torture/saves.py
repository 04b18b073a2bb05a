"""Saves without a pause while `make run` is killed and PostgreSQL stopped: each acknowledged one must be there, once.

    python -m tests.torture.saves [--engine sqlite|postgresql|both] [--control]

Both engines at the same time. TORTURE scales the amounts: 0.1 is a tenth of them. `--control` runs a server that
acknowledges before it commits, for a few kills, and succeeds where its losses are reported. The last line is
the tally; the exit status is 1 for any loss and where the amounts were not reached in time.
"""

import argparse
import os
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from pathlib import Path
from threading import Event

from tests.torture import prepare, syncs
from tests.torture.servers import PostgreSQL, in_a_folder, running
from tests.torture.trial import Amounts, Result, Trial

CLIENTS = 6
# For each engine, at the scale of 1.
SAVES, KILLS, STOPS = 5000, 100, 20
SECONDS = (120, 720)  # at most: so many, and so many more for each unit of the scale
CONTROL = Amounts(saves=1, kills=5, seconds=180)
MISSING = "PostgreSQL is not installed: sudo apt-get install postgresql"


def scaled(scale: float) -> Amounts:
    saves, kills, stops = (max(1, round(number * scale)) for number in (SAVES, KILLS, STOPS))
    return Amounts(saves, kills, stops, SECONDS[0] + SECONDS[1] * scale)


def trials(options: argparse.Namespace, folder: Path, abort: Event) -> list[Trial]:
    amounts = CONTROL if options.control else scaled(options.scale)
    settings = "tests.torture.control_settings" if options.control else "config.settings"
    found = []
    if options.engine != "postgresql":
        found.append(Trial(folder / "sqlite", replace(amounts, stops=0), abort, settings=settings))
    if options.engine != "sqlite" and PostgreSQL.programs():
        found.append(Trial(folder / "server", amounts, abort, PostgreSQL(folder / "postgresql"), settings))
    return found


def run(trial: Trial) -> Result:
    with running(trial.database):
        return trial.run(prepare.in_a_process(trial.env, CLIENTS))


def run_all(found: list[Trial], abort: Event) -> list[Result]:
    """At the same time. One that fails ends the others."""
    with ThreadPoolExecutor() as pool:
        futures = [pool.submit(run, trial) for trial in found]
        try:
            watch(found, futures)
        finally:
            abort.set()  # for those that are left when one has failed, or somebody has interrupted
        return [future.result() for future in futures]


def watch(found: list[Trial], futures: list[Future[Result]]) -> None:
    """How far they are: on one line of a terminal, or each minute on a line of its own."""
    terminal = sys.stdout.isatty()
    began, told = time.monotonic(), 0
    while (pending := wait(futures, timeout=1).not_done) and not any(
        future.exception() for future in futures if future.done()
    ):
        seconds = int(time.monotonic() - began)
        if terminal or seconds // 60 > told:
            told = seconds // 60
            line = f"{seconds} s; " + "; ".join(
                f"{one.name} {one.saves()} saves, {one.kills} kills" for one in found
            )
            print(f"\r{line}  " if terminal else line, end="" if terminal and pending else "\n", flush=True)
    if terminal:
        print()


def look_at_the_disk(folder: Path) -> list[str]:
    """What is wrong with how SQLite writes."""
    if reason := syncs.why_not():
        print(f"Calls to the disk are not counted: {reason}")
        return [reason] if os.environ.get("REQUIRE_ALL") == "yes" else []
    (folder / "calls").mkdir()
    trial = Trial(folder / "calls", Amounts(0, 0), Event())
    saves, synced = syncs.count(trial.folder, trial.env)
    print(f"SQLite: {synced} fdatasync of its log for {saves} acknowledged saves of one writer", flush=True)
    return [] if synced >= saves == syncs.SAVES else ["SQLite: saves are acknowledged before the disk has them"]


def tally(results: list[Result]) -> str:
    saves, kills, stops, lost, duplicated = (
        sum(getattr(result, name) for result in results)
        for name in ("saves", "kills", "stops", "lost", "duplicated")
    )
    return f"saves={saves} kills={kills} pg_stops={stops} lost={lost} duplicated={duplicated}"


def attempt(options: argparse.Namespace, folder: Path) -> int:
    faults, abort = [], Event()
    if options.engine != "sqlite" and not PostgreSQL.programs():
        print(f"Only SQLite is tried. {MISSING}")
        faults += [MISSING] if os.environ.get("REQUIRE_ALL") == "yes" or options.engine == "postgresql" else []
    if options.engine != "postgresql" and not options.control:
        faults += look_at_the_disk(folder)
    found = trials(options, folder, abort)
    results = run_all(found, abort)
    for trial in found:
        print(trial)
    faults += [fault for result in results for fault in result.faults]
    wrong = any(result.lost or result.duplicated for result in results)
    if options.control:
        faults += [
            f"control, {one.name}: no loss reported" for one, r in zip(found, results, strict=True) if not r.lost
        ]
    print("".join(f"{fault}\n" for fault in faults), end="")
    print(("control, which must lose: " if options.control else "") + tally(results), flush=True)
    return 1 if faults or (wrong and not options.control) else 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--engine", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--control", action="store_true")
    parser.add_argument("--scale", type=float, default=float(os.environ.get("TORTURE") or 1))
    return parser.parse_args()


def main() -> int:
    options = arguments()
    return in_a_folder(lambda folder: attempt(options, folder))


if __name__ == "__main__":
    sys.exit(main())
