"""Signing in and out, and what people do to their own accounts."""

from datetime import datetime
from functools import wraps
from typing import Any

from allauth.account import views as account_views
from allauth.account.decorators import reauthentication_required
from allauth.core.internal.httpkit import authenticated_user
from allauth.mfa.base import views as mfa_views
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as code_views
from allauth.mfa.totp import views as totp_views
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Prefetch
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import base36_to_int
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView

from reporting import rules
from reporting.accounts import limits, oidc
from reporting.accounts.forms import ChangePasswordForm, ForgottenForm, NewPasswordForm, WelcomeForm
from reporting.domain import links, people
from reporting.domain.links import Key
from reporting.models import User
from reporting.web import keeping
from reporting.web.access import lacks_second_factor
from strategy.models import Department

secret = sensitive_post_parameters()


def too_many(form: BaseForm) -> bool:
    return any(error.code == limits.TOO_MANY for errors in form.errors.as_data().values() for error in errors)


def status_of(form: BaseForm) -> int:
    return 429 if form.is_bound and too_many(form) else 200


class OwnTemplates:
    """The library's views on our pages: who is signed in, what was just done, and 429 after too many tries."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = super().get_context_data(**kwargs)
        return common(self.request, found.get("form")) | found

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        form = context.get("form")
        return super().render_to_response(context, **{"status": status_of(form) if form else 200, **kwargs})


def common(request: HttpRequest, form: BaseForm | None) -> dict[str, Any]:
    """What the frame around each page shows."""
    person = request.user
    led = [one.department for one in _memberships(person) if rules.leads(one)] if person.is_authenticated else []
    return {
        "user": person,
        "led": led,
        "section": "account",
        "messages": list(messages.get_messages(request)),
        "has_errors": bool(form and form.is_bound and form.errors),
    }


def _memberships(person: User) -> Any:
    """With the names that departments bear today."""
    departments = Prefetch("department", queryset=Department.objects.named(timezone.localdate()))
    return person.memberships.prefetch_related(departments, "actions__strategy")


# Signing in and out -----------------------------------------------------------------------------------


class SignIn(OwnTemplates, account_views.LoginView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kept = keeping.newest_kept(self.request)
        return super().get_context_data(**kwargs) | {
            "kept": kept,
            "kept_at": datetime.fromisoformat(kept["at"]) if kept else None,
            "provider": settings.OIDC_NAME if oidc.configured() else "",
            "following": self.get_next_url() or "",
        }


class SignOut(OwnTemplates, account_views.LogoutView):
    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().post(*args, **kwargs)
        response.delete_cookie(keeping.WAS_HERE, path=keeping.FILING, samesite="Lax")
        return response


class PasswordAgain(OwnTemplates, account_views.ReauthenticateView):
    pass


class Code(OwnTemplates, mfa_views.AuthenticateView):
    def _build_forms(self) -> BaseForm | None:
        """Codes only: there are no security keys here."""
        sent = self.request.POST if self.request.method == "POST" else None
        self.auth_form, self.webauthn_form = self.get_form_class()(user=self.stage.login.user, data=sent), None
        return self.auth_form if sent is not None else None


class CodeAgain(OwnTemplates, mfa_views.ReauthenticateView):
    pass


# Second factor ----------------------------------------------------------------------------------------


class SecondFactor(OwnTemplates, mfa_views.IndexView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"needed": rules.needs_second_factor(self.request.user)}


@method_decorator(reauthentication_required(app="allauth.mfa"), name="dispatch")
class SetUp(OwnTemplates, totp_views.ActivateTOTPView):
    """Also to move it to another phone: the one before counts until the new one is proved."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return FormView.dispatch(self, request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person = authenticated_user(self.request)
        moved, lacking = is_mfa_enabled(person, [Authenticator.Type.TOTP]), lacks_second_factor(person)
        return super().get_context_data(**kwargs) | {"moved": moved, "lacking": lacking}

    @transaction.atomic
    def form_valid(self, form: BaseForm) -> HttpResponse:
        person = authenticated_user(self.request)
        removed, _ = Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).delete()
        response = super().form_valid(form)
        people.record_second_factor(actor=person, person=person, what="moved" if removed else "activated")
        messages.success(self.request, "Your phone is set up. You are asked for a code whenever you sign in.")
        return response


class TurnOff(OwnTemplates, totp_views.DeactivateTOTPView):
    @transaction.atomic
    def form_valid(self, form: BaseForm) -> HttpResponse:
        person = authenticated_user(self.request)
        response = super().form_valid(form)
        people.record_second_factor(actor=person, person=person, what="deactivated")
        messages.success(self.request, "Your second factor is turned off.")
        return response


class RecoveryCodes(OwnTemplates, code_views.ViewRecoveryCodesView):
    pass


class NewRecoveryCodes(OwnTemplates, code_views.GenerateRecoveryCodesView):
    @transaction.atomic
    def form_valid(self, form: BaseForm) -> HttpResponse:
        person = authenticated_user(self.request)
        response = super().form_valid(form)
        people.record_second_factor(actor=person, person=person, what="codes_made")
        messages.success(self.request, "You have new recovery codes. Those from before no longer count.")
        return response


# Your account -----------------------------------------------------------------------------------------


def own(view: Any) -> Any:
    """Signed in, and with a second factor where one is needed."""

    @login_required
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if lacks_second_factor(request.user):
            return redirect("mfa_activate_totp")
        return view(request, *args, **kwargs)

    return wrapped


def show(request: HttpRequest, template: str, form: BaseForm | None = None, **context: Any) -> HttpResponse:
    status = context.pop("status", None) or (status_of(form) if form else 200)
    context |= common(request, form) | {"form": form}
    return render(request, f"account/{template}.html", context, status=status)


@own
def account(request: HttpRequest) -> HttpResponse:
    second = is_mfa_enabled(request.user, [Authenticator.Type.TOTP])
    return show(request, "account", memberships=list(_memberships(request.user)), second_factor=second)


@secret
@own
def change_password(request: HttpRequest) -> HttpResponse:
    person = request.user
    if not person.has_usable_password():
        return redirect("account_reset_password")
    form = ChangePasswordForm(request.POST or None, person=person)
    if not form.is_valid():
        return show(request, "password_change", form)
    people.set_password(actor=person, person=person, password=form.cleaned_data["new_password"])
    update_session_auth_hash(request, person)  # every other session of theirs ends
    messages.success(request, "Your password is changed.")
    return redirect("account")


# By a link --------------------------------------------------------------------------------------------


def forgotten(request: HttpRequest) -> HttpResponse:
    """The same answer whether the address belongs to an account or not."""
    form = ForgottenForm(request.POST or None)
    if not form.is_valid():
        return show(request, "password_reset", form)
    found = User.objects.filter(email__iexact=form.cleaned_data["email"], is_active=True, is_system=False)
    for person in found:
        people.ask_password_reset(person=person)
    return redirect("account_reset_password_done")


def forgotten_done(request: HttpRequest) -> HttpResponse:
    hours = int(links.PASSWORD_RESET.valid.total_seconds() / 3600)
    return show(request, "password_reset_done", hours=hours)


@secret
def new_password(request: HttpRequest, uidb36: str, key: str) -> HttpResponse:
    person = _person_of(uidb36, key, links.PASSWORD_RESET)
    if person is None:
        return show(request, "password_reset_expired", status=410)
    form = NewPasswordForm(request.POST or None, person=person)
    if not form.is_valid():
        return show(request, "password_reset_from_key", form)
    people.set_password(actor=person, person=person, password=form.cleaned_data["new_password"])
    limits.forget(request, "password", person.email)
    messages.success(request, "Your new password is set. Sign in with it.")
    return redirect("account_login")


@secret
def welcome(request: HttpRequest, uidb36: str, key: str) -> HttpResponse:
    person = _person_of(uidb36, key, links.INVITATION)
    if person is None:
        return show(request, "welcome_expired", status=410)
    form = WelcomeForm(request.POST or None, person=person, initial={"name": person.name})
    if not form.is_valid():
        return show(request, "welcome", form, person=person)
    said = form.cleaned_data
    people.welcome(person=person, name=said["name"], password=said["new_password"])
    messages.success(request, "Your account is ready. Sign in with your e-mail address and your password.")
    return redirect("account_login")


def _person_of(uidb36: str, key: str, kind: Key) -> User | None:
    try:
        person = User.objects.filter(pk=base36_to_int(uidb36), is_active=True, is_system=False).first()
    except (ValueError, OverflowError):
        return None
    return person if kind.check_token(person, key) else None
