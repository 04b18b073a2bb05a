"""How every page of the administration works: who may, and that a write is a verb of the domain.

Forms validate and the domain writes, with its event, in one transaction. Where the domain refuses,
that transaction is undone and the form is shown again, as it was typed, with the domain's sentence.
"""

import logging
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from reporting import rules
from reporting.admin.fields import (
    DepartmentField,
    DepartmentsField,
    LongTextField,
    PartialDateFormField,
    departments,
)
from reporting.domain.errors import NotPossible
from reporting.models import User
from strategy.models import Department
from strategy.models.fields import PartialDateField

logger = logging.getLogger(__name__)
AT_THE_SAME_TIME = "Somebody else has just changed this: look at what is there now, then try again."


class ForAdministrators:
    """May look, and nothing else. Nothing at all is deleted here: the past is kept."""

    formfield_overrides = {
        PartialDateField: {"form_class": PartialDateFormField},
        models.TextField: {"form_class": LongTextField, "widget": AdminTextareaWidget},
    }

    def has_module_permission(self, request: HttpRequest) -> bool:
        return rules.may_administer(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return rules.may_administer(request.user)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def formfield_for_foreignkey(self, db_field: models.ForeignKey, request: Any, **kwargs: Any) -> Any:
        if db_field.related_model is Department:
            kwargs |= {"form_class": DepartmentField, "queryset": departments()}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: models.ManyToManyField, request: Any, **kwargs: Any) -> Any:
        if db_field.related_model is Department:
            kwargs |= {"form_class": DepartmentsField, "queryset": departments()}
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: models.Field, request: Any, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and db_field.is_relation:  # no windows that pop up to add another or to change it
            widget = field.widget
            widget.can_add_related = widget.can_change_related = widget.can_view_related = False
        return field


class VerbForm(forms.ModelForm):
    """Of one thing, or of a row of it. `refusal` is what the domain said when it was tried."""

    refusal = ""

    def full_clean(self) -> None:
        super().full_clean()
        if self.refusal and self.is_bound:
            self.add_error(None, self.refusal)

    def _post_clean(self) -> None:
        # Whether it fits with what is there is left to the verbs: their sentences say what to do next.
        self.instance.validate_constraints = lambda exclude=None: None
        super()._post_clean()


class Rows(ForAdministrators, admin.TabularInline):
    """What belongs to a thing, shown on its page."""

    extra = 0
    can_delete = False


class VerbFormSet(BaseInlineFormSet):
    def validate_unique(self) -> None:
        """Left to the verbs, too."""


class NewRows(Rows):
    """Rows that are there stay as they are; a new one can be added, by a verb."""

    extra = 1
    form = VerbForm
    formset = VerbFormSet

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return rules.may_administer(request.user)

    def record(self, actor: User, parent: Any, said: dict[str, Any]) -> None:
        raise AssertionError("each page of the administration says this for itself")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> type[BaseInlineFormSet]:
        formset = super().get_formset(request, obj, **kwargs)
        formset.record = staticmethod(self.record)
        return formset


class ReadOnlyAdmin(ForAdministrators, admin.ModelAdmin):
    actions = None
    list_per_page = 50
    show_full_result_count = False

    def reference(self, obj: Any) -> str:
        """Under which its events stand."""
        raise AssertionError("each page of the administration says this for itself")

    def heading(self, obj: Any) -> str:
        return self.reference(obj)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if context["original"]:
            context["subtitle"] = self.heading(context["original"])
        return super().render_change_form(request, context, *args, **kwargs)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Its events: the one history that there is."""
        obj = self.get_object(request, object_id)
        if not self.has_view_permission(request, obj):
            raise PermissionDenied
        if obj is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        query = urlencode({"of": self.reference(obj)})
        return HttpResponseRedirect(f"{reverse('admin:reporting_event_changelist')}?{query}")


class VerbAdmin(ReadOnlyAdmin):
    """A form for what is new, another for the few things that may change; everything else is shown."""

    form: type[VerbForm] = VerbForm
    add_form: type[VerbForm]
    add_fields: Sequence[str]
    changeable: Sequence[str] = ()

    def add(self, actor: User, said: dict[str, Any]) -> models.Model:
        raise AssertionError("each page of the administration says this for itself")

    def change(self, actor: User, obj: Any, said: dict[str, Any]) -> None:
        """`obj` as it is stored, locked; `said` holds what was changed and nothing else."""
        raise AssertionError("each page of the administration says this for itself")

    def may_change(self, obj: Any) -> Sequence[str]:
        """Of `fields`, those that may be changed now. Asked once, of the object as it is stored."""
        return self.changeable

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        obj = super().get_object(request, object_id, from_field)
        if obj is not None:
            obj.changeable = self.may_change(obj)
        return obj

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return rules.may_administer(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return rules.may_administer(request.user)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[str]:
        return (self.fields or ()) if obj else self.add_fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[str]:
        if obj is None:
            return ()
        return [name for name in self.fields or () if name not in obj.changeable]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm]:
        base = self.form if obj else self.add_form
        said: dict[str, Any] = {"refusal": getattr(request, "refusal", "")}
        if obj:
            said |= {name: None for name in base.declared_fields if name not in obj.changeable}
        return super().get_form(request, obj, change, form=type(base.__name__, (base,), said), **kwargs)

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except NotPossible as refusal:
            request.refusal = str(refusal)
        except IntegrityError:
            logger.exception("The database refused what the domain allowed")
            request.refusal = AT_THE_SAME_TIME
        return super().changeform_view(request, object_id, form_url, extra_context)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.pk = self.add(request.user, form.cleaned_data).pk
            obj.refresh_from_db()
        elif form.changed_data:
            stored = self.model._base_manager.select_for_update(no_key=True).get(pk=obj.pk)
            self.change(request.user, stored, {name: form.cleaned_data[name] for name in form.changed_data})

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        for formset in formsets:
            for row in formset.extra_forms:
                if row.has_changed():
                    formset.record(request.user, form.instance, row.cleaned_data)

    # Django's own log would be a second history, and one that can be changed.
    def construct_change_message(self, request: Any, form: Any, formsets: Any, add: bool = False) -> list[Any]:
        return []

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:
        pass

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:
        pass
