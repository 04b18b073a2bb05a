"""Filters. A value that makes no sense is the same as none; the address says what is shown."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms

from reporting.domain.history import GROUPS, SAVES, Wanted

GROUP_CHOICES = [("", "Everything"), *((key, label) for key, (label, _) in GROUPS.items())]


class DayField(forms.DateField):
    def __init__(self, label: str) -> None:
        super().__init__(
            label=label,
            required=False,
            input_formats=["%d/%m/%Y", "%d %B %Y", "%d %b %Y", "%Y-%m-%d"],
            help_text="Such as 27/3/2026",
            error_messages={"invalid": f"{label}: write a day such as 27/3/2026."},
        )


class HistoryFilter(forms.Form):
    what = forms.ChoiceField(required=False, label="What happened", choices=GROUP_CHOICES)
    who = forms.CharField(required=False, label="Who", max_length=200)
    subject = forms.CharField(required=False, label="Reference begins with", max_length=200)
    since = DayField("From")
    until = DayField("To")

    def __init__(self, *args: Any, saves: bool = False, subject: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if saves:
            self.fields["what"].choices = [*GROUP_CHOICES, (SAVES, "Text saved")]  # type: ignore[attr-defined]
        if not subject:
            del self.fields["subject"]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True  # it changes nothing
        self.helper.layout = Layout(*self.fields)

    def wanted(self) -> Wanted:
        self.is_valid()
        said = self.cleaned_data
        return Wanted(
            said.get("what") or "",
            (said.get("who") or "").strip(),
            (said.get("subject") or "").strip(),
            said.get("since"),
            said.get("until"),
        )
