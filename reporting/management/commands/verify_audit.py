import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reporting.domain import audit
from reporting.domain.audit import Verdict
from reporting.domain.errors import NotPossible


class Command(BaseCommand):
    help = (
        "Checks that the chain of events is whole, that signed checkpoints list the same events, "
        "and that what they stand for is unchanged."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="the outcome as JSON, for programs")
        parser.add_argument(
            "--checkpoint",
            type=Path,
            metavar="FILE",
            help="a checkpoint that was kept elsewhere, with those before it beside it (those of CHECKPOINT_DIR)",
        )
        parser.add_argument(
            "--public-key",
            type=Path,
            metavar="FILE",
            help="a public key that was kept elsewhere (the one of CHECKPOINT_KEY)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            outcome = audit.verify(options["checkpoint"], options["public_key"])
        except NotPossible as refusal:
            raise CommandError(str(refusal)) from refusal
        if not options["checkpoint"]:
            audit.remember(outcome)
        if options["json"]:
            said = {"events": outcome.events, "checkpoints": outcome.checkpoints, "faults": outcome.faults}
            self.stdout.write(json.dumps(said, ensure_ascii=False))
        if outcome.faults:
            raise CommandError("\n".join(outcome.faults))
        if not options["json"]:
            self.stdout.write(
                f"Sound: {outcome.events} events, {outcome.editions} editions and "
                f"{outcome.versions} commitment versions fit."
            )
            self.stdout.write(compared(outcome))


def compared(outcome: Verdict) -> str:
    if not outcome.signed_at:
        return "No checkpoint to compare them with: a chain that was rewritten as a whole would not show."
    return (
        f"Events {outcome.listed_from} to {outcome.listed_to} are those of "
        f"{outcome.checkpoints} signed checkpoints, the last of {outcome.signed_at:%Y-%m-%d %H:%M} UTC."
    )
