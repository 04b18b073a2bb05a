"""When, with which note, and why: read and checked; the domain decides."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone

from reporting.domain import releases
from reporting.domain.releases import NoSuchTime, TimeTwice
from reporting.publishing import clock
from reporting.publishing.choice import LAST_YEAR
from reporting.web.fields import Box, Radios, TextField
from strategy.dates import MONTHS

LONGEST_NOTE = 500  # characters: it stands in one cell of a table, and in the address of a preview


class WhenForm(forms.Form):
    """A day and an hour, as clocks show them here; which of two, on the night when an hour comes twice."""

    day = forms.CharField(required=False, label="Day")
    month = forms.CharField(required=False, label="Month")
    year = forms.CharField(required=False, label="Year")
    time = forms.CharField(required=False, initial="9:30am")
    which = forms.ChoiceField(required=False, widget=Radios(), label="Which of the two?")

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        self.twice = False
        self.starts: datetime | None = None
        self.fields["time"].label = f"Time in {clock.place()}"
        self.fields["time"].help_text = "For example, 9:30am or 16:00"
        self.fields["time"].widget.classes = "govuk-input--width-5"  # type: ignore[attr-defined]
        self.fields["time"].widget.label = "govuk-label--s"  # type: ignore[attr-defined]
        self.fields["which"].choices = [("first", "The first"), ("second", "The second")]  # type: ignore[attr-defined]

    def clean(self) -> None:
        self.read_moment()

    def read_moment(self) -> None:
        day, at = self._day(), self._time()
        if day is None or at is None:
            return
        which = self.cleaned_data.get("which")
        second = None if not which else which == "second"
        try:
            # Both, to see whether the clocks show it twice.
            releases.moment(day, at)
        except NoSuchTime as refusal:
            self.add_error("time", str(refusal))
            return
        except TimeTwice as question:
            self.twice = True
            self.fields["which"].choices = [  # type: ignore[attr-defined]
                (key, f"The {key} {clock.hour(moment)}, {clock.zone(moment)}")
                for key, moment in zip(("first", "second"), question.choices, strict=True)
            ]
            if second is None:
                self.add_error("which", str(question))
                return
        self.starts = releases.moment(day, at, second=second)
        if self.starts <= self.now:
            self.add_error(
                "time" if day == timezone.localdate(self.now) else "day", "Enter a time that is still to come"
            )

    def _day(self) -> date | None:
        given = [self.cleaned_data.get(name, "").strip() for name in ("day", "month", "year")]
        missing = [name for name, value in zip(("day", "month", "year"), given, strict=True) if not value]
        if len(missing) == 3:
            self.add_error("day", "Enter the date of publication")
        elif missing:
            self.add_error(missing[0], f"The date of publication must include a {' and a '.join(missing)}")
        if missing:
            return None
        month = str(MONTHS.get(given[1].casefold(), given[1]))
        try:
            found = date(int(given[2]), int(month), int(given[0]))
        except (ValueError, OverflowError):
            self.add_error("day", "The date of publication must be a day of the calendar, such as 25 2 2027")
            return None
        if found.year > LAST_YEAR:
            self.add_error("year", f"The year of publication must be {LAST_YEAR} or earlier")
        elif found < timezone.localdate(self.now):
            self.add_error("day", "Enter a time that is still to come")
        else:
            return found
        return None

    def _time(self) -> Any:
        typed = self.cleaned_data.get("time", "").strip()
        if not typed:
            self.add_error("time", "Enter the time of publication")
            return None
        found = clock.read(typed)
        if found is None:
            self.add_error("time", "Enter a time like 9:30am or 16:00")
        return found

    @property
    def date_errors(self) -> list[str]:
        return [error for name in ("day", "month", "year") for error in self.errors.get(name, [])]


class PublishForm(WhenForm):
    when = forms.ChoiceField(
        label="When",
        choices=[("later", "At a time that I set"), ("now", "Now")],
        initial="later",
        widget=Radios(legend="govuk-fieldset__legend--m"),
        error_messages={"required": "Select when to publish", "invalid_choice": "Select when to publish"},
    )
    note = TextField(
        label="Change note",
        help_text="Readers see it on each report, in the history and among the latest publications. "
        "A correction keeps the note that its department wrote.",
        widget=Box(3),
    )

    def clean(self) -> None:
        if self.cleaned_data.get("when") == "later":
            self.read_moment()
        if len(self.cleaned_data.get("note", "").strip()) > LONGEST_NOTE:
            self.add_error("note", f"Change note must be {LONGEST_NOTE} characters or fewer")

    @property
    def is_now(self) -> bool:
        return bool(self.cleaned_data.get("when") == "now")

    @property
    def note_said(self) -> str:
        return str(self.cleaned_data.get("note", "")).strip()


class PreviewedForm(forms.Form):
    previewed = forms.BooleanField(
        error_messages={"required": "Preview the public site, then tick that you have done so"}
    )

    def __init__(self, *args: Any, words: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["previewed"].label = f"I have previewed the public site as it will be {words}"


class ReasonForm(forms.Form):
    reason = TextField(widget=Box(4))

    def __init__(self, *args: Any, label: str, hint: str, missing: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label, self.fields["reason"].help_text = label, hint
        self.missing = missing

    def clean_reason(self) -> str:
        reason = str(self.cleaned_data["reason"]).strip()
        if not reason:
            raise forms.ValidationError(self.missing)
        return reason
