import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import OperationalError, close_old_connections, connection
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from reporting.domain import checkpoints, delivery

KEPT = timedelta(days=7)
PAUSE = 5  # seconds, while the database does not answer


class Command(BaseCommand):
    help = "Does the work behind the pages: sends the mail, signs checkpoints. Any number of them may run."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--interval", type=float, default=1.5, help="seconds between two looks (1.5)")
        parser.add_argument("--batch", action="store_true", help="do what waits, then end")

    def handle(self, *args: Any, **options: Any) -> None:
        logging.getLogger("django_tasks_db").setLevel(logging.ERROR)  # it announces that it was asked to end
        checkpoints.attempt()
        with signing():
            while True:
                try:
                    return self.work(options["interval"], options["batch"])
                except OperationalError as error:
                    self.stderr.write(f"The database does not answer; the worker tries again: {error}".strip())
                    close_old_connections()
                    time.sleep(PAUSE)

    def work(self, interval: float, batch: bool) -> None:
        # What finished long ago; and what a worker began and never finished: the mail's own claim sees to that.
        DBTaskResult.objects.filter(started_at__lt=timezone.now() - KEPT).delete()
        delivery.wake()  # whatever was missed while no worker ran
        worker = Worker(
            queue_names=["default"],
            interval=interval,
            batch=batch,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
            excluded_queue_names=[],
        )
        worker.configure_signals()
        worker.run()


@contextmanager
def signing() -> Iterator[None]:
    """Beside the mail: a checkpoint every CHECKPOINT_MINUTES, however long a mail server keeps us waiting."""
    ended = threading.Event()

    def sign() -> None:
        while not ended.wait(60 * settings.CHECKPOINT_MINUTES or 60):
            checkpoints.attempt()
            connection.close()  # until the next time

    thread = threading.Thread(target=sign, name="checkpoints", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(10)
