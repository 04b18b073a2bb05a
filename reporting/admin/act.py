"""A page of the administration for one thing that is done: a sentence, perhaps a form, a button."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import AdminForm
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from reporting import rules
from reporting.admin.base import ReadOnlyAdmin
from reporting.domain.errors import NotPossible


def act(
    page: ReadOnlyAdmin,
    request: HttpRequest,
    pk: object,
    do: Callable[[Any, dict[str, Any]], object],
    *,
    title: str,
    button: str,
    done: str,
    form_class: Callable[[Any], forms.Form] = forms.Form,
) -> HttpResponse:
    """`do` gets the thing and what was said of it; where the domain refuses, its sentence is shown."""
    if not rules.may_administer(request.user):
        raise PermissionDenied
    obj = page.get_object(request, str(pk))
    if obj is None:
        return page._get_obj_does_not_exist_redirect(request, page.opts, str(pk))
    form = form_class(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            do(obj, form.cleaned_data)
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, done)
            name = f"admin:{page.opts.app_label}_{page.opts.model_name}_change"
            return HttpResponseRedirect(reverse(name, args=[pk]))
    context = {
        **page.admin_site.each_context(request),
        "title": title,
        "subtitle": page.heading(obj),
        "button": button,
        "opts": page.opts,
        "original": obj,
        "form": form,
        "adminform": AdminForm(form, [(None, {"fields": list(form.fields)})] if form.fields else [], {}),
    }
    return TemplateResponse(request, "admin/act.html", context)
