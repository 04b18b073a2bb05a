from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reporting.domain import checkpoints
from reporting.domain.errors import NotPossible


class Command(BaseCommand):
    help = "Writes a signed checkpoint of the chain of events to CHECKPOINT_DIR, where something happened."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = checkpoints.write()
        except NotPossible as refusal:
            raise CommandError(str(refusal)) from refusal
        if made:
            self.stdout.write(f"{made.name}: events {made.first} to {made.events}.")
        else:
            self.stdout.write("Nothing happened since the last checkpoint.")
