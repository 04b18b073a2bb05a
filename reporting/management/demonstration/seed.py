"""Making the demonstration: through the domain's verbs only, in one transaction."""

import tomllib
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from reporting.domain import demonstration, mail
from reporting.management.demonstration import digital_strategy, tarrowmere
from reporting.management.demonstration.clock import Clock, Timeline
from reporting.models import User

FOLDER = Path(__file__).resolve().parent
REAL, INVENTED = "Government Digital Strategy", "Tarrowmere"

Progress = Callable[[str, int, int], None]  # what is being made; how much of it is done, of how much


def words(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


def all_words() -> dict[str, dict[str, Any]]:
    """The words of the demonstration, by the file that they stand in."""
    return {path.name: words(path.name) for path in sorted(FOLDER.glob("*.toml"))}


@mail.nobody_is_told()
@transaction.atomic
def seed(progress: Progress = lambda *_: None, *, now: datetime | None = None) -> None:
    """Refused, with a sentence, where the demonstration or real data already is."""
    demonstration.refuse_beside_real_data()
    now = now or timezone.now()
    clock, actor = Clock(now), User.objects.system("demonstration")
    progress(REAL, 0, 1)
    digital_strategy.take_in(words("digital_strategy.toml"), actor=actor, clock=clock)
    plan = clock.fill(words("tarrowmere.toml"))
    rounds = [(one, clock.fill(words(one["file"]))) for one in plan["rounds"]]
    timeline = Timeline()
    tarrowmere.prepare(plan, rounds, actor=actor, clock=clock, timeline=timeline)
    timeline.play(partial(progress, INVENTED))
    demonstration.mark(actor=actor, at=now)
