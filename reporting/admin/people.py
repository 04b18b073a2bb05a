from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import AdminForm
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import SetPasswordForm, SetPasswordMixin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters

from reporting.admin.base import VerbAdmin, VerbForm
from reporting.domain import people
from reporting.models import User


class AddPersonForm(SetPasswordMixin, VerbForm):
    password1, password2 = SetPasswordMixin.create_password_fields("Password", "Password again")

    def clean(self) -> None:
        super().clean()
        self.validate_passwords()

    def _post_clean(self) -> None:
        super()._post_clean()  # only now has the person the name that a password must not resemble
        self.validate_password_for_user(self.instance)

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()


class ChangePersonForm(VerbForm):
    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()


@admin.register(User)
class PersonAdmin(VerbAdmin):
    list_display = ["email", "name", "is_staff", "is_active", "last_login"]
    list_filter = ["is_staff", "is_active"]
    search_fields = ["email", "name"]
    form = ChangePersonForm
    add_form = AddPersonForm
    add_fields = ["email", "name", "is_staff", "password1", "password2"]
    fields = ["email", "name", "is_staff", "is_active", "password_page", "last_login"]
    changeable = ["email", "name", "is_staff", "is_active"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """People; not the parts of the service that act by themselves."""
        return super().get_queryset(request).filter(is_system=False)

    @admin.display(description="password")
    def password_page(self, person: User) -> str:
        return format_html(
            '<a href="{}">Set a new password</a>', reverse("admin:person_password", args=[person.pk])
        )

    def reference(self, obj: User) -> str:
        return people.reference(obj)

    def heading(self, obj: User) -> str:
        return str(obj)

    def add(self, actor: User, said: dict[str, Any]) -> User:
        given = {name: said[name] for name in ("email", "name", "is_staff")}
        return people.add_person(actor=actor, password=said["password1"], **given)

    def change(self, actor: User, obj: User, said: dict[str, Any]) -> None:
        people.change_person(actor=actor, person=obj, **said)

    @method_decorator(sensitive_post_parameters())
    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return super().add_view(request, form_url, extra_context)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.password_view)
        return [path("<int:pk>/password/", view, name="person_password"), *super().get_urls()]

    @method_decorator([sensitive_post_parameters(), csrf_protect])
    def password_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_change_permission(request):
            raise PermissionDenied
        person = self.get_object(request, str(pk))
        if person is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))
        form = SetPasswordForm(person, request.POST or None)
        if request.method == "POST" and form.is_valid():
            password = form.cleaned_data["new_password1"]
            people.set_password(actor=request.user, person=person, password=password)
            if person == request.user:
                update_session_auth_hash(request, person)
            messages.success(request, f"{person} has a new password.")
            return HttpResponseRedirect(reverse("admin:reporting_user_change", args=[pk]))
        context = {
            **self.admin_site.each_context(request),
            "title": "Set a new password",
            "subtitle": str(person),
            "opts": self.opts,
            "original": person,
            "form": form,
            "adminform": AdminForm(form, [(None, {"fields": list(form.fields)})], {}),
        }
        return TemplateResponse(request, "admin/person_password.html", context)
