from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest

from reporting.admin.base import NewRows, Rows, VerbAdmin, VerbForm
from reporting.admin.fields import (
    DepartmentField,
    OpenOrClosed,
    PartialDateFormField,
    department_label,
    departments,
    link,
    with_department,
)
from reporting.domain import departments as verbs
from reporting.models import User
from strategy.models import Department, DepartmentName, Succession


def plain_code(code: str) -> str:
    if "/" in code or len(code.split()) != 1:
        raise ValidationError("A code stands in references such as GDS-7/MOD: write it without “/” and spaces.")
    return code


class AddDepartmentForm(VerbForm):
    name = forms.CharField(max_length=200, widget=forms.TextInput(attrs={"class": "vTextField"}))
    acronym = forms.CharField(max_length=20, required=False, help_text="Empty: the same as the code.")

    class Meta:
        help_texts = {
            "code": "Short, such as MOD. It stands in references and never changes.",
            "slug": "Its part of addresses, such as ministry-of-defence. It never changes.",
        }

    def clean_code(self) -> str:
        return plain_code(self.cleaned_data["code"])


class ChangeDepartmentForm(VerbForm):
    class Meta:
        help_texts = {"closed": "Only when the department has closed: it is not taken back."}


class NewNameForm(VerbForm):
    since = PartialDateFormField(label="from")

    class Meta:
        labels = {"since": "from"}
        help_texts = {"since": f"Empty: from the beginning. {PartialDateFormField.HELP}"}


class Names(NewRows):
    model = DepartmentName
    form = NewNameForm
    fields = ["name", "acronym", "since"]
    verbose_name = "name"
    verbose_name_plural = "names over time"

    def record(self, actor: User, parent: Department, said: dict[str, Any]) -> None:
        given = {name: said[name] for name in ("name", "acronym", "since")}
        verbs.rename_department(actor=actor, department=parent, **given)


class SuccessionForm(VerbForm):
    successor = DepartmentField(queryset=Department.objects.none())

    class Meta:
        labels = {"on": "date"}
        help_texts = {"on": PartialDateFormField.HELP}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["successor"].queryset = departments()

    def clean_successor(self) -> Department:
        if self.cleaned_data["successor"].pk == self.instance.old_id:
            raise ValidationError("A department can't succeed itself: choose another.")
        return self.cleaned_data["successor"]


class Successors(NewRows):
    model = Succession
    form = SuccessionForm
    fk_name = "old"
    fields = ["kind", "successor", "on"]
    verbose_name = "successor"
    verbose_name_plural = "what became of it"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("old").prefetch_related(with_department("new"))

    # What is shown of a row that is there; a new one has a form field of the same name.
    def successor(self, row: Succession) -> str:
        return link(row.new, department_label(row.new))

    def record(self, actor: User, parent: Department, said: dict[str, Any]) -> None:
        given = {"new": said["successor"], "on": said["on"], "kind": said["kind"]}
        verbs.record_succession(actor=actor, old=parent, **given)


class Predecessors(Rows):
    model = Succession
    fk_name = "new"
    fields = readonly_fields = ["predecessor", "kind", "on"]
    verbose_name_plural = "what it came from"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("new").prefetch_related(with_department("old"))

    def predecessor(self, row: Succession) -> str:
        return link(row.old, department_label(row.old))


class OpenDepartments(OpenOrClosed):
    field = "closed"


@admin.register(Department)
class DepartmentAdmin(VerbAdmin):
    list_display = ["current_name", "code", "current_acronym", "opened", "closed"]
    list_filter = [OpenDepartments]
    search_fields = ["code", "names__name", "names__acronym"]
    form = ChangeDepartmentForm
    add_form = AddDepartmentForm
    add_fields = ["code", "slug", "name", "acronym", "opened", "notice"]
    fields = ["code", "slug", "opened", "closed", "notice"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return departments()

    def get_ordering(self, request: HttpRequest) -> list[str]:
        return ["name"]

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        return [Names, Successors, Predecessors] if obj else []

    @admin.display(description="name", ordering="name")
    def current_name(self, department: Any) -> str:
        return department.name or "–"

    @admin.display(description="acronym", ordering="acronym")
    def current_acronym(self, department: Any) -> str:
        return department.acronym or "–"

    def reference(self, obj: Department) -> str:
        return obj.code

    def heading(self, obj: Department) -> str:
        return department_label(obj)

    def may_change(self, obj: Department) -> list[str]:
        """A department closes once."""
        return ["notice"] if obj.closed else ["closed", "notice"]

    def add(self, actor: User, said: dict[str, Any]) -> Department:
        return verbs.add_department(actor=actor, **said)

    def change(self, actor: User, obj: Department, said: dict[str, Any]) -> None:
        if "closed" in said:
            verbs.close_department(actor=actor, department=obj, closed=said["closed"])
        if "notice" in said:
            verbs.set_department_notice(actor=actor, department=obj, notice=said["notice"])
