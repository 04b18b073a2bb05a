"""The Jinja2 environment of all pages: GOV.UK macros, our own filters, nothing that reads the database."""

from datetime import datetime
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from crispy_forms.utils import render_crispy_form
from django.conf import settings
from django.forms import BaseForm
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader
from markupsafe import Markup, escape

from reporting.domain.matrix import STATUS_MEANINGS
from reporting.domain.tracing import Move, total
from reporting.models import Category
from reporting.web import text
from strategy.dates import day_in_words


def time_of_day(value: datetime) -> str:
    """14:32; with the day where it isn't today."""
    local, today = timezone.localtime(value), timezone.localdate()
    return f"{local:%H:%M}" if local.date() == today else f"{local:%H:%M} on {day_in_words(local)}"


def clock(value: datetime) -> str:
    """14:32"""
    return f"{timezone.localtime(value):%H:%M}"


def clock_with_seconds(value: datetime) -> str:
    """14:32:05, where saves follow each other quickly."""
    return f"{timezone.localtime(value):%H:%M:%S}"


def marked(within: str, words: str) -> Markup:
    """A passage with the words in it that matter marked."""
    before, found, after = within.partition(words)
    return escape(before) + (Markup("<mark>{}</mark>").format(found) if found else Markup("")) + escape(after)


def part(form: BaseForm, *names: str) -> Markup:
    """Some fields of a form: a page puts them in their places, and writes the <form> itself."""
    helper = FormHelper()
    helper.form_tag, helper.disable_csrf, helper.include_media = False, True, False
    helper.layout = Layout(*names)
    return Markup(render_crispy_form(form, helper))  # noqa: S704 - made of escaping templates


def count(number: int, one: str, many: str = "") -> str:
    """“1 department”, “2 departments”."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def environment(**options: Any) -> Environment:
    options["loader"] = ChoiceLoader(
        [
            options["loader"],
            PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        ]
    )
    options.update(trim_blocks=True, lstrip_blocks=True)
    made = Environment(**options)  # noqa: S701 - Django's backend passes autoescape=True
    made.globals.update(
        static=static,
        url=lambda name, *args: reverse(name, args=args),
        service_name=settings.SERVICE_NAME,
        service_tagline=settings.SERVICE_TAGLINE,
        feedback_address=settings.FEEDBACK_ADDRESS,
        crispy=lambda form: Markup(render_crispy_form(form)),  # noqa: S704 - made of escaping templates
        part=part,
        status_meanings=STATUS_MEANINGS,
        categories={"": "not stated", **dict(Category.choices)},
        said=text.said,
        planned=text.planned,
        moved=Move,
        total=total,
        outcome=text.outcome,
    )
    made.filters.update(
        day=day_in_words,
        count=count,
        capital=capital,
        time_of_day=time_of_day,
        clock=clock,
        clock_with_seconds=clock_with_seconds,
        marked=marked,
    )
    return made
