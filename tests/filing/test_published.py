"""What departments wrote, as readers find it."""

from django.test import Client

from reporting.domain import departments, working
from reporting.domain.editions import Evidence
from tests.world import World, day


def test_evidence_and_reasons_stand_in_the_edition_and_on_the_public_page(world: World, client: Client) -> None:
    world.open(2020)
    rows = [{"address": "https://example.org/a?b=1&c=2", "title": "The figures", "date": "12 March 2021"}]
    edition = world.reported(2020, evidence=rows)
    assert working.contents_of_drafts(edition.report)[1].evidence == (Evidence(**rows[0]),)
    page = client.get(world.address("departments/ministry-1/")).content.decode()
    assert 'href="https://example.org/a?b=1&amp;c=2" rel="nofollow">The figures</a>, 12 March 2021' in page


def test_successor_answers_for_its_predecessor(world: World, client: Client) -> None:
    old, new = world.departments[:2]
    world.open(2020)
    world.reported(2020, old)
    world.reported(2020, new)
    departments.record_succession(actor=world.reviewer, old=old, new=new, on=day("2021-06"), kind="merged")
    departments.close_department(actor=world.reviewer, department=old, closed=day("2021-06"))
    world.open(2021)
    report = world.report(2021, new)
    asked = sorted(one.reference for one in working.asked(report)[1])
    assert asked == [f"FEN-1/D0{body}/2021/{number}" for body in (1, 2) for number in (1, 2)]
    answers = [{"activity": 1, "department": "D01", "answer": "dropped", "reason": "The merger."}]
    edition = world.file(report, answers=answers)
    story = world.address("departments/ministry-1/actions/1/")
    assert "The merger." not in client.get(story).content.decode()  # not public yet
    world.publish(edition, "2022-02-01")
    assert "The merger." in client.get(story).content.decode()
    own = client.get(world.address("departments/ministry-2/")).content.decode()
    assert "What became of plans that it took over" in own
    assert "FEN-1/D01/2021/1" in own
