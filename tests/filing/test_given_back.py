"""Whatever happens to a request, what was typed is saved or given back, and the page says what to do next."""

import hashlib
import html
import json
import re
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from reporting.domain import filing
from reporting.models import DraftSave, Entry, Report, User
from tests.filing.cast import Cast
from tests.world import World

pytestmark = pytest.mark.django_db

WORDS = "Typed for an hour: “don’t lose it”\n\n- a bullet, 100 %"
LONG = 200_000
TEXTS = {
    "typographic": "It’s “quoted” – and… ‘again’ " * (LONG // 29),
    "emoji": "😀👩‍👩‍👧" * (LONG // 6),
    "right to left": "تقرير الوزارة ‏(2025)‏ עברית " * 20,
    "pasted rich text": '<p style="mso-x">Bold <b>words</b>&nbsp;and <script>alert(1)</script></p>\t| a | b |',
    "markdown that isn’t meant": "1986. a year\n__init__ *not closed\n# no heading\n\\ back\\slash [x](y",
    "spaces at both ends": "  two before, and after  \n\n",
    "begins with an empty line": "\n\nfirst words",
    "only spaces": "   ",
    "null": "null",
}


def body(**more: Any) -> dict[str, Any]:
    return {"progress": WORDS, "save_id": str(uuid.uuid4()), "ready": "no", **more}


def given_back(response: HttpResponse) -> dict[str, str]:
    """The fields of the form on the page, by name, as a browser would send them."""
    page = response.content.decode()
    boxes = re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL)
    hidden = re.findall(r'<input type="hidden"[^>]* name="([^"]+)" value="([^"]*)"', page)
    return {name: html.unescape(value) for name, value in [*boxes, *hidden]}


@pytest.fixture
def url(cast: Cast) -> str:
    return cast.address("filing-entry", 3)


@pytest.fixture
def leader(cast: Cast, url: str) -> Client:
    client = cast.client("leader")
    client.get(url)  # the page that is written on; from now on this browser is known
    return client


def saved(number: int = 3) -> list[str]:
    return list(DraftSave.objects.filter(entry__action__number=number).values_list("progress", flat=True))


@pytest.mark.parametrize("kind", TEXTS)
def test_text_is_saved_as_it_was_typed(leader: Client, url: str, kind: str) -> None:
    typed = TEXTS[kind]
    response = leader.post(url, body(progress=typed.replace("\n", "\r\n"), planned=typed))
    assert response.status_code == 302
    save = DraftSave.objects.get(entry__action__number=3)
    assert (save.progress, save.planned) == (typed, typed)
    shown = given_back(leader.get(url))
    assert (shown["progress"], shown["planned"]) == (typed, typed)


def test_two_fields_of_200_000_characters_are_within_what_is_read() -> None:
    assert all(len(TEXTS[kind]) >= LONG - 30 for kind in ("typographic", "emoji"))


@pytest.mark.parametrize(
    ("typed", "stored", "said"),
    [
        ("A\0B", "AB", "1 NUL character was removed."),
        ("A\x01B\x0cC", "AB C", "2 control characters were removed."),
    ],
)
def test_what_cannot_be_stored_is_said(leader: Client, url: str, typed: str, stored: str, said: str) -> None:
    response = leader.post(url, body(progress=typed), follow=True)
    assert saved() == [stored]
    assert said in html.unescape(response.content.decode())


def test_lone_surrogate_is_replaced(leader: Client, url: str) -> None:
    raw = b"ready=no&progress=before%ED%A0%80after"
    assert leader.post(url, raw, content_type="application/x-www-form-urlencoded").status_code == 302
    (text,) = saved()
    assert (text[:7], text[-5:]) == ("before\ufffd", "after")


@pytest.mark.once
def test_form_that_is_hostile_is_never_a_500(leader: Client, url: str) -> None:
    bodies: list[dict[str, Any]] = [
        body(status="king"),
        body(category="<b>"),
        body(ready="perhaps"),
        body(save_id="no uuid", base="nor this"),
        body(base=str(uuid.uuid4())),
        {f"evidence-{row}-address": "x" for row in range(0, 900, 3)},
        {"evidence-999999999-address": "x", "activity-own-1-answer": "king", "do": "\0"},
        {},
    ]
    for one in bodies:
        response = leader.post(url, one)
        assert response.status_code in {302, 422}, one
        if response.status_code == 422 and "progress" in one:
            assert given_back(response)["progress"] == WORDS


@pytest.mark.once
def test_too_large_says_what_to_do(leader: Client, url: str, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    response = leader.post(url, body(progress="x" * 2000))
    assert response.status_code == 400
    assert "Go back in your browser: your text is still there" in response.content.decode()


# Signed out ----------------------------------------------------------------------------------------------


def test_expired_session_keeps_the_text_until_its_author_is_back(cast: Cast, leader: Client, url: str) -> None:
    leader.session.flush()
    response = leader.post(url, body())
    assert (response.status_code, saved()) == (302, [])
    page = leader.get(response.url).content.decode()
    assert "Action 3 of the report for 2021" in page
    assert WORDS.split("\n")[0] not in page  # nobody reads it there
    leader.force_login(cast.people["leader"])
    response = leader.get(url)
    assert given_back(response)["progress"] == WORDS
    assert "is below. Save it to go on" in response.content.decode()
    leader.post(url, {**given_back(response), "ready": "no"})
    assert saved() == [WORDS]
    assert "Save it to go on" not in leader.get(url).content.decode()


@pytest.mark.once
def test_session_ends_by_itself_and_the_text_is_kept(leader: Client, url: str) -> None:
    with time_machine.travel(timezone.now() + timedelta(hours=13)):
        response = leader.post(url, body())
        assert response.url.startswith("/account/sign-in/")
        assert list(leader.session["kept"]) == [url]


@pytest.mark.once
def test_somebody_else_on_the_same_computer_never_sees_it(cast: Cast, leader: Client, url: str) -> None:
    leader.session.flush()
    leader.post(url, body())
    leader.force_login(cast.people["contributor"])
    assert WORDS not in leader.get(url).content.decode()


@pytest.mark.once
def test_browser_that_is_not_known_gets_the_text_back_on_the_page(cast: Cast, url: str) -> None:
    """Nothing of it is kept here: anybody can send anything."""
    client = Client()
    response = client.post(url, body())
    assert (response.status_code, given_back(response)["progress"]) == (403, WORDS)
    assert "Sign in in a new tab" in response.content.decode()
    assert "kept" not in client.session


@pytest.mark.once
def test_script_is_told_that_nobody_is_signed_in(cast: Cast, url: str) -> None:
    response = Client().post(url, body(), headers={"accept": "application/json"})
    assert (response.status_code, response.json()["signed_out"]) == (401, True)


# A stale token -------------------------------------------------------------------------------------------


@pytest.mark.once
def test_stale_token_gives_the_text_back_with_a_fresh_one(cast: Cast, url: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.people["leader"])
    client.get(url)
    sent = body(csrfmiddlewaretoken="x" * 64)
    response = client.post(url, sent, headers={"origin": "http://testserver"})
    assert (response.status_code, saved()) == (403, [])
    again = given_back(response)
    assert (again["progress"], again["save_id"]) == (WORDS, sent["save_id"])
    assert client.post(url, again).status_code == 302
    assert saved() == [WORDS]


@pytest.mark.once
@pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
def test_what_another_site_sent_is_shown_without_a_button(cast: Cast, url: str, origin: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.people["leader"])
    invite = f"/filing/departments/{cast.report.department.slug}/people/invite/"
    for address, sent in ((url, body()), (invite, {"name": "Eve", "email": "eve@evil.example", "scope": "all"})):
        response = client.post(address, sent, headers={"origin": origin} if origin else {})
        page = response.content.decode()
        assert response.status_code == 403
        assert "Send it again" not in page
        assert "csrfmiddlewaretoken" not in page
    assert "eve@evil.example" in page  # in sight, not in a hidden field
    assert (saved(), User.objects.filter(email="eve@evil.example").exists()) == ([], False)


@pytest.mark.once
def test_stale_token_elsewhere_shows_nothing_of_what_was_sent(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/account/sign-in/", {"login": "a@b.example", "password": "geheim"})
    assert response.status_code == 403
    assert "geheim" not in response.content.decode()


# The database is down ------------------------------------------------------------------------------------


@pytest.fixture
def no_database() -> Iterator[Any]:
    """Every query fails as it does when the server is gone."""

    def fail(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        raise OperationalError("the connection is closed")

    return connection.execute_wrapper(fail)


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_database_down_gives_the_text_back(
    cast: Cast, leader: Client, url: str, no_database: Any, accept: str
) -> None:
    leader.raise_request_exception = False
    sent = body()
    with no_database:
        response = leader.post(url, sent, headers={"accept": accept})
    assert response.status_code == 503
    if accept == "application/json":
        assert "nothing was saved" in response.json()["problem"]
    else:
        again = given_back(response)
        assert (again["progress"], again["save_id"]) == (WORDS, sent["save_id"])
        assert "wait a minute, then send it again" in response.content.decode()
        assert leader.post(url, again).status_code == 302
        assert saved() == [WORDS]


@pytest.mark.parametrize("where", ["reporting.domain.filing.save_draft", "reporting.filing.entry.receipt"])
def test_fault_anywhere_gives_the_text_back(
    leader: Client, url: str, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("a fault of our own")

    monkeypatch.setattr(where, broken)
    leader.raise_request_exception = False
    json_wanted = where.endswith("receipt")
    response = leader.post(url, body(), headers={"accept": "application/json" if json_wanted else "text/html"})
    assert response.status_code == 500
    if not json_wanted:
        assert given_back(response)["progress"] == WORDS


# Meanwhile the report has moved on -----------------------------------------------------------------------


def test_signed_off_meanwhile_gives_the_text_back(cast: Cast, leader: Client, url: str) -> None:
    cast.submitted()
    before = DraftSave.objects.count()
    response = leader.post(url, body())
    assert (response.status_code, DraftSave.objects.count()) == (409, before)
    assert given_back(response)["progress"] == WORDS
    assert "FEN/D01/2021 is submitted: it can’t be edited now" in html.unescape(response.content.decode()).replace(
        "'", "’"
    )


def test_taken_off_meanwhile_gives_the_text_back(cast: Cast) -> None:
    client, url = cast.client("of_action_1"), cast.address("filing-entry", 1)
    client.get(url)
    cast.membership("of_action_1").delete()
    response = client.post(url, body())
    assert (response.status_code, given_back(response)["progress"]) == (404, WORDS)


# Receipts ------------------------------------------------------------------------------------------------


def script_digest(pairs: dict[str, str]) -> str:
    """As static/js/saving.js makes it, written a second time here."""
    said = sorted((name, value) for name, value in pairs.items() if value)
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def test_receipt_is_of_the_stored_words(cast: Cast, leader: Client) -> None:
    url = cast.address("filing-entry", 2)  # an activity was planned for it last year
    typed = {
        "progress": WORDS,
        "planned": 'Tab\there, \u2028 line, “quotes” \\ and "these"',
        "status": "behind",
        "evidence-1-address": "https://example.org/a?b=c&d",
        "activity-own-1-answer": "carried_forward",
        "activity-own-1-reason": "No time.",
        "activity-own-1-carried": "Something else",
    }
    response = leader.post(url, body(**typed), headers={"accept": "application/json"})
    assert (response.status_code, response.json()["receipt"]) == (200, script_digest(typed))
    assert DraftSave.objects.get(pk=response.json()["id"]).planned == typed["planned"]
    assert response.json()["receipt"] != script_digest({**typed, "progress": WORDS + " "})


def test_acknowledged_only_after_commit(
    monkeypatch: pytest.MonkeyPatch, transactional_db: None, settings: Any
) -> None:
    """What the script is told is read in no transaction: the save's own has ended."""
    settings.SECOND_FACTOR = "nobody"
    cast = Cast.meet(World.small())
    seen = []
    monkeypatch.setattr(
        "reporting.filing.entry.receipt", lambda *_: seen.append(connection.in_atomic_block) or "receipt"
    )
    cast.client("leader").post(cast.address("filing-entry", 3), body(), headers={"accept": "application/json"})
    assert seen == [False]


def test_same_save_twice_is_one_and_other_words_under_its_id_are_kept_too(leader: Client, url: str) -> None:
    sent = body()
    for _ in range(3):
        assert leader.post(url, sent).status_code == 302
    assert saved() == [WORDS]
    leader.post(url, {**sent, "progress": "Gone back to, and changed."})
    assert sorted(saved()) == sorted([WORDS, "Gone back to, and changed."])
    assert Entry.objects.get(action__number=3, report__round__year=2021).head.progress.startswith("Gone back")


def test_no_field_is_ever_shortened(cast: Cast, leader: Client) -> None:
    url = cast.address("filing-entry", 2)
    long = "x" * 5000
    names = ["evidence-0-address", "evidence-0-title", "evidence-0-date", "activity-own-1-reason", "reason"]
    leader.post(url, body(**dict.fromkeys(names, long)))
    save = DraftSave.objects.get(entry__action__number=2, reason=long)
    assert save.evidence == [{"address": long, "title": long, "date": long}]
    assert (save.answers[0]["reason"], save.reason) == (long, long)


@pytest.mark.once
def test_nil_and_invitations_survive_an_expired_session_too(cast: Cast, leader: Client) -> None:
    url = cast.address("filing-nil")
    leader.session.flush()
    leader.post(url, {"reason": WORDS})
    leader.force_login(cast.people["leader"])
    assert given_back(leader.get(url))["reason"] == WORDS
    assert Report.objects.get(pk=cast.report.pk).nil_reason == ""
    filing.set_nil(actor=cast.people["leader"], report=cast.report, reason="Kept")


# What a hostile reading found ------------------------------------------------------------------------------


@pytest.mark.once
def test_two_tabs_keep_both_texts(cast: Cast, leader: Client, url: str) -> None:
    other = cast.address("filing-entry", 2)
    leader.session.flush()
    for address, words in ((url, "Tab one words."), (other, "Tab two words.")):
        leader.post(address, body(progress=words))
    leader.force_login(cast.people["leader"])
    assert given_back(leader.get(url))["progress"] == "Tab one words."
    assert given_back(leader.get(other))["progress"] == "Tab two words."


@pytest.mark.once
def test_text_saved_by_the_script_is_not_offered_again(cast: Cast, leader: Client, url: str) -> None:
    leader.session.flush()
    leader.post(url, body())
    leader.force_login(cast.people["leader"])
    sent = body(progress="Newer words.")
    assert leader.post(url, sent, headers={"accept": "application/json"}).status_code == 200
    assert given_back(leader.get(url))["progress"] == "Newer words."


def test_text_kept_for_a_report_that_was_signed_off_since_is_given_back(
    cast: Cast, leader: Client, url: str
) -> None:
    leader.session.flush()
    leader.post(url, body())
    cast.submitted()
    leader.force_login(cast.people["leader"])
    response = leader.get(url)
    assert given_back(response)["progress"] == WORDS
    assert "Your text is not saved yet" in response.content.decode()


@pytest.mark.once
def test_second_factor_that_is_needed_meanwhile_keeps_the_text(
    cast: Cast, leader: Client, url: str, settings: Any
) -> None:
    settings.SECOND_FACTOR = "everybody"
    assert leader.post(url, body()).url == "/account/second-factor/phone/"
    settings.SECOND_FACTOR = "nobody"
    assert given_back(leader.get(url))["progress"] == WORDS


@pytest.mark.once
def test_page_that_somebody_else_opened_is_not_saved_under_my_name(cast: Cast, leader: Client, url: str) -> None:
    sent = body(author=str(cast.people["contributor"].pk))
    response = leader.post(url, sent)
    assert (response.status_code, given_back(response)["progress"], saved()) == (409, WORDS, [])


def test_answers_to_what_is_not_asked_are_kept(leader: Client, url: str) -> None:
    leader.post(url, body(**{"activity-own-77-reason": "Words.", "activity-D09-3-answer": "done"}))
    (save,) = DraftSave.objects.filter(entry__action__number=3)
    assert save.answers == [
        {"activity": 77, "answer": "", "reason": "Words."},
        {"activity": 3, "answer": "done", "reason": "", "department": "D09"},
    ]


def test_gone_back_to_old_words_and_saved_them_again(leader: Client, url: str) -> None:
    first = body(progress="First.")
    base = leader.post(url, first, headers={"accept": "application/json"}).json()["id"]
    leader.post(url, body(progress="Second.", base=base))
    leader.post(url, first)
    assert given_back(leader.get(url))["progress"] == "First."
    leader.post(url, first)
    assert sorted(saved()) == ["First.", "First.", "Second."]


def test_mark_of_a_repeated_save_counts(leader: Client, url: str) -> None:
    sent = body()
    leader.post(url, sent)
    leader.post(url, {**sent, "ready": "yes"})
    assert Entry.objects.get(action__number=3, report__round__year=2021).ready is True


def test_id_of_somebody_elses_save_tells_nothing(cast: Cast, leader: Client, url: str) -> None:
    other = cast.world.draft(cast.world.report(2021, cast.world.departments[1]), 3, progress=WORDS)
    response = leader.post(url, body(save_id=str(other.pk)), headers={"accept": "application/json"})
    assert response.json()["id"] != str(other.pk)
    assert saved() == [WORDS, WORDS]


def test_sign_off_of_what_changed_since_it_was_read_is_refused(cast: Cast, leader: Client) -> None:
    world, url = cast.world, cast.address("filing-sign-off")
    world.draft(cast.report, 1, progress="Chosen.", base=cast.save, settles=cast.beside)
    world.write(cast.report)
    seen = re.search(r'name="seen" value="(\w+)"', leader.get(url).content.decode())
    assert seen
    head = Entry.objects.get(report=cast.report, action__number=3).head
    world.draft(cast.report, 3, progress="Changed since.", status="behind", base=head)
    response = leader.post(url, {"agreed": "on", "seen": seen[1]})
    assert response.status_code == 409
    assert "Somebody saved an entry while you were reading" in response.content.decode()
    assert Report.objects.get(pk=cast.report.pk).state == "draft"


def test_second_nil_reason_does_not_replace_the_first_unseen(cast: Cast, leader: Client) -> None:
    url = cast.address("filing-nil")
    seen = given_back(leader.get(url))["seen"]
    filing.set_nil(actor=cast.people["leader"], report=cast.report, reason="The first reason.")
    response = leader.post(url, {"reason": "The second.", "seen": seen})
    assert response.status_code == 422
    assert "The first reason." in response.content.decode()
    assert leader.post(url, given_back(response)).status_code == 302
    leader.post(url, {"do": "undo"})
    assert given_back(leader.get(url))["reason"] == "The second."


@pytest.mark.parametrize("before", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "soon", "\0"])
def test_history_before_a_moment_that_is_none(cast: Cast, leader: Client, before: str) -> None:
    assert leader.get(cast.address("filing-saves", 1), {"before": before}).status_code == 200
