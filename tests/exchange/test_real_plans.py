"""The published report's plans for 2014 beside its progress during 2014, and the words that it repeats."""

from collections import defaultdict
from pathlib import Path

import pytest
from django.test import Client

from reporting.domain.similarity import Place, repeats
from reporting.models import EditionActivity, EditionEntry
from tests.exchange.commands import prepare, run
from tests.exchange.pages import page, visible

pytestmark = [pytest.mark.django_db, pytest.mark.real]
PLAN = "/strategies/government-digital-strategy/"
MOD = f"{PLAN}departments/ministry-of-defence/"


@pytest.fixture
def report(shared_data: Path) -> None:
    prepare(shared_data)
    run("import_report", shared_data / "mod-report-2015.txt", "--strategy", "GDS")


def test_plans_for_2014_stand_beside_progress_and_have_no_answer(report: None, client: Client) -> None:
    tree = page(client, f"{MOD}plans/2014/")
    planned = EditionActivity.objects.filter(activity__year=2014).select_related("activity__action")
    expected = {f"GDS-{one.activity.action.number}/MOD/2014/{one.activity.number}" for one in planned}
    links = tree.xpath("//a[contains(@class, 'st-ref')]/@aria-label")
    assert len(links) == 19
    assert {label.removeprefix("Link to planned activity ") for label in links} == expected
    answers = [one.text_content() for one in tree.xpath("//*[contains(@class, 'st-answer')]")]
    assert answers == ["No answer recorded"] * 19
    for entry in EditionEntry.objects.filter(edition__report__round__year=2013).select_related("action"):
        section = tree.xpath(f"//section[@aria-labelledby='action-{entry.action.number}']")[0]
        plan, progress = section.xpath(".//div[@class='st-pair']/div[contains(@class, 'st-say')]")
        now = EditionEntry.objects.get(edition__report__round__year=2014, action=entry.action)
        assert visible(plan.xpath("./h3")[0]) == "Planned activities in 2014"
        assert visible(progress.xpath("./h3")[0]) == "Progress during 2014"
        for activity in entry.activities.all():
            assert " ".join(activity.text.replace("\\", "").split()) in visible(plan).replace("\\", "")
        assert len(progress.xpath(".//*[@id]")) >= (1 if now.progress else 0)


def test_words_are_marked_where_they_are_repeated_and_nowhere_else(report: None, client: Client) -> None:
    texts = []
    for row in EditionEntry.objects.select_related("action", "edition__report__round"):
        year = row.edition.report.round.year
        texts.append((Place(row.action.number, year, "progress"), row.progress))
        texts.append((Place(row.action.number, year + 1, "planned"), row.planned))
    there: dict[int, int] = defaultdict(int)
    for place in repeats(texts):
        there[place.action] += 1
    assert there
    tree = page(client, MOD)
    for number in range(1, 17):
        section = tree.xpath(f"//section[@aria-labelledby='action-{number}']")[0]
        story = page(client, f"{MOD}actions/{number}/")
        marks = [len(one.xpath(".//*[@class='st-note']")) for one in (section, story)]
        assert marks == [there[number]] * 2
        for link in section.xpath(".//*[@class='st-note']//a/@href"):
            assert tree.xpath(f"//*[@id='{link[1:]}']")
