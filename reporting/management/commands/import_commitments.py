from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from reporting.exchange.tables import import_commitments
from reporting.management.exchange import ExchangeCommand, partial_date, table_lines
from reporting.models import User


class Command(ExchangeCommand):
    help = "What departments committed to, from a CSV file with the columns action, department, text."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--strategy", required=True, metavar="CODE")
        parser.add_argument("--made", required=True, help="when: 2012-12")

    def work(self, actor: User, options: dict[str, Any]) -> dict[str, Any]:
        return import_commitments(
            options["file"],
            actor=actor,
            strategy_code=options["strategy"],
            made=partial_date("--made", options["made"]),
        ).as_json()

    def tell(self, outcome: dict[str, Any]) -> list[str]:
        return table_lines(outcome, "commitments")
