from typing import Any

# They register what nobody administers here: first let them, then take it out.
import allauth.account.admin
import allauth.mfa.admin
import allauth.socialaccount.admin  # noqa: F401
import django.contrib.auth.admin  # noqa: F401
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.conf import settings
from django.contrib import admin
from django.contrib.admin import AdminSite
from django.contrib.auth.models import Group
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from reporting import rules
from reporting.web.access import lacks_second_factor

admin.site.site_title = admin.site.site_header = f"{settings.SERVICE_NAME} administration"
admin.site.index_title = "What is administered here"
admin.site.enable_nav_sidebar = False  # the room is the tables'; the list of all pages is one step away
# Who may do what is said in rules.py, and what belongs to an account is shown on the person's page.
admin.site.unregister([Group, EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken])


def has_permission(request: HttpRequest) -> bool:
    """Asked before every page of the administration."""
    return rules.may_administer(request.user) and not lacks_second_factor(request.user)


def login(request: HttpRequest, extra_context: Any = None) -> HttpResponse:
    """The one way in is that of the accounts: it has the limits and asks for the second factor."""
    asked = request.GET.get("next", "")
    here = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    following = asked if here else reverse("admin:index")
    if not request.user.is_authenticated:
        return redirect_to_login(following)
    if not rules.may_administer(request.user):
        raise Http404
    return redirect(following if has_permission(request) else "mfa_activate_totp")


def password_change(request: HttpRequest, extra_context: Any = None) -> HttpResponse:
    return redirect("account_change_password")


def get_app_list(request: HttpRequest, app_label: str | None = None) -> list[Any]:
    """What was promised, then what was done."""
    found = AdminSite.get_app_list(admin.site, request, app_label)
    return sorted(found, key=lambda app: app["app_label"], reverse=True)


admin.site.has_permission = has_permission
admin.site.login = login
admin.site.password_change = password_change
admin.site.get_app_list = get_app_list
