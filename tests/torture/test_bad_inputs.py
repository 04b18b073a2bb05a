"""Every bad input as a real command in a process of its own: exit status, output, time and memory, in a table."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings

from tests.exchange.hostile import BAD_FILES
from tests.exchange.test_bad_inputs import BAD_REPORTS

SECONDS, MEGABYTES = 5, 300
# Peak memory of the command, and of the largest process that it started, in kB, on standard error at the end.
# VmHWM, because what getrusage says of a process begins at its parent's size.
MEASURED = """
import atexit, re, resource, sys
def tell():
    own = re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]
    sys.stderr.write(f"peak {own} {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss}\\n")
atexit.register(tell)
sys.argv = ["manage.py", *sys.argv[1:]]
exec(open("manage.py").read())
"""
rows: list[str] = []


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("torture")
    table, actions = home / "departments.csv", home / "actions.csv"
    table.write_text("name,acronym,slug\nMinistry 1,D01,ministry-1\n")
    actions.write_text(
        "number,added_on,short_name,words\n1,2019-05,Boats online,Boats\n2,2019-05,Plain letters,Plain\n"
    )
    for arguments in (
        ["migrate", "--verbosity", "0"],
        ["import_departments", str(table)],
        ["import_strategy", str(actions), "--code", "FEN", "--title", "Fen plan", "--wording", "2019-05=words"],
    ):
        subprocess.run([sys.executable, "manage.py", *arguments], check=True, cwd=settings.BASE_DIR, env=env(home))
    return home


def env(home: Path) -> dict[str, str]:
    return {**os.environ, "DATA_DIR": str(home), "DATABASE_URL": ""}


def make(name: str, folder: Path) -> Path:
    if name in BAD_FILES:
        return BAD_FILES[name][0](folder)
    text = BAD_REPORTS[name][0]
    path = folder / ("report.html" if text.startswith("<") else "report.txt")
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", [*sorted(BAD_FILES), *sorted(BAD_REPORTS)])
def test_bad_input_costs_little(name: str, folder: Path, tmp_path: Path) -> None:
    path = make(name, tmp_path)
    before = (folder / "db.sqlite3").read_bytes()
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, "import_report", str(path), "--strategy", "FEN"],
        cwd=settings.BASE_DIR,
        env=env(folder),
        capture_output=True,
        text=True,
        timeout=60,
    )
    seconds = time.monotonic() - started
    match = re.search(r"peak (\d+) (\d+)", done.stderr)
    assert match
    own, started_by_it = int(match[1]) / 1024, int(match[2]) / 1024
    sentence = done.stderr.split("\n")[0].removeprefix("CommandError: ")
    rows.append(f"{seconds:5.2f} s {own:5.0f} + {started_by_it:3.0f} MB  {name}: {sentence[:110]}")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert (folder / "db.sqlite3").read_bytes() == before
    assert seconds < SECONDS
    assert own + started_by_it < MEGABYTES


def test_table_of_costs(capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print("\n" + "\n".join(sorted(rows, reverse=True)))
    assert len(rows) >= 25
