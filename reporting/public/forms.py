"""Filters. They validate what an address asks for; a value that isn't offered is the same as none."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms

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
