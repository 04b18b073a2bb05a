import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reporting.domain import audit


class Command(BaseCommand):
    help = "Checks that the chain of events is whole and that what it stands for is unchanged."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="the outcome as JSON, for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        outcome = audit.verify()
        if options["json"]:
            self.stdout.write(json.dumps({"events": outcome.events, "faults": outcome.faults}, ensure_ascii=False))
        if outcome.faults:
            raise CommandError("\n".join(outcome.faults))
        if not options["json"]:
            self.stdout.write(
                f"Sound: {outcome.events} events, {outcome.editions} editions and "
                f"{outcome.versions} commitment versions fit."
            )
