"""What the crash tests start, kill and stop: each by its own id, all of it on 127.0.0.1."""

import http.client
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
HOST = "127.0.0.1"
# Below the ports that the kernel gives to clients: a client that asks a server which is just down could
# otherwise be given that very port, and the server would find it taken.
PORTS = range(20000, 30000)
# Nothing else of ours reaches the servers: neither a DATABASE_URL nor what `make` hands on to a second `make`.
HANDED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "USER")
START_SECONDS, END_SECONDS = 90, 10


class NotStarted(Exception):
    pass


def free_port() -> int:
    while True:
        port = random.choice(PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind((HOST, port))
            return port


def environment(**variables: str) -> dict[str, str]:
    return {name: os.environ[name] for name in HANDED_ON if name in os.environ} | variables


def alive(group: int) -> Iterator[int]:
    """The processes of a group, or of the session that it began, that have not ended."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it ended while we looked
            state, _parent, its_group, session = stat.read_text().rpartition(")")[2].split()[:4]
            if group in (int(its_group), int(session)) and state not in "ZX":
                yield int(stat.parent.name)


class Server:
    """One command that serves, in a process group of its own: started, killed, started again."""

    def __init__(self, command: list[str], env: dict[str, str], port: int, log: Path) -> None:
        self.command, self.env, self.port, self.log = command, env, port, log
        self.process: subprocess.Popen[bytes] | None = None

    @classmethod
    def by_make(cls, env: dict[str, str], port: int, log: Path) -> "Server":
        return cls(["make", "--no-print-directory", "run"], env | {"PORT": str(port)}, port, log)

    @classmethod
    def alone(
        cls, python: str, env: dict[str, str], port: int, log: Path, before: tuple[str, ...] = ()
    ) -> "Server":
        """What `make run` ends in, without its setting up and migrating. `before`: a command to run it under."""
        address = f"{HOST}:{port}"
        return cls([*before, python, "manage.py", "runserver", "--noreload", address], env, port, log)

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        until = time.monotonic() + START_SECONDS
        while not all(self.answers(path) for path in ("/healthz", "/readyz")):
            if self.process.poll() is not None or time.monotonic() > until:
                last = self.log.read_text(errors="replace").splitlines()[-5:]
                raise NotStarted(f"“{' '.join(self.command)}” does not serve:\n" + "\n".join(last))
            time.sleep(0.05)

    def answers(self, path: str) -> bool:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=5)
        try:
            connection.request("GET", path)
            return connection.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def kill(self) -> bool:
        """The whole group, by its id; returns when none of it is left and its port is free. Did it run until now?"""
        if self.process is None:
            return False
        group, self.process = self.process, None
        running = any(alive(group.pid))
        with suppress(ProcessLookupError):  # it ended just now
            if running:
                os.killpg(group.pid, signal.SIGKILL)
        group.wait(END_SECONDS)
        until = time.monotonic() + END_SECONDS
        while list(alive(group.pid)) or self.is_taken():
            if time.monotonic() > until:
                raise NotStarted(
                    f"After SIGKILL to group {group.pid} something of it is left, or its port is taken."
                )
            time.sleep(0.01)
        return running

    def is_taken(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex((HOST, self.port)) == 0


class PostgreSQL:
    """A database server of our own: an unprivileged user's, with its data in our folder."""

    def __init__(self, folder: Path) -> None:
        found = self.programs()
        assert found
        self.folder, self.port, self.found = folder, free_port(), found
        self.data, self.url = folder / "data", f"postgres://stocktake@{HOST}:{self.port}/postgres"

    @staticmethod
    def programs() -> Path | None:
        """Debian keeps them outside the path, by version."""
        found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
        return max(found, key=lambda path: int(path.parent.name), default=None)

    def create(self) -> None:
        self.folder.mkdir()
        owner = unprivileged()
        if owner:
            os.chown(self.folder, owner["user"], owner["group"])
        self.run("initdb", "--username=stocktake", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync")
        with (self.data / "postgresql.conf").open("a") as file:
            file.write(
                f"port = {self.port}\nlisten_addresses = '{HOST}'\nunix_socket_directories = '{self.folder}'\n"
                "fsync = on\nsynchronous_commit = on\nfull_page_writes = on\n"
            )

    def start(self) -> None:
        self.run("pg_ctl", "--wait", "--log", str(self.folder / "log"), "start")

    def stop_at_once(self) -> None:
        """As if the power had failed: no checkpoint; what was not written is lost."""
        self.run("pg_ctl", "--wait", "--mode=immediate", "stop")

    def run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self.found / program, "--pgdata", self.data, *arguments],
            cwd=self.folder,
            env=environment(),
            stdin=subprocess.DEVNULL,
            # Not a pipe: the server inherits it and would hold it open for as long as it runs.
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=120,
            **unprivileged(),
        )
        if done.returncode:
            raise NotStarted(f"“{program} {' '.join(arguments)}” ended with status {done.returncode}.")


@contextmanager
def running(database: PostgreSQL | None) -> Iterator[None]:
    """Made and started, and stopped whatever happens. SQLite has no server."""
    if database is None:
        yield
        return
    database.create()
    try:
        database.start()
        yield
    finally:
        with suppress(NotStarted):  # it had ended
            database.stop_at_once()


def unprivileged() -> dict[str, Any]:
    """As whom PostgreSQL runs: it refuses root."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = names.get("postgres") or names["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def in_a_folder(attempt: Callable[[Path], int]) -> int:
    """Its status. What it wrote is left where it failed; what it started is ended, also when this is ended."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    folder = Path(tempfile.mkdtemp(prefix="stocktake-"))
    folder.chmod(0o711)  # PostgreSQL's user passes through
    status = 1
    try:
        status = attempt(folder)
    finally:
        if status:
            print(f"What was written lies in {folder}", file=sys.stderr)
        else:
            shutil.rmtree(folder)
    return status
