"""Verbs on the people who sign in. Events name them by id alone: names can be lawfully removed."""

from datetime import datetime
from typing import Any

from django.db import transaction

from reporting.domain import events
from reporting.domain.errors import NotPossible
from reporting.models import User

CHANGEABLE = {"email", "name", "is_active", "is_staff"}
OF_THE_SERVICE = "@system.invalid"  # addresses of what the service does by itself


def reference(person: User) -> str:
    return f"person/{person.pk}"


@transaction.atomic
def add_person(
    *,
    actor: User,
    email: str,
    password: str,
    name: str = "",
    is_staff: bool = False,
    at: datetime | None = None,
) -> User:
    _refuse_address(email)
    person = User.objects.create_user(email, password, name=name, is_staff=is_staff)
    events.record("person.added", reference(person), actor=actor, at=at, is_staff=is_staff)
    return person


@transaction.atomic
def change_person(*, actor: User, person: User, at: datetime | None = None, **fields: Any) -> User:
    """`fields`: email, name, is_active, is_staff."""
    if unknown := set(fields) - CHANGEABLE:
        raise NotPossible(f"A person's {', '.join(sorted(unknown))} can't be changed.")
    if person.is_system:
        raise NotPossible(f"{person} is a part of the service: it can't be changed.")
    if person == actor and not (fields.get("is_active", True) and fields.get("is_staff", True)):
        raise NotPossible("You can't shut yourself out: another administrator has to do it.")
    if "email" in fields:
        fields["email"] = User.objects.normalize_email(fields["email"]).lower()
        _refuse_address(fields["email"], besides=person)
    for name, value in fields.items():
        setattr(person, name, value)
    person.save(update_fields=list(fields))
    said = {name: fields[name] for name in ("is_active", "is_staff") if name in fields}
    events.record("person.changed", reference(person), actor=actor, at=at, changed=sorted(fields), **said)
    return person


@transaction.atomic
def set_password(*, actor: User, person: User, password: str, at: datetime | None = None) -> User:
    if person.is_system:
        raise NotPossible(f"{person} is a part of the service: it has no password.")
    person.set_password(password)
    person.save(update_fields=["password"])
    events.record("person.password_set", reference(person), actor=actor, at=at)
    return person


def _refuse_address(email: str, besides: User | None = None) -> None:
    if email.lower().endswith(OF_THE_SERVICE):
        raise NotPossible(f"Addresses that end in {OF_THE_SERVICE} are the service's own: give another.")
    holders = User.objects.filter(email__iexact=email)
    if (holders.exclude(pk=besides.pk) if besides else holders).exists():
        raise NotPossible("This address belongs to somebody else's account: give another.")
