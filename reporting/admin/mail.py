"""The outbox as administrators see it: what waits, what was sent, what failed, and another try."""

from datetime import timedelta
from typing import Any

import django_tasks_db.admin  # noqa: F401 - it registers its queue: first let it, then take it out
from django.contrib import admin
from django.contrib.admin import AdminSite
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django_tasks_db.models import DBTaskResult

from reporting.admin.act import act
from reporting.admin.base import ReadOnlyAdmin
from reporting.admin.fields import link
from reporting.domain import mail as verbs
from reporting.models import Mail

admin.site.unregister(DBTaskResult)  # wake-ups of workers: nothing that anybody administers

LATELY = timedelta(days=14)
STATES = {
    "failed": Q(given_up_at__isnull=False),
    "waiting": Q(sent_at=None, given_up_at=None),
    "sent": Q(sent_at__isnull=False),
}


class ByState(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(state, state.capitalize()) for state in STATES]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(STATES[self.value()]) if self.value() in STATES else queryset


@admin.register(Mail)
class MailAdmin(ReadOnlyAdmin):
    list_display = ["what", "person", "state", "written_at", "sent_at", "attempts", "last_error"]
    list_filter = [ByState, "template"]
    list_select_related = ["person"]
    search_fields = ["person__email", "person__name", "template"]
    fields = [
        "what",
        "person",
        "about",
        "state",
        "written_at",
        "attempts",
        "due_at",
        "sent_at",
        "given_up_at",
        "last_error",
        "try_again",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        places = [When(condition, then=Value(place)) for place, condition in enumerate(STATES.values())]
        place = Case(*places, output_field=IntegerField())
        return Mail.objects.select_related("person", "event").annotate(place=place)

    def get_ordering(self, request: HttpRequest) -> list[str]:
        """What failed first, then what waits."""
        return ["place", "-written_at", "pk"]

    @admin.display(description="mail", ordering="template")
    def what(self, mail: Mail) -> str:
        return mail.template.replace("_", " ").capitalize()

    @admin.display(ordering="place")
    def state(self, mail: Any) -> str:
        return list(STATES)[mail.place]

    @admin.display(description="about")
    def about(self, mail: Mail) -> str:
        return link(mail.event, f"{mail.event.verb} {mail.event.subject}")

    @admin.display(description="try again")
    def try_again(self, mail: Mail) -> str:
        if mail.sent_at:
            return "It has been sent"
        return format_html('<a href="{}">Try again</a>', reverse("admin:mail_retry", args=[mail.pk]))

    def reference(self, obj: Mail) -> str:
        return obj.event.subject

    def heading(self, obj: Mail) -> str:
        return f"{self.what(obj)} to {obj.person}"

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.retry_view)
        return [path("<uuid:pk>/retry/", view, name="mail_retry"), *super().get_urls()]

    def retry_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        return act(
            self,
            request,
            pk,
            lambda mail, said: verbs.retry(actor=request.user, mail=mail),
            title="Try again",
            button="Try again",
            done="The mail is tried again now.",
        )


def index(request: HttpRequest, extra_context: Any = None) -> HttpResponse:
    """Django's page, with a word about mail that failed of late: what is older nobody waits for."""
    failed = Mail.objects.filter(given_up_at__gte=timezone.now() - LATELY).count()
    return AdminSite.index(admin.site, request, {"failed_mails": failed, **(extra_context or {})})


admin.site.index = index
