"""The page of one department's report, from a reading: for the public, and for a preview of what is not public."""

from typing import Any

from reporting.domain import repeats, standing
from reporting.web import assembly
from reporting.web.reading import Reading
from reporting.web.repeated import Repeated


def report_context(reading: Reading, department: int) -> dict[str, Any]:
    """What templates/public/report.html shows."""
    covered = standing.covered(edition.report_id for edition in reading.editions)
    published = {edition.year for edition in reading.editions}
    return {
        "reading": reading,
        "body": reading.bodies[department],
        "rounds": [one for one in reading.rounds if one.year in published],
        "rows": assembly.by_action(reading, department),
        "numbers": assembly.numbers(reading),
        "repeats": Repeated(
            repeats.marks(repeats.texts(reading.entries.values())),
            reading.bodies,
            lambda place: f"#action-{place.action}-{place.year}",
        ),
        "covered": sorted({reading.bodies[other].name for others in covered.values() for other in others}),
    }
