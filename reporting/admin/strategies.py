from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count, Prefetch, QuerySet
from django.http import HttpRequest

from reporting.admin.base import NewRows, Rows, VerbAdmin, VerbForm
from reporting.admin.departments import plain_code
from reporting.admin.fields import department_label, link, with_department
from reporting.domain import references
from reporting.domain import strategies as verbs
from reporting.models import User
from strategy.models import Action, ActionWording, Strategy, Theme

HELP_TEXTS = {
    "code": "Short, such as GDS. It stands in references and never changes.",
    "title": "Its address is made from it, and never changes.",
    "departments": "Who reports. None ticked: every department that is open when a round opens.",
}


class AddStrategyForm(VerbForm):
    class Meta:
        help_texts = HELP_TEXTS

    def clean_code(self) -> str:
        return plain_code(self.cleaned_data["code"])

    def clean(self) -> None:
        super().clean()
        said = self.cleaned_data
        if said.get("mode") != Strategy.Mode.EVERY and not said.get("owner"):
            raise ValidationError({"owner": "Choose the department that owns it: it is the one that reports."})


class ChangeStrategyForm(VerbForm):
    class Meta:
        help_texts = {"departments": HELP_TEXTS["departments"]}


class Themes(NewRows):
    model = Theme
    fields = ["number", "title"]
    readonly_fields = ["number"]

    def record(self, actor: User, parent: Strategy, said: dict[str, Any]) -> None:
        verbs.add_theme(actor=actor, strategy=parent, title=said["title"])


class Actions(Rows):
    model = Action
    fields = readonly_fields = ["code", "short_name", "theme_title", "wording", "added_on"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        wordings = Prefetch("wordings", queryset=ActionWording.objects.order_by("dated"))
        return super().get_queryset(request).select_related("strategy", "theme").prefetch_related(wordings)

    @admin.display(description="action")
    def code(self, action: Action) -> str:
        return link(action, references.action(action.strategy.code, action.number))

    @admin.display(description="theme")
    def theme_title(self, action: Action) -> str:
        return action.theme.title if action.theme else "–"

    @admin.display(description="newest wording")
    def wording(self, action: Action) -> str:
        return list(action.wordings.all())[-1].text


@admin.register(Strategy)
class StrategyAdmin(VerbAdmin):
    list_display = ["title", "code", "mode", "owned_by", "number_of_actions"]
    list_filter = ["mode"]
    search_fields = ["code", "title"]
    form = ChangeStrategyForm
    add_form = AddStrategyForm
    add_fields = [
        "code",
        "title",
        "summary",
        "mode",
        "owner",
        "theme_word",
        "starts",
        "ends",
        "notice",
        "departments",
    ]
    fields = [
        "code",
        "slug",
        "title",
        "mode",
        "owned_by",
        "summary",
        "theme_word",
        "starts",
        "ends",
        "notice",
        "departments",
    ]
    changeable = ["summary", "theme_word", "starts", "ends", "notice", "departments"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        counted = super().get_queryset(request).annotate(number_of_actions=Count("actions"))
        return counted.prefetch_related(with_department("owner"))

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        return [Themes, Actions] if obj else [Themes]

    @admin.display(description="owner")
    def owned_by(self, strategy: Strategy) -> str:
        return department_label(strategy.owner) if strategy.owner else "Government as a whole"

    @admin.display(description="actions", ordering="number_of_actions")
    def number_of_actions(self, strategy: Any) -> int:
        return strategy.number_of_actions

    def reference(self, obj: Strategy) -> str:
        return obj.code

    def heading(self, obj: Strategy) -> str:
        return obj.title

    def add(self, actor: User, said: dict[str, Any]) -> Strategy:
        return verbs.add_strategy(actor=actor, **said)

    def change(self, actor: User, obj: Strategy, said: dict[str, Any]) -> None:
        if "departments" in said:
            verbs.choose_departments(actor=actor, strategy=obj, departments=said.pop("departments"))
        if said:
            verbs.change_strategy(actor=actor, strategy=obj, **said)
