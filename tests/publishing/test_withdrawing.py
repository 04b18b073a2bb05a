"""What can be withdrawn: what is public, what was replaced, and before its hour what was opened again."""

from typing import Any

import pytest
import time_machine
from django.test import Client

from reporting.domain import audit, publication, releases, review
from reporting.models import Edition, Publication
from tests.publishing.stage import HOUR, PAGE, SLUG, Stage, text
from tests.world import at

LAST_YEAR = PAGE.replace("2021", "2020")
NAMED = {"reason": "It named a person."}


def address(edition: Edition) -> str:
    return f"/publishing/editions/{edition.pk}/withdraw/"


def read(number: int, year: int = 2020) -> Any:
    return Client().get(f"/strategies/{SLUG}/editions/ministry-1/{year}/{number}/")


@pytest.fixture
def three(stage: Stage) -> list[Edition]:
    """Of last year's report: the first was replaced, the second was withdrawn, the third waits."""
    report = stage.world.report(2020)
    second = stage.world.corrected(report, progress="Ms Rook did it.")
    publication.publish(second, actor=stage.reviewer)
    publication.withdraw(second, actor=stage.reviewer, reason="It named a person.")
    stage.world.corrected(report, progress="Done.")
    return list(Edition.objects.filter(report=report).order_by("number"))


def test_replaced_edition_is_withdrawn_and_does_not_come_back(stage: Stage, three: list[Edition]) -> None:
    client, (first, second, third) = stage.client(), three
    page = client.get(address(second))
    assert "withdraw that one as well" in text(page)
    assert f'href="{address(first)}"' in page.content.decode()
    assert "Another edition took its place" in text(client.get(address(first)))
    assert client.post(address(first), NAMED).status_code == 302
    publication.publish(third, actor=stage.reviewer)
    assert [read(number).status_code for number in (1, 2, 3)] == [410, 410, 200]
    assert "Against edition" not in text(read(3))
    assert client.post(address(first), NAMED).status_code == 409
    assert audit.verify().faults == []


def test_replaced_edition_is_on_the_page_of_its_round(stage: Stage) -> None:
    report = stage.world.report(2020)
    publication.publish(stage.world.corrected(report), actor=stage.reviewer)
    first = Edition.objects.get(report=report, number=1)
    page = stage.client().get(LAST_YEAR)
    assert "1 edition was replaced" in text(page)
    assert f'href="{address(first)}"' in page.content.decode()
    publication.withdraw(first, actor=stage.reviewer, reason="It named a person.")
    assert "replaced" not in text(stage.client().get(LAST_YEAR))


# Opened again before its hour -------------------------------------------------------------------------


def test_edition_opened_again_is_flagged_and_withdrawn_alone(stage: Stage) -> None:
    release, client, world = stage.scheduled(), stage.client(), stage.world
    page = f"/publishing/releases/{release.pk}/"
    first, other = stage.editions()
    assert "opened again" not in text(client.get(page))
    reopen = f"/review/{SLUG}/2021/ministry-1/reopen/"
    assert "Edition 1 is set to be public at 09:30 on 25 February 2098" in text(client.get(reopen))
    review.reopen(actor=stage.reviewer, report=world.report(2021), reason="A number is wrong.")
    found = client.get(page)
    assert text(found).count("Its report was opened again since.") == 1
    assert f'href="{address(first)}"' in found.content.decode()
    assert f'href="{address(other)}"' not in found.content.decode()
    assert (
        "It does not become public, and the rest of the publication does".casefold()
        in text(client.get(address(first))).casefold()
    )
    assert client.post(address(first), NAMED).status_code == 302
    assert "opened again" not in text(client.get(page))
    assert client.post(address(first), NAMED).status_code == 409
    with time_machine.travel(HOUR, tick=False):
        assert read(1, 2021).status_code == 404
    assert Publication.objects.get(edition=other).ends is None
    assert audit.verify().faults == []


def test_edition_stays_flagged_when_its_report_is_accepted_again(stage: Stage) -> None:
    release = stage.scheduled()
    stage.world.corrected(stage.world.report(2021), answers=[])
    page = stage.client().get(f"/publishing/releases/{release.pk}/")
    assert "Its report was opened again since." in text(page)


def test_reopening_what_is_public_warns_of_no_hour(stage: Stage) -> None:
    page = stage.client().get(f"/review/{SLUG}/2020/ministry-1/reopen/")
    assert (page.status_code, "is set to be public" in text(page)) == (200, False)


# Signed out meanwhile ---------------------------------------------------------------------------------

TYPED = "A number in action 3 is wrong, and another one in action 4."


def test_what_was_typed_is_in_sight_when_it_came_too_late(stage: Stage) -> None:
    release, client = stage.scheduled(), stage.client()
    edition = Edition.objects.get(report=stage.world.report(2020))
    page = f"/publishing/releases/{release.pk}/"
    forms = [
        (f"{page}stop/", {"reason": TYPED}),
        (f"{page}move/", {"day": "1", "month": "1", "year": "2099", "time": TYPED}),
        (address(edition), {"reason": TYPED}),
    ]
    client.get(PAGE)
    del client.cookies["sessionid"]
    for path, given in forms:
        assert client.post(path, given).status_code == 302
    releases.stop(actor=stage.reviewer, release=release, reason="Somebody else was quicker.")
    publication.withdraw(edition, actor=stage.reviewer, reason="Somebody else was quicker.", at=at("2090-01-01"))
    client.force_login(stage.reviewer)
    for path, _ in forms:
        found = client.get(path)
        assert (found.status_code, TYPED in found.content.decode()) == (200, True), path
