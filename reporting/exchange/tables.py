"""CSV files in: departments, strategies with their actions, commitments. All rows or none."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_slug
from django.db import transaction
from django.utils import timezone

from reporting.domain import commitments, departments, publication, references, strategies
from reporting.domain.demonstration import refuse_in_demonstration
from reporting.domain.errors import NotPossible
from reporting.exchange.blocks import to_markdown
from reporting.exchange.errors import Refused
from reporting.exchange.readers.files import decode, load, shown_name
from reporting.exchange.readers.plain_text import plain_blocks
from reporting.exchange.reports import find_strategy
from reporting.models import User
from strategy.dates import PartialDate
from strategy.models import Action, CommitmentVersion, Department, Strategy

SHORT_NAME = 24  # characters


@dataclass(slots=True)
class TableOutcome:
    file: str
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: int = 0

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(slots=True)
class Row:
    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]


class Table:
    """A CSV file with a header: UTF-8, the columns that are asked for, every problem with its line."""

    def __init__(self, path: Path, columns: Sequence[str], key: Sequence[str]) -> None:
        self.name, self.faults = shown_name(path), list[str]()
        self.rows = list(self._parse(decode(load(path, {".csv"}), self.name), columns))
        if not self.rows and not self.faults:
            self.faults.append(f"{self.name}: there is no row under the header.")
        seen: dict[tuple[str, ...], int] = {}
        for row in self.rows:
            said = tuple(row[column].lower() for column in key)
            if said in seen:
                what = ", ".join(f"{column} “{row[column]}”" for column in key)
                self.fault(row, f"{what} stands there twice: the first is in line {seen[said]}")
            seen.setdefault(said, row.line)
        self.check()

    def _parse(self, text: str, columns: Sequence[str]) -> Iterator[Row]:
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        try:
            header = [name.strip() for name in next(reader, [])]
            missing = [column for column in columns if column not in header]
            if missing:
                said = ", ".join(header) or "none"
                self.faults.append(f"{self.name}, line 1: no column {', '.join(missing)} (columns: {said}).")
                return
            for cells in reader:
                line = reader.line_num
                if not any(cell.strip() for cell in cells):
                    continue
                if len(cells) != len(header):
                    self.faults.append(
                        f"{self.name}, line {line}: {len(cells)} cells under {len(header)} columns: quote a "
                        "cell that holds a comma."
                    )
                    continue
                yield Row(line, {name: _restored(cell) for name, cell in zip(header, cells, strict=True)})
        except csv.Error as error:
            self.faults.append(f"{self.name}, line {reader.line_num}: it is no CSV ({error}).")

    def fault(self, row: Row, sentence: str) -> None:
        self.faults.append(f"{self.name}, line {row.line}: {sentence}.")

    def required(self, row: Row, column: str) -> str:
        if not row[column].strip():
            self.fault(row, f"{column} is empty")
        return row[column].strip()

    def date(self, row: Row, column: str) -> PartialDate | None:
        said = row.cells.get(column, "").strip()
        try:
            return PartialDate.parse(said) if said else None
        except ValueError as error:
            self.fault(row, f"{column}: {str(error).rstrip('.')}")
            return None

    def check(self) -> None:
        if self.faults:
            raise Refused(self.faults)


FORMULA = "=+-@\t\r"  # a spreadsheet runs a cell that begins so


def neutralised(cell: str) -> str:
    """Our own CSV puts an apostrophe before a cell that a spreadsheet would run as a formula."""
    return f"'{cell}" if cell and cell[0] in FORMULA else cell


def _restored(cell: str) -> str:
    """As it was before `neutralised`."""
    return cell[1:] if len(cell) > 1 and cell[0] == "'" and cell[1] in FORMULA else cell


@transaction.atomic
def import_departments(path: Path, *, actor: User, at: datetime | None = None) -> TableOutcome:
    """Columns: name, acronym, slug; optional: opened, closed. The acronym is the department's code."""
    refuse_in_demonstration()
    table = Table(path, ["name", "acronym", "slug"], key=["acronym"])
    outcome = TableOutcome(table.name)
    known = {department.code.lower(): department for department in Department.objects.prefetch_related("names")}
    slugs = {department.slug: department.code for department in known.values()}
    for row in table.rows:
        name, code, slug = (table.required(row, column) for column in ("name", "acronym", "slug"))
        opened, closed = table.date(row, "opened"), table.date(row, "closed")
        found = known.get(code.lower())
        if found:
            names = {one.name for one in found.names.all()}
            if name not in names or slug != found.slug:
                table.fault(
                    row,
                    f"{code} is already here as “{list(found.names.all())[-1].name}” at {found.slug}: codes and "
                    "slugs don't change, and a new name is given with its date in the administration",
                )
            outcome.unchanged += 1
            continue
        try:
            validate_slug(slug)
        except ValidationError:
            table.fault(row, f"slug “{slug}” may only hold small letters, digits and hyphens")
        if slug in slugs:
            table.fault(row, f"slug “{slug}” belongs to {slugs[slug]}")
        if "/" in code or len(code) > 20 or len(name) > 200 or len(slug) > 120:
            table.fault(row, "the acronym holds a slash or a cell is too long (20, 200 and 120 characters)")
        slugs[slug] = code
        if table.faults:
            continue
        added = departments.add_department(
            actor=actor, code=code, slug=slug, name=name, acronym=code, opened=opened, at=at
        )
        if closed:
            departments.close_department(actor=actor, department=added, closed=closed, at=at)
        outcome.added.append(code)
    table.check()
    return outcome


@dataclass(frozen=True, slots=True)
class StrategyColumns:
    theme: str = ""
    short: str = "short_name"
    wordings: tuple[tuple[PartialDate, str], ...] = ()  # in the order of their dates


@transaction.atomic
def import_strategy(
    path: Path,
    *,
    actor: User,
    code: str,
    title: str,
    columns: StrategyColumns,
    at: datetime | None = None,
    **fields: Any,
) -> TableOutcome:
    """Columns: number, added_on, and those that `columns` names. `fields` as in add_strategy."""
    refuse_in_demonstration()
    wanted = ["number", "added_on", columns.short, *(name for _, name in columns.wordings)]
    table = Table(path, wanted + ([columns.theme] if columns.theme else []), key=["number"])
    outcome = TableOutcome(table.name)
    strategy, made = _strategy(code, title, columns.theme, actor=actor, at=at, **fields)
    if made:
        outcome.changed.append(f"strategy {code} added")
    themes = {theme.title: theme for theme in strategy.themes.all()}
    known = {action.number: action for action in strategy.actions.prefetch_related("wordings")}
    for row in table.rows:
        said = _action_row(table, row, columns)
        theme_title = row[columns.theme].strip() if columns.theme else ""
        if said is None or table.faults:
            continue
        number, short_name, added_on, wordings = said
        if theme_title and theme_title not in themes:
            themes[theme_title] = strategies.add_theme(actor=actor, strategy=strategy, title=theme_title, at=at)
        action = known.get(number)
        if action is None:
            action = strategies.add_action(
                actor=actor,
                strategy=strategy,
                number=number,
                short_name=short_name,
                wording=wordings[0][1],
                added_on=added_on,
                theme=themes.get(theme_title),
                at=at,
            )
            outcome.added.append(references.action(strategy.code, number))
        elif (action.short_name, action.added_on) != (short_name, added_on):
            table.fault(row, f"action {number} is already here as “{action.short_name}”, added {action.added_on}")
        else:
            outcome.unchanged += 1
        outcome.changed += _reword(table, row, action, wordings, actor=actor, at=at)
    table.check()
    return outcome


def _strategy(
    code: str, title: str, theme_column: str, *, actor: User, at: datetime | None, **fields: Any
) -> tuple[Strategy, bool]:
    """The strategy, and whether it is new."""
    found = Strategy.objects.filter(code__iexact=code).first()
    if found is None:
        word = theme_column.replace("_", " ") or "theme"
        return strategies.add_strategy(actor=actor, code=code, title=title, theme_word=word, at=at, **fields), True
    if found.title != title:
        raise NotPossible(f"{code} is already here as “{found.title}”: a strategy's title doesn't change.")
    return found, False


def _action_row(
    table: Table, row: Row, columns: StrategyColumns
) -> tuple[int, str, PartialDate, list[tuple[PartialDate, str]]] | None:
    before = len(table.faults)
    said = table.required(row, "number")
    if said and not (said.isdigit() and 0 < int(said) < 1000):
        table.fault(row, f"number “{said}” is not a whole number from 1 to 999")
    short_name = table.required(row, columns.short)
    if len(short_name) > SHORT_NAME:
        table.fault(row, f"“{short_name}” is longer than {SHORT_NAME} characters")
    wordings = [(dated, row[name].strip()) for dated, name in columns.wordings if row[name].strip()]
    if not wordings:
        table.fault(row, "no wording is given")
    added_on = table.date(row, "added_on")
    if added_on is None and len(table.faults) == before:
        table.fault(row, "added_on is empty")
    if len(table.faults) > before:
        return None
    assert added_on
    return int(said), short_name, added_on, wordings


def _reword(
    table: Table,
    row: Row,
    action: Action,
    wordings: list[tuple[PartialDate, str]],
    *,
    actor: User,
    at: datetime | None,
) -> list[str]:
    """Only words that differ from those before them are a new wording."""
    changed = []
    held = list(action.wordings.order_by("dated"))
    for dated, text in wordings:
        before = [wording for wording in held if wording.dated <= dated]
        # The first wording was recorded under the day the action was added.
        last = before[-1].text if before else held[0].text
        if last == text:
            continue
        if before and before[-1].dated == dated:
            table.fault(row, f"action {action.number} already has another wording of {dated}")
            continue
        held.append(strategies.reword_action(actor=actor, action=action, text=text, dated=dated, at=at))
        held.sort(key=lambda wording: wording.dated)
        changed.append(f"{references.action(action.strategy.code, action.number)} reworded, {dated}")
    return changed


@transaction.atomic
def import_commitments(
    path: Path, *, actor: User, strategy_code: str, made: PartialDate, at: datetime | None = None
) -> TableOutcome:
    """Columns: action, department, text; optional: source_url. Published when they were made."""
    refuse_in_demonstration()
    at = at or timezone.now()
    strategy = find_strategy(strategy_code)
    table = Table(path, ["action", "department", "text"], key=["action", "department"])
    outcome = TableOutcome(table.name)
    actions = {str(action.number): action for action in strategy.actions.all()}
    bodies = {department.code.lower(): department for department in Department.objects.all()}
    held: dict[tuple[int, int], list[CommitmentVersion]] = {}
    for version in CommitmentVersion.objects.filter(commitment__action__strategy=strategy).select_related(
        "commitment"
    ):
        held.setdefault((version.commitment.action_id, version.commitment.department_id), []).append(version)
    for row in table.rows:
        action, department = actions.get(row["action"].strip()), bodies.get(row["department"].strip().lower())
        if action is None:
            table.fault(row, f"{strategy.code} has no action “{row['action']}”")
        if department is None:
            table.fault(row, f"no department has the acronym “{row['department']}”")
        address = row.cells.get("source_url", "").strip()
        if address and not _is_address(address):
            table.fault(row, f"source_url “{address[:80]}” is not a web address")
        table.required(row, "text")
        if table.faults or action is None or department is None:
            continue
        source = to_markdown(plain_blocks(row["text"], links=True))
        said = commitments.understand(source, dated=made)
        reference = references.pair(strategy.code, action.number, department.code)
        if commitments.already_recorded(held.get((action.pk, department.pk), []), said, made):
            outcome.unchanged += 1
            continue
        version = commitments.record_version(
            actor=actor,
            department=department,
            action=action,
            new=said,
            known_from=made,
            source_name=table.name,
            source_address=address,
            at=at,
        )
        publication.publish(version, actor=actor, dated=made, at=at)
        outcome.added.append(reference)
    table.check()
    return outcome


def _is_address(address: str) -> bool:
    try:
        URLValidator(schemes=["http", "https"])(address)
    except ValidationError:
        return False
    return True
