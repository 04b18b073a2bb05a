from typing import Any

import django.contrib.auth.admin  # noqa: F401 - it registers groups: first let it, then take them out
from django.conf import settings
from django.contrib import admin
from django.contrib.admin import AdminSite
from django.contrib.admin.forms import AdminPasswordChangeForm
from django.contrib.auth.models import Group
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy

from reporting.domain import people

admin.site.site_title = admin.site.site_header = f"{settings.SERVICE_NAME} administration"
admin.site.index_title = "What is administered here"
admin.site.enable_nav_sidebar = False  # the room is the tables'; the list of all pages is one step away
admin.site.unregister(Group)  # who may do what is said in rules.py


class OwnPasswordForm(AdminPasswordChangeForm):
    def save(self, commit: bool = True) -> Any:
        password = self.cleaned_data["new_password1"]
        return people.set_password(actor=self.user, person=self.user, password=password)


def password_change(request: HttpRequest, extra_context: Any = None) -> HttpResponse:
    """Django's page, writing through the domain's verb."""
    view = PasswordChangeView.as_view(
        form_class=OwnPasswordForm,
        success_url=reverse_lazy("admin:password_change_done"),
        extra_context={**admin.site.each_context(request), **(extra_context or {})},
    )
    return view(request)


def get_app_list(request: HttpRequest, app_label: str | None = None) -> list[Any]:
    """What was promised, then what was done."""
    found = AdminSite.get_app_list(admin.site, request, app_label)
    return sorted(found, key=lambda app: app["app_label"], reverse=True)


admin.site.password_change = password_change
admin.site.get_app_list = get_app_list
