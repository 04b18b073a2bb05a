"""One department's whole published report, as it was: in by the command, out on the pages, word for word."""

import re
from collections import Counter
from pathlib import Path

import pytest
from django.test import Client

from reporting.models import EditionActivity, EditionEntry
from strategy.models import CommitmentVersion, MilestoneDate
from tests.exchange.commands import everything, prepare, run, run_json
from tests.exchange.pages import page, statements, visible, without_marker, words

pytestmark = [pytest.mark.django_db, pytest.mark.real]
PLAN = "/strategies/government-digital-strategy/"
SECTION = re.compile(
    r"(Departmental digital strategy commitments|Progress during|Planned activities in) \(?(.+?)\)?$"
)
CANONICAL = {
    "Departmental digital strategy commitments": "Commitment ({})",
    "Progress during": "Progress during {}",
    "Planned activities in": "Planned activities in {}",
}


@pytest.fixture
def report(shared_data: Path) -> Path:
    prepare(shared_data)
    path = shared_data / "mod-report-2015.txt"
    run("import_report", path, "--strategy", "GDS")
    return path


def source_lines(path: Path) -> list[tuple[int, str, str]]:
    """Action, canonical heading of the section ('' for notes) and words, without title, date and headings."""
    rows, action, section = [], 0, ""
    for line in path.read_text(encoding="utf-8").splitlines()[2:]:
        if match := re.match(r"Action (\d+): ", line):
            action, section = int(match[1]), ""
            rows.append((action, "title", words(line)))
        elif match := SECTION.fullmatch(line):
            section = CANONICAL[match[1]].format(match[2])
        else:
            rows.append((action, section, without_marker(line)))
    return rows


def test_report_gives_its_rows(report: Path) -> None:
    versions = CommitmentVersion.objects.values_list("commitment__action__number", "state")
    assert len(versions) == 14
    assert [number for number, state in versions if state == "not_applicable"] == [4]
    reason = CommitmentVersion.objects.get(state="not_applicable")
    assert words(reason.reason) in report.read_text(encoding="utf-8")
    assert reason.category == "not_stated"
    years = Counter(EditionEntry.objects.values_list("edition__report__round__year", flat=True))
    assert years == {2013: 14, 2014: 16}
    planned = Counter(EditionActivity.objects.values_list("activity__year", flat=True))
    assert planned == {2014: 19, 2015: 20}


def test_department_page_carries_every_line_in_order(report: Path, client: Client) -> None:
    lines = source_lines(report)
    assert len(lines) == 116
    tree = page(client, f"{PLAN}departments/ministry-of-defence/")
    for number in range(1, 17):
        section = tree.xpath(f"//section[@aria-labelledby='action-{number}']")[0]
        shown = statements(section)
        place, heading = -1, ""
        for _, wanted, line in [row for row in lines if row[0] == number]:
            if wanted not in {"", "title", heading}:
                place, heading = shown.index(wanted, place + 1), wanted
            place = shown.index(line, place + 1)
        # Between a section's heading and the next stand only its own words.
        for name in {wanted for action, wanted, _ in lines if action == number and wanted not in {"", "title"}}:
            box = section.xpath(f".//*[contains(@class, 'st-say') and *[normalize-space()='{name}']]")
            assert len(box) == 1
            said = [text for text in statements(box[0])[1:] if not text.startswith(("Not applicable Category",))]
            assert said == [line for action, wanted, line in lines if (action, wanted) == (number, name)]


def test_action_pages_carry_the_same_lines(report: Path, client: Client) -> None:
    lines = source_lines(report)
    found = 0
    for number in range(1, 17):
        tree = page(client, f"{PLAN}actions/{number}/")
        section = tree.xpath("//section[@aria-labelledby='MOD']")[0]
        heading = visible(tree.xpath("//h1")[0]).removeprefix("Government Digital Strategy").strip()
        for _, wanted, line in [row for row in lines if row[0] == number]:
            if wanted == "title":
                assert line in heading
            elif not wanted:
                assert line in statements(section)
            else:
                box = section.xpath(f".//*[contains(@class, 'st-say') and *[normalize-space()='{wanted}']]")
                assert len(box) == 1
                assert line in statements(box[0])
            found += 1
        years = [int(year) for year in re.findall(r"(?:in|during) (20\d\d)$", "\n".join(statements(section)), re.M)]
        assert years == sorted(years, reverse=True)
    assert found == 116


def test_references_follow_the_words(report: Path, client: Client) -> None:
    tree = page(client, f"{PLAN}departments/ministry-of-defence/")
    references = tree.xpath("//a[contains(@class, 'st-ref')]")
    assert len(references) == 39
    assert all(not (reference.tail or "").strip() for reference in references)


def test_story_and_edition_pages_exist_for_every_pair(report: Path, client: Client) -> None:
    for number in range(1, 17):
        story = visible(page(client, f"{PLAN}departments/ministry-of-defence/actions/{number}/"))
        assert f"GDS-{number}/MOD" in story
    for year in (2013, 2014):
        assert f"GDS/MOD/{year}/e1" in visible(page(client, f"{PLAN}editions/ministry-of-defence/{year}/1/"))


def test_same_file_twice_changes_nothing(report: Path) -> None:
    before = everything()
    outcome = run_json("import_report", report, "--strategy", "GDS")
    assert outcome["changed"] is False
    assert everything() == before


def test_dry_run_shows_and_changes_nothing(shared_data: Path) -> None:
    prepare(shared_data)
    before = everything()
    outcome = run_json("import_report", shared_data / "mod-report-2015.txt", "--strategy", "GDS", "--dry-run")
    assert [(row["year"], row["entries"], row["planned_activities"]) for row in outcome["editions"]] == [
        (2013, 14, 19),
        (2014, 16, 20),
    ]
    assert everything() == before


def test_changed_file_makes_an_edition_and_says_what_changed(report: Path, tmp_path: Path, client: Client) -> None:
    source = report.read_text(encoding="utf-8")
    wrong = next(word for word in source.split() if word.endswith("\u00ed"))
    changed = tmp_path / "corrected.txt"
    changed.write_text(source.replace("\u00ed", "\u2019"), encoding="utf-8")
    outcome = run_json("import_report", changed, "--strategy", "GDS")
    assert [(row["edition"], row["new"], row["changes"]) for row in outcome["editions"]] == [
        ("GDS/MOD/2013/e1", False, []),
        ("GDS/MOD/2014/e2", True, ["action 16: notes changed"]),
    ]
    assert not any(row["new"] for row in outcome["commitments"])
    text = visible(page(client, f"{PLAN}departments/ministry-of-defence/"))
    assert wrong not in text
    assert wrong in visible(page(client, f"{PLAN}editions/ministry-of-defence/2014/1/"))
    assert EditionActivity.objects.values("activity").distinct().count() == 39  # identities are kept


def test_no_table_stores_the_document(report: Path) -> None:
    source = report.read_text(encoding="utf-8")
    longest = max(source.split("\n"), key=len)
    for label, rows in everything().items():
        for row in rows:
            for cell in row:
                assert not (isinstance(cell, str) and len(cell) > 4 * len(longest)), label


def test_date_that_moved_between_two_wordings_is_told_where_readers_look(shared_data: Path, client: Client) -> None:
    """Action 7, by its imported wordings alone: nobody entered the move."""
    prepare(shared_data)
    assert not MilestoneDate.objects.exists()
    action = visible(page(client, f"{PLAN}actions/7/").find(".//main"))
    assert "January 2015March 2014July 2014Moved 4 months later" in action
    assert "In total, from March 2014 to July 2014: 4 months later." in action
    assert "the date March 2014 became July 2014" in action
    overview = page(client, PLAN).xpath("//tr[th[normalize-space()='GDS-7']]")
    assert ["Wording and date changed: March 2014 became July 2014" in visible(row) for row in overview] == [True]
    for register in ("/changes/", f"{PLAN}changes/", f"{PLAN}changes/?action=7", "/changes/?kind=date"):
        entries = page(client, register).xpath("//ol[@class='st-log']/li[contains(., 'became July 2014')]")
        assert [visible(entry.find(".//h2")) for entry in entries] == [
            "Action 7 (Move to GOV.UK): wording and date changed"
        ]
        assert "March 2014 became July 2014: 4 months later." in visible(entries[0])
    assert len(page(client, "/changes/?kind=date").xpath("//ol[@class='st-log']/li")) == 1
    feed = client.get("/feeds/actions/government-digital-strategy/7.atom").content.decode()
    assert feed.count("March 2014 became July 2014: 4 months later.") == 1
