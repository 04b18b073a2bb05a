"""The page of one department's report, from a reading: for the public, and for a preview of what is not public."""

from collections.abc import Collection
from typing import Any

from reporting.domain import repeats, standing
from reporting.domain.similarity import Place
from reporting.web import assembly
from reporting.web.paging import Parts, parts
from reporting.web.reading import Reading
from reporting.web.repeated import Repeated, in_stories

ENTRIES = 160  # at most on one page, where a year has no more by itself: about 4 KB each
NEXT = 1  # a report plans for the year after its own


def years(reading: Reading, before: str) -> Parts[int]:
    """The years that were reported, the newest first; so many to a page as its entries leave room for."""
    found = sorted({edition.year for edition in reading.editions}, reverse=True)
    return parts(found, str, before, max(1, ENTRIES // max(1, len(reading.actions))))


def shown(pages: Parts[int]) -> range:
    """From the first year of a page to the one before the newer page; on the newest also what is planned."""
    here, newer = pages.here.rows, pages.before
    if not here:
        return range(0)
    return range(here[-1], newer.rows[-1] if newer else here[0] + NEXT + 1)


def report_context(reading: Reading, department: int, pages: Parts[int] | None = None) -> dict[str, Any]:
    """What templates/public/report.html shows. `pages`: where it is only some years; else all that were read."""
    covered = standing.covered(edition.report_id for edition in reading.editions)
    published = {edition.year for edition in reading.editions}
    on_page = shown(pages) if pages else range(10_000)
    return {
        "reading": reading,
        "body": reading.bodies[department],
        "rounds": [one for one in reading.rounds if one.year in published],
        "pages": pages if pages and len(pages.pages) > 1 else None,
        "rows": assembly.by_action(reading, department, on_page),
        "numbers": [] if pages and pages.before else assembly.numbers(reading),
        "repeats": _repeated(reading, department, on_page),
        "covered": sorted({reading.bodies[other].name for others in covered.values() for other in others}),
    }


def _repeated(reading: Reading, department: int, on_page: Collection[int]) -> Repeated:
    """In all that the department has published. What stands on the page has its place there."""
    texts = repeats.texts(reading.entries.values())
    others = repeats.elsewhere(reading.strategy, reading.at, texts, departments=[department])
    in_story = in_stories(reading.strategy.slug, reading.bodies)

    def address(place: Place) -> str:
        return f"#action-{place.action}-{place.year}" if place.year in on_page else in_story(place)

    return Repeated(repeats.marks(texts, others), reading.bodies, address)
