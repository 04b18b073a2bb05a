"""Events and saves in one line of time, newest first, page by page."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Q, QuerySet

from reporting.domain import text
from reporting.domain.history import PERSON, details_of, words_of
from reporting.models import DraftSave, Event, User


@dataclass(frozen=True, slots=True)
class Moment:
    """One event, or one save of a text."""

    event: Event | None = None
    save: DraftSave | None = None

    @property
    def at(self) -> datetime:
        if self.event:
            return self.event.at
        assert self.save
        return self.save.saved_at

    @property
    def actor(self) -> User:
        if self.event:
            return self.event.actor
        assert self.save
        return self.save.author

    @property
    def words(self) -> str:
        if self.event:
            return words_of(self.event)
        assert self.save
        if self.save.settles_id:
            return "Two texts put together"
        return "Text saved beside another" if self.save.beside else "Text saved"

    @property
    def details(self) -> list[tuple[str, str]]:
        if self.event:
            return details_of(self.event)
        assert self.save
        counts = [
            (name, text.words(source))
            for name, source in (("progress", self.save.progress), ("plan", self.save.planned))
        ]
        return [("Words", ", ".join(f"{count} of {name}" for name, count in counts))]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of the line ends: the last event and the last save on it."""

    sequence: int | None = None
    saved_at: datetime | None = None
    save: uuid.UUID | None = None

    def __str__(self) -> str:
        saved = f"{self.saved_at.astimezone(UTC).isoformat()}~{self.save}" if self.saved_at else ""
        return f"{self.sequence or ''}~{saved}"

    @classmethod
    def parse(cls, typed: str) -> "Place":
        """What an address asks for; the beginning, where it is no place."""
        sequence, _, saved = typed.partition("~")
        at, _, key = saved.partition("~")
        try:
            moment = datetime.fromisoformat(at) if at else None
            if moment and not moment.tzinfo:
                return cls()
            known = int(sequence) if sequence.isdecimal() and len(sequence) < 18 else None
            return cls(known, moment.astimezone(UTC) if moment else None, uuid.UUID(key) if moment else None)
        except (ValueError, OverflowError):  # the latter: a time that is in no year of UTC
            return cls()


def line(
    events: QuerySet[Event],
    saves: QuerySet[DraftSave] | None = None,
    *,
    after: Place | None = None,
    most: int | None = None,
) -> Iterator[Moment]:
    """Both, newest first, from that place on. Events keep the order of the chain."""
    after = after or Place()
    if after.sequence:
        events = events.filter(sequence__lt=after.sequence)
    if saves is not None and after.saved_at:
        same = Q(saved_at=after.saved_at, id__lt=after.save)
        saves = saves.filter(Q(saved_at__lt=after.saved_at) | same)
    waiting = iter(()) if saves is None else saves[:most].iterator(chunk_size=100)
    save = next(waiting, None)
    for event in events[:most].iterator(chunk_size=100):
        while save and save.saved_at > event.at:
            yield Moment(save=save)
            save = next(waiting, None)
        yield Moment(event=event)
    while save:
        yield Moment(save=save)
        save = next(waiting, None)


def page(
    events: QuerySet[Event], saves: QuerySet[DraftSave] | None, after: Place, size: int
) -> tuple[list[Moment], Place | None]:
    """So many of them, and the place where the next page begins; None at the end."""
    found = list(line(events, saves, after=after, most=size + 1))
    if len(found) <= size:
        return found, None
    del found[size:]
    sequence, saved_at, save = after.sequence, after.saved_at, after.save
    for moment in found:
        if moment.event:
            sequence = moment.event.sequence
        elif moment.save:
            saved_at, save = moment.save.saved_at, moment.save.pk
    return found, Place(sequence, saved_at, save)


def people_of(moments: Iterable[Moment]) -> dict[str, User]:
    """Those that events are about, by the reference: what stands in an event is a number."""
    found = {
        int(match[1]): match[0]
        for moment in moments
        if moment.event and (match := PERSON.fullmatch(moment.event.subject))
    }
    return {found[person.pk]: person for person in User.objects.filter(pk__in=[0, *found])}
