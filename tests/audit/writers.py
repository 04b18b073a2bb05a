"""Several processes that append events at once; and the control, whose processes do not wait for each other."""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.domain.test_appending import database_of_other_processes, finished, process

WRITE = """
import json, sys
from django.conf import settings
name, count, locked = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "locked"
if not locked:  # each begins its transaction without a lock
    settings.DATABASES["default"].setdefault("OPTIONS", {}).pop("transaction_mode", None)
import django
django.setup()
from django.db import Error, transaction
from reporting.domain import events
from reporting.models import User
if not locked:  # and takes a lock that nobody else asks for
    events.APPEND_LOCK = 1_000_000 + int(name)
actor = User.objects.get(email="reviewer@example.invalid")
sys.stdout.write("ready")
sys.stdout.flush()
sys.stdin.readline()
appended, refused = 0, 0
while appended < count:
    try:
        with transaction.atomic():
            events.record("test.appended", f"{name}/{appended}", actor=actor, number=appended)
        appended += 1
    except Error:
        refused += 1
        if not locked and refused >= count:
            break
print(json.dumps([appended, refused]))
"""
FOUND = """
import json
import django
django.setup()
from django.db.models import Count
from reporting.domain import events
from reporting.models import Event
forks = Event.objects.values("previous").annotate(times=Count("pk")).filter(times__gt=1).count()
written = Event.objects.filter(verb="test.appended").order_by("sequence").values_list("subject", flat=True)
print(json.dumps([forks, list(events.faults()), list(written)]))
"""


@dataclass(frozen=True)
class Outcome:
    appended: int
    refused: int
    forks: int
    faults: list[str]
    in_order: bool  # each writer's own events stand in the order in which it wrote them


def write_at_once(folder: Path, writers: int, each: int, *, locked: bool = True) -> Outcome:
    address = database_of_other_processes(folder)
    lock = "locked" if locked else "unlocked"
    running = [process(address, "-c", WRITE, str(number), str(each), lock) for number in range(writers)]
    for one in running:
        assert one.stdout
        assert one.stdout.read(5) == "ready", one.communicate()[1]
    for one in running:
        assert one.stdin
        one.stdin.write("\n")
        one.stdin.flush()
    said = [one.communicate(timeout=900) for one in running]
    assert [complaints for _, complaints in said] == [""] * writers
    counts = [json.loads(out) for out, _ in said]
    status, out, complaints = finished(process(address, "-c", FOUND))
    assert (status, complaints) == (0, "")
    forks, faults, written = json.loads(out)
    return Outcome(
        sum(appended for appended, _ in counts),
        sum(refused for _, refused in counts),
        forks,
        faults,
        _in_order(written, [appended for appended, _ in counts]),
    )


def _in_order(written: list[str], appended: list[int]) -> bool:
    next_of = Counter[str]()
    for subject in written:
        name, _, number = subject.partition("/")
        if int(number) != next_of[name]:
            return False
        next_of[name] += 1
    return [next_of[str(name)] for name in range(len(appended))] == appended
