"""Publishing a round: what stops it, what the pages say, what is stored when, and what can be undone."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail as outbox
from django.test import Client

from reporting import rules
from reporting.domain import delivery, people, publication, releases, review
from reporting.models import Event, Mail, Membership, Publication, Release, User
from tests.publishing.stage import CANARY, HOUR, PAGE, SLUG, WHEN, Stage, errors, text
from tests.world import at

INSTANT = timedelta(microseconds=1)
REPORT = f"/strategies/{SLUG}/departments/ministry-1/"


def public(moment: Any = None, path: str = REPORT) -> Any:
    with time_machine.travel(moment, tick=False):
        return Client().get(path)


def rows() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Release, Publication, Event, Mail))


# The round --------------------------------------------------------------------------------------------


def test_rounds_say_what_waits_what_is_set_and_what_is_public(stage: Stage) -> None:
    only = [stage.world.departments[0].pk]
    stage.scheduled(only=only)
    page = text(stage.client().get("/publishing/"))
    assert "Fenland Better Services Plan, 2021 1 report 1 report, 9:30am on 25 February 2098 0 of 4" in page
    assert "Fenland Better Services Plan, 2020 nothing nothing 4 of 4" in page


def test_round_counts_and_names(stage: Stage) -> None:
    stage.world.submit(stage.world.report(2021, stage.world.departments[2]), answers=[])
    page = text(stage.client().get(PAGE))
    assert "2 of 4" in page
    assert "1 not filed, 1 not accepted yet" in page
    assert "Ministry 3: signed off on" in page
    assert "1 department has not filed: Ministry 4." in page
    assert "8 planned activities in 2 reports have no answer" in page
    assert "at least 90% the same" not in page


def test_entries_like_last_years_are_counted(stage: Stage) -> None:
    world = stage.world
    for number, words in ((3, "did Boats online in 2020."), (4, "did something else entirely this time.")):
        body = world.departments[number - 1]
        world.file(world.report(2021, body), progress=f"{body.code} {words}", answers=[])
    page = text(stage.client().get(PAGE))
    assert "1 of 12 entries is at least 90% the same as last year" in page


def test_report_that_is_not_accepted_stops_and_can_be_left_out(stage: Stage) -> None:
    stage.world.submit(stage.world.report(2021, stage.world.departments[2]), answers=[])
    refused = stage.client().get(f"{PAGE}confirm/", WHEN)
    assert refused.status_code == 409
    assert errors(refused) == [
        "Some reports are signed off and not accepted: accept or return them first, or leave them out"
    ]
    address = f"/review/{SLUG}/2021/ministry-3/"
    assert f'href="{address}"' in refused.content.decode()
    assert stage.client().get(address).status_code == 200
    left_out = stage.client().get(f"{PAGE}?without=ministry-3&without=nobody&time=4pm")
    assert b'href="/publishing/fenland-better-services-plan/2021/?time=4pm"' in left_out.content  # put back
    assert b'name="without" value="ministry-3"' in left_out.content
    assert b'value="4pm"' in left_out.content
    asked = stage.client().get(f"{PAGE}confirm/", {**WHEN, "without": "ministry-3"})
    assert asked.status_code == 200
    assert "Left out Ministry 3" in text(asked)
    assert "Ministry 3 and Ministry 4 are shown as “Not published”" in text(asked)
    assert stage.confirmed(without="ministry-3").status_code == 302
    assert Publication.objects.filter(release__isnull=False).count() == 2


def test_what_will_happen_is_named(stage: Stage) -> None:
    body = stage.world.departments[0]
    for number in range(3):
        person = User.objects.create_user(f"p{number}@example.invalid", is_active=number > 0)
        people.give_role(actor=stage.reviewer, person=person, role="leader", department=body)
    review.excuse(
        actor=stage.reviewer, report=stage.world.report(2021, stage.world.departments[3]), reason="It has no boats."
    )
    page = text(stage.client().get(f"{PAGE}confirm/", {**WHEN, "note": "First reports."}))
    assert "2 reports will be public at 9:30am on Tuesday 25 February 2098" in page
    assert "everyone can read 2 reports with 6 entries" in page
    assert "FEN/D01/2021/e1" in page
    assert "Ministry 3 is shown as “Not published”" in page
    assert "Ministry 4 is shown as “Excused”: It has no boats." in page
    assert "2 people get an e-mail" in page
    assert "Change note First reports. Change" in page
    assert "Publish at 9:30am on 25 February 2098" in page


def test_correction_names_the_edition_that_it_replaces(stage: Stage) -> None:
    stage.world.corrected(stage.world.report(2020), progress="Otherwise.")
    address = PAGE.replace("2021", "2020")
    page = text(stage.client().get(f"{address}confirm/", WHEN))
    assert "Ministry 1: edition 2 takes the place of edition 1, which stays at its address" in page


def test_nothing_is_stored_before_it_is_confirmed(stage: Stage) -> None:
    before = rows()
    client = stage.client()
    for address in ("/publishing/", PAGE, f"{PAGE}ministry-1/", f"{PAGE}ministry-1/confirm/", f"{PAGE}confirm/"):
        assert client.get(address, {**WHEN, "note": "First reports."}).status_code == 200
    assert stage.confirmed(previewed="").status_code == 422
    assert stage.confirmed(time="soon").status_code == 422
    assert rows() == before


def test_confirmed_is_set_and_said(stage: Stage) -> None:
    response = stage.confirmed(note="First reports of the round.")
    release = Release.objects.get()
    assert (release.starts, release.note, release.made_by) == (HOUR, "First reports of the round.", stage.reviewer)
    assert response.url == f"/publishing/releases/{release.pk}/done/"
    assert "Publication scheduled 2 reports9:30am on Tuesday 25 February 2098" in text(
        stage.client().get(response.url)
    )
    assert CANARY not in public(HOUR - INSTANT).content.decode()
    shown = public(HOUR).content.decode()
    assert CANARY in shown
    assert "First reports of the round" in shown


def test_pressed_twice_is_set_once(stage: Stage) -> None:
    first, second = stage.confirmed(), stage.confirmed()
    assert (first.status_code, first.url) == (second.status_code, second.url)
    assert Release.objects.count() == 1


def test_published_now(stage: Stage) -> None:
    page = text(stage.client().get(f"{PAGE}confirm/", {"when": "now"}))
    assert "Publish 2 reports now" in page
    assert stage.confirmed(when="now", day="", month="", year="", time="").status_code == 302
    assert CANARY in Client().get(REPORT).content.decode()


def test_what_changed_meanwhile_is_refused(stage: Stage) -> None:
    """One more report was accepted after the page was read."""
    seen = ",".join(str(edition.pk) for edition in stage.editions())
    stage.accepted(3)
    response = stage.confirmed(expected=seen)
    assert response.status_code == 409
    assert b"A report was accepted or opened again while you were reading" in response.content
    assert stage.confirmed(expected="").status_code == 409
    assert Release.objects.count() == 0
    assert stage.confirmed().status_code == 302


def test_department_alone(stage: Stage) -> None:
    stage.world.submit(stage.world.report(2021, stage.world.departments[2]), answers=[])
    assert "1 of 1" in text(stage.client().get(f"{PAGE}ministry-1/"))
    edition = stage.editions()[0]
    given = {**WHEN, "expected": str(edition.pk), "previewed": "on"}
    assert stage.client().post(f"{PAGE}ministry-1/confirm/", given).status_code == 302
    assert list(Publication.objects.filter(release__isnull=False).values_list("edition", flat=True)) == [edition.pk]
    nothing = stage.client().get(f"{PAGE}ministry-4/confirm/", WHEN)
    assert errors(nothing) == ["There is nothing to publish: no report that is accepted waits for its publication"]


def test_signed_out_while_confirming_nothing_is_set_and_the_note_is_there(stage: Stage) -> None:
    response = Client().post(f"{PAGE}confirm/", {**WHEN, "note": "A note worth keeping.", "previewed": "on"})
    assert response.status_code == 403
    assert b"A note worth keeping." in response.content
    assert Release.objects.count() == 0


def test_note_is_there_again_after_signing_in(stage: Stage) -> None:
    """Until another page is asked for: what stands in its address goes before."""
    client = stage.client()
    client.get(PAGE)
    del client.cookies["sessionid"]
    response = client.post(f"{PAGE}confirm/", {**WHEN, "note": "A note worth keeping.", "previewed": "on"})
    assert (response.status_code, response.url) == (302, f"/account/sign-in/?next={PAGE}confirm/")
    assert Release.objects.count() == 0
    client.force_login(stage.reviewer)
    assert "A note worth keeping." in text(client.get(f"{PAGE}confirm/"))
    assert "A note worth keeping." not in text(client.get(f"{PAGE}confirm/", WHEN))


# What is set ------------------------------------------------------------------------------------------


def corrected(stage: Stage) -> tuple[Publication, Release]:
    """The window of the edition that is public, and the release of the one that follows it."""
    stage.world.corrected(stage.world.report(2020), progress=CANARY)
    round = stage.world.report(2020).round
    release = releases.release(actor=stage.reviewer, round=round, starts=HOUR)
    return Publication.objects.get(edition__report__round=round, ends=HOUR), release


def test_move_moves_the_end_of_what_it_replaces(stage: Stage) -> None:
    before, release = corrected(stage)
    later = {"day": "26", "month": "2", "year": "2098", "time": "4pm"}
    response = stage.client().post(f"/publishing/releases/{release.pk}/move/", later, follow=True)
    assert "Moved: it will be public at 4pm on Wednesday 26 February 2098." in text(response)
    before.refresh_from_db()
    moved = at("2098-02-26 16:00")
    assert (before.ends, before.ending) == (moved, "superseded")
    assert [CANARY in public(one).content.decode() for one in (HOUR, moved - INSTANT, moved)] == [
        False,
        False,
        True,
    ]


def test_stop_brings_back_what_it_would_have_replaced(stage: Stage) -> None:
    before, release = corrected(stage)
    address = f"/publishing/releases/{release.pk}/stop/"
    assert errors(stage.client().post(address, {"reason": " "})) == ["Enter why the publication is stopped"]
    page = text(stage.client().post(address, {"reason": "A number is wrong."}, follow=True))
    assert "The publication is stopped. Nothing of it became public." in page
    assert "A number is wrong." in page
    assert "FEN/D01/2020/e2" in page
    before.refresh_from_db()
    assert (before.ends, before.ending) == (None, "")
    assert CANARY not in public(HOUR).content.decode()
    assert "1 of 4" in text(stage.client().get(PAGE.replace("2021", "2020")))  # it waits again


def test_after_its_hour_it_is_neither_moved_nor_stopped(stage: Stage) -> None:
    release = stage.scheduled()
    address = f"/publishing/releases/{release.pk}/"
    with time_machine.travel(HOUR, tick=False):
        client = stage.client()
        assert "Withdraw Ministry 1" in text(client.get(address))
        for name, given in (("move", {**WHEN, "year": "2099"}), ("stop", {"reason": "Too late."})):
            assert (client.get(f"{address}{name}/").status_code, client.get(f"{address}{name}/").url) == (
                302,
                address,
            )
            assert client.post(f"{address}{name}/", given).status_code == 409
    release.refresh_from_db()
    assert (release.starts, release.stopped_at) == (HOUR, None)


def test_withdrawn_with_a_reason(stage: Stage) -> None:
    edition = stage.world.report(2020).editions.get()
    address = f"/publishing/editions/{edition.pk}/withdraw/"
    client = stage.client()
    assert "no edition of this report is public until another one is published" in text(client.get(address))
    assert errors(client.post(address, {"reason": ""})) == [
        "Enter why it is withdrawn: readers are told the reason"
    ]
    page = client.post(address, {"reason": "It named a person."}, follow=True)
    assert "Ministry 1: edition 1 is withdrawn." in text(page)
    gone = Client().get(f"/strategies/{SLUG}/editions/ministry-1/2020/1/")
    assert gone.status_code == 410
    assert "It named a person." in text(gone)
    assert client.post(address, {"reason": "Again."}).status_code == 409
    assert "It was withdrawn on" in text(client.get(address))


def test_report_is_counted_as_withdrawn_when_its_correction_was(stage: Stage) -> None:
    """The edition before does not come back."""
    edition = stage.world.corrected(stage.world.report(2020), progress="Otherwise.")
    publication.publish(edition, actor=stage.reviewer)
    last_year = PAGE.replace("2021", "2020")
    assert "4 public as they are" in text(stage.client().get(last_year))
    stage.client().post(f"/publishing/editions/{edition.pk}/withdraw/", {"reason": "It named a person."})
    assert "3 public as they are, 1 withdrawn" in text(stage.client().get(last_year))


def test_edition_that_is_not_public_is_not_withdrawn_here(stage: Stage) -> None:
    stage.scheduled()
    edition = stage.editions()[0]
    page = stage.client().get(f"/publishing/editions/{edition.pk}/withdraw/")
    assert "It is not public yet: stop its publication instead." in text(page)
    assert b"<textarea" not in page.content


# Who is told ------------------------------------------------------------------------------------------


@pytest.fixture
def leader(stage: Stage) -> User:
    person = User.objects.create_user("dora@example.invalid", name="Dora")
    role = Membership.Role.LEADER
    people.give_role(actor=stage.reviewer, person=person, role=role, department=stage.world.departments[0])
    Mail.objects.all().delete()
    return person


def sent_at(moment: Any) -> list[str]:
    outbox.outbox.clear()
    with time_machine.travel(moment, tick=False):
        delivery.send_due()
    return [one.subject for one in outbox.outbox]


def test_mail_goes_out_at_the_hour(stage: Stage, leader: User) -> None:
    assert stage.confirmed().status_code == 302
    subject = "Published: Fenland Better Services Plan 2021"
    assert [sent_at(moment) for moment in (HOUR - timedelta(seconds=1), HOUR)] == [[], [subject]]


def test_mail_does_not_go_out_when_it_was_stopped(stage: Stage, leader: User) -> None:
    stage.confirmed()
    release = Release.objects.get()
    stage.client().post(f"/publishing/releases/{release.pk}/stop/", {"reason": "Not yet."})
    assert sent_at(HOUR) == []


def test_department_can_not_write_while_it_waits(stage: Stage) -> None:
    stage.scheduled()
    report = stage.world.report(2021)
    assert not rules.may_edit(report)
