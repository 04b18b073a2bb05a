"""What each mail says, and that nothing in a name or a title can say more."""

import re
from datetime import date, timedelta
from email import message_from_string

import pytest
from django.conf import settings
from django.core import mail as django_mail
from django.db import transaction
from django.utils import timezone

from config.console_mail import EmailBackend
from reporting.domain import delivery, departments, events, filing, letters, mail, people, review, rounds
from reporting.models import Mail, Membership, User
from tests.mail.conftest import person
from tests.world import World, day

EVIL = "Eve\r\nBcc: all@example.org\n\nBody\x07\x1b[2J\u2028X: y"


def letter(template: str, **of: object) -> letters.Letter:
    return letters.compose(Mail.objects.filter(template=template, **of).latest("written_at"))


def recipients(template: str) -> list[str]:
    return sorted(one.person.email.partition("@")[0] for one in Mail.objects.filter(template=template))


@pytest.fixture
def filed(opened: World) -> World:
    opened.submit(opened.report(2020))
    return opened


def test_every_template_has_its_letter_and_every_letter_its_template() -> None:
    files = {path.stem for path in (settings.BASE_DIR / "templates" / "emails").glob("*.txt")}
    assert files - {"footer"} == set(letters.CONTEXTS)


def test_invitation_of_somebody_new(opened: World) -> None:
    given = opened.actions[:2]
    people.invite(actor=person("leader1"), email="new@example.org", department=opened.departments[0], actions=given)
    said = letter("invitation")
    assert said.subject == "Leader 1 invites you to Stocktake: Ministry 1"
    assert "Your role: contributor." in said.text
    assert "- 1 Boats online\n- 2 Plain letters\n" in said.text
    assert re.search(r"Choose your name and a password:\nhttp://127.0.0.1:8000/\S+\n", said.text)
    assert "The link works once, for 7 days." in said.text


def test_invitation_of_somebody_with_a_password(opened: World) -> None:
    known = User.objects.create_user("known@example.org", "count the lamps twice")
    people.invite(actor=person("leader1"), email=known.email, department=opened.departments[0])
    said = letter("invitation")
    assert "Sign in with the password that you have:" in said.text
    assert "Choose" not in said.text


def test_invitation_that_was_taken_back_is_not_sent(opened: World) -> None:
    membership = people.invite(actor=opened.reviewer, email="new@example.org", department=opened.departments[0])
    people.take_role(actor=opened.reviewer, membership=membership)
    with pytest.raises(letters.Outdated, match="taken back"):
        letter("invitation")


def test_no_link_that_lets_somebody_in_is_stored(opened: World) -> None:
    people.invite(actor=opened.reviewer, email="new@example.org", department=opened.departments[0])
    address = re.search(r"http://\S+", letter("invitation").text)
    assert address
    key = address[0].rstrip("/").rpartition("/")[2]
    assert len(key) > 20
    assert key not in str(list(Mail.objects.values()))


def test_copy_for_who_signed_off(filed: World) -> None:
    assert recipients("report_signed_off") == ["leader"]
    said = letter("report_signed_off")
    event = Mail.objects.get(template="report_signed_off").event
    assert said.subject == "Signed off: Fenland Better Services Plan 2020, Ministry 1"
    assert "Reference: FEN/D01/2020" in said.text
    assert f'"digest":"{said.text.partition("Digest: ")[2][:64]}"' in event.data
    assert "- 1 Boats online: On track\n- 2 Plain letters: On track\n" in said.text


def test_copy_tells_what_was_signed_off_whatever_was_written_since(filed: World) -> None:
    before = letter("report_signed_off").text
    report = filing.recall(actor=filed.leader, report=filed.report(2020))
    filed.write(report, status="behind")
    assert letter("report_signed_off").text == before


def test_returned_report_with_the_message_s_own_lines(filed: World) -> None:
    body = filed.departments[0]
    people.give_role(actor=filed.reviewer, person=filed.leader, role="contributor", department=body)
    report = review.start_review(actor=filed.reviewer, report=filed.report(2020))
    review.comment(actor=filed.reviewer, report=report, action=filed.actions[1], text="Which letters?")
    review.return_report(actor=filed.reviewer, report=report, message="Two things:\n\n- dates\n- names")
    assert recipients("report_returned") == ["leader", "leader1"]  # the first wrote the entry
    said = letter("report_returned").text
    assert "The reviewer writes:\n\nTwo things:\n\n- dates\n- names\n" in said
    assert "There are comments on action 2." in said
    assert f"http://127.0.0.1:8000/filing/{filed.strategy.slug}/2020/ministry-1/\n" in said


def test_accepted_report(filed: World) -> None:
    report = review.start_review(actor=filed.reviewer, report=filed.report(2020))
    review.accept_report(actor=filed.reviewer, report=report)
    assert recipients("report_accepted") == ["leader1"]
    assert "(FEN/D01/2020) has been accepted" in letter("report_accepted").text


def test_excused_department(opened: World) -> None:
    review.excuse(actor=opened.reviewer, report=opened.report(2020), reason="Floods.\nAgain.")
    assert recipients("report_excused") == ["leader1"]
    assert "The reason, which readers are told too:\n\nFloods.\nAgain.\n" in letter("report_excused").text


def test_round_that_opens_is_told_to_leaders_of_the_departments_that_are_due(nobody_waits: World) -> None:
    away = nobody_waits.departments[1]
    departments.close_department(actor=nobody_waits.reviewer, department=away, closed=day("2019-12"))
    nobody_waits.open(2020)
    assert recipients("round_opened") == ["leader1"]
    assert "The 2020 round of Fenland Better Services Plan is open.\n" in letter("round_opened").text


def test_leader_of_two_departments_has_one_letter_with_both(nobody_waits: World) -> None:
    second = nobody_waits.departments[1]
    give = people.give_role
    give(actor=nobody_waits.reviewer, person=person("leader1"), role=Membership.Role.LEADER, department=second)
    nobody_waits.open(2020)
    assert recipients("round_opened") == ["leader1", "leader2"]
    said = letter("round_opened", person=person("leader1")).text
    assert [name in said for name in ("Ministry 1:", "Ministry 2:")] == [True, True]


def test_new_deadline_is_told_where_something_is_left_to_do(filed: World) -> None:
    """The first department has signed off."""
    current = filed.report(2020).round
    rounds.change_due(actor=filed.reviewer, round=current, due=date(2021, 3, 1), note="The floods.\nAll of them.")
    assert recipients("deadline_changed") == ["contributor2", "leader2"]
    said = letter("deadline_changed")
    assert said.subject == "Due by 1 March 2021: Fenland Better Services Plan 2020"
    assert "Until now they were due by 15 February 2021.\n\nThe floods.\nAll of them.\n\nMinistry 2:\n" in said.text


def test_security_notice(opened: World) -> None:
    with transaction.atomic():
        event = events.record("person.told", "person", actor=opened.leader, at=timezone.now())
        mail.write("security_notice", [opened.leader], event=event, what="Your password was changed.")
    said = letter("security_notice").text
    assert said.startswith("Your password was changed.\n\nWhen: ")
    assert "Account: leader@example.invalid\n" in said


def test_letters_have_no_gaps_and_end_with_a_line(filed: World) -> None:
    for one in Mail.objects.exclude(person=person("leader1")):  # who has nothing left to do there
        text = letters.compose(one).text
        assert "\n\n\n" not in text
        assert text.endswith("nobody reads answers to it.\nQuestions: feedback@stocktake.invalid\n")


# What names and titles can not do ---------------------------------------------------------------------


def test_names_and_titles_forge_no_header_and_no_line(opened: World) -> None:
    User.objects.filter(email__startswith="leader").update(name=EVIL)
    type(opened.strategy).objects.update(title=EVIL)
    for one in Mail.objects.select_related("person", "event"):
        sent = message_from_string(delivery._message(one).message().as_string())
        assert set(sent.keys()) == {
            "Content-Type",
            "MIME-Version",
            "Content-Transfer-Encoding",
            "Subject",
            "From",
            "To",
            "Date",
            "Message-ID",
            "Auto-Submitted",
        }
        assert sent["To"] == f'"Eve Bcc: all@example.org Body [2J X: y" <{one.person.email}>'
        assert "\nBcc:" not in delivery._message(one).body


def test_name_is_quoted_as_headers_want_it(opened: World) -> None:
    quoted = User(name='O"Neill, Zoë <x@example.org>', email="zoe@example.org")
    assert letters.address(quoted) == '"O\\"Neill, Zoë <x@example.org>" <zoe@example.org>'
    message = django_mail.EmailMessage("S", "T", to=[letters.address(quoted)]).message()
    assert message["To"].count("@example.org>") == 1
    assert message["To"].endswith("<zoe@example.org>")
    assert letters.address(User(email="zoe@example.org")) == "zoe@example.org"


def test_markup_is_left_as_it_is(opened: World) -> None:
    review.excuse(actor=opened.reviewer, report=opened.report(2020), reason="<b>R&D</b> didn't")
    assert "\n<b>R&D</b> didn't\n" in letter("report_excused").text


def test_terminal_shows_a_mail_as_it_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    long = "http://127.0.0.1:8000/" + "k" * 120 + "/"
    message = django_mail.EmailMessage("Für Zoë", f"Hier:\n{long}\n", to=["zoe@example.org"])
    assert EmailBackend().send_messages([message]) == 1
    assert capsys.readouterr().out.strip("─\n").splitlines() == [
        "Mail to zoe@example.org",
        "Subject: Für Zoë",
        "",
        "Hier:",
        long,
    ]


def test_old_letter_about_a_round_that_is_done_is_not_sent(filed: World) -> None:
    assert timezone.now() - timedelta(days=1) < Mail.objects.latest("written_at").written_at
    with pytest.raises(letters.Outdated):
        letter("round_opened", person=person("leader1"))
