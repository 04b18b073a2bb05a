"""On SQLite a save is acknowledged when the disk has it: the system calls of the server are counted."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from threading import Event

from tests.torture import prepare
from tests.torture.clients import Client
from tests.torture.servers import Server, free_port

SAVES = 50
# Of the write-ahead log alone: that is where a commit goes. Where another thread comes between, the call's
# first half has the name, too.
SYNC = re.compile(r"\bfdatasync\(\d+<[^>]*/db\.sqlite3-wal>")


def why_not() -> str:
    if not shutil.which("strace"):
        return "strace is not installed: sudo apt-get install strace"
    traced = subprocess.run(["strace", "-o", "/dev/null", "true"], stderr=subprocess.DEVNULL)
    return "strace may not trace here" if traced.returncode else ""


def count(folder: Path, env: dict[str, str]) -> tuple[int, int]:
    """One writer alone: how many saves were acknowledged, and how often the log was written to the disk."""
    [desk] = prepare.in_a_process(env, 1)
    calls = folder / "calls"
    under = ("strace", "-f", "-y", "-e", "trace=fdatasync", "-o", str(calls))
    server = Server.alone(sys.executable, env, free_port(), folder / "server.log", under)
    try:
        server.start()
        reader, writer = (Client(desk, server.port, folder / "ledger", Event(), most) for most in (0, SAVES))
        counted = []
        for client in (reader, writer):  # a session's first page is written, too: it is not a save
            client.start()
            client.join()
            assert not client.fault, client.fault
            counted.append(len(SYNC.findall(calls.read_text())))
    finally:
        server.kill()
    return writer.saves, counted[1] - counted[0]
