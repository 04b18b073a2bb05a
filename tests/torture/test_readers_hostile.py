"""Every bad file: one clear sentence, quickly, in little memory. Each is read in a process of its own."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.exchange.hostile import BAD_FILES, Make

pytestmark = pytest.mark.once

SECONDS, MEMORY_MB = 5, 300
ROOT = Path(__file__).parents[2]
# Seconds of the processor are asserted and both are printed: beside other tests the clock runs on.
# VmHWM, because what getrusage says of a process begins at its parent's size; a child of it comes on top.
READ = """
import json, re, resource, sys, time
from pathlib import Path
from reporting.exchange.errors import Unreadable
from reporting.exchange.readers import read
begun, said = time.monotonic(), ""
try:
    read(Path(sys.argv[1]))
except Unreadable as error:
    said = str(error)
own = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
wall, children = time.monotonic() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
worked = time.process_time() + children.ru_utime + children.ru_stime
print(json.dumps([said, wall, worked, own // 1024, children.ru_maxrss // 1024]))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is measured through /proc: run on Linux")
@pytest.mark.parametrize(("make", "fragment"), BAD_FILES.values(), ids=BAD_FILES)
def test_a_bad_file_is_refused(make: Make, fragment: str, tmp_path: Path) -> None:
    path = make(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", READ, path], cwd=ROOT, capture_output=True, text=True, timeout=20, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    said, wall, worked, own, children = json.loads(done.stdout)
    print(f"{wall:.2f} s ({worked:.2f} s of work, start-up included), {own} + {children} MB: {said[:160]}")
    assert fragment in said
    assert re.match(re.escape(path.name) + r"(?:, (?:line|paragraph) [1-9]\d*)?: \w", said)
    assert said.endswith(".")
    assert "\n" not in said
    assert worked < SECONDS
    assert own + children < MEMORY_MB


def test_there_are_enough_of_them() -> None:
    assert len(BAD_FILES) >= 30
