"""A server that runs, the real clock, and readers before and after the hour of a release.

As a process of its own: `before` makes the public world and prints its addresses, `arrange <moment>` adds what
becomes public then and prints the digests of it.
"""

import hashlib
import http.client
import json
import random
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

from tests.torture.servers import HOST, ROOT, PostgreSQL, Server, free_port, running

READERS, PAUSE = 3, 0.25  # so many threads, each of them asking about four times a second at most
AHEAD = 5  # seconds for the process that arranges it
WORDS = re.compile(rb"(?:kestrel|nightjar)\w*")


@dataclass(frozen=True)
class Seen:
    """One answer. `sent` and `received` are the times around it; `page`: all but the date of it."""

    address: str
    sent: float
    received: float
    page: tuple[int, str, int, str]  # status, ETag, size, digest of the body
    words: frozenset[str]


def ask(port: int, address: str, digests: frozenset[str]) -> Seen:
    connection = http.client.HTTPConnection(HOST, port, timeout=30)
    sent = time.time()
    connection.request("GET", address)
    response = connection.getresponse()
    body = response.read()
    received = time.time()
    connection.close()
    words = {found.decode() for found in WORDS.findall(body)} | {one for one in digests if one.encode() in body}
    page = response.status, response.getheader("ETag", ""), len(body), hashlib.sha256(body).hexdigest()
    return Seen(address, sent, received, page, frozenset(words))


def reader(port: int, known: list[str], digests: frozenset[str], until: float, found: list[Seen]) -> None:
    chance = random.Random()
    while time.time() < until:
        found.append(ask(port, chance.choice(known), digests))
        time.sleep(PAUSE)


def run(
    name: str, env: dict[str, str], database: PostgreSQL | None, folder: Path, seconds: int
) -> tuple[bool, str]:
    """Whether nothing was wrong, and the figures."""
    server = Server.alone(sys.executable, env, free_port(), folder / f"{name}.log")
    with running(database):
        known = in_a_process(env, "before")
        try:
            server.start()
            before = {address: ask(server.port, address, frozenset()).page for address in known}
            hour = time.time() + seconds / 2 + AHEAD
            digests = frozenset(in_a_process(env, "arrange", str(hour)))
            time.sleep(max(0, hour - seconds / 2 - time.time()))
            found = readers(server.port, known, digests, hour + seconds / 2)
            after = {address: ask(server.port, address, frozenset()).page for address in known}
        finally:
            server.kill()
    return verdict(name, found, hour, before, after)


def readers(port: int, known: list[str], digests: frozenset[str], until: float) -> list[Seen]:
    found: list[Seen] = []
    threads = [Thread(target=reader, args=(port, known, digests, until, found)) for _ in range(READERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


Pages = dict[str, tuple[int, str, int, str]]


def verdict(name: str, found: list[Seen], hour: float, before: Pages, after: Pages) -> tuple[bool, str]:
    """What was on its way at the hour may be either page, and nothing else."""
    early = sum(bool(one.words) for one in found if one.received < hour)
    never = sum(any(word.startswith("nightjar") for word in one.words) for one in found)
    known_before = [one for one in found if one.received < hour]
    known_after = [one for one in found if one.sent >= hour]
    between = [one for one in found if one.sent < hour <= one.received]
    other = sum(one.page != before[one.address] for one in known_before)
    late = sum(one.page != after[one.address] for one in known_after)
    mixed = sum(one.page not in (before[one.address], after[one.address]) for one in found)
    shown = len({word for one in known_after for word in one.words})
    line = (
        f"{name}, a server and {READERS} readers: requests={len(found)} before={len(known_before)} "
        f"at the hour={len(between)} after={len(known_after)}; early={early} other={other} mixed={mixed} late={late} "
        f"never={never} ({shown} words of the hour shown)\n"
    )
    fine = not (early or other or mixed or late or never) and bool(known_before and known_after and shown)
    return fine, line


# In a process of its own -------------------------------------------------------------------------------


def in_a_process(env: dict[str, str], *arguments: str) -> list[str]:
    command = [sys.executable, "-m", "tests.torture.live", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, timeout=120, check=True)
    answer: list[str] = json.loads(done.stdout)
    return answer


def main() -> None:
    import django
    from django.core.management import call_command
    from django.utils import timezone

    django.setup()
    from reporting.domain import mail
    from reporting.models import Edition
    from tests.public.embargo import Embargo, addresses

    with mail.nobody_is_told():
        if sys.argv[1] == "before":
            call_command("migrate", verbosity=0)
            # All that is made is of the first weeks of a year: of the one that has been going on for long enough.
            Embargo.before((timezone.now() - timedelta(days=60)).year)
            print(json.dumps(addresses(bodies=3, years=1, numbers=3)))
        else:
            hour = datetime.fromtimestamp(float(sys.argv[2]), UTC)
            Embargo.again().arrange(hour)
            print(
                json.dumps(list(Edition.objects.filter(publication__starts=hour).values_list("digest", flat=True)))
            )


if __name__ == "__main__":
    main()
