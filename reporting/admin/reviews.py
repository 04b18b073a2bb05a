from typing import Any

from django.contrib import admin

from reporting.admin.base import VerbAdmin, VerbForm
from reporting.domain import reasons as verbs
from reporting.models import ReturnReason, User


class ReasonForm(VerbForm):
    class Meta:
        help_texts = {"title": "As reviewers and departments read it. Its words never change: they are counted."}


@admin.register(ReturnReason)
class ReturnReasonAdmin(VerbAdmin):
    """Why entries go back. What was used once is offered no more, and never removed."""

    list_display = ["title", "position", "active"]
    list_filter = ["active"]
    search_fields = ["title"]
    form = add_form = ReasonForm
    add_fields = ["title", "position"]
    fields = ["title", "position", "active"]
    changeable = ["position", "active"]

    def reference(self, obj: ReturnReason) -> str:
        return verbs.reference(obj)

    def heading(self, obj: ReturnReason) -> str:
        return obj.title

    def add(self, actor: User, said: dict[str, Any]) -> ReturnReason:
        return verbs.add_reason(actor=actor, **said)

    def change(self, actor: User, obj: ReturnReason, said: dict[str, Any]) -> None:
        verbs.change_reason(actor=actor, reason=obj, **said)
