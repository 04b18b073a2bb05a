"""What is named account_… and mfa_… has the library's names: it asks for them. There is no sign-up."""

from collections.abc import Callable

from allauth.mfa.recovery_codes.views import download_recovery_codes
from django.http import HttpResponse
from django.urls import URLPattern, path, re_path
from django.views.decorators.cache import never_cache

from reporting.accounts import oidc, views


def page(route: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
    """Nothing here is ever kept by a browser or a proxy."""
    return path(route, never_cache(view), name=name)


def by_link(route: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
    """Whose link it is, and its key, which holds a hyphen too."""
    return re_path(rf"^{route}(?P<uidb36>[0-9a-z]+)-(?P<key>[0-9a-z-]+)/$", never_cache(view), name=name)


urlpatterns = [
    page("", views.account, "account"),
    page("sign-in/", views.SignIn.as_view(), "account_login"),
    page("sign-in/code/", views.Code.as_view(), "mfa_authenticate"),
    page("sign-out/", views.SignOut.as_view(), "account_logout"),
    page("again/", views.PasswordAgain.as_view(), "account_reauthenticate"),
    page("again/code/", views.CodeAgain.as_view(), "mfa_reauthenticate"),
    page("password/", views.change_password, "account_change_password"),
    page("forgotten/", views.forgotten, "account_reset_password"),
    page("forgotten/done/", views.forgotten_done, "account_reset_password_done"),
    by_link("forgotten/", views.new_password, "account_reset_password_from_key"),
    by_link("welcome/", views.welcome, "account_welcome"),
    page("second-factor/", views.SecondFactor.as_view(), "mfa_index"),
    page("second-factor/phone/", views.SetUp.as_view(), "mfa_activate_totp"),
    page("second-factor/off/", views.TurnOff.as_view(), "mfa_deactivate_totp"),
    page("second-factor/codes/", views.RecoveryCodes.as_view(), "mfa_view_recovery_codes"),
    page("second-factor/codes/new/", views.NewRecoveryCodes.as_view(), "mfa_generate_recovery_codes"),
    page("second-factor/codes/download/", download_recovery_codes, "mfa_download_recovery_codes"),
    page("oidc/", oidc.start, "oidc_start"),
    page("oidc/callback/", oidc.callback, "oidc_callback"),
    page("oidc/cancelled/", oidc.cancelled, "socialaccount_login_cancelled"),
]
