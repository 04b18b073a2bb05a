"""People who write without a pause: the protocol of static/js/saving.js, and a ledger of what was acknowledged."""

import hashlib
import http.client
import json
import os
import re
import time
import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from threading import Event, Thread
from urllib.parse import urlencode

from tests.torture.servers import HOST

Pairs = list[tuple[str, str]]
NOT_TEXT = {"csrfmiddlewaretoken", "save_id", "base", "ready", "do"}
SENT_AGAIN = {401, 403, 500, 502, 503, 504}  # answers after which the page's script sends the same again
PAUSE = 0.1  # between two attempts
PATIENCE = 30  # seconds for one answer: longer than a writer waits for its lock
WORDS = "‘Café’ — “naïve” coöperation: £5 for 3½ ferries… ✓ 🚢 <b> & {{ plan }} \\ 100 %"
MARKER = re.compile(r"\[([0-9a-f]{32})\]")


def receipt(pairs: Iterable[tuple[str, str]]) -> str:
    """Written a second time on purpose: what the server says it has kept is not believed by its own code."""
    said = [[name, value.replace("\r\n", "\n")] for name, value in pairs if value and name not in NOT_TEXT]
    written = json.dumps(sorted(said), ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


@dataclass(frozen=True)
class Desk:
    """Where somebody writes, and the session that they are signed in with."""

    path: str
    session: str


@dataclass(frozen=True)
class Line:
    """What stands in the ledger for one acknowledged save, and what is read back from its row."""

    save_id: str
    marker: str
    digest: str


def new_text(marker: str, number: int) -> Pairs:
    progress = f"[{marker}] Text {number}. {WORDS}\r\n\r\n" + f"- Item {number} of the ‘plan’\r\n" * (number % 40)
    return [
        ("status", ("on_track", "behind", "")[number % 3]),
        ("category", ""),
        ("reason", ""),
        ("progress", progress),
        ("planned", f"  {WORDS} {number}\r\n" if number % 2 else ""),
        ("evidence-0-address", f"https://example.invalid/{number}" if number % 5 == 0 else ""),
        ("evidence-0-title", "An ‘evaluation’" if number % 5 == 0 else ""),
        ("evidence-0-date", ""),
        ("ready", "no"),
    ]


class Client(Thread):
    """One person: saves text after text, each until it is acknowledged, as long as `stop` is not set."""

    def __init__(self, desk: Desk, port: int, ledger: Path, stop: Event, most: int | None = None) -> None:
        super().__init__(daemon=True)
        self.desk, self.stop, self.most = desk, stop, most
        self.connection = http.client.HTTPConnection(HOST, port, timeout=PATIENCE)
        self.cookies = {"sessionid": desk.session}
        self.ledger = ledger.open("a", encoding="utf-8")
        self.saves, self.answers, self.fault = 0, Counter[str](), ""

    def run(self) -> None:
        try:
            self.until_answered("GET", "")
            base = ""
            while not self.stop.is_set() and self.saves != self.most:
                base = self.save(base) or base
        except Exception as error:
            self.fault = f"{type(error).__name__}: {error}"
        finally:
            self.connection.close()
            self.ledger.close()

    def save(self, base: str) -> str:
        """The id of the acknowledged save; nothing when the run has ended before."""
        save_id, marker = str(uuid.uuid4()), uuid.uuid4().hex
        pairs = [("save_id", save_id), ("base", base), *new_text(marker, self.saves)]
        answer = self.until_answered(
            "POST", urlencode([*pairs, ("csrfmiddlewaretoken", self.cookies["csrftoken"])])
        )
        if answer is None:
            return ""
        kept, digest = json.loads(answer), receipt(pairs)
        if (kept["id"], kept["receipt"]) != (save_id, digest):
            raise ValueError(f"the receipt {kept} is not for what was sent as {save_id}")
        self.write_down(Line(save_id, marker, digest))
        return save_id

    def write_down(self, line: Line) -> None:
        """On disk before the next request."""
        self.ledger.write(f"{line.save_id} {line.marker} {line.digest}\n")
        self.ledger.flush()
        os.fsync(self.ledger.fileno())
        self.saves += 1

    def until_answered(self, method: str, body: str) -> bytes | None:
        while not self.stop.is_set():
            try:
                status, answer = self.ask(method, body)
            except (OSError, http.client.HTTPException) as error:
                self.connection.close()
                refused = isinstance(error, ConnectionRefusedError)
                self.answers["no server" if refused else "cut off"] += 1
            else:
                self.answers[str(status)] += 1
                if status == http.client.OK:
                    return answer
                if status not in SENT_AGAIN:
                    raise ValueError(f"{method} {self.desk.path} is answered {status}: {answer[:300]!r}")
            time.sleep(PAUSE)
        return None

    def ask(self, method: str, body: str) -> tuple[int, bytes]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if method == "POST":
            headers |= {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
        self.connection.request(method, self.desk.path, body, headers)
        answer = self.connection.getresponse()
        if "Content-Length" not in answer.headers:  # http.client takes the end of the connection for their end
            raise http.client.IncompleteRead(b"the headers")
        for cookie in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(cookie).items()}
        return answer.status, answer.read()


def read_ledger(folder: Path) -> list[Line]:
    """From the files: what was written down, not what is remembered."""
    files = sorted(folder.glob("ledger-*"))
    return [Line(*line.split()) for file in files for line in file.read_text(encoding="utf-8").splitlines()]
