"""Pages of the administration as a person uses them: what stands in a form, changed here and there, is sent."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from reporting.models import Event

# What has forms to write; everything else that is registered is only looked at.
WRITTEN = {"strategy.department", "strategy.strategy", "strategy.action", "strategy.milestone"}
WRITTEN |= {"reporting.round", "reporting.user", "reporting.returnreason"}


def registered() -> list[type[models.Model]]:
    return sorted(admin.site._registry, key=lambda model: model._meta.label_lower)


def read_only() -> list[type[models.Model]]:
    return [model for model in registered() if model._meta.label_lower not in WRITTEN]


def label(model: type[models.Model]) -> str:
    return model._meta.label_lower


def address(model: type[models.Model], page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def change_address(obj: models.Model) -> str:
    return address(type(obj), "change", obj.pk)


def typed(response: HttpResponse) -> dict[str, Any]:
    """What the browser would send if nothing were changed."""
    fields = list(response.context["adminform"].form)
    for inline in response.context["inline_admin_formsets"]:
        formset = inline.formset
        fields += list(formset.management_form)
        for form in formset.initial_forms:  # rows that are there, of which only their keys are sent
            fields += [form[formset._pk_field.name], form[formset.fk.name]]
        for form in formset.extra_forms:
            fields += [field for field in form if field.name != "DELETE"]
    values = {field.html_name: "on" if field.value() is True else field.value() for field in fields}
    return {name: value for name, value in values.items() if value is not None and value is not False}


def send(client: Client, url: str, **changed: Any) -> HttpResponse:
    """Open the form, change these fields, save. A row's field is written names__0__name."""
    data = typed(client.get(url))
    data |= {name.replace("__", "-"): value for name, value in changed.items()}
    return client.post(url, {name: value for name, value in data.items() if value is not None})


def saved(client: Client, url: str, **changed: Any) -> list[tuple[str, str]]:
    """Send it, see that it was taken, and tell the events that this made: verb and subject."""
    before = set(Event.objects.values_list("pk", flat=True))
    response = send(client, url, **changed)
    assert response.status_code == 302, errors(response)
    made = Event.objects.exclude(pk__in=before).order_by("sequence")
    actor = int(client.session["_auth_user_id"])
    assert {event.actor_id for event in made} <= {actor}
    return [(event.verb, event.subject) for event in made]


def errors(response: HttpResponse) -> list[str]:
    """The sentences that are shown, wherever they stand."""
    found = list(response.context["errors"])
    return [str(sentence) for sentences in found for sentence in _flat(sentences)]


def _flat(sentences: Any) -> list[Any]:
    return [sentences] if isinstance(sentences, str) else list(sentences)


def rows_of_everything() -> dict[str, list[dict[str, Any]]]:
    """All rows of both apps, without what the sign-in itself writes."""
    from django.apps import apps

    found = {}
    for app in ("strategy", "reporting"):
        for model in apps.get_app_config(app).get_models(include_auto_created=True):
            rows = list(model._base_manager.order_by("pk").values())
            found[model._meta.label_lower] = [
                {name: value for name, value in row.items() if name != "last_login"} for row in rows
            ]
    return found
