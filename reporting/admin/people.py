from functools import partial
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django import forms
from django.contrib import admin
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import SetPasswordForm
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.debug import sensitive_post_parameters

from reporting.admin.act import act
from reporting.admin.base import NewRows, VerbAdmin, VerbForm
from reporting.admin.fields import DepartmentField, departments, with_department
from reporting.domain import people
from reporting.models import Membership, User
from strategy.models import Action, Department


class InviteForm(VerbForm):
    """An invitation: nobody chooses a password for somebody else here."""

    role = forms.ChoiceField(
        choices=[("", "None"), *Membership.Role.choices],
        required=False,
        help_text="More roles, and some actions only, are given on the person's page.",
    )
    department = DepartmentField(
        queryset=Department.objects.none(), required=False, help_text="For digital leaders and contributors."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = departments()

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()


class ChangePersonForm(VerbForm):
    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()


class RemoveNameForm(forms.Form):
    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text="It stays in the history for good: leave the name and the address out of it.",
    )


class Roles(NewRows):
    """Whoever has a role in a department gets another one there by a new row."""

    model = Membership
    fields = ["role", "department", "actions", "take"]
    readonly_fields = ["take"]
    verbose_name = "role"
    verbose_name_plural = "roles"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).prefetch_related(with_department(), "actions__strategy")

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        kwargs["queryset"] = Action.objects.select_related("strategy")
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if field:
            field.help_text = "For contributors to some actions only; none chosen: all of them."
        return field

    @admin.display(description="")
    def take(self, membership: Membership) -> str:
        if not membership.pk:
            return ""
        url = reverse("admin:person_role_taken", args=[membership.person_id, membership.pk])
        return format_html('<a href="{}">Take away</a>', url)

    def record(self, actor: User, parent: User, said: dict[str, Any]) -> None:
        people.give_role(
            actor=actor,
            person=parent,
            role=said["role"],
            department=said["department"],
            actions=list(said["actions"]) or None,
        )


@admin.register(User)
class PersonAdmin(VerbAdmin):
    list_display = ["email", "name", "is_staff", "is_active", "last_login"]
    list_filter = ["is_staff", "is_active"]
    search_fields = ["email", "name"]
    form = ChangePersonForm
    add_form = InviteForm
    add_fields = ["email", "name", "is_staff", "role", "department"]
    fields = ["email", "name", "is_staff", "is_active", "password_page", "second_factor", "last_login", "name_page"]
    changeable = ["email", "name", "is_staff", "is_active"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """People; not the parts of the service that act by themselves."""
        return super().get_queryset(request).filter(is_system=False)

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        return [Roles] if obj else []

    @admin.display(description="password")
    def password_page(self, person: User) -> str:
        set_one = _link("person_password", person, "Set a new password")
        if person.has_usable_password():
            return set_one
        invite = _link("person_invited", person, "Send the invitation again")
        return format_html("None yet. {} · {}", invite, set_one)

    @admin.display(description="second factor")
    def second_factor(self, person: User) -> str:
        if not is_mfa_enabled(person):
            return "None"
        return format_html("Set up. {}", _link("person_second_factor", person, "Turn it off"))

    @admin.display(description="leaving for good")
    def name_page(self, person: User) -> str:
        if person.name_removed_at:
            return str(person)
        return _link("person_name", person, "Remove the name")

    def reference(self, obj: User) -> str:
        return people.reference(obj)

    def heading(self, obj: User) -> str:
        return str(obj)

    def add(self, actor: User, said: dict[str, Any]) -> User:
        return people.invite_person(actor=actor, **said)

    def change(self, actor: User, obj: User, said: dict[str, Any]) -> None:
        people.change_person(actor=actor, person=obj, **said)

    def get_urls(self) -> list[Any]:
        guarded = self.admin_site.admin_view
        return [
            path("<int:pk>/password/", guarded(self.password_view), name="person_password"),
            path("<int:pk>/invited/", guarded(self.invited_view), name="person_invited"),
            path("<int:pk>/second-factor/", guarded(self.second_factor_view), name="person_second_factor"),
            path("<int:pk>/name/", guarded(self.name_view), name="person_name"),
            path("<int:pk>/roles/<int:role>/", guarded(self.role_taken_view), name="person_role_taken"),
            *super().get_urls(),
        ]

    def invited_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return act(
            self,
            request,
            pk,
            lambda person, said: people.invite_again(actor=request.user, person=person),
            title="Send the invitation again",
            button="Send it",
            done="The invitation is on its way.",
        )

    def second_factor_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return act(
            self,
            request,
            pk,
            lambda person, said: people.remove_second_factor(actor=request.user, person=person),
            title="Turn off the second factor",
            button="Turn it off",
            done="The second factor is turned off. Whoever needs one sets it up at the next sign-in.",
        )

    def name_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return act(
            self,
            request,
            pk,
            lambda person, said: people.remove_name(actor=request.user, person=person, reason=said["reason"]),
            title="Remove the name",
            button="Remove name, address and every way in",
            done="The name is removed. What the person did stays in the history, under a number.",
            form_class=RemoveNameForm,
        )

    def role_taken_view(self, request: HttpRequest, pk: int, role: int) -> HttpResponse:
        membership = get_object_or_404(Membership, pk=role, person=pk)
        return act(
            self,
            request,
            pk,
            lambda person, said: people.take_role(actor=request.user, membership=membership),
            title=f"Take away a role: {_role(membership)}",
            button="Take it away",
            done="The role is taken away. What the person wrote stays theirs.",
        )

    @method_decorator(sensitive_post_parameters())
    def password_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        person = self.get_object(request, str(pk))

        def set_one(person: User, said: dict[str, Any]) -> None:
            people.set_password(actor=request.user, person=person, password=said["new_password1"])
            if person == request.user:
                update_session_auth_hash(request, person)

        return act(
            self,
            request,
            pk,
            set_one,
            title="Set a new password",
            button="Set the password",
            done=f"{person} has a new password.",
            form_class=partial(SetPasswordForm, person),
        )


def _link(name: str, person: User, words: str) -> SafeString:
    return format_html('<a href="{}">{}</a>', reverse(f"admin:{name}", args=[person.pk]), words)


def _role(membership: Membership) -> str:
    department = membership.department
    return membership.get_role_display() + (f" of {department.code}" if department else "")
