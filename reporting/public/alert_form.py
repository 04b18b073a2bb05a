"""What a reader asks for: e-mails to an address about one thing, or about everything."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError

from reporting.domain.published import Body
from reporting.domain.subscriptions import Scope, normal
from strategy.models import Action, Department, Strategy

EVERYTHING = "everything"
LONGEST = 254  # of an address, in SMTP
WRONG = "Enter an e-mail address in the correct format, like name@example.org"


class AlertForm(forms.Form):
    """`what` is “everything”, “strategy:slug”, “action:slug:3” or “department:slug”."""

    what = forms.ChoiceField(
        label="What do you want to follow?",
        error_messages={"required": "Choose what to follow", "invalid_choice": "Choose one from the list"},
    )
    address = forms.EmailField(
        label="Your e-mail address",
        help_text="We use it for these e-mails and for nothing else. It is deleted when you stop them.",
        max_length=LONGEST,
        error_messages={
            "required": "Enter your e-mail address",
            "invalid": WRONG,
            "max_length": f"An e-mail address has at most {LONGEST} characters: check it",
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(
        self, *args: Any, strategies: list[Strategy], action: Action | None, bodies: list[Body], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.action = action
        rows = [(EVERYTHING, "Everything that is published here")]
        if action:
            words = f"{action.strategy.title}, action {action.number}: {action.short_name}"
            rows.append((f"action:{action.strategy.slug}:{action.number}", words))
        rows += [(f"strategy:{one.slug}", one.title) for one in strategies]
        rows += [(f"department:{one.slug}", one.name) for one in bodies]
        self.fields["what"].choices = rows  # type: ignore[attr-defined]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True  # nothing happens until the link in the mail is followed
        self.helper.layout = Layout("what", "address")

    def clean_address(self) -> str:
        """As it is counted and kept. Quoted names are rare, and can hold whatever breaks a header."""
        address = normal(self.cleaned_data["address"])
        domain = address.rpartition("@")[2]
        if (
            not address.isascii()
            or not address.isprintable()
            or '"' in address
            or "." not in domain
            or "[" in domain
        ):
            raise ValidationError(WRONG)
        if len(address) > LONGEST:
            raise ValidationError(f"An e-mail address has at most {LONGEST} characters: check it")
        return address

    def scope(self) -> Scope:
        kind, _, slug = self.cleaned_data["what"].partition(":")
        if kind == "action":
            return Scope(action=self.action)
        if kind == "strategy":
            return Scope(strategy=Strategy.objects.get(slug=slug))
        if kind == "department":
            return Scope(department=Department.objects.get(slug=slug))
        return Scope()


def asked_action(what: str) -> Action | None:
    """The one that an address of this page names: actions are too many to offer all of them."""
    kind, _, rest = what.partition(":")
    slug, _, number = rest.rpartition(":")
    if (
        kind != "action"
        or not slug.isprintable()
        or not number.isascii()
        or not number.isdecimal()
        or len(number) > 4
    ):
        return None
    rows = Action.objects.select_related("strategy")
    return rows.filter(strategy__slug=slug[:300], number=int(number)).first()
