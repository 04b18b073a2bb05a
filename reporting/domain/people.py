"""Verbs on the people who sign in. Events name them by id alone: names can be lawfully removed."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from allauth.account.internal.flows.login import _AUTHENTICATION_METHODS_USER_SESSION_KEY
from allauth.account.internal.stagekit import LOGIN_SESSION_KEY
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.utils import timezone

from reporting.domain import events, mail
from reporting.domain.errors import NotPossible
from reporting.models import Mail, Membership, User
from strategy.models import Action, Department

CHANGEABLE = {"email", "name", "is_active", "is_staff"}
OF_THE_SERVICE = "@system.invalid"  # addresses of what the service does by itself
OF_NOBODY = "@removed.invalid"  # and of people whose name was removed
WORD = re.compile(r"[^\W_]+")


def reference(person: User) -> str:
    return f"person/{person.pk}"


@transaction.atomic
def change_person(*, actor: User, person: User, at: datetime | None = None, **fields: Any) -> User:
    """`fields`: email, name, is_active, is_staff."""
    if unknown := set(fields) - CHANGEABLE:
        raise NotPossible(f"A person's {', '.join(sorted(unknown))} can't be changed.")
    if person.is_system:
        raise NotPossible(f"{person} is a part of the service: it can't be changed.")
    if person.name_removed_at:
        raise NotPossible("This person's name was removed: invite them anew if they come back.")
    if person == actor and not (fields.get("is_active", True) and fields.get("is_staff", True)):
        raise NotPossible("You can't shut yourself out: another administrator has to do it.")
    if "email" in fields:
        fields["email"] = User.objects.normalize_email(fields["email"]).lower()
        _refuse_address(fields["email"], besides=person)
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    said = {name: fields[name] for name in ("is_active", "is_staff") if name in fields}
    events.record("person.changed", reference(person), actor=actor, at=at, changed=sorted(fields), **said)
    for name, value in fields.items():
        setattr(person, name, value)
    person.save(update_fields=list(fields))  # after the event: as in remove_name
    return person


@transaction.atomic
def set_password(*, actor: User, person: User, password: str, at: datetime | None = None) -> User:
    if person.is_system:
        raise NotPossible(f"{person} is a part of the service: it has no password.")
    person.set_password(password)
    person.save(update_fields=["password"])
    event = events.record("person.password_set", reference(person), actor=actor, at=at)
    what = "Your password was changed." if actor == person else "An administrator gave you a new password."
    mail.write("security_notice", [person], event=event, what=what)
    return person


@transaction.atomic
def ask_password_reset(*, person: User, at: datetime | None = None) -> None:
    """By whoever typed the address: only the person's mail holds the link."""
    actor = User.objects.system("accounts")  # nobody is signed in: it may be anybody
    event = events.record("person.password_reset_asked", reference(person), actor=actor, at=at)
    mail.write("password_reset", [person], event=event)


SECOND_FACTOR = {  # what the event says, and the mail
    "activated": "A second factor was set up: from now on you are asked for a code from your phone.",
    "moved": "Your second factor was moved to another phone. The codes of the one before no longer count.",
    "deactivated": "Your second factor was turned off: your password alone is enough to sign in.",
    "codes_made": "New recovery codes were made. Those from before no longer count.",
    "removed": "An administrator turned off your second factor, because the phone was lost or for another reason.",
}


@transaction.atomic
def record_second_factor(*, actor: User, person: User, what: str, at: datetime | None = None) -> None:
    """Beside the change itself, in its transaction. `what`: a key of SECOND_FACTOR."""
    event = events.record(f"person.second_factor_{what}", reference(person), actor=actor, at=at)
    mail.write("security_notice", [person], event=event, what=SECOND_FACTOR[what])


@transaction.atomic
def record_provider(*, person: User, provider: str, at: datetime | None = None) -> None:
    """Beside the connection itself, in its transaction: another way in was opened."""
    event = events.record("person.provider_connected", reference(person), actor=person, at=at)
    mail.write("security_notice", [person], event=event, what=f"You can now sign in with {provider} as well.")


@transaction.atomic
def remove_second_factor(*, actor: User, person: User, at: datetime | None = None) -> None:
    """For somebody whose phone is lost. Whoever needs one sets it up at the next sign-in."""
    removed, _ = Authenticator.objects.filter(user=person).delete()
    if not removed:
        raise NotPossible(f"{person} has no second factor.")
    record_second_factor(actor=actor, person=person, what="removed", at=at)


def _refuse_address(email: str, besides: User | None = None) -> None:
    for own in (OF_THE_SERVICE, OF_NOBODY):
        if email.lower().endswith(own):
            raise NotPossible(f"Addresses that end in {own} are the service's own: give another.")
    holders = User.objects.filter(email__iexact=email)
    if (holders.exclude(pk=besides.pk) if besides else holders).exists():
        raise NotPossible("This address belongs to somebody else's account: give another.")


# Removing a name -------------------------------------------------------------------------------------------


@transaction.atomic
def remove_name(*, actor: User, person: User, reason: str, at: datetime | None = None) -> User:
    """Name, address and every way in are gone; what the person did stays under their number, and the chain fits."""
    at = at or timezone.now()
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if person.is_system:
        raise NotPossible(f"{person} is a part of the service: it has no name to remove.")
    if person == actor:
        raise NotPossible("You can't remove your own name: another administrator has to do it.")
    if person.name_removed_at:
        raise NotPossible("This person's name was removed already.")
    if not reason.strip():
        raise NotPossible("Say why the name is removed.")
    if named := _named_in(reason, person):
        raise NotPossible(f"The reason stays in the history for good: leave “{named}” out of it.")
    # All rows come before the first event: who holds one of them and waits to append must not be waited for
    # by who appends. The person's own is last, since events name it: that waits for nobody who has yet to append.
    memberships = person.memberships.select_for_update(of=("self",)).select_related("person", "department")
    held = list(memberships.order_by("pk"))
    waiting = Mail.objects.filter(person=person, sent_at=None, given_up_at=None)
    waiting.update(given_up_at=at, last_error="The person's name was removed.")
    _close_ways_in(person)
    for membership in held:
        take_role(actor=actor, membership=membership, at=at)
    events.record("person.name_removed", reference(person), actor=actor, at=at, reason=reason)
    person.name, person.email, person.name_removed_at = "", f"removed-{person.pk}{OF_NOBODY}", at
    person.is_active = person.is_staff = person.is_superuser = False
    person.set_unusable_password()
    person.save()
    return person


def _named_in(reason: str, person: User) -> str:
    """The part of a name or an address that stands in these words."""
    said = reason.casefold()
    if person.email and person.email.casefold() in said:
        return person.email
    words = set(WORD.findall(said))
    return next((part for part in WORD.findall(person.name) if len(part) > 1 and part.casefold() in words), "")


def _close_ways_in(person: User) -> None:
    """Sessions, phones and accounts elsewhere: they hold names and addresses, too."""
    for session in Session.objects.iterator():
        if _is_of(session.get_decoded(), person):
            session.delete()
    for model in (Authenticator, SocialAccount, EmailAddress):
        model.objects.filter(user=person).delete()


def _is_of(session: dict[str, Any], person: User) -> bool:
    """Signed in, or between the password and the code from the phone."""
    if str(person.pk) in {session.get(SESSION_KEY), session.get(_AUTHENTICATION_METHODS_USER_SESSION_KEY)}:
        return True
    if SESSION_KEY in session:
        return False  # somebody else's, whatever it says
    signing_in = session.get(LOGIN_SESSION_KEY) or {}
    address = person.email.casefold()
    return signing_in.get("user_pk") == user_pk_to_url_str(person) or any(
        address in str(one).casefold() for one in session.values()
    )


# What people are to departments and to the centre -----------------------------------------------------


@transaction.atomic
def give_role(
    *,
    actor: User,
    person: User,
    role: str,
    department: Department | None = None,
    actions: Iterable[Action] | None = None,
    at: datetime | None = None,
) -> Membership:
    """In place of what the person was to the department before. `actions`: these only; None: all of them."""
    if person.is_system:
        raise NotPossible(f"{person} is a part of the service: it has no role.")
    central = role in {Membership.Role.REVIEWER, Membership.Role.AUDITOR}
    if central != (department is None):
        raise NotPossible(
            "Reviewers and auditors belong to no department: leave it empty."
            if central
            else "Choose the department that the person works for."
        )
    given = None if actions is None else list(actions)
    if given is not None and role != Membership.Role.CONTRIBUTOR:
        raise NotPossible("Only contributors are given some actions: everybody else has them all.")
    if given == []:
        raise NotPossible("Choose at least one action, or give all of them.")
    key: dict[str, Any] = {"person": person, "department": department} | ({"role": role} if central else {})
    membership, _ = Membership.objects.update_or_create(
        **key, defaults={"role": role, "some_actions": given is not None}
    )
    membership.actions.set(given or [])
    events.record(
        "person.role_given",
        reference(person),
        actor=actor,
        at=at,
        role=role,
        department=department.code if department else "",
        actions=None if given is None else sorted(str(action) for action in given),
    )
    return membership


@transaction.atomic
def take_role(*, actor: User, membership: Membership, at: datetime | None = None) -> None:
    """The person keeps the account, and what they wrote stays theirs."""
    membership = Membership.objects.select_for_update(of=("self",)).get(pk=membership.pk)
    department = membership.department.code if membership.department else ""
    person, role = membership.person, membership.role
    membership.actions.clear()
    membership.delete()
    events.record("person.role_taken", reference(person), actor=actor, at=at, role=role, department=department)


@transaction.atomic
def invite(
    *,
    actor: User,
    email: str,
    department: Department,
    name: str = "",
    role: str = Membership.Role.CONTRIBUTOR,
    actions: Iterable[Action] | None = None,
    at: datetime | None = None,
) -> Membership:
    """Give somebody a part in the department's report; who has no account yet chooses a password by a link.

    The same invitation twice is one: send_invitation sends it again.
    """
    # Two at once wait for each other here, and nobody whose event or membership only names the department.
    Department.objects.select_for_update(no_key=True).get(pk=department.pk)
    given = None if actions is None else list(actions)
    person = User.objects.filter(email__iexact=email).first() or _new(actor, email, name, at)
    if not person.is_active:
        raise NotPossible("This account is closed: an administrator can open it again.")
    if Membership.objects.filter(person=person, department=department, role=Membership.Role.LEADER).exists():
        raise NotPossible(f"{person} is a digital leader of this department and has every action already.")
    before = Membership.objects.filter(person=person, department=department, role=role).first()
    if before and (set(before.actions.all()) if before.some_actions else None) == (set(given) if given else None):
        return before
    membership = give_role(actor=actor, person=person, role=role, department=department, actions=given, at=at)
    send_invitation(actor=actor, membership=membership, at=at)
    return membership


def _new(actor: User, email: str, name: str, at: datetime | None) -> User:
    """Two departments may invite the same person at once: the second finds the account of the first."""
    _refuse_address(email)
    try:
        with transaction.atomic():
            person = User.objects.create_user(email, None, name=name)
    except IntegrityError:
        return User.objects.get(email__iexact=email)
    events.record("person.added", reference(person), actor=actor, at=at, is_staff=False)
    return person


@transaction.atomic
def invite_person(
    *,
    actor: User,
    email: str,
    name: str = "",
    is_staff: bool = False,
    role: str = "",
    department: Department | None = None,
    at: datetime | None = None,
) -> User:
    """Somebody new, by an administrator: with a role, or to administrate, or both."""
    if not role and not is_staff:
        raise NotPossible(
            "Choose a role, or let the person use the administration: there is nothing else to do here."
        )
    _refuse_address(email)
    person = User.objects.create_user(email, None, name=name, is_staff=is_staff)
    events.record("person.added", reference(person), actor=actor, at=at, is_staff=is_staff)
    if role:
        give_role(actor=actor, person=person, role=role, department=department, at=at)
    invite_again(actor=actor, person=person, at=at)
    return person


@transaction.atomic
def send_invitation(*, actor: User, membership: Membership, at: datetime | None = None) -> None:
    """Also for sending it again: each is an event of its own. The first of their links that is used counts."""
    if not membership.person.is_active:
        raise NotPossible("This account is closed: an administrator can open it again.")
    _invite(actor, membership.person, membership, at)


@transaction.atomic
def invite_again(*, actor: User, person: User, at: datetime | None = None) -> None:
    """To all that the person is: the mail speaks of one of their roles, where there is one."""
    if not person.is_active:
        raise NotPossible("This account is closed: open it first, then invite the person.")
    if person.has_usable_password():
        raise NotPossible(f"{person} has a password already and can sign in: there is nothing to invite to.")
    _invite(actor, person, person.memberships.first(), at)


def _invite(actor: User, person: User, membership: Membership | None, at: datetime | None) -> None:
    department = membership.department.code if membership and membership.department else ""
    event = events.record("person.invited", reference(person), actor=actor, at=at, department=department)
    data = {"membership": membership.pk if membership else None, "by": actor.pk}
    mail.write_each("invitation", [(person, data)], event=event)


@transaction.atomic
def welcome(*, person: User, name: str, password: str, at: datetime | None = None) -> User:
    """The invited person chooses a name and a password."""
    person.name = name or person.name
    person.set_password(password)
    person.save(update_fields=["name", "password"])
    events.record("person.welcomed", reference(person), actor=person, at=at)
    return person


def leaders(department: Department) -> list[User]:
    return [
        one.person
        for one in department.memberships.select_related("person")
        if one.role == Membership.Role.LEADER and one.person.is_active
    ]
