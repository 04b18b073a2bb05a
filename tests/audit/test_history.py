"""The history in words, its filters, its pages and its CSV: of everything, of a report, of an entry."""

import csv
import io
import json
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from lxml import html

from reporting.domain import audit, checkpoints, history, people, publication, releases, review, timeline
from reporting.domain.timeline import Place
from reporting.models import DraftSave, Event
from strategy.models import Action
from tests.conftest import made_once
from tests.domain.chain import event, rewrite
from tests.filing.cast import Cast
from tests.world import World, at

LINE = "//ol[@class='st-timeline']"
SOURCE = Path(settings.BASE_DIR) / "reporting"


# A world with a history -----------------------------------------------------------------------------------


def make() -> Cast:
    """A report that was returned, signed off again, accepted, published, corrected, withdrawn."""
    cast = Cast.meet(World.small())
    world, reviewer = cast.world, cast.people["reviewer"]
    cast.returned()
    world.leader = cast.people["leader"]
    report = world.report(2021)
    world.write(report, progress="Twelve lamps were lit.", planned="Light the others.", status="behind")
    report = world.submit(report, progress="Twelve lamps were lit.", planned="Light the others.", status="behind")
    report = review.start_review(actor=reviewer, report=report)
    review.assess(
        actor=reviewer, report=report, action=world.actions[0], assessment="partly_evidenced", reason="Six of them."
    )
    review.accept_report(actor=reviewer, report=report)
    later = timezone.now() + timedelta(days=1)
    made = releases.release(actor=reviewer, round=report.round, starts=later, only=[report.department_id])
    releases.stop(actor=reviewer, release=made, reason="Not yet.")
    releases.release(actor=reviewer, round=report.round, only=[report.department_id])
    return cast


made = made_once(make)


@pytest.fixture
def told(made: Cast, db: None, settings: Any) -> Cast:
    settings.SECOND_FACTOR = "nobody"
    return deepcopy(made)


def page(cast: Cast, address: str, **query: str) -> Any:
    response = cast.client("auditor").get(address, query)
    assert response.status_code == 200
    return html.fromstring(response.content.decode())


def headings(tree: Any) -> list[str]:
    return [one.text_content().strip() for one in tree.xpath(f"{LINE}//h3")]


def test_entry_shows_events_and_saves_in_one_line(told: Cast) -> None:
    tree = page(told, told.address("audit-entry", 1))
    found = headings(tree)
    assert found[:3] == [
        "Publication set for several reports",
        "Time of publication set",
        "Publication stopped before its time",
    ]
    for words in (
        "Entry assessed: partly evidenced",
        "Report returned to the department, with comments on 1 entry",
        "Comment written",
        "Report signed off",
        "Report accepted",
        "Text saved",
        "Text saved beside another",
        "Two texts put together",
    ):
        assert words in found, words
    assert (
        len([one for one in found if one.startswith(("Text", "Two texts"))])
        == DraftSave.objects.filter(entry__report=told.report, entry__action__number=1).count()
    )
    text = tree.text_content()
    save = DraftSave.objects.filter(progress="Twelve lamps were lit.", entry__action__number=1).get()
    assert "Words: 4 of progress, 3 of plan" in " ".join(text.split())
    assert tree.xpath("//a[@href=$to]", to=told.address("filing-save", 1, save.pk))
    newest = Event.objects.order_by("-sequence")[0]
    assert f"{newest.digest[:6]}…{newest.digest[-6:]}" in text
    assert f"{newest.previous[:6]}…{newest.previous[-6:]}" in text


def test_entry_shows_nothing_of_other_entries_or_reports(told: Cast) -> None:
    assert told.report.entries.filter(action__number=2).exists()
    for moment in timeline.line(*_of_entry(told, 1)):
        subject = moment.event.subject if moment.event else ""
        assert subject in {"", "FEN/D01/2021", "FEN/D01/2021/1", "FEN/D01/2021/e1"} or "/release/" in subject
        assert moment.save is None or moment.save.entry.action.number == 1


def _of_entry(cast: Cast, number: int) -> Any:
    wanted = history.Wanted()
    rows = history.events_of(wanted, history.about_entry(cast.report, number))
    return rows, history.saves_of(wanted, cast.report, number)


def test_report_shows_its_events_and_those_of_its_entries(told: Cast) -> None:
    found = headings(page(told, told.address("audit-report")))
    assert "Entry assessed: partly evidenced" in found
    assert "Publication stopped before its time" in found
    assert "Department added" not in found


@pytest.mark.parametrize(
    "query, only",
    [
        ({"what": "publication"}, {"publication", "release"}),
        ({"what": "entries"}, {"entry"}),
        ({"subject": "FEN/D01/2021/1"}, {"entry"}),
        ({"what": "publication", "subject": "FEN/2021/release/"}, {"release"}),
    ],
)
def test_history_is_filtered_by_its_address(told: Cast, query: dict[str, str], only: set[str]) -> None:
    rows = csv_of(told, reverse("audit-events-csv"), **query)
    verbs = {event(int(row["sequence"])).verb.partition(".")[0] for row in rows}
    assert verbs == only
    assert len(headings(page(told, reverse("audit-events"), **query))) == min(50, len(rows))


def test_history_is_filtered_by_who(told: Cast) -> None:
    reviewer = told.people["reviewer"]
    people.change_person(actor=told.people["administrator"], person=reviewer, name="Rhea Ferrier")
    for who in ("rhea", reviewer.name, reviewer.email.upper(), f"person/{reviewer.pk}", str(reviewer.pk)):
        rows = csv_of(told, reverse("audit-events-csv"), who=who, what="reports")
        assert {row["who"] for row in rows} == {f"person/{reviewer.pk}"}, who
    assert csv_of(told, reverse("audit-events-csv"), who="Nobody of that name") == []


def test_history_of_a_person_is_of_no_other_and_names_them(told: Cast) -> None:
    """Person 1 is not person 10; the name comes from the table of people, not from the event."""
    told.people["contributor"].name = "Cressida Vole"
    told.people["contributor"].save()
    for name in ("contributor", "leader"):
        subject = people.reference(told.people[name])
        rows = csv_of(told, reverse("audit-events-csv"), subject=subject)
        assert {row["about"] for row in rows} == {subject}
    tree = page(told, reverse("audit-events"), subject=people.reference(told.people["contributor"]))
    assert "Cressida Vole" in tree.xpath(LINE)[0].text_content()


def test_history_is_filtered_by_day(told: Cast) -> None:
    today = timezone.localdate()
    count = Event.objects.count()
    assert len(csv_of(told, reverse("audit-events-csv"), since=f"{today:%d/%m/%Y}")) == count
    assert len(csv_of(told, reverse("audit-events-csv"), until=f"{today:%Y-%m-%d}")) == count
    assert csv_of(told, reverse("audit-events-csv"), until=f"{today - timedelta(days=1):%-d %B %Y}") == []
    assert csv_of(told, told.address("audit-entry-csv", 1), until="1/1/2020") == []


def test_day_that_is_none_is_said(told: Cast) -> None:
    tree = page(told, reverse("audit-events"), since="someday")
    assert "From: write a day such as 27/3/2026." in tree.find_class("govuk-error-summary")[0].text_content()
    assert tree.findtext(".//title").startswith("Error: ")


def test_paging_shows_each_once(told: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """By key: what happens meanwhile moves nothing."""
    monkeypatch.setattr("reporting.audit.history.PER_PAGE", 4)
    for name, more, total in (
        ("audit-events", (), Event.objects.count()),
        ("audit-entry", (1,), len(list(timeline.line(*_of_entry(told, 1))))),
    ):
        address = told.address(name, *more) if more else reverse(name)
        found, query, pages = [], {}, 0
        while True:
            tree = page(told, address, **query)
            found += [one.text_content() for one in tree.xpath(f"{LINE}/li")]
            following = [one for one in tree.iter("a") if one.text_content() == "Earlier"]
            pages += 1
            if pages == 2 and name == "audit-events":
                people.change_person(actor=told.people["administrator"], person=told.people["leader"], name="L")
            if not following:
                break
            query = {key: value[0] for key, value in parse_qs(urlsplit(following[0].get("href")).query).items()}
        # The whole of an item is its own: digest and, for a save, its time.
        assert len(found) == total
        assert pages == -(-total // 4)
        kept = [one for one in found if "Event " in one]
        assert len({one.split("Event ")[1] for one in kept}) == len(kept)


def test_paging_shows_saves_of_the_same_moment_once(told: Cast) -> None:
    """Told of the past, many things happen at once."""
    noon, base = at("2021-11-05 12:00"), None
    told.report = told.world.report(2021, told.world.departments[2])
    for number in range(7):
        base = told.world.draft(told.report, 1, progress=f"Text {number}.", base=base, at=noon)
    found: list[Any] = []
    following: Place | None = Place()
    while following:
        moments, following = timeline.page(*_of_entry(told, 1), following, 2)
        found += [moment.save.pk for moment in moments if moment.save]
    kept = DraftSave.objects.filter(entry__report=told.report, entry__action__number=1)
    assert len(found) == 7
    assert sorted(found) == sorted(kept.values_list("pk", flat=True))


@pytest.mark.once
@pytest.mark.parametrize(
    "typed",
    [
        *("", "x", "~", "5~x~y", "5~2026-01-01~z", "9" * 30, "5~2026-01-01T00:00:00+00:00~x"),
        *(f"~{when}~{UUID(int=1)}" for when in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00")),
    ],
)
def test_place_that_makes_no_sense_is_the_beginning(typed: str) -> None:
    assert Place.parse(typed).save is None


@pytest.mark.once
@pytest.mark.parametrize("reason", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_reason_that_looks_like_a_time_of_no_year_is_shown_as_it_was_typed(reason: str) -> None:
    assert history.details_of(Event(data=json.dumps({"reason": reason}))) == [("Reason", reason)]


# CSV ------------------------------------------------------------------------------------------------------


def csv_of(cast: Cast, address: str, **query: str) -> list[dict[str, str]]:
    response = cast.client("auditor").get(address, query)
    assert response.streaming
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    body = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(body, newline="")))


def test_csv_holds_exactly_what_is_filtered(told: Cast) -> None:
    rows = csv_of(told, reverse("audit-events-csv"))
    assert [int(row["sequence"]) for row in rows] == list(range(Event.objects.count(), 0, -1))
    newest = Event.objects.order_by("-sequence")[0]
    assert {key: rows[0][key] for key in ("about", "data", "previous", "digest")} == {
        "about": newest.subject, "data": newest.data, "previous": newest.previous, "digest": newest.digest,
    }  # fmt: skip
    of_entry = csv_of(told, told.address("audit-entry-csv", 1), what="saves")
    assert len(of_entry) == DraftSave.objects.filter(entry__report=told.report, entry__action__number=1).count()
    assert {row["sequence"] for row in of_entry} == {""}


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_cells_that_a_spreadsheet_would_run_are_harmless(told: Cast, start: str) -> None:
    person = told.people["reviewer"]
    person.name = f"{start}HYPERLINK(1)"
    person.save()
    rows = csv_of(told, reverse("audit-events-csv"), who=str(person.pk))
    assert {row["name"] for row in rows} == {f"'{start}HYPERLINK(1)"}
    assert [
        cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    ] == []


# The overview, and what is taken along ----------------------------------------------------------------------


def test_overview_says_what_was_found_last_and_verifies_on_another_page(told: Cast) -> None:
    assert "Not verified yet" in page(told, "/audit/").text_content()
    checkpoints.write()
    verified = page(told, "/audit/verified/").text_content()
    assert "Nothing in this history was altered" in verified
    assert f"All {Event.objects.count()} events of the service fit together" in verified
    assert f"Events 1 to {Event.objects.count()} are those that signed checkpoints list" in verified
    overview = page(told, "/audit/")
    assert "Last verified" in overview.text_content()
    assert overview.xpath("//a[@href='/audit/checkpoints/1/']")


def test_overview_names_the_event_that_does_not_fit(told: Cast, tampering: Any) -> None:
    tampering()
    rewrite(Event, event(5).pk, verb="round.closed")
    for address in ("/audit/verified/", "/audit/"):
        text = page(told, address).text_content()
        assert "Something does not fit" in text
        assert "does not fit: its columns are not those of its canonical text." in text


def test_overview_stands_without_a_key(told: Cast, settings: Any, tmp_path: Path) -> None:
    settings.CHECKPOINT_KEY, settings.PRODUCTION = tmp_path / "none.pem", True
    assert "openssl genpkey" in page(told, "/audit/").text_content()


def test_export_of_a_history_that_was_altered_can_be_taken_along(told: Cast, tampering: Any) -> None:
    """It is then that somebody needs it."""
    checkpoints.write()
    tampering()
    rewrite(Event, event(5).pk, verb="round.closed")
    response = told.client("auditor").get("/audit/export.zip")
    assert response.status_code == 200
    assert b"".join(response.streaming_content).startswith(b"PK")


def test_files_are_those_that_are_kept(told: Cast) -> None:
    made = checkpoints.write()
    assert made
    client = told.client("auditor")
    kept = Path(settings.CHECKPOINT_DIR) / made.name
    response = client.get("/audit/checkpoints/1/")
    assert response.content == kept.read_bytes()
    assert response.headers["Content-Disposition"] == f'attachment; filename="{made.name}"'
    assert client.get("/audit/public-key.pem").content == (kept.parent / "public-key.pem").read_bytes()
    assert client.get("/audit/verify_export.py").content == checkpoints.SCRIPT.read_bytes()


# Constant queries -------------------------------------------------------------------------------------------


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as found:
        response = client.get(address)
        assert response.status_code == 200
        if response.streaming:
            b"".join(response.streaming_content)
    return len(found)


def test_queries_do_not_grow(told: Cast) -> None:
    addresses = [
        "/audit/",
        "/audit/verified/",
        "/audit/events/",
        "/audit/events/history.csv",
        told.address("audit-report"),
        told.address("audit-entry", 1),
        f"{told.address('audit-entry', 1)}?edition=1",
        told.address("audit-entry-csv", 1),
    ]
    client = told.client("auditor")
    for address in addresses:  # the first time something is remembered
        queries(client, address)
    before = {address: queries(client, address) for address in addresses}
    world = told.world
    for department in world.departments[1:4]:
        report = world.report(2021, department)
        publication.publish(world.file(report), actor=world.reviewer)
        review.reopen(actor=world.reviewer, report=report, reason="More.")
        world.submit(report)
    saved = told.save
    for number in range(5):
        report = world.report(2021)
        if report.state == "accepted":
            report = review.reopen(actor=world.reviewer, report=report, reason="More.")
        saved = world.draft(report, 1, progress=f"Text {number}.", base=saved)
    checkpoints.write()
    assert audit.verify().faults == []
    assert {address: queries(client, address) for address in addresses} == before
    assert max(before.values()) < 45


def test_json_of_an_event_is_never_shown_raw(told: Cast) -> None:
    text = page(told, "/audit/events/").xpath(LINE)[0].text_content()
    assert "{" not in text
    assert json.loads(Event.objects.order_by("-sequence")[0].data)
    assert Action.objects.count() == 3
