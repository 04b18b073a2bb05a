from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import Truncator

from reporting.admin.base import NewRows, VerbAdmin, VerbForm
from reporting.admin.fields import LongTextField, PartialDateFormField, link
from reporting.domain import references
from reporting.domain import strategies as verbs
from reporting.models import User
from strategy.dates import PartialDate
from strategy.models import Action, ActionWording, Milestone, MilestoneDate, Theme

LARGE = forms.Textarea(attrs={"rows": 6, "class": "vLargeTextField"})
SMALL = forms.Textarea(attrs={"rows": 3, "cols": 34})

SHORT = forms.TextInput(attrs={"size": 16})


def today() -> str:
    return PartialDate.of_day(timezone.localdate()).iso


class ThemeField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.strategy.code}: {obj.number} {obj.title}"


class AddActionForm(VerbForm):
    wording = LongTextField(widget=LARGE, help_text="What government said that it would do, word for word.")

    class Meta:
        help_texts = {
            "number": "It stands in references such as GDS-7, and is never reused.",
            "short_name": "For contents lists and table heads: at most 24 characters.",
            "added_on": "When it was promised. It is due from the calendar year after.",
        }

    def clean_number(self) -> int:
        if self.cleaned_data["number"] < 1:
            raise ValidationError("Actions are numbered from 1.")
        return self.cleaned_data["number"]

    def clean(self) -> None:
        super().clean()
        theme = self.cleaned_data.get("theme")
        if theme and theme.strategy != self.cleaned_data.get("strategy"):
            raise ValidationError({"theme": f"“{theme}” is a theme of another strategy: choose one of this."})


class WordingForm(VerbForm):
    class Meta:
        widgets = {"text": SMALL, "reason": SMALL, "authority": SHORT}
        labels = {"dated": "from"}
        help_texts = {"dated": PartialDateFormField.HELP, "authority": "Who decided it."}


class Wordings(NewRows):
    model = ActionWording
    form = WordingForm
    fields = ["dated", "text", "reason", "authority"]
    verbose_name = "wording"

    def record(self, actor: User, parent: Action, said: dict[str, Any]) -> None:
        given = {name: said[name] for name in self.fields}
        verbs.reword_action(actor=actor, action=parent, **given)


class NewMilestoneForm(VerbForm):
    what = forms.CharField(max_length=200, widget=forms.TextInput(attrs={"class": "vTextField"}))
    promised = PartialDateFormField()
    recorded_on = PartialDateFormField(initial=today)

    class Meta:
        help_texts = {"promised": f"Kept for ever; later it can be moved. {PartialDateFormField.HELP}"}


class Milestones(NewRows):
    model = Milestone
    form = NewMilestoneForm
    fields = ["what", "promised", "recorded_on"]
    verbose_name_plural = "milestones: a date is moved on the milestone’s own page"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).prefetch_related("dates")

    # What is shown of a milestone that is there; a new one has form fields of the same names.
    def what(self, milestone: Milestone) -> str:
        return link(milestone, milestone.title)

    @admin.display(description="promised date")
    def promised(self, milestone: Milestone) -> str:
        return promised_dates(milestone)

    def recorded_on(self, milestone: Milestone) -> PartialDate:
        return milestone.dates.all()[0].recorded_on

    def record(self, actor: User, parent: Action, said: dict[str, Any]) -> None:
        given = {name: said[name] for name in ("promised", "recorded_on")}
        verbs.promise_date(actor=actor, action=parent, title=said["what"], **given)


def promised_dates(milestone: Milestone) -> str:
    """“July 2014, first March 2014”."""
    dates = list(milestone.dates.all())
    now = str(dates[-1].promised)
    return now if len(dates) == 1 else f"{now}, first {dates[0].promised}"


@admin.register(Action)
class ActionAdmin(VerbAdmin):
    list_display = ["code", "short_name", "strategy", "theme", "wording", "added_on"]
    list_display_links = ["code", "short_name"]
    list_filter = ["strategy"]
    search_fields = ["short_name", "wordings__text"]
    add_form = AddActionForm
    add_fields = ["strategy", "number", "short_name", "theme", "wording", "added_on"]
    fields = ["strategy", "number", "short_name", "theme", "added_on"]
    changeable = ["short_name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        wordings = Prefetch("wordings", queryset=ActionWording.objects.order_by("dated"))
        return super().get_queryset(request).select_related("strategy", "theme").prefetch_related(wordings)

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        return [Wordings, Milestones] if obj else []

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "theme":
            kwargs |= {"form_class": ThemeField, "queryset": Theme.objects.select_related("strategy")}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description="action", ordering=["strategy__code", "number"])
    def code(self, action: Action) -> str:
        return self.reference(action)

    @admin.display(description="newest wording")
    def wording(self, action: Action) -> str:
        return Truncator(list(action.wordings.all())[-1].text).words(20)

    def reference(self, obj: Action) -> str:
        return references.action(obj.strategy.code, obj.number)

    def heading(self, obj: Action) -> str:
        return f"{self.reference(obj)} {obj.short_name}"

    def add(self, actor: User, said: dict[str, Any]) -> Action:
        return verbs.add_action(actor=actor, **said)

    def change(self, actor: User, obj: Action, said: dict[str, Any]) -> None:
        verbs.correct_short_name(actor=actor, action=obj, short_name=said["short_name"])


class MoveForm(VerbForm):
    reason = LongTextField(widget=SMALL)
    recorded_on = PartialDateFormField(initial=today)

    class Meta:
        widgets = {"authority": SHORT}
        labels = {"reason": "reason for the move"}
        help_texts = {"promised": PartialDateFormField.HELP, "authority": "Who decided it."}


class Dates(NewRows):
    model = MilestoneDate
    form = MoveForm
    fields = ["promised", "recorded_on", "reason", "authority"]
    verbose_name = "date"
    verbose_name_plural = "dates: the first stays, and each move has its reason"

    def record(self, actor: User, parent: Milestone, said: dict[str, Any]) -> None:
        given = {name: said[name] for name in self.fields}
        verbs.move_date(actor=actor, milestone=parent, **given)


@admin.register(Milestone)
class MilestoneAdmin(VerbAdmin):
    """Made on the page of its action; here its date is moved."""

    list_display = ["title", "belongs_to", "dates_promised"]
    list_filter = ["action__strategy"]
    search_fields = ["title"]
    fields = ["title", "belongs_to"]
    inlines = [Dates]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        related = ["action__strategy", "commitment__action__strategy", "commitment__department"]
        return super().get_queryset(request).select_related(*related).prefetch_related("dates")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="of")
    def belongs_to(self, milestone: Milestone) -> str:
        return self.reference(milestone)

    @admin.display(description="promised")
    def dates_promised(self, milestone: Milestone) -> str:
        return promised_dates(milestone)

    def reference(self, obj: Milestone) -> str:
        return verbs.milestone_of(obj)

    def heading(self, obj: Milestone) -> str:
        return obj.title
