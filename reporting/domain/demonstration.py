"""Whether this database holds the demonstration. Its event can't be removed, so the answer can't change."""

from datetime import datetime

from reporting.domain import events
from reporting.domain.errors import NotPossible
from reporting.models import Event, User
from strategy.models import Department, Strategy

SEEDED = "demonstration.seeded"


def is_demonstration() -> bool:
    return Event.objects.filter(verb=SEEDED).exists()


def is_empty() -> bool:
    return not (Department.objects.exists() or Strategy.objects.exists())


def refuse_in_demonstration() -> None:
    if is_demonstration():
        raise NotPossible(
            "This database holds the demonstration, and real data is not mixed with it: "
            "start an empty one with “make run DEMO=no DATA_DIR=…” and import there."
        )


def refuse_beside_real_data() -> None:
    if is_demonstration():
        raise NotPossible("The demonstration is already here. “make demo” makes a fresh one.")
    if not is_empty():
        raise NotPossible(
            "This database holds real data, and the demonstration is not mixed with it: "
            "see it in a database of its own with “make demo”."
        )


def mark(*, actor: User, at: datetime | None = None) -> None:
    events.record(SEEDED, "demonstration", actor=actor, at=at)
