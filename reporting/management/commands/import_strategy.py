from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from reporting.domain.errors import NotPossible
from reporting.exchange.reports import find_department
from reporting.exchange.tables import StrategyColumns, import_strategy
from reporting.management.exchange import ExchangeCommand, partial_date, partial_date_or_none, table_lines
from reporting.models import User
from strategy.dates import PartialDate
from strategy.models import Strategy


def wording(text: str) -> tuple[PartialDate, str]:
    date, equals, column = text.partition("=")
    if not equals or not column:
        raise NotPossible(f"--wording: “{text}” is not DATE=COLUMN, such as 2012-11=title_2012.")
    return partial_date("--wording", date), column


class Command(ExchangeCommand):
    help = "A strategy and its actions from a CSV file with the columns number, added_on and those named."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--code", required=True, help="stands in references: GDS")
        parser.add_argument("--title", required=True)
        parser.add_argument(
            "--theme", default="", metavar="COLUMN", help="names the column, and what themes are called"
        )
        parser.add_argument(
            "--short", default="short_name", metavar="COLUMN", help="names of at most 24 characters"
        )
        parser.add_argument("--wording", action="append", required=True, metavar="DATE=COLUMN")
        parser.add_argument("--mode", choices=Strategy.Mode.values, default=Strategy.Mode.EVERY)
        parser.add_argument("--owner", default="", metavar="ACRONYM", help="empty: government as a whole")
        parser.add_argument("--summary", default="")
        parser.add_argument("--starts", default="")
        parser.add_argument("--ends", default="")

    def work(self, actor: User, options: dict[str, Any]) -> dict[str, Any]:
        columns = StrategyColumns(
            options["theme"], options["short"], tuple(sorted(map(wording, options["wording"])))
        )
        owner = find_department(options["owner"]) if options["owner"] else None
        period = {name: partial_date_or_none(f"--{name}", options[name]) for name in ("starts", "ends")}
        outcome = import_strategy(
            options["file"],
            actor=actor,
            code=options["code"],
            title=options["title"],
            columns=columns,
            owner=owner,
            mode=options["mode"],
            summary=options["summary"],
            **period,
        )
        return outcome.as_json()

    def tell(self, outcome: dict[str, Any]) -> list[str]:
        return table_lines(outcome, "actions")
