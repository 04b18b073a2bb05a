"""From the words of an edition back to who wrote them first, who signed them off, accepted and published them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from reporting.domain import filing, text
from reporting.domain.publication import reference_of
from reporting.models import DraftSave, Edition, EditionEntry, Event, Publication

WORDS = re.compile(r"[^\W_]+")
FIELDS = ("progress", "planned")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One statement of the edition, and the first save in which these words stood in that field."""

    field: str
    words: str
    save: DraftSave | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    edition: Edition
    paragraphs: list[Paragraph]
    cut: Event | None
    signed_off: Event | None
    review_started: Event | None
    accepted: Event | None  # none: it was taken in as it was published elsewhere
    window: Publication | None
    published: list[Event]  # who set its window, moved it, withdrew it: in the order of the chain


def origin(edition: Edition, number: int) -> Origin:
    """Of what the edition says under that action. `edition` comes with its report."""
    entry = EditionEntry.objects.filter(edition=edition, action__number=number).first()
    windows = Publication.objects.select_related("release__made_by")
    found = _events(edition)
    cut = next((one for one in found if one.verb == "edition.cut" and one.subject == reference_of(edition)), None)
    before = [one for one in found if cut and one.sequence < cut.sequence]
    # What came before the edition before this one led to that one.
    begins = max((one.sequence for one in before if one.verb == "edition.cut"), default=0)
    led = {one.verb: one for one in before if one.sequence > begins}
    accepted = led.get("report.accepted")
    return Origin(
        edition,
        _paragraphs(edition, entry, number) if entry else [],
        cut,
        led.get("report.signed_off") if accepted else None,
        led.get("report.review_started") if accepted else None,
        accepted,
        windows.filter(edition=edition).first(),
        [one for one in found if one.verb.startswith(("publication.", "release."))],
    )


def _events(edition: Edition) -> list[Event]:
    """On the way to this edition and on its own way since, in the order of the chain."""
    report = edition.report
    reference, own = filing.reference(report), reference_of(edition)
    steps = ("report.signed_off", "report.review_started", "report.accepted")
    start = f"{report.round.strategy.code}/{report.round.year}/release/"
    wanted = (
        Q(subject=reference, verb__in=steps)
        | Q(subject__startswith=f"{reference}/e", verb="edition.cut")
        | Q(subject=own)
        | Q(subject__startswith=start, data__contains=f'"{own}"')
    )
    return list(Event.objects.filter(wanted).select_related("actor").order_by("sequence"))


def _paragraphs(edition: Edition, entry: EditionEntry, number: int) -> list[Paragraph]:
    wanted = [
        (name, _one_line(statement.plain)) for name in FIELDS for statement in text.statements(getattr(entry, name))
    ]
    saves = (
        DraftSave.objects.filter(
            entry__report=edition.report_id, entry__action__number=number, saved_at__lte=edition.cut_at
        )
        .select_related("author")
        .order_by("saved_at", "id")
    )
    first = _first_saves(set(wanted), saves.iterator(chunk_size=100))
    return [Paragraph(name, words, first.get((name, words))) for name, words in wanted]


def _first_saves(wanted: set[tuple[str, str]], saves: Iterable[DraftSave]) -> dict[tuple[str, str], DraftSave]:
    found: dict[tuple[str, str], DraftSave] = {}
    read: dict[str, str] = {}  # the text of each field as it was looked at last
    for save in saves:
        for name in FIELDS:
            source, missing = getattr(save, name), {one for one in wanted - found.keys() if one[0] == name}
            if source == read.get(name) or not _may_hold(source, missing):
                continue
            read[name] = source
            stand = {_one_line(statement.plain) for statement in text.statements(source)}
            found |= {one: save for one in missing if one[1] in stand}
        if len(found) == len(wanted):
            break
    return found


def _may_hold(source: str, missing: Iterable[tuple[str, str]]) -> bool:
    """Whether it is worth reading: all the words of one of them are there. Autosaves are many, and long."""
    there = set(WORDS.findall(source))
    return any(there.issuperset(WORDS.findall(words)) for _, words in missing)


def _one_line(words: str) -> str:
    return " ".join(words.split())
