"""What is looked for, and what the search is narrowed to."""

from typing import Any

from django import forms

from reporting.domain.searching import Offered
from reporting.models import Status


class SearchForm(forms.Form):
    """The words, and what the search is narrowed to: in the words of addresses; `keys` are those of the rows."""

    q = forms.CharField(required=False, label="Search commitments, plans and reports", widget=forms.SearchInput)
    strategy = forms.ChoiceField(required=False, label="Strategy")
    department = forms.ChoiceField(required=False, label="Department")
    action = forms.ChoiceField(required=False, label="Action")
    year = forms.TypedChoiceField(required=False, coerce=int, label="Year")
    status = forms.ChoiceField(required=False, label="Status")
    NARROWING = ("strategy", "department", "action", "year", "status")

    def __init__(self, *args: Any, offered: Offered, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tables = {"strategy": offered.strategies, "department": offered.departments, "action": offered.actions}
        choices: dict[str, list[tuple[Any, str]]] = {
            **{name: [(word, label) for word, (_, label) in rows.items()] for name, rows in self.tables.items()},
            "year": [(year, str(year)) for year in offered.years],
            "status": list(Status.choices),
        }
        for name, rows in choices.items():
            self.fields[name].choices = [("", f"Any {name}"), *rows]  # type: ignore[attr-defined]

    def narrowed(self) -> dict[str, str]:
        """What is chosen, as the address says it."""
        self.is_valid()
        return {name: str(self.cleaned_data[name]) for name in self.NARROWING if self.cleaned_data.get(name)}

    def keys(self) -> dict[str, Any]:
        """The same, as columns are filtered by it."""
        said = self.narrowed().items()
        return {name: self.tables[name][word][0] if name in self.tables else word for name, word in said}

    def labels(self) -> dict[str, str]:
        """And as readers read it."""
        return {name: dict(self.fields[name].choices)[self.cleaned_data[name]] for name in self.narrowed()}
