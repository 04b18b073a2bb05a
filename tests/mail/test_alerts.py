"""E-mails for readers: asked for by anybody, confirmed by the reader, ended by one click, and never before the hour."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail as outbox
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from reporting.domain import alerts, delivery, publication, releases, review, subscription_links, subscriptions
from reporting.domain.editions import Content
from reporting.domain.subscriptions import Scope
from reporting.models import Alert, Announcement, Event, Mail, Release, Subscriber, Subscription
from tests.mail.server import Received
from tests.world import World, day

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
READER = "reader@example.org"
STRANGER = Client(enforce_csrf_checks=True)
ONE_CLICK = {"data": "List-Unsubscribe=One-Click", "content_type": "application/x-www-form-urlencoded"}


@pytest.fixture(autouse=True)
def _nothing_counted(db: None) -> None:
    cache.clear()


def ask(address: str = READER, what: str = "everything", **more: Any) -> Any:
    return STRANGER.post("/alerts/", {"address": address, "what": what}, **more)


def sent(moment: datetime = NOON) -> list[Any]:
    """What leaves at that moment."""
    before = len(outbox.outbox)
    with time_machine.travel(moment, tick=False):
        delivery.send_due()
    return outbox.outbox[before:]


def links(message: Any) -> dict[str, str]:
    """The paths of the links to confirm and to stop."""
    return {
        kind: path for path, kind in re.findall(r"http://127.0.0.1:8000(/alerts/(confirm|stop)/\S+)", message.body)
    }


def follow(address: str, **scope: Any) -> Subscription:
    """As by the form and the link."""
    with time_machine.travel(NOON - DAY, tick=False):
        subscriptions.ask(address=address, scope=Scope(**scope))
        found = Subscription.objects.get(subscriber__address=address, confirmed_at=None)
        subscriptions.confirm(found)
    Alert.objects.all().delete()
    found.refresh_from_db()
    return found


def release(world: World, hour: datetime = NOON, *numbers: int, note: str = "") -> Release:
    """Of these departments' reports for 2024; of all that are ready without any."""
    only = [world.departments[number - 1].pk for number in numbers] or None
    with time_machine.travel(NOON - HOUR, tick=False):
        round = world.strategy.rounds.get(year=2024)
        return releases.release(actor=world.reviewer, round=round, starts=hour, only=only, note=note)


@pytest.fixture
def ready(db: None) -> World:
    """Two reports wait for their publication; one of them says nothing about the second action."""
    world = World.small(2, actions=2)
    world.open(2024)
    with time_machine.travel(NOON - 2 * DAY, tick=False):
        world.file(world.report(2024, world.departments[0]))
        said = {1: Content(progress="It began.", planned="It goes on.")}
        report, known_from = world.report(2024, world.departments[1]), day("2025-02-01")
        review.accept_published(actor=world.reviewer, report=report, contents=said, known_from=known_from)
    Mail.objects.all().delete()
    return world


# Asking ------------------------------------------------------------------------------------------------


def test_whoever_asks_is_told_the_same_and_gets_no_cookie(ready: World) -> None:
    follow(READER)
    answers = [ask(), ask(), ask("new@example.org"), ask("NEW@example.org")]
    assert {(one.status_code, one.headers["Location"], len(one.cookies)) for one in answers} == {
        (302, "/alerts/sent/", 0)
    }
    assert len({one.content for one in answers}) == 1
    messages = sent(timezone.now())
    assert [(one.to, one.subject) for one in messages] == [
        ([READER], "You follow this already: everything that is published here"),
        (["new@example.org"], "Confirm that you want e-mails: everything that is published here"),
    ]
    assert "confirm" not in links(messages[0])


def test_one_address_is_written_to_once_an_hour_and_three_times_a_day(ready: World) -> None:
    for minutes in range(0, 60 * 23, 20):
        with time_machine.travel(NOON + timedelta(minutes=minutes), tick=False):
            ask(f"{'Reader' if minutes % 40 else 'reader'}@example.org", REMOTE_ADDR=f"198.51.100.{minutes % 250}")
    assert [one.written_at - NOON for one in Alert.objects.order_by("written_at")] == [0 * HOUR, HOUR, 2 * HOUR]
    with time_machine.travel(NOON + DAY + timedelta(minutes=1), tick=False):
        ask()
    assert Alert.objects.count() == 4


def test_one_person_is_not_written_to_under_many_names(ready: World) -> None:
    for number in range(3):
        ask(f"reader+{number}@example.org", REMOTE_ADDR=f"198.51.100.{number}")
    ask("reader@example.org")
    assert Alert.objects.count() == 1


def test_domain_that_two_owners_could_have_is_refused(ready: World) -> None:
    assert "Enter an e-mail address in the correct format" in ask("reader@straße.example").content.decode()
    assert Alert.objects.count() == 0


def test_one_network_and_everybody_together_are_limited(ready: World, settings: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(
        "reporting.public.alerts.LIMITS",
        {"address": "1/1h/key", "network": "3/1h/key", "everybody": "5/1h/key"},
    )
    for number in range(6):
        ask(f"a{number}@example.org", REMOTE_ADDR="198.51.100.1")
    assert Alert.objects.count() == 3
    for number in range(6):
        ask(f"b{number}@example.org", REMOTE_ADDR=f"203.0.113.{number}")
    assert Alert.objects.count() == 5


@pytest.mark.parametrize(
    "address",
    [
        "",
        "reader",
        "reader@localhost",
        "reader@[127.0.0.1]",
        "a@example.org\r\nBcc: all@example.org",
        "a@example.org,b@example.org",
        "a@example.org b@example.org",
        '"a\r\nBcc: b"@example.org',
        '"a b"@example.org',
        "rea\0der@example.org",
        "\ud800@example.org",
        "läser@example.org",
        f"{'a' * 300}@example.org",
        f"a@{'é' * 60}.{'é' * 60}.{'é' * 60}.example",
        "x" * 10_000,
    ],
)
def test_hostile_address_is_refused_with_a_sentence(ready: World, address: str) -> None:
    data = f"what=everything&address={address}".encode("utf-8", "surrogatepass")
    response = STRANGER.post("/alerts/", data, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 200
    assert "There is a problem" in response.content.decode()
    assert (Subscriber.objects.count(), Alert.objects.count()) == (0, 0)


def test_address_of_another_script_is_kept_and_counted_as_the_dns_spells_it(ready: World) -> None:
    ask("Reader@Bücher.example")
    ask("reader@xn--bcher-kva.EXAMPLE")
    assert list(Subscriber.objects.values_list("address", flat=True)) == ["reader@xn--bcher-kva.example"]
    assert [one.to for one in sent(timezone.now())] == [["reader@xn--bcher-kva.example"]]


@pytest.mark.parametrize(
    "what",
    [
        "",
        "nothing",
        "strategy:none",
        "strategy:a\0b",
        "action:fenland-better-services-plan:99",
        "action::",
        "x" * 9999,
    ]
    + [f"action:fenland-better-services-plan:{number}" for number in ("9" * 30, "-1", "1\0", "²")],
)
def test_what_is_not_there_can_not_be_followed(ready: World, what: str) -> None:
    assert ask(what=what).status_code == 200
    assert STRANGER.get("/alerts/", {"what": what}).status_code == 200
    assert Subscriber.objects.count() == 0


def test_each_of_what_can_be_followed_is_offered_on_its_page_and_kept(ready: World) -> None:
    slug = ready.strategy.slug
    for page, what in {
        f"/strategies/{slug}/": f"strategy:{slug}",
        f"/strategies/{slug}/actions/2/": f"action:{slug}:2",
        "/departments/ministry-1/": "department:ministry-1",
    }.items():
        assert f'href="/alerts/?what={what}">Get e-mails</a>' in STRANGER.get(page).content.decode()
        assert f'<option value="{what}" selected' in STRANGER.get("/alerts/", {"what": what}).content.decode()
        cache.clear()
        ask(what=what)
    rows = Subscription.objects.order_by("asked_at").values_list("strategy", "action", "department")
    assert list(rows) == [
        (ready.strategy.pk, None, None),
        (None, ready.actions[1].pk, None),
        (None, None, ready.departments[0].pk),
    ]


# Confirming --------------------------------------------------------------------------------------------


@pytest.fixture
def letter(ready: World) -> Any:
    """The mail that asks, sent at noon."""
    with time_machine.travel(NOON, tick=False):
        ask(what="department:ministry-1")
    (message,) = sent(NOON)
    return message


def test_looking_at_the_link_changes_nothing_and_the_button_confirms_once(letter: Any) -> None:
    path = links(letter)["confirm"]
    with time_machine.travel(NOON + DAY, tick=False):
        looked, headed = STRANGER.get(path), STRANGER.head(path)
        assert (looked.status_code, headed.status_code) == (200, 200)
        assert Subscription.objects.get().confirmed_at is None
        pressed = STRANGER.post(path)
        assert "You follow this now" in pressed.content.decode()
        assert "Ministry 1" in pressed.content.decode()
    with time_machine.travel(NOON + 2 * DAY, tick=False):
        STRANGER.post(path)
    assert Subscription.objects.get().confirmed_at == NOON + DAY
    for response in (looked, pressed):
        assert (dict(response.cookies), response.headers["Cache-Control"]) == ({}, "private, no-store")
        assert READER not in response.content.decode()


def test_link_that_is_too_old_forged_or_of_what_was_stopped_confirms_nothing(letter: Any, ready: World) -> None:
    path, stop = links(letter)["confirm"], links(letter)["stop"]
    with time_machine.travel(NOON + 7 * DAY + HOUR, tick=False):
        assert STRANGER.post(path).status_code == 410
    token = path.split("/")[3]
    key, made, signature = token.split(".")
    own = Subscription.objects.get().pk.hex
    swapped = subscription_links._stopping().sign(own)  # signed by us, for another purpose
    for forged in (
        f"{key}.{made}.x{signature[1:]}",
        f"{'0' * 32}.{made}.{signature}",
        own,
        swapped,
        "\0",
        "a" * 9999,
    ):
        assert STRANGER.post(f"/alerts/confirm/{forged}/").status_code == 404
    assert Subscription.objects.get().confirmed_at is None
    with time_machine.travel(NOON + HOUR, tick=False):
        STRANGER.post(stop)
        assert STRANGER.post(path).status_code == 410
    assert Subscriber.objects.count() == 0


def test_what_nobody_confirms_is_deleted_after_seven_days(letter: Any) -> None:
    sent(NOON + 7 * DAY - HOUR)
    assert Subscriber.objects.count() == 1
    sent(NOON + 7 * DAY + timedelta(seconds=1))
    assert (Subscriber.objects.count(), Subscription.objects.count(), Alert.objects.count()) == (0, 0, 0)


def test_history_knows_nothing_of_readers(letter: Any) -> None:
    STRANGER.post(links(letter)["confirm"])
    assert not [event for event in Event.objects.all() if "@example.org" in event.canonical]
    assert not Mail.objects.filter(data__icontains="example.org").exists()


# Stopping ----------------------------------------------------------------------------------------------


def test_one_click_deletes_the_address(ready: World) -> None:
    follow(READER)
    follow(READER, department=ready.departments[0])
    follow("other@example.org")
    release(ready)
    message = next(one for one in sent() if one.to == [READER])
    path = message.extra_headers["List-Unsubscribe"].strip("<>").removeprefix("http://127.0.0.1:8000")
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert links(message) == {"stop": path}
    with time_machine.travel(NOON + 3000 * DAY, tick=False):
        assert "Stop all e-mails" in STRANGER.get(path).content.decode()
        assert Subscriber.objects.count() == 2
        response = STRANGER.post(path, **ONE_CLICK)
        assert (response.status_code, dict(response.cookies)) == (200, {})
        assert list(Subscriber.objects.values_list("address", flat=True)) == ["other@example.org"]
        assert not Alert.objects.exclude(subscriber__address="other@example.org").exists()
        assert "You get no more e-mails" in STRANGER.post(path, **ONE_CLICK).content.decode()


def test_one_of_two_is_stopped_and_with_the_last_the_address_is_deleted(ready: World) -> None:
    first, second = follow(READER), follow(READER, department=ready.departments[0])
    path = subscription_links.stop_address(first.subscriber)
    stopped = STRANGER.post(path, {"only": str(first.pk)}).content.decode()
    assert "You still follow" in stopped
    assert Subscription.objects.get() == second
    assert STRANGER.post(path, {"only": str(first.pk)}).status_code == 302  # in another window
    assert STRANGER.post(path, {"only": "\0nonsense"}).status_code == 302
    STRANGER.post(path, {"only": str(second.pk)})
    assert Subscriber.objects.count() == 0


def test_forged_link_stops_nothing(ready: World) -> None:
    one = follow(READER)
    for forged in (one.subscriber_id.hex, f"{one.subscriber_id.hex}.{'a' * 43}", "none"):
        assert STRANGER.post(f"/alerts/stop/{forged}/").status_code == 404
    assert Subscriber.objects.count() == 1


# Being told --------------------------------------------------------------------------------------------


def test_nothing_leaves_before_the_hour_and_each_reader_gets_one_mail_at_it(ready: World) -> None:
    follow(READER)
    follow(READER, strategy=ready.strategy)  # in two ways, and one mail all the same
    follow("first@example.org", department=ready.departments[0])
    follow("action@example.org", action=ready.actions[1])
    follow("other@example.org", department=ready.departments[1])
    release(ready, note="The round of 2024.")
    assert sent(NOON - timedelta(seconds=1)) == []
    assert Alert.objects.count() == 0
    found = {one.to[0]: one.body for one in sent(NOON)}
    assert {address: re.findall(r"editions/(ministry-\d)/", body) for address, body in found.items()} == {
        READER: ["ministry-1", "ministry-2"],
        "first@example.org": ["ministry-1"],
        "action@example.org": ["ministry-1"],  # the other says nothing about it
        "other@example.org": ["ministry-2"],
    }
    assert "The round of 2024." in found[READER]
    assert "- Fenland Better Services Plan, action 2: Plain letters\n" in found["action@example.org"]
    assert (sent(NOON), sent(NOON + HOUR), alerts.next_hour()) == ([], [], None)


def test_who_confirms_after_the_hour_is_not_told_of_what_was_before(ready: World) -> None:
    release(ready)
    late = follow(READER)
    Subscription.objects.filter(pk=late.pk).update(confirmed_at=NOON + HOUR)
    unconfirmed = follow("second@example.org")
    Subscription.objects.filter(pk=unconfirmed.pk).update(confirmed_at=None)
    assert sent(NOON + 2 * HOUR) == []


def test_moved_publication_is_told_at_its_new_hour_and_a_stopped_one_never(ready: World) -> None:
    follow(READER)
    first, second = release(ready, NOON, 1), release(ready, NOON, 2)
    with time_machine.travel(NOON - HOUR / 2, tick=False):
        releases.move(actor=ready.reviewer, release=first, starts=NOON + DAY)
        releases.stop(actor=ready.reviewer, release=second, reason="Not yet.")
    assert sent(NOON + HOUR) == []
    (message,) = sent(NOON + DAY)
    assert re.findall(r"editions/(ministry-\d)/", message.body) == ["ministry-1"]
    assert Announcement.objects.count() == 1


def test_mail_that_waited_says_nothing_of_what_was_withdrawn_meanwhile(ready: World) -> None:
    follow(READER, department=ready.departments[0])
    follow("all@example.org")
    made = release(ready)
    with time_machine.travel(NOON, tick=False):
        alerts.write_due(NOON)
        edition = made.publications.get(edition__report__department=ready.departments[0]).edition
        publication.withdraw(edition, actor=ready.reviewer, reason="It named a person.", at=NOON + HOUR)
    messages = sent(NOON + 2 * HOUR)
    assert sorted((one.to[0], one.subject) for one in messages) == [
        ("all@example.org", "Published: Fenland Better Services Plan 2024"),
        ("all@example.org", "Withdrawn: Fenland Better Services Plan 2024, Ministry 1"),
        (READER, "Withdrawn: Fenland Better Services Plan 2024, Ministry 1"),
    ]
    published = next(one.body for one in messages if one.subject.startswith("Published"))
    assert "ministry-1" not in published
    assert "The reason: It named a person." in messages[-1].body
    assert Alert.objects.get(given_up_at__isnull=False).last_error.startswith("Nothing that this reader follows")


def test_what_was_withdrawn_before_its_hour_is_told_to_nobody(ready: World) -> None:
    follow(READER, department=ready.departments[0])
    made = release(ready)
    with time_machine.travel(NOON - HOUR / 2, tick=False):
        edition = made.publications.get(edition__report__department=ready.departments[0]).edition
        publication.withdraw(edition, actor=ready.reviewer, reason="A secret name.")
    assert sent(NOON + HOUR) == []


def test_broken_off_in_the_midst_every_reader_is_written_to_once(ready: World, monkeypatch: Any) -> None:
    for number in range(5):
        follow(f"reader{number}@example.org")
    made = release(ready)
    monkeypatch.setattr(alerts, "BATCH", 2)
    told, real = [], alerts._write

    def breaks(*given: Any) -> None:
        if len(told) == 2:
            raise RuntimeError
        told.append(given)
        real(*given)

    with monkeypatch.context() as patch:
        patch.setattr(alerts, "_write", breaks)
        with pytest.raises(RuntimeError):
            alerts.write_due(NOON)
    assert (Alert.objects.count(), Announcement.objects.get(release=made).told_at) == (4, None)
    assert len(sent(NOON)) == 5
    assert Announcement.objects.get(release=made).told_at == NOON


def test_publishing_asks_as_many_questions_for_no_reader_as_for_many(
    ready: World, django_assert_max_num_queries: Any
) -> None:
    Subscriber.objects.bulk_create(Subscriber(address=f"r{number}@example.org") for number in range(1000))
    rows = [
        Subscription(subscriber=one, asked_at=NOON - DAY, confirmed_at=NOON - DAY)
        for one in Subscriber.objects.all()
    ]
    Subscription.objects.bulk_create(rows)
    before = Alert.objects.count()
    with django_assert_max_num_queries(70):
        release(ready)
    assert Alert.objects.count() == before
    with django_assert_max_num_queries(40):
        alerts.write_due(NOON)
    assert Alert.objects.count() == 1000


def test_mails_to_people_go_first_and_what_was_sent_is_forgotten_after_a_month(ready: World) -> None:
    follow(READER)
    made = release(ready)
    alerts.write_due(NOON)
    with time_machine.travel(NOON, tick=False):
        event = made.announcement.event
        Mail.objects.all().delete()
        Mail.objects.create(
            event=event,
            person=ready.leader,
            template="security_notice",
            data={"what": "A word."},
            written_at=NOON,
            due_at=NOON,
        )
    assert [one.to for one in sent(NOON)] == [['"Lea Leader" <leader@example.invalid>'], [READER]]
    sent(NOON + 29 * DAY)
    assert Alert.objects.count() == 1
    sent(NOON + 31 * DAY)
    assert Alert.objects.count() == 0


def test_mail_arrives_with_its_headers(ready: World, received: Received) -> None:
    follow("reader@xn--bcher-kva.example")
    ready.strategy.title = "Plan\r\nBcc: all@example.org"
    ready.strategy.save()
    release(ready)
    with time_machine.travel(NOON, tick=False):
        delivery.send_due()
    (message,) = received
    assert message.recipients == ["reader@xn--bcher-kva.example"]
    assert message["Subject"] == "Published: Plan Bcc: all@example.org 2024"
    assert (message["Bcc"], message["Cc"]) == (None, None)
    assert re.fullmatch(r"<https://reports.example/alerts/stop/[\w.-]+/>", message["List-Unsubscribe"].strip())
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == f"<{Alert.objects.get().pk}@reports.example>"
