"""Where published words stand again, word for word: in another year, action or department."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from reporting.domain.published import EntryView
from reporting.domain.similarity import WORTH_A_REMARK, Place, repeats
from reporting.models import EditionEntry
from reporting.models.edition import BEGINNING, beginning
from reporting.models.publication import public_at
from strategy.models import Strategy

Text = tuple[Place, str]


def texts(entries: Iterable[EntryView]) -> list[Text]:
    """What an entry says of its year, and what it plans for the next."""
    found = []
    for entry in entries:
        found.append((Place(entry.action, entry.year, "progress", entry.department_id), entry.progress))
        found.append((Place(entry.action, entry.year + 1, "planned", entry.department_id), entry.planned))
    return found


def elsewhere(
    strategy: Strategy,
    at: datetime,
    shown: Iterable[Text],
    *,
    departments: Iterable[int] = (),
    action: int | None = None,
) -> list[Text]:
    """The same words in what else is public of these departments, or of all under one action: one query.

    The database compares the sources, so that only what is the same is read.
    """
    wanted = {source for _, source in shown if len(source.split()) >= WORTH_A_REMARK} or {" "}  # always one query
    begin = {source[:BEGINNING] for source in wanted}
    # Found by how they begin, for which there are indexes, wherever that is; then within what is asked for.
    same = EditionEntry.objects.alias(progress_begins=beginning("progress"), planned_begins=beginning("planned"))
    same = same.filter(
        Q(progress_begins__in=begin, progress__in=wanted) | Q(planned_begins__in=begin, planned__in=wanted)
    )
    within = Q(edition__report__department_id__in=list(departments))
    if action is not None:
        within |= Q(action__number=action)
    rows = EditionEntry.objects.filter(
        within,
        public_at(at, "edition__publication__"),
        pk__in=same.values("pk"),
        edition__report__round__strategy=strategy,
    )
    found = []
    for body, number, year, progress, planned in rows.values_list(
        "edition__report__department_id", "action__number", "edition__report__round__year", "progress", "planned"
    ):
        found.append((Place(number, year, "progress", body), progress))
        found.append((Place(number, year + 1, "planned", body), planned))
    return found


def marks(shown: Iterable[Text], others: Iterable[Text] = ()) -> dict[Place, list[Place]]:
    """For each text that is shown, where its words stand again: of the same department, or of the same action."""
    known = dict(shown)
    found = repeats({**dict(others), **known}.items())
    return {
        place: sorted(related, key=lambda other: (_of_another(place, other), other.year, other.action, other.kind))
        for place in known
        if (related := [other for other in found.get(place, ()) if _is_related(place, other)])
    }


def _is_related(place: Place, other: Place) -> bool:
    return other.department == place.department or other.action == place.action


def _of_another(place: Place, other: Place) -> tuple[bool, int]:
    return other.department != place.department, other.department
