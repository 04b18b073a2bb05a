from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ReportingConfig(AppConfig):
    name = "reporting"
    verbose_name = "What was done"

    def ready(self) -> None:
        from reporting.models.frozen import freeze_after_migrate

        post_migrate.connect(freeze_after_migrate, dispatch_uid="reporting.frozen")
