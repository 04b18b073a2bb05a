"""The preview shows the public site as it will be, to reviewers alone, and changes nothing."""

import base64
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import get_script_prefix
from lxml import html

from reporting.domain import releases
from reporting.models import Event, Publication
from reporting.publishing import preview
from reporting.publishing.choice import encode
from tests.public.pages import first_of_each
from tests.publishing.stage import CANARY, PAGE, SLUG, WHEN, Stage, text
from tests.world import World

REPORT = f"strategies/{SLUG}/departments/ministry-1/"
PREVIEW = f"{PAGE}preview/"


def everything() -> dict[str, Any]:
    """Every row of every table, as it is: mails and waiting tasks, too. Each visit makes its session last."""
    return {
        model._meta.label: sorted(map(repr, model._base_manager.values_list()))
        for model in apps.get_models()
        if model._meta.app_label != "sessions"
    }


def chosen(stage: Stage, **given: Any) -> str:
    """Where the page that asks to confirm leads for its preview."""
    page = html.fromstring(stage.client().get(f"{PAGE}confirm/", {**WHEN, **given}).content)
    [address] = [one.get("href") for one in page.iter("a") if "/preview/" in one.get("href", "")]
    return str(address)


def says(stage: Stage, address: str, words: str) -> bool:
    return words in stage.client().get(address).content.decode()


def test_preview_shows_what_is_not_public(stage: Stage) -> None:
    address = chosen(stage, note="First reports.")
    page = stage.client().get(address + REPORT)
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "private, no-store")
    assert CANARY in page.content.decode()
    assert "First reports" in page.content.decode()
    words = "Preview: not public. As it will be at 9:30am on Tuesday 25 February 2098."
    assert words in " ".join(html.fromstring(page.content).text_content().split())
    assert CANARY not in Client().get(f"/{REPORT}").content.decode()


def test_preview_changes_nothing(stage: Stage) -> None:
    """On both engines: not a row, and not the chain of events."""
    address = chosen(stage)
    client = stage.client()
    before = everything()
    for root in (PREVIEW, address):
        for page in first_of_each():
            assert client.get(root + page.address.removeprefix("/")).status_code == 200
    assert everything() == before
    assert CANARY in client.get(address + REPORT).content.decode()  # it was there to be kept
    assert everything() == before


@pytest.mark.django_db(transaction=True)
def test_preview_changes_nothing_with_real_transactions(settings: Any) -> None:
    settings.SECOND_FACTOR = "nobody"
    stage = Stage.set(World.small(2), waiting=(1,))
    client = stage.client()
    before = everything()
    assert CANARY in client.get(PREVIEW + REPORT).content.decode()
    assert everything() == before
    assert not connection.in_atomic_block


def test_preview_is_undone_where_its_page_breaks(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("broken on purpose")

    client = stage.client()
    before = everything()
    monkeypatch.setattr(preview, "resolve", broken)
    with pytest.raises(RuntimeError):
        client.get(PREVIEW)
    assert everything() == before
    assert get_script_prefix() == "/"


def test_links_stay_in_the_preview(stage: Stage) -> None:
    """Whichever page: only what is no page of the site leads out, and the way to end the preview."""
    root = chosen(stage)
    outside = {"https", "http", "mailto"}
    for page in first_of_each():
        content = stage.client().get(root + page.address.removeprefix("/")).content
        found = html.fromstring(content)
        links = [one.get("href") or one.get("action") for one in found.iter("a", "form")]
        ends = [one for one in links if one.startswith(f"{PAGE}confirm/?")]
        inside = [one for one in links if one not in ends and not one.startswith("#")]
        astray = [one for one in inside if not one.startswith(root) and one.partition(":")[0] not in outside]
        assert (astray, len(ends)) == ([], 1), page.address
    assert get_script_prefix() == "/"
    assert f'href="/{REPORT}"' in Client().get(f"/strategies/{SLUG}/years/2020/").content.decode()


def test_preview_leads_back_to_what_was_chosen(stage: Stage) -> None:
    root = chosen(stage, note="First reports.", without="ministry-2")
    page = html.fromstring(stage.client().get(root).content)
    [back] = [one.get("href") for one in page.iter("a") if one.text == "End the preview"]
    assert "Left out Ministry 2" in text(stage.client().get(back))
    assert "First reports." in text(stage.client().get(back))


NOT_OURS: list[dict[str, Any]] = [
    {"at": "soon"},
    {"at": "2098-02-25T09:30:00"},
    {"at": "9999-12-31T23:59:59-12:00"},
    {"at": "0001-01-01T00:00:00+12:00"},
    {"at": 7},
    {"only": "none"},
    {"without": 7},
    {"without": [["ministry-1"]]},
    {"typed": "note"},
    {"typed": {"note": ["x"]}, "only": 7},
    {"typed": {"note": "a\0b"}},
]
UNWRITABLE = [  # what no address of ours is made of
    '{"at":"","only":"","without":[],"typed":{"note":"\\ud800"}}',
    '{"at":"","only":"","without":[],"typed":{"when":"\\ud800"}}',
    '{"at":"9999-12-31T23:59:59-12:00","only":"","without":[],"typed":{}}',
    "[" * 2500,
]


@pytest.mark.once
def test_preview_that_nobody_here_chose_is_not_found(stage: Stage) -> None:
    good = {"at": "2098-02-25T09:30:00+00:00", "only": "", "without": [], "typed": {}}
    answers = [
        stage.client().get(f"{PREVIEW}as/{encode(good | changed)}/").status_code for changed in ({}, *NOT_OURS)
    ]
    assert answers == [200] + [404] * len(NOT_OURS)
    for written in UNWRITABLE:
        code = base64.urlsafe_b64encode(written.encode()).decode().rstrip("=")
        assert stage.client().get(f"{PREVIEW}as/{code}/").status_code == 404, written


def test_preview_of_an_hour_in_an_odd_zone(stage: Stage) -> None:
    """No database knows this one."""
    odd = {"at": "2098-02-25T09:30:00+23:59", "only": "", "without": [], "typed": {}}
    assert CANARY in stage.client().get(f"{PREVIEW}as/{encode(odd)}/{REPORT}").content.decode()


def test_left_out_is_not_in_the_preview(stage: Stage) -> None:
    both, one = chosen(stage), chosen(stage, without="ministry-1")
    assert [says(stage, root + REPORT, CANARY) for root in (both, one)] == [True, False]


def test_department_alone_is_previewed_alone(stage: Stage) -> None:
    page = html.fromstring(stage.client().get(f"{PAGE}ministry-2/confirm/", WHEN).content)
    [root] = [one.get("href") for one in page.iter("a") if "/preview/" in one.get("href", "")]
    other = REPORT.replace("ministry-1", "ministry-2")
    assert [says(stage, root + path, CANARY) for path in (REPORT, other)] == [False, True]


def test_preview_where_something_stops_leads_to_what_it_is(stage: Stage) -> None:
    stage.world.submit(stage.world.report(2021, stage.world.departments[2]), answers=[])
    response = stage.client().get(PREVIEW)
    assert (response.status_code, response.url) == (302, PAGE)


def test_page_that_is_not_found_is_within_the_preview(stage: Stage) -> None:
    response = stage.client().get(f"{PREVIEW}strategies/none/")
    assert (response.status_code, response.headers["Cache-Control"]) == (404, "private, no-store")
    assert f'href="{PREVIEW}departments/"' in response.content.decode()


# Of what is set ---------------------------------------------------------------------------------------


def test_preview_of_a_release(stage: Stage) -> None:
    release, client = stage.scheduled(), stage.client()
    before = everything()
    root = f"/publishing/releases/{release.pk}/preview/"
    page = client.get(root + REPORT)
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "private, no-store")
    assert CANARY in page.content.decode()
    assert f'href="{root}"' in page.content.decode()
    assert everything() == before


def test_preview_of_a_release_that_was_stopped_leads_to_it(stage: Stage) -> None:
    release = stage.scheduled()
    releases.stop(actor=stage.reviewer, release=release, reason="Not yet.")
    response = stage.client().get(f"/publishing/releases/{release.pk}/preview/{REPORT}")
    assert (response.status_code, response.url) == (302, f"/publishing/releases/{release.pk}/")


def test_preview_of_the_rest_shows_what_is_set_before_it(stage: Stage) -> None:
    """As it will be at that hour: with everything whose hour comes before."""
    stage.scheduled(only=[stage.world.departments[0].pk])
    earlier, later = chosen(stage, year="2097"), chosen(stage, year="2099")
    assert [says(stage, root + REPORT, CANARY) for root in (earlier, later)] == [False, True]
    assert Publication.objects.filter(release__isnull=False).count() == 1
    assert Event.objects.filter(verb="release.set").count() == 1
