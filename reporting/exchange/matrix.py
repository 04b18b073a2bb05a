"""The table of who has reported as rows: one for each department and action that the page shows."""

import csv
import io
from collections.abc import Iterator

from reporting.domain.matrix import Matrix
from reporting.exchange.tables import neutralised

COLUMNS = [
    "reference",
    "strategy",
    "year",
    "theme",
    "action",
    "action_name",
    "department",
    "department_name",
    "status",
    "status_words",
    "standing",
    "edition",
    "published",
    "as_at",
]  # never renamed and never moved: other people's programs read them


def write(matrix: Matrix) -> str:
    """As RFC 4180 says: a header, and lines that end with CR LF."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows([neutralised(str(cell)) for cell in row] for row in _rows(matrix))
    return out.getvalue()


def _rows(matrix: Matrix) -> Iterator[list[object]]:
    year = matrix.round.year if matrix.round else ""
    day = matrix.seen.day.isoformat() if matrix.seen.day else ""
    for row in matrix.rows:
        edition = row.standing.edition
        filed = [edition.reference, edition.dated.iso] if edition else ["", ""]
        for cell in row.cells:
            action = cell.action
            of = [matrix.reference(row, cell), matrix.strategy.code, year]
            what = [action.theme, action.number, action.short_name, row.body.code, row.name]
            yield [*of, *what, cell.kind, cell.words, row.standing.word, *filed, day]
