"""What takes too long for every day: hostile files, then everything else in two lanes beside each other.

Hostile files come first and alone, because each of them has a time limit. Servers that are killed wait a good
deal, so their lane leaves room for the other one. What a part prints is shown when it ends; the saves are
shown last. TORTURE scales how long servers are killed.
"""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from time import monotonic

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
Part = tuple[str, list[str], dict[str, str]]

PYTEST = [PYTHON, "-m", "pytest", "-q"]
BROWSER = [
    f"tests/browser/test_{name}.py"
    for name in ("pages", "staff_pages", "review_pages", "publishing_pages", "audit_pages")
]
ALONE: list[Part] = [
    (
        "hostile files",
        [*PYTEST, "-n", "0", "tests/torture/test_bad_inputs.py", "tests/torture/test_readers_hostile.py"],
        {},
    ),
]
CHECKED: list[Part] = [
    (
        "state machine and history",
        [PYTHON, "scripts/test.py", "-q", "tests/torture/test_workflow.py", "tests/torture/test_audit.py"],
        {},
    ),
    ("size", [PYTHON, "scripts/test.py", "-q", "tests/torture/test_size.py"], {}),
    ("tests too slow for every day", [PYTHON, "scripts/test.py", "-q", "--long", "tests"], {}),
    ("axe at every width", [*PYTEST, *BROWSER], {"AXE_EVERYTHING": "yes"}),
    ("embargo", [PYTHON, "-m", "tests.torture.embargo"], {}),
]
KILLED: list[Part] = [
    ("saves: the control", [PYTHON, "-m", "tests.torture.saves", "--control"], {}),
    ("publication: the control", [PYTHON, "-m", "tests.torture.releases", "--control"], {}),
    ("publication", [PYTHON, "-m", "tests.torture.releases"], {}),
    ("saves", [PYTHON, "-m", "tests.torture.saves"], {}),
]
printing = Lock()


def run(part: Part) -> tuple[bool, str]:
    """Whether it passed, and what it printed, with how long it took."""
    name, command, more = part
    began = monotonic()
    done = subprocess.run(  # noqa: S603
        command, cwd=ROOT, env={**os.environ, **more}, capture_output=True, text=True, check=False
    )
    said = f"\n== {name}: {monotonic() - began:.0f} s, exit {done.returncode} ==\n{done.stdout}{done.stderr}"
    return done.returncode == 0, said.rstrip()


def lane(parts: list[Part], *, keep_last: bool = False) -> tuple[bool, str]:
    """One after the other; what the last one printed is kept for the end."""
    passed, kept = True, ""
    for part in parts:
        fine, said = run(part)
        passed = passed and fine
        if keep_last and part is parts[-1]:
            kept = said
        else:
            with printing:
                print(said, flush=True)
    return passed, kept


def main() -> int:
    began = monotonic()
    first, _ = lane(ALONE)
    with ThreadPoolExecutor() as pool:
        killed = pool.submit(lane, KILLED, keep_last=True)
        checked = pool.submit(lane, CHECKED)
        (second, _), (third, last) = checked.result(), killed.result()
    print(f"\n== all of it: {monotonic() - began:.0f} s ==")
    print(last)
    return 0 if first and second and third else 1


if __name__ == "__main__":
    sys.exit(main())
