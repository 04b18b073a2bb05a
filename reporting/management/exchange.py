"""What every exchange command shares: --dry-run, --json, one sentence for each problem and exit status 1."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from reporting.domain.errors import NotPossible
from reporting.exchange.errors import Refused, Unreadable
from reporting.models import User
from strategy.dates import PartialDate

PROBLEMS_SHOWN = 50


def partial_date(option: str, text: str) -> PartialDate:
    """A date given on the command line; refused like any other bad input, not with a usage text."""
    try:
        return PartialDate.parse(text)
    except ValueError as error:
        raise NotPossible(f"{option}: {error}") from error


def partial_date_or_none(option: str, text: str) -> PartialDate | None:
    return partial_date(option, text) if text else None


class ExchangeCommand(BaseCommand):
    """A subclass adds its arguments in `arguments` and its work in `work`, which returns what JSON shows."""

    def add_arguments(self, parser: CommandParser) -> None:
        self.arguments(parser)
        parser.add_argument("--dry-run", action="store_true", help="show what it would do, change nothing")
        parser.add_argument("--json", action="store_true", help="the outcome as JSON, for programs")

    def arguments(self, parser: CommandParser) -> None:
        raise AssertionError("a subclass names its arguments")

    def work(self, actor: User, options: dict[str, Any]) -> dict[str, Any]:
        raise AssertionError("a subclass does the work")

    def tell(self, outcome: dict[str, Any]) -> list[str]:
        raise AssertionError("a subclass says what it did")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with transaction.atomic():
                outcome = self.work(User.objects.system("importer"), options)
                if options["dry_run"]:
                    transaction.set_rollback(True)
        except (NotPossible, Refused, Unreadable) as error:
            self.refuse(error, as_json=options["json"])
        if options["json"]:
            outcome["dry_run"] = options["dry_run"]
            self.stdout.write(json.dumps(outcome, ensure_ascii=False, indent=2))
            return
        for line in self.tell(outcome):
            self.stdout.write(line)
        if options["dry_run"]:
            self.stdout.write("Dry run: nothing was changed.")

    def refuse(self, error: Exception, *, as_json: bool) -> None:
        problems = list(error.problems) if isinstance(error, Refused) else [str(error)]
        if as_json:
            self.stdout.write(json.dumps({"problems": problems}, ensure_ascii=False, indent=2))
        shown = problems[:PROBLEMS_SHOWN]
        if len(problems) > len(shown):
            shown.append(f"… and {len(problems) - len(shown)} more.")
        raise CommandError("\n".join([*shown, "Nothing was changed."]))


def table_lines(outcome: dict[str, Any], what: str) -> list[str]:
    """For the CSV commands: how many rows of the file were new, changed or already there."""
    lines = [f"{outcome['file']}: {len(outcome['added'])} {what} added, {outcome['unchanged']} already there."]
    return lines + [f"  {change}" for change in outcome["changed"]]
