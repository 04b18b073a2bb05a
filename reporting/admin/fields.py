"""Form fields for what the domain has and Django does not."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from strategy.dates import PartialDate
from strategy.models import Department
from strategy.models.department import DepartmentQuerySet


class PartialDateFormField(forms.CharField):
    """A day, a month or a year: “5 December 2012”, “2012-12” or “2012”."""

    HELP = "A day, a month or a year, as precise as it is known: 2012-12-05, December 2012 or 2012."

    def __init__(self, *, max_length: int | None = None, **kwargs: Any) -> None:
        """`max_length` is the column's, and says nothing of what may be typed."""
        told = kwargs.pop("help_text", "")
        super().__init__(help_text=f"{told} {self.HELP}".strip(), **kwargs)
        self.widget.attrs.setdefault("size", "20")

    def to_python(self, value: Any) -> PartialDate | None:
        if isinstance(value, PartialDate):
            return value
        text = super().to_python(value)
        if not text:
            return None
        try:
            return PartialDate.parse(text)
        except ValueError as error:
            raise ValidationError(str(error)) from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


class LongTextField(forms.CharField):
    """A browser sends CRLF; kept as LF, or a text would seem changed whenever its form is saved."""

    widget = AdminTextareaWidget

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return value.replace("\r\n", "\n") if isinstance(value, str) else value


def departments() -> DepartmentQuerySet:
    """With the names that they bear today."""
    return Department.objects.named(timezone.localdate())


def with_department(path: str = "department") -> models.Prefetch:
    """For querysets whose rows show a department: its name today, in one query for all."""
    return models.Prefetch(path, queryset=departments())


@admin.display(description="department")
def department_label(department: Department) -> str:
    """“Ministry of Defence (MOD)”, of a department that came by `departments()`."""
    name = getattr(department, "name", None)
    return f"{name} ({department.code})" if name else department.code


def link(obj: models.Model, words: object) -> SafeString:
    """To the object's own page."""
    page = f"admin:{obj._meta.label_lower.replace('.', '_')}_change"
    return format_html('<a href="{}">{}</a>', reverse(page, args=[obj.pk]), words)


class DepartmentField(forms.ModelChoiceField):
    def label_from_instance(self, obj: models.Model) -> str:
        assert isinstance(obj, Department)
        return department_label(obj)


class DepartmentsField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple(attrs={"class": "radiolist"})  # the admin's class for long labels

    def label_from_instance(self, obj: models.Model) -> str:
        assert isinstance(obj, Department)
        return department_label(obj)


class OpenOrClosed(admin.SimpleListFilter):
    """By a field that is empty as long as the thing is open."""

    title = "state"
    parameter_name = "state"
    field: str

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        return [("open", "Open"), ("closed", "Closed")]

    def queryset(self, request: Any, queryset: models.QuerySet) -> models.QuerySet:
        if self.value() not in {"open", "closed"}:
            return queryset
        return queryset.filter(**{f"{self.field}__isnull": self.value() == "open"})


class ByDepartment(admin.SimpleListFilter):
    title = "department"
    parameter_name = "department"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        return [(department.code, department_label(department)) for department in departments()]

    def queryset(self, request: Any, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.filter(department__code=self.value()) if self.value() else queryset
