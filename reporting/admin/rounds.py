from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from reporting.admin.base import Rows, VerbAdmin, VerbForm
from reporting.admin.fields import (
    LongTextField,
    OpenOrClosed,
    department_label,
    departments,
    link,
    with_department,
)
from reporting.domain import rounds as verbs
from reporting.models import Report, Round, User


class OpenRoundForm(VerbForm):
    """Saved twice: the first time it shows who will be due, and opens nothing."""

    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        help_texts = {"year": "The year whose progress is reported. The same report plans for the next."}

    def clean_year(self) -> int:
        year = self.cleaned_data["year"]
        if not 1900 <= year <= 2200:
            raise forms.ValidationError("Give the year with its four digits, such as 2025.")
        return year

    def clean(self) -> None:
        super().clean()
        strategy = self.cleaned_data.get("strategy")
        if self.errors or not strategy:
            return
        due = departments().filter(pk__in=verbs.due_departments(strategy, timezone.localdate()))
        codes = " ".join(department.code for department in due)
        if due and self.cleaned_data.get("shown") != codes:
            self.data = self.data.copy()
            self.data[self.add_prefix("shown")] = codes
            names = "; ".join(department_label(department) for department in due)
            raise forms.ValidationError(
                f"Nothing is saved yet. Reports will be due from {len(due)}: {names}. "
                "Save once more to open the round."
            )


class ChangeRoundForm(VerbForm):
    note = LongTextField(
        required=False,
        help_text="Why the due date changes. It is sent to everybody in a department that has not signed off.",
    )
    close_now = forms.BooleanField(
        required=False, help_text="Departments can then only finish what they began. It is not opened again."
    )

    def clean(self) -> None:
        super().clean()
        if "due" in self.changed_data and "due" in self.cleaned_data and not self.cleaned_data.get("note"):
            self.add_error("note", "Say why the due date changes: those concerned are told.")
        if "due" not in self.changed_data and self.cleaned_data.get("note"):
            self.add_error("due", "A note goes with a new due date: change it, or take the note out.")


class Reports(Rows):
    model = Report
    fields = readonly_fields = ["named", "state"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("round__strategy").prefetch_related(with_department())

    @admin.display(description="department")
    def named(self, report: Report) -> str:
        return link(report, department_label(report.department))


class OpenRounds(OpenOrClosed):
    field = "closed_at"


@admin.register(Round)
class RoundAdmin(VerbAdmin):
    list_display = ["__str__", "strategy", "year", "due", "opened_at", "closed_at", "number_of_reports"]
    list_filter = [OpenRounds, "strategy"]
    search_fields = ["strategy__code", "strategy__title", "year"]
    form = ChangeRoundForm
    add_form = OpenRoundForm
    add_fields = ["strategy", "year", "due", "asks_status", "asks_answers", "shown"]
    fields = [
        "strategy",
        "year",
        "opened_at",
        "asks_status",
        "asks_answers",
        "due",
        "note",
        "closed_at",
        "close_now",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rounds = super().get_queryset(request).select_related("strategy")
        return rounds.annotate(number_of_reports=Count("reports"))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_fields(request, obj)
        return [name for name in fields if name not in {"note", "close_now"}] if obj and obj.closed_at else fields

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        return [Reports] if obj else []

    @admin.display(description="reports", ordering="number_of_reports")
    def number_of_reports(self, round: Any) -> int:
        return round.number_of_reports

    def reference(self, obj: Round) -> str:
        return f"{obj.strategy.code}/{obj.year}"

    def may_change(self, obj: Round) -> list[str]:
        """A closed round is history: nothing in it becomes late, or punctual, by a new date."""
        return [] if obj.closed_at else ["due", "note", "close_now"]

    def add(self, actor: User, said: dict[str, Any]) -> Round:
        return verbs.open_round(actor=actor, **{name: said[name] for name in said if name != "shown"})

    def change(self, actor: User, obj: Round, said: dict[str, Any]) -> None:
        if "due" in said:
            verbs.change_due(actor=actor, round=obj, due=said["due"], note=said["note"])
        if said.get("close_now"):
            verbs.close_round(actor=actor, round=obj)
