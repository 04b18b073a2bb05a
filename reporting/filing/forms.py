"""What people type. Forms read it and judge nothing: a draft may be empty, long or half a sentence."""

import hashlib
import json
import re
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from reporting.domain import text
from reporting.domain.activities import split
from reporting.domain.filing import Draft
from reporting.domain.working import Asked
from reporting.models import Answer, Category, ChangeKind, Comment, Status
from reporting.web.fields import Box, Radios, SmallBox, TextField
from strategy.models import Action

STATUS_HINTS = {
    Status.NOT_STARTED: "No work has been done on the action yet",
    Status.ON_TRACK: "Work is going as it was planned",
    Status.BEHIND: "Work is later, or less, than was planned",
    Status.COMPLETED: "What the action asks for is done",
    Status.STOPPED: "The work has ended before it was done",
    Status.NOT_APPLICABLE: "The action does not apply here. You give a category and a reason",
}
KIND_HINTS = {
    ChangeKind.MINOR: "A slip of the pen: what was reported stays the same",
    ChangeKind.MAJOR: "Something that was reported is another now, such as a number, a date or a status",
}
EVIDENCE = ("address", "title", "date")
ROWS_SHOWN = 2  # of evidence, when there is none yet; one more than there are otherwise
MOST_ROWS = 200
FIRST_WORDS = 12  # of a planned activity, in a list to choose from
TEXTS = ("progress", "planned", "reason")  # the long ones


class KeyField(forms.CharField):
    """The id of a save, or None for what is none: an id is no reason to refuse somebody's text."""

    def __init__(self) -> None:
        super().__init__(required=False, widget=forms.HiddenInput)
        self.validators = []

    def to_python(self, value: Any) -> uuid.UUID | None:
        return key_of(value)


def key_of(typed: Any) -> uuid.UUID | None:
    try:
        return uuid.UUID(str(typed))
    except ValueError:
        return None


class EntryForm(forms.Form):
    """One entry. Its field names are those of the saves' receipts, too: see `values`."""

    save_id = KeyField()
    base = KeyField()
    author = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, asked: Sequence[Asked], year: int, asks_status: bool = True, draft: Draft, **kwargs: Any
    ) -> None:
        self.asked, self.draft = asked, draft
        posted = args[0] if args else None
        self.no_longer_asked = _no_longer_asked(asked, draft, posted)
        self.rows = _rows(posted, len(draft.evidence))
        super().__init__(*args, **kwargs)
        for one in asked:
            self.fields.update(_answer_fields(one, _plans(draft, posted), year))
        if asks_status:
            self.fields["status"] = forms.ChoiceField(
                choices=Status.choices, required=False, label="Status", widget=Radios(STATUS_HINTS)
            )
            self.fields["category"] = forms.ChoiceField(
                choices=[("", "Select a category"), *Category.choices], required=False, label="Category"
            )
            self.fields["reason"] = TextField(label="Why the action is not applicable", widget=Box(5))
        self.fields["progress"] = TextField(label=f"Progress during {year}", widget=Box())
        self.fields["planned"] = TextField(label=f"Planned activities in {year + 1}", widget=Box())
        for row in range(self.rows):
            self.fields.update(_evidence_fields(row))
        self.fields["ready"] = forms.ChoiceField(
            choices=[("yes", "Yes, it is ready"), ("no", "No, not yet")],
            required=False,
            label="Is this entry ready?",
            widget=Radios(legend="govuk-fieldset__legend--m"),
        )
        self.initial = {**values(draft), **self.initial}

    @property
    def removed(self) -> list[str]:
        """Sentences on what could not be stored."""
        found = []
        for name, field in self.fields.items():
            if isinstance(field, TextField):
                found += [f"{field.label or name}: {one}" for one in field.removed]
        return found

    def said(self) -> dict[str, Any]:
        """The fields of a draft; what this form has no field for stays as it was."""
        given = self.cleaned_data
        kept = {"notes": self.draft.notes, "status": self.draft.status}
        kept |= {"category": self.draft.category, "reason": self.draft.reason}
        plain = {name: given.get(name, kept.get(name, "")) for name in ("status", "category", *TEXTS, "notes")}
        evidence = [{part: given[f"evidence-{row}-{part}"] for part in EVIDENCE} for row in range(self.rows)]
        while evidence and not any(evidence[-1].values()):
            evidence.pop()
        answers = [row for one in self.asked if (row := self._row(one))]
        return {**plain, "evidence": evidence, "answers": answers + self.no_longer_asked}

    def sentences(self) -> list[str]:
        return [str(error) for errors in self.errors.values() for error in errors]

    def _row(self, one: Asked) -> dict[str, Any] | None:
        """What was said about one activity; nothing where nothing was."""
        given = {part: self.cleaned_data[f"activity-{one.key}-{part}"] for part in ("answer", "reason", "carried")}
        if not any(given.values()):
            return None
        row = {"activity": one.number, "answer": given["answer"], "reason": given["reason"]}
        row |= {"department": one.department} if one.department else {}
        row |= {"carried_words": given["carried"]} if given["carried"] else {}
        return row


def _no_longer_asked(asked: Sequence[Asked], draft: Draft, posted: Any) -> list[dict[str, Any]]:
    """Answers that are there, or come from a page of before, to what is not asked any more: kept all the same.

    What was planned may have been corrected meanwhile.
    """
    known = {(one.department, one.number) for one in asked}
    rows = {(row.get("department", ""), row["activity"]): dict(row) for row in draft.answers}
    for name in posted or []:
        found = re.fullmatch(r"activity-(.+)-(\d{1,5})-(answer|reason|carried)", name)
        if found and (value := text.clean(posted[name])[0]):
            department, number = "" if found[1] == "own" else found[1], int(found[2])
            new = {"activity": number, "answer": "", "reason": ""} | (
                {"department": department} if department else {}
            )
            row = rows.setdefault((department, number), new)
            part = "carried_words" if found[3] == "carried" else found[3]
            if part != "answer" or value in Answer.values:
                row[part] = value
    return [row for key, row in rows.items() if key not in known]


def _answer_fields(one: Asked, plans: list[str], year: int) -> dict[str, forms.Field]:
    name = f"activity-{one.key}"
    choices = [("", "Choose an activity"), *((words, _short(words)) for words in plans)]
    return {
        f"{name}-answer": forms.ChoiceField(
            choices=Answer.choices,
            required=False,
            label=f"What happened to {one.reference}?",
            widget=Radios(classes="govuk-radios--small", legend="govuk-visually-hidden"),
        ),
        f"{name}-reason": TextField(label=f"Why? (unless it is done) ({one.reference})", widget=SmallBox()),
        f"{name}-carried": CarriedField(
            choices=choices, label=f"Where it is carried forward, the activity planned for {year + 1}"
        ),
    }


class CarriedField(forms.ChoiceField):
    """A choice by the words of a planned activity. Words that have changed since are kept: they may come back."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def to_python(self, value: Any) -> str:
        return text.clean(value or "")[0]

    def validate(self, value: Any) -> None:
        pass


def _evidence_fields(row: int) -> dict[str, forms.Field]:
    name, place = f"evidence-{row}", row + 1
    return {
        f"{name}-address": TextField(label=f"Address of page {place}", help_text="It begins with https://"),
        f"{name}-title": TextField(label=f"Title of page {place}"),
        f"{name}-date": TextField(label=f"Date of page {place}", help_text="For example, 12 March 2025"),
    }


def _rows(posted: Any, kept: int) -> int:
    """Rows of evidence that the form has: those that were posted, or one more than there are."""
    if not posted:
        return min(max(ROWS_SHOWN, kept + 1), MOST_ROWS)
    numbers = [int(found[1]) for name in posted if (found := re.fullmatch(r"evidence-(\d{1,3})-\w+", name))]
    return min(max(numbers, default=-1) + 1, MOST_ROWS)


def _plans(draft: Draft, posted: Any) -> list[str]:
    """The activities of the planned text as it stands, and those that answers lead to already."""
    planned = text.clean(posted.get("planned", ""))[0] if posted else draft.planned
    found = [activity.words for activity in split(planned)]
    found += [str(row["carried_words"]) for row in draft.answers if row.get("carried_words")]
    return list(dict.fromkeys(found))


def _short(words: str) -> str:
    parts = words.split()
    return " ".join(parts[:FIRST_WORDS]) + ("…" if len(parts) > FIRST_WORDS else "")


# Receipts: what a save holds, named as the form names it ----------------------------------------------


def values(draft: Draft) -> dict[str, str]:
    """By the names of the form's fields, what the save holds; empty ones are left out."""
    found = {name: getattr(draft, name) for name in ("status", "category", *TEXTS)}
    for row in draft.answers:
        name = f"activity-{row.get('department') or 'own'}-{row['activity']}"
        found |= {f"{name}-answer": row.get("answer", ""), f"{name}-reason": row.get("reason", "")}
        found[f"{name}-carried"] = row.get("carried_words", "")
    for number, row in enumerate(draft.evidence):
        found |= {f"evidence-{number}-{part}": row.get(part, "") for part in EVIDENCE}
    return {name: value for name, value in found.items() if value}


def receipt(draft: Draft, names: Iterable[str]) -> str:
    """SHA-256 over the form's names and what the save holds, as JSON, in the order of the names: the page's
    script makes the same from its form, and says “Saved” only where both agree."""
    known = set(names)
    pairs = sorted((name, value) for name, value in values(draft).items() if name in known)
    written = json.dumps(pairs, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


# The other forms ----------------------------------------------------------------------------------------


class NilForm(forms.Form):
    reason = TextField(
        label="The one reason that stands for all actions",
        help_text="It is published in place of all entries.",
        widget=Box(6),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)  # the digest of what stood there

    def __init__(self, *args: Any, now: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now

    def clean(self) -> None:
        reason = self.cleaned_data["reason"]
        if not reason.strip():
            self.add_error("reason", "Enter the one reason that stands for all actions")
        elif self.now and reason != self.now and self.cleaned_data["seen"] != text.digest(self.now):
            self.data = self.data.copy()
            self.data["seen"] = text.digest(self.now)
            sentence = (
                f"Somebody else gave a reason meanwhile: “{self.now}”. Write what shall stand, and save again"
            )
            self.add_error("reason", sentence)


class DeclarationForm(forms.Form):
    seen = forms.CharField(required=False, widget=forms.HiddenInput)  # the digest of what was read
    agreed = forms.BooleanField(
        label="I have read the report. To the best of my knowledge it is complete and true.",
        error_messages={"required": "Tick the declaration before you sign off"},
    )


class CorrectionForm(DeclarationForm):
    """What readers are told about what changes, before the declaration."""

    change_note = TextField(
        label="What the correction changes",
        help_text="Readers see it beside the report. Say what was wrong and what it says now.",
        widget=Box(4),
    )
    change_kind = forms.ChoiceField(
        label="How much it changes",
        choices=ChangeKind.choices,
        widget=Radios(KIND_HINTS),
        error_messages={"required": "Select how much it changes"},
    )
    field_order = ["change_note", "change_kind", "seen", "agreed"]

    def clean_change_note(self) -> str:
        note: str = self.cleaned_data["change_note"]
        if not note.strip():
            raise forms.ValidationError("Enter what the correction changes: readers are told")
        return note


class Choices(forms.CheckboxSelectMultiple):
    legend = "govuk-fieldset__legend--s"
    hints: dict[str, str] = {}


class PartForm(forms.Form):
    """Which part of a department's report somebody writes."""

    scope = forms.ChoiceField(
        label="What they write",
        choices=[("all", "All actions"), ("some", "Only the actions that I choose")],
        widget=Radios(),
        error_messages={"required": "Select what they write"},
    )
    actions = forms.MultipleChoiceField(label="Actions", required=False, widget=Choices())

    def __init__(self, *args: Any, choices: Iterable[Action], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_key = {str(action.pk): action for action in choices}
        self.fields["actions"].choices = [  # type: ignore[attr-defined]
            (key, f"{action.strategy.code}: {action}") for key, action in self.by_key.items()
        ]

    def clean(self) -> None:
        if self.cleaned_data.get("scope") == "some" and not self.cleaned_data.get("actions"):
            self.add_error("actions", "Select at least one action, or give all of them")

    def given(self) -> list[Action] | None:
        """None: all of them."""
        if self.cleaned_data["scope"] == "all":
            return None
        return [self.by_key[key] for key in self.cleaned_data["actions"]]


class InviteForm(PartForm):
    name = forms.CharField(label="Name", max_length=150)
    email = forms.EmailField(label="E-mail address", max_length=254, help_text="An address that they read at work")
    field_order = ["name", "email", "scope", "actions"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].error_messages["required"] = "Enter the name"
        self.fields["email"].error_messages["required"] = "Enter the e-mail address"


def part_of(comment: Comment) -> str:
    """The part of the entry's page that a comment stands in."""
    return comment.field or "entry"


def new_id() -> str:
    return str(uuid.uuid4())
