from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from reporting.exchange.tables import import_departments
from reporting.management.exchange import ExchangeCommand, table_lines
from reporting.models import User


class Command(ExchangeCommand):
    help = "Departments from a CSV file with the columns name, acronym, slug (and, if known, opened, closed)."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def work(self, actor: User, options: dict[str, Any]) -> dict[str, Any]:
        return import_departments(options["file"], actor=actor).as_json()

    def tell(self, outcome: dict[str, Any]) -> list[str]:
        return table_lines(outcome, "departments")
