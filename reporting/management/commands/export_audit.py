from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reporting.domain import checkpoints
from reporting.domain.errors import NotPossible


class Command(BaseCommand):
    help = "Writes all events, the checkpoints, the public key and a script that verifies them to a new folder."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise CommandError(f"{folder} holds something already: name a new folder.")
        folder.mkdir(parents=True, exist_ok=True)
        try:
            for name, lines in checkpoints.export():
                path = folder / name
                path.parent.mkdir(exist_ok=True)
                with path.open("wb") as file:
                    file.writelines(lines)
        except NotPossible as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"Written. Verify it anywhere: python {folder / checkpoints.SCRIPT.name} {folder}")
