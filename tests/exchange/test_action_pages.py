"""The published pages by action: the same answers as the table of commitments, and both wordings in one story."""

import csv
from collections import Counter
from pathlib import Path

import pytest
from django.test import Client

from strategy.models import CommitmentVersion
from tests.exchange.commands import prepare, run, run_json
from tests.exchange.pages import page, statements, visible, words

pytestmark = [pytest.mark.django_db, pytest.mark.real]
PLAN = "/strategies/government-digital-strategy/"


def action_pages(data: Path) -> list[Path]:
    return sorted((data / "action-pages-2012").glob("*.html"))


def answers() -> dict[tuple[int, str], tuple[str, str]]:
    rows = CommitmentVersion.objects.values_list(
        "commitment__action__number", "commitment__department__code", "state", "text", "reason"
    )
    return {(number, code): (state, words(text or reason)) for number, code, state, text, reason in rows}


def test_pages_give_the_answers_of_the_table(shared_data: Path) -> None:
    prepare(shared_data)
    run("import_report", *action_pages(shared_data), "--strategy", "GDS")
    from_pages = answers()
    assert len(from_pages) == 181
    with (shared_data / "commitments-2012.csv").open(encoding="utf-8", newline="") as file:
        table = {(int(row["action"]), row["department"]): row["text"] for row in csv.DictReader(file)}
    assert from_pages.keys() == table.keys()
    states = Counter(state for state, _ in from_pages.values())
    assert states == {"made": 166, "not_received": 10, "not_applicable": 5}
    assert {code for (_, code), (state, _) in from_pages.items() if state == "not_received"} == {"DCLG"}
    assert {code for (_, code), (state, _) in from_pages.items() if state == "not_applicable"} == {"HMT"}
    # The table says the same once more, and adds nothing.
    outcome = run_json(
        "import_commitments", shared_data / "commitments-2012.csv", "--strategy", "GDS", "--made", "2012-12"
    )
    assert (outcome["added"], outcome["unchanged"]) == ([], 181)


def test_gaps_are_states_and_not_sentences(shared_data: Path, client: Client) -> None:
    prepare(shared_data)
    run("import_report", *action_pages(shared_data), "--strategy", "GDS")
    for number in (1, 14):
        for address in (
            f"{PLAN}actions/{number}/",
            f"{PLAN}departments/department-for-communities-and-local-government/",
            f"{PLAN}departments/department-for-communities-and-local-government/actions/{number}/",
        ):
            text = visible(page(client, address))
            assert "Not received" in text
            assert "Awaiting" not in text
    treasury = visible(page(client, f"{PLAN}departments/hm-treasury/"))
    assert treasury.count("Not applicable Category: not stated") == 5
    shown = visible(page(client, "/departments/department-for-communities-and-local-government/"))
    assert "Commitments: 10 not received." in shown


@pytest.mark.parametrize("report_first", [True, False])
def test_both_wordings_stand_in_the_story_and_the_later_is_current(
    report_first: bool, shared_data: Path, client: Client
) -> None:
    """Also where the older pages, which state no date, are imported last."""
    prepare(shared_data)
    steps = [shared_data / "action-pages-2012" / "action-11.html", shared_data / "mod-report-2015.txt"]
    for file in reversed(steps) if report_first else steps:
        run("import_report", file, "--strategy", "GDS")
    rows = CommitmentVersion.objects.filter(commitment__action__number=11, commitment__department__code="MOD")
    old, new = (words(row.text) for row in rows.order_by("known_from"))
    assert old != new
    assert new in words((shared_data / "mod-report-2015.txt").read_text(encoding="utf-8"))
    tree = page(client, f"{PLAN}departments/ministry-of-defence/actions/11/")
    story = tree.xpath("//ol[@class='st-story']/li")[0]
    current = statements(story.xpath(".//*[contains(@class, 'st-say')]")[0])
    assert current == ["Commitment (December 2012)", new]
    assert old in statements(story.xpath(".//details")[0])
    for address in (f"{PLAN}departments/ministry-of-defence/", f"{PLAN}actions/11/"):
        text = visible(page(client, address))
        assert new in text
        assert old not in text


def test_links_stay_links(shared_data: Path, client: Client) -> None:
    prepare(shared_data)
    run("import_report", shared_data / "action-pages-2012" / "action-04.html", "--strategy", "GDS")
    links = page(client, f"{PLAN}actions/4/").xpath(
        "//section[@aria-labelledby='CO']//p/a[not(contains(@class, 'st-cite'))]/@href"
    )
    assert links == ["http://publications.cabinetoffice.gov.uk/digital/strategy/#action-03"]


def test_undated_pages_say_so(shared_data: Path, client: Client) -> None:
    prepare(shared_data)
    run("import_report", action_pages(shared_data)[0], "--strategy", "GDS")
    text = visible(page(client, f"{PLAN}departments/home-office/actions/1/"))
    assert "the source states no date" in text
    run("import_report", shared_data / "mod-report-2015.txt", "--strategy", "GDS", "--published", "2015-01-16")
    text = visible(page(client, f"{PLAN}departments/ministry-of-defence/actions/1/"))
    assert "As published 16 January 2015." in text
