from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reporting.domain import demonstration
from reporting.domain.errors import NotPossible
from reporting.management.demonstration.seed import seed

WIDTH = 30


class Command(BaseCommand):
    help = "Fills an empty database with the demonstration: one strategy real in its facts, one invented."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing where anything is there already")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["if_empty"] and not demonstration.is_empty():
            return
        try:
            seed(self.show if self.stderr.isatty() else lambda *_: None)
        except NotPossible as error:
            raise CommandError(str(error)) from error
        finally:
            self.clear()

    def show(self, what: str, done: int, of: int) -> None:
        filled = WIDTH * done // of
        bar = "█" * filled + "░" * (WIDTH - filled)
        self.stderr.write(f"\rDemonstration {bar} {what:<30}", self.plain, ending="")
        self.stderr.flush()

    def clear(self) -> None:
        if self.stderr.isatty():
            self.stderr.write("\r\x1b[K", self.plain, ending="")

    @staticmethod
    def plain(words: str) -> str:
        return words  # not in the red of errors
