from typing import Any

from django.core.management.base import BaseCommand

from reporting.domain import reminders


class Command(BaseCommand):
    help = "Reminds people of what is left before a deadline. Run it once a day; a second time does nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Reminders written: {reminders.send()}.")
