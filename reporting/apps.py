from typing import Any

from django.apps import AppConfig
from django.core.management import call_command
from django.db.models.signals import post_migrate


class ReportingConfig(AppConfig):
    name = "reporting"
    verbose_name = "What was done"

    def ready(self) -> None:
        from reporting.models.frozen import freeze_after_migrate

        post_migrate.connect(freeze_after_migrate, dispatch_uid="reporting.frozen")
        post_migrate.connect(make_cache_table, sender=self, dispatch_uid="reporting.cache")
        post_migrate.connect(write_passages, sender=self, dispatch_uid="reporting.passages")


def make_cache_table(*, using: str, **kwargs: Any) -> None:
    """Guesses at passwords are counted there: nobody can sign in without it. Django makes it by a command."""
    call_command("createcachetable", database=using, verbosity=0)


def write_passages(*, apps: Any = None, **kwargs: Any) -> None:
    """Of what was recorded before there was a search."""
    from reporting.domain import passages

    if apps is None or "passage" in apps.all_models["reporting"]:  # not where somebody migrates back
        passages.catch_up()
