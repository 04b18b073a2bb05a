"""What reviewers type. Their words are judged here; what may be done is asked of the domain."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from reporting.domain import text
from reporting.domain.events import content_digest
from reporting.models import Assessment, Comment, Entry, ReturnReason
from reporting.web.fields import Box, Radios, SmallBox, TextField

NOTHING, CHANGE = "nothing", "change"
HINTS = {
    Assessment.EVIDENCED: "What is claimed can be seen in what is given",
    Assessment.PARTLY_EVIDENCED: "Some of it can",
    Assessment.NOT_EVIDENCED: "None of it can",
    Assessment.CANNOT_BE_ASSESSED: "The text doesn’t say enough, or nobody outside can know",
}


class Lines(SmallBox):
    label = "govuk-label--s"


class DecisionForm(forms.Form):
    """About one entry: the assessment, whether the department changes it, and a note among reviewers."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)  # the digest of what stood there
    assessment = forms.ChoiceField(
        label="Assessment",
        help_text="Your own judgement. It is published beside the department’s status.",
        choices=[*Assessment.choices, ("", "Not assessed")],
        required=False,
        widget=Radios(HINTS, classes="govuk-radios--small"),
    )
    assessment_reason = TextField(label="Reason for the assessment", help_text="Readers see it.", widget=Lines())
    outcome = forms.ChoiceField(
        label="What should happen to this entry?",
        choices=[(NOTHING, "Nothing, it can be accepted"), (CHANGE, "The department changes it")],
        widget=Radios(classes="govuk-radios--small"),
        error_messages={"required": "Select what should happen to this entry"},
    )
    return_reason = forms.ChoiceField(label="Reason for return", required=False)
    field = forms.ChoiceField(label="About", required=False)
    comment = TextField(
        label="Comment to the department", help_text="Sent when you return the report.", widget=Box(4)
    )
    note = TextField(
        label="Private note", help_text="Only reviewers can read it. It is never sent or published.", widget=Lines()
    )

    def __init__(self, *args: Any, entry: Entry | None, unsent: bool, year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entry, self.unsent = entry, unsent
        mark = entry.return_reason if entry else None
        offered = list(ReturnReason.objects.filter(active=True))
        if mark and mark not in offered:
            offered.append(mark)
        self.reasons = {str(one.pk): one for one in offered}
        self.fields["return_reason"].choices = [  # type: ignore[attr-defined]
            ("", "Select a reason"),
            *((key, one.title) for key, one in self.reasons.items()),
        ]
        self.fields["field"].choices = fields_of(year)  # type: ignore[attr-defined]
        self.now = stands(entry)
        self.initial = {
            "seen": content_digest(self.now),
            "assessment": self.now[0],
            "assessment_reason": self.now[1],
            "outcome": CHANGE if mark else NOTHING,
            "return_reason": str(mark.pk) if mark else "",
            **self.initial,
        }

    def clean(self) -> None:
        given = self.cleaned_data
        judged, why = given.get("assessment", ""), given.get("assessment_reason", "")
        if judged and not why.strip():
            self.add_error("assessment_reason", "Enter the reason for the assessment: readers see it")
        if why.strip() and "assessment" in given and not judged:
            self.add_error(
                "assessment", "Select the assessment that this is the reason for, or take the reason out"
            )
        self._clean_outcome(given)
        self._clean_seen(given)

    def _clean_outcome(self, given: dict[str, Any]) -> None:
        comment = given.get("comment", "").strip()
        if given.get("outcome") == CHANGE:
            if not given.get("return_reason"):
                self.add_error("return_reason", "Select the reason for return")
            if not comment and not self.unsent:
                self.add_error("comment", "Enter a comment: say what the department should change")
        elif comment and "outcome" in given:
            self.add_error("outcome", "Select “The department changes it”, or take the comment out")

    def _clean_seen(self, given: dict[str, Any]) -> None:
        """Somebody else may have decided while this was typed: their words are shown before they are replaced."""
        wanted = [given.get("assessment", ""), given.get("assessment_reason", ""), given.get("return_reason", "")]
        if self.now == wanted or given.get("seen") in {"", content_digest(self.now)}:
            return
        self.data = self.data.copy()
        self.data["seen"] = content_digest(self.now)
        label = dict(Assessment.choices).get(self.now[0], "Not assessed")
        said = f"“{label}”: {self.now[1]}" if self.now[1] else f"“{label}”"
        marked = self.reasons[self.now[2]].title if self.now[2] else "nothing to change"
        self.add_error(
            "assessment",
            f"Somebody decided meanwhile: {said}; {marked}. Save again to put your decision in its place",
        )

    @property
    def reason(self) -> ReturnReason | None:
        """What the entry is marked with; None: it can be accepted."""
        return self.reasons[self.cleaned_data["return_reason"]] if self.cleaned_data["outcome"] == CHANGE else None


def stands(entry: Entry | None) -> list[str]:
    if entry is None:
        return ["", "", ""]
    return [entry.assessment, entry.assessment_reason, str(entry.return_reason_id or "")]


def fields_of(year: int) -> list[tuple[str, str]]:
    """The parts of an entry as the page names them."""
    named = {"progress": f"progress during {year}", "planned": f"planned activities in {year + 1}"}
    labels = [(value, named.get(value, label)) for value, label in Comment.Field.choices]
    return [(value, label[:1].upper() + label[1:]) for value, label in labels]


class ReturnForm(forms.Form):
    message = TextField(
        label="Message to the department",
        help_text="It stands in the e-mail and at the top of their report. The comments go along by themselves.",
        widget=Box(6),
    )
    due_day = forms.CharField(label="Day", required=False)
    due_month = forms.CharField(label="Month", required=False)
    due_year = forms.CharField(label="Year", required=False)

    def clean(self) -> None:
        if not self.cleaned_data.get("message", "").strip():
            self.add_error("message", "Enter the message: say what the department should change")
        parts = [self.cleaned_data.get(f"due_{part}", "").strip() for part in ("day", "month", "year")]
        self.due = None
        if not any(parts):
            return
        try:
            self.due = date(int(parts[2]), int(parts[1]), int(parts[0]))
        except (ValueError, OverflowError):  # the second of a year with more digits than dates have
            self.add_error("due_day", "Enter the day, month and year of a date, such as 27 3 2026, or none of them")
            return
        if self.due < timezone.localdate():
            self.add_error("due_day", "Enter today or a later day: the changes can’t be due in the past")


class ReasonForm(forms.Form):
    """One text that has to be there."""

    reason = TextField(widget=Box(5))

    def __init__(self, *args: Any, label: str, hint: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label, self.fields["reason"].help_text = label, hint

    def clean_reason(self) -> str:
        reason: str = self.cleaned_data["reason"]
        if not reason.strip():
            label = str(self.fields["reason"].label)
            raise forms.ValidationError(f"Enter the {label[:1].lower()}{label[1:]}")
        return reason


def removed(form: forms.Form) -> Iterable[str]:
    """Sentences on what could not be stored."""
    for field in form.fields.values():
        if isinstance(field, TextField):
            yield from (f"{field.label}: {one}" for one in field.removed)


def same_words(one: str, other: str) -> bool:
    return text.digest(one.strip()) == text.digest(other.strip())
