"""A person's name can be removed: no event ever held it, so the chain stays as it is, and pages say when it went."""

import json
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from reporting.domain import audit, checkpoints, filing, mail, people
from reporting.domain.errors import NotPossible
from reporting.models import Event, Mail, User
from tests.filing.cast import Cast
from tests.world import at

LEFT = "Left the service, and asked for it."


@pytest.fixture
def gone(cast: Cast) -> User:
    """A digital leader with everything that a person can have."""
    person = cast.people["leader"]
    person.name = "Lettice Marrow"
    person.save()
    TOTP.activate(person, generate_totp_secret())
    EmailAddress.objects.create(user=person, email=person.email)
    SocialAccount.objects.create(user=person, provider="openid_connect", uid="1", extra_data={"name": person.name})
    event = Event.objects.order_by("-sequence")[0]
    mail.write("chased", [person], event=event, round=cast.report.round_id)
    return person


def removed(cast: Cast, person: User, **more: Any) -> User:
    return people.remove_name(actor=cast.people["administrator"], person=person, reason=LEFT, **more)


def test_name_address_and_every_way_in_are_gone(cast: Cast, gone: User) -> None:
    client, email = cast.client("leader"), gone.email
    assert client.get("/filing/").status_code in {200, 302}
    sessions = Session.objects.count()
    found = removed(cast, gone)
    found.refresh_from_db()
    assert (found.name, found.email) == ("", f"removed-{gone.pk}@removed.invalid")
    assert (found.is_active, found.is_staff, found.has_usable_password()) == (False, False, False)
    assert found.name_removed_at
    assert found.memberships.count() == 0
    assert Session.objects.count() == sessions - 1
    for model in (Authenticator, EmailAddress, SocialAccount):
        assert not model.objects.filter(user=gone).exists()
    assert Mail.objects.filter(person=gone, sent_at=None, given_up_at=None).count() == 0
    assert client.get("/filing/").url.startswith("/account/sign-in/")
    assert "filing" not in Client().post(
        "/account/sign-in/", {"login": email, "password": "a long enough password"}
    ).headers.get("Location", "")


def test_session_between_the_password_and_the_code_is_gone(cast: Cast, gone: User) -> None:
    """It holds the address, before anybody is signed in."""
    gone.set_password("a long enough password")
    gone.save()
    email = gone.email
    client = Client()
    assert (
        client.post("/account/sign-in/", {"login": email, "password": "a long enough password"}).status_code == 302
    )
    assert [one for one in Session.objects.all() if email in str(one.get_decoded())]
    removed(cast, gone)
    assert [one for one in Session.objects.all() if email in str(one.get_decoded())] == []


def test_sessions_of_others_stay(cast: Cast, gone: User) -> None:
    other = cast.client("contributor")
    removed(cast, gone)
    assert other.get(cast.address("filing-report")).status_code == 200


def test_event_tells_of_a_number_alone_and_the_chain_fits(cast: Cast, gone: User) -> None:
    checkpoints.write()
    name, email = gone.name, gone.email
    removed(cast, gone)
    event = Event.objects.order_by("-sequence")[0]
    assert (event.verb, event.subject, json.loads(event.data)) == (
        "person.name_removed",
        f"person/{gone.pk}",
        {"reason": LEFT},
    )
    verdict = audit.verify()
    assert (verdict.faults, verdict.checkpoints) == ([], 1)
    assert [one.pk for one in Event.objects.all() if name in one.canonical or email in one.canonical] == []


@pytest.mark.parametrize(
    "who, reason, sentence",
    [
        ("leader", " ", "Say why the name is removed."),
        ("leader", "Marrow left.", "leave “Marrow” out of it"),
        ("leader", "It was (LEADER@staff.invalid).", "leave “leader@staff.invalid” out of it"),
        ("leader", "Ms Marrow’s wish.", "leave “Marrow” out of it"),
        ("leader", "Asked for by Lettice/HR.", "leave “Lettice” out of it"),
        ("leader", "Write to leader@staff.invalid/home", "leave “leader@staff.invalid” out of it"),
        ("administrator", LEFT, "You can't remove your own name: another administrator has to do it."),
    ],
)
def test_removal_that_can_not_be_is_refused(cast: Cast, gone: User, who: str, reason: str, sentence: str) -> None:
    with pytest.raises(NotPossible, match=sentence.replace("(", r"\(")):
        people.remove_name(actor=cast.people["administrator"], person=cast.people[who], reason=reason)
    gone.refresh_from_db()
    assert gone.name == "Lettice Marrow"


def test_what_is_gone_does_not_come_back(cast: Cast, gone: User) -> None:
    found = removed(cast, gone)
    with pytest.raises(NotPossible, match="removed already"):
        removed(cast, found)
    with pytest.raises(NotPossible, match="invite them anew"):
        people.change_person(actor=cast.people["administrator"], person=found, name="Lettice", is_active=True)
    with pytest.raises(NotPossible, match="are the service's own"):
        people.invite_person(actor=cast.people["administrator"], email="removed-99@removed.invalid", is_staff=True)
    with pytest.raises(NotPossible, match="part of the service"):
        removed(cast, User.objects.system("importer"))


def test_pages_say_when_the_name_was_removed(cast: Cast, gone: User) -> None:
    cast.world.leader = gone
    save = cast.world.draft(cast.report, 2, progress="By somebody who left.")
    filing.mark_ready(actor=gone, report=cast.report, action=cast.world.actions[1])
    removed(cast, gone, at=at("2027-03-01 10:00"))
    auditor = cast.client("auditor")
    for address in (
        cast.address("audit-entry", 2),
        "/audit/events/",
        cast.address("filing-saves", 2),
        cast.address("filing-save", 2, save.pk),
    ):
        text = auditor.get(address).content.decode()
        assert "Name removed on 1 March 2027" in text, address
        assert "Marrow" not in text, address
        assert "removed.invalid" not in text, address
    body = b"".join(auditor.get("/audit/events/history.csv").streaming_content).decode()
    assert "Name removed on 1 March 2027" in body
    assert "Marrow" not in body


def test_administrators_remove_it_on_a_page(cast: Cast, gone: User) -> None:
    address = reverse("admin:person_name", args=[gone.pk])
    for actor in ("leader", "reviewer", "auditor"):
        assert cast.client(actor).post(address, {"reason": LEFT}).url.startswith("/admin/login/")
    client = cast.client("administrator")
    assert address in client.get(reverse("admin:reporting_user_change", args=[gone.pk])).content.decode()
    assert "This field is required" in client.post(address, {"reason": ""}).content.decode()
    assert "leave “Lettice” out of it" in client.post(address, {"reason": "Lettice left."}).content.decode()
    gone.refresh_from_db()
    assert gone.name
    assert client.post(address, {"reason": LEFT}).status_code == 302
    gone.refresh_from_db()
    assert gone.name == ""
    page = client.get(reverse("admin:reporting_user_change", args=[gone.pk])).content.decode()
    assert "Name removed on" in page
    assert address not in page
