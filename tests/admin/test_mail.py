from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from reporting.models import Event, Mail, Report
from tests.admin import pages

pytestmark = pytest.mark.once  # pages of forms; what the domain stores is asked on both engines

INDEX = reverse("admin:index")
LIST = pages.address(Mail, "changelist")


def fail(mail: Mail, ago: timedelta = timedelta(hours=1)) -> Mail:
    Mail.objects.filter(pk=mail.pk).update(
        given_up_at=timezone.now() - ago, attempts=7, last_error="The mail server refused the mail (451)."
    )
    return Mail.objects.get(pk=mail.pk)


@pytest.fixture
def mails(world) -> list[Mail]:
    """Oldest first: an invitation, and two rounds that opened."""
    return list(Mail.objects.order_by("written_at"))


def listed(client, **query) -> list[str]:
    return [str(mail.pk) for mail in client.get(LIST, query).context["cl"].result_list]


def test_what_failed_stands_first_then_what_waits(client, mails):
    fail(mails[0])
    Mail.objects.filter(pk=mails[2].pk).update(sent_at=timezone.now())
    assert listed(client) == [str(mail.pk) for mail in mails]


def test_list_is_narrowed_to_a_state(client, mails):
    fail(mails[0])
    Mail.objects.filter(pk=mails[2].pk).update(sent_at=timezone.now())
    for state, mail in zip(("failed", "waiting", "sent"), mails, strict=True):
        assert listed(client, state=state) == [str(mail.pk)]


def test_index_tells_how_many_failed_of_late(client, mails):
    assert "failed" not in client.get(INDEX).content.decode()
    fail(mails[0])
    fail(mails[1], timedelta(days=15))
    assert "1 mail failed" in client.get(INDEX).content.decode()
    fail(mails[2])
    assert "2 mails failed" in client.get(INDEX).content.decode()


def test_trying_again_puts_it_back_with_an_event(client, mails):
    mail = fail(mails[0])
    response = client.post(reverse("admin:mail_retry", args=[mail.pk]))
    assert (response.status_code, response.url) == (302, pages.change_address(mail))
    mail.refresh_from_db()
    assert (mail.given_up_at, mail.attempts, mail.due_at <= timezone.now()) == (None, 0, True)
    event = Event.objects.latest("sequence")
    assert (event.verb, event.subject, event.actor.email) == (
        "mail.retried",
        mail.event.subject,
        "admin@example.org",
    )


def test_looking_at_the_page_does_not_try_again(client, mails):
    mail = fail(mails[0])
    before = pages.rows_of_everything()
    assert client.get(reverse("admin:mail_retry", args=[mail.pk])).status_code == 200
    assert pages.rows_of_everything() == before


def test_mail_that_was_sent_is_not_sent_again(client, mails):
    Mail.objects.filter(pk=mails[0].pk).update(sent_at=timezone.now())
    before = pages.rows_of_everything()
    response = client.post(reverse("admin:mail_retry", args=[mails[0].pk]))
    assert "This mail has been sent in the meantime." in response.content.decode()
    assert pages.rows_of_everything() == before


def test_mail_to_a_closed_account_is_not_tried_again(client, world, mails):
    mail = fail(mails[0])
    type(world.leader).objects.filter(pk=world.leader.pk).update(is_active=False)
    response = client.post(reverse("admin:mail_retry", args=[mail.pk]))
    assert "This account is closed: open it again before you write to it." in response.content.decode()
    assert Mail.objects.get(pk=mail.pk).given_up_at is not None


def test_department_is_excused_with_a_reason(client, world):
    report = Report.objects.get(round=world.rounds[1], department=world.works)
    url = reverse("admin:report_excuse", args=[report.pk])
    assert f'href="{url}"' in client.get(pages.change_address(report)).content.decode()
    assert "This field is required." in client.post(url, {"reason": " "}).content.decode()
    assert client.post(url, {"reason": "Its harbour is closed."}).status_code == 302
    report.refresh_from_db()
    assert (report.state, report.excused_reason) == ("excused", "Its harbour is closed.")
    event = Event.objects.latest("sequence")
    assert (event.verb, event.subject) == ("report.excused", "OHS/OPW/2014")


def test_report_that_was_accepted_is_not_excused(client, world):
    report = Report.objects.get(round=world.rounds[1], department=world.tides)
    url = reverse("admin:report_excuse", args=[report.pk])
    assert url not in client.get(pages.change_address(report)).content.decode()
    before = pages.rows_of_everything()
    assert client.post(url, {"reason": "Late."}).status_code == 200
    assert pages.rows_of_everything() == before


@pytest.mark.parametrize("name", ["mail_retry", "report_excuse"])
def test_others_than_administrators_are_sent_to_sign_in(world, mails, name):
    from django.test import Client

    client = Client()
    client.force_login(world.leader)
    pk = mails[0].pk if name == "mail_retry" else Report.objects.first().pk
    before = pages.rows_of_everything()
    assert client.post(reverse(f"admin:{name}", args=[pk]), {"reason": "x"}).status_code == 302
    assert pages.rows_of_everything() == before
