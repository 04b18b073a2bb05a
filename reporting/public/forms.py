"""Filters. They validate what an address asks for; a value that isn't offered is the same as none."""

from collections.abc import Iterable
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms

from reporting.domain import matrix
from reporting.domain.comparing import Comparison
from reporting.domain.matrix import Matrix
from reporting.domain.past import Seen
from reporting.domain.published import ActionView
from reporting.models import Status

ANY = ("", "Any status")
GAPS = [("not_recorded", "Not recorded"), ("not_published", "Not published")]


class ActionFilter(forms.Form):
    """Which year of an action is shown in full, and departments of which status."""

    year = forms.TypedChoiceField(coerce=int, required=False, label="Year")
    status = forms.ChoiceField(required=False, label="Status")

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.years = years
        self.fields["year"].choices = [(year, str(year)) for year in reversed(years)]  # type: ignore[attr-defined]
        self.fields["status"].choices = [ANY, *Status.choices, *GAPS]  # type: ignore[attr-defined]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True  # a GET form: it changes nothing, and public pages carry no token
        self.helper.layout = Layout("year", "status")

    def chosen(self, default: int) -> tuple[int, str]:
        """The year and the status asked for; the default year where none or an unknown one is."""
        self.is_valid()
        year = self.cleaned_data.get("year") or default
        return int(year), self.cleaned_data.get("status", "")


class Boxes(forms.CheckboxSelectMultiple):
    classes = "govuk-checkboxes--small st-boxes"
    legend = "govuk-fieldset__legend--s"


def _offer(form: forms.Form, **choices: Iterable[tuple[Any, str]]) -> None:
    for name, rows in choices.items():
        form.fields[name].choices = list(rows)  # type: ignore[attr-defined]


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _themes(word: str, actions: Iterable[ActionView]) -> list[tuple[str, str]]:
    themes = dict.fromkeys(action.theme for action in actions if action.theme)
    return [("", f"Every {word}"), *((theme, theme) for theme in themes)]


def _actions(actions: Iterable[ActionView]) -> list[tuple[Any, str]]:
    return [("", "Every action"), *((one.number, f"{one.number} {one.short_name}") for one in actions)]


class AsAtForm(forms.Form):
    """The day that a page is shown as at."""

    as_at = forms.CharField(required=False, label="As at the end of", help_text="A day, like 2014-03-31")

    def __init__(self, seen: Seen) -> None:
        super().__init__(initial={"as_at": seen.day.isoformat() if seen.day else ""})


class MatrixFilter(forms.Form):
    """Which part of the table of a round is shown, with what is chosen of it."""

    year = forms.ChoiceField(required=False, label="Year")
    theme = forms.ChoiceField(required=False)
    action = forms.ChoiceField(required=False, label="Action")
    status = forms.ChoiceField(required=False, label="Status")
    as_at = forms.CharField(required=False, label="As at the end of", help_text="A day, like 2014-03-31")
    department = forms.MultipleChoiceField(required=False, label="Departments", widget=Boxes)

    def __init__(self, found: Matrix) -> None:
        asked, day = found.asked, found.seen.day
        super().__init__(
            initial={
                "year": asked.year,
                "theme": asked.theme,
                "action": asked.action or "",
                "status": asked.status,
                "as_at": day.isoformat() if day else "",
                "department": asked.departments,
            }
        )
        self.fields["theme"].label = _capital(found.strategy.theme_word)
        _offer(
            self,
            year=[(one.year, str(one.year)) for one in reversed(found.rounds)],
            theme=_themes(found.strategy.theme_word, found.all_actions),
            action=_actions(found.all_actions),
            status=[ANY, *matrix.WORDS.items()],
            department=[(one.slug, one.name) for one in found.bodies],
        )


class CompareForm(forms.Form):
    """Which columns stand side by side, with what is chosen of them."""

    department = forms.MultipleChoiceField(required=False, label="Departments", widget=Boxes)
    year = forms.MultipleChoiceField(required=False, label="Years", widget=Boxes)
    theme = forms.ChoiceField(required=False)
    action = forms.ChoiceField(required=False, label="Action")
    as_at = forms.CharField(required=False, label="As at the end of", help_text="A day, like 2014-03-31")

    def __init__(self, found: Comparison) -> None:
        asked, day = found.asked, found.seen.day
        super().__init__(
            initial={
                "department": asked.departments,
                "year": asked.years,
                "theme": asked.theme,
                "action": asked.action or "",
                "as_at": day.isoformat() if day else "",
            }
        )
        self.fields["theme"].label = _capital(found.strategy.theme_word)
        _offer(
            self,
            department=[(one.slug, one.name) for one in found.bodies],
            year=[(one.year, str(one.year)) for one in reversed(found.rounds)],
            theme=_themes(found.strategy.theme_word, found.all_actions),
            action=_actions(found.all_actions),
        )
