"""Boxes that people type in, and how they look: shared by all who write."""

from collections.abc import Mapping
from typing import Any

from django import forms

from reporting.domain import text


class TextField(forms.CharField):
    """Keeps what was typed to the last space. What can't be stored is taken out, and said in `removed`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strip=False, required=False, **kwargs)
        self.validators = []  # one refuses NUL characters: they are taken out instead
        self.removed: list[str] = []

    def to_python(self, value: Any) -> str:
        cleaned, self.removed = text.clean(value or "")
        return cleaned


class Box(forms.Textarea):
    """A text box with its words counted below."""

    counted = True
    label = "govuk-label--s"

    def __init__(self, rows: int = 12) -> None:
        super().__init__({"rows": rows})


class SmallBox(forms.Textarea):
    def __init__(self) -> None:
        super().__init__({"rows": 3})


class Radios(forms.RadioSelect):
    def __init__(self, hints: Mapping[str, str] | None = None, classes: str = "", legend: str = "") -> None:
        super().__init__()
        self.hints, self.classes = hints or {}, classes
        self.legend = legend or "govuk-fieldset__legend--s"
