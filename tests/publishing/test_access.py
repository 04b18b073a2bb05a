"""Who may open and write what under /publishing/: reviewers, and nobody else. Written from the table of roles."""

from typing import Any

import pytest
from django.urls import reverse

from reporting.domain import releases
from reporting.models import Event, Publication, Release
from tests.filing.cast import ACTORS, Cast
from tests.filing.test_access import names_under, opened, turned_away
from tests.publishing.stage import HOUR, SLUG, WHEN

pytestmark = [pytest.mark.django_db, pytest.mark.once]  # who may is asked of the rules, not of the engine

MAY = {"reviewer"}
ROUND = (SLUG, 2021)
# By the name of the address: its arguments, and whether the page writes.
PUBLISHING: dict[str, tuple[Any, bool]] = {
    "publishing": ((), False),
    "publishing-round": (ROUND, False),
    "publishing-round-confirm": (ROUND, True),
    "publishing-department": ((*ROUND, "ministry-2"), False),
    "publishing-department-confirm": ((*ROUND, "ministry-2"), True),
    "publishing-preview": (ROUND, False),
    "publishing-preview-as": ((*ROUND, "e30"), False),
    "publishing-release": ("release", False),
    "publishing-done": ("release", False),
    "publishing-move": ("release", True),
    "publishing-stop": ("release", True),
    "publishing-release-preview": ("release", False),
    "publishing-withdraw": ("edition", True),
}
POSTED = {**WHEN, "reason": "Because.", "previewed": "on", "expected": "1"}


@pytest.fixture
def release(cast: Cast) -> Release:
    """Of one department; another one's report waits."""
    world = cast.world
    for number in (2, 3):
        world.file(world.report(2021, world.departments[number]))
    only = [world.departments[3].pk]
    return releases.release(actor=world.reviewer, round=cast.report.round, starts=HOUR, only=only)


def address(cast: Cast, name: str, release: Release) -> str:
    given = PUBLISHING[name][0]
    if given == "release":
        return reverse(name, args=[release.pk])
    if given == "edition":
        return reverse(name, args=[cast.world.report(2020).editions.get().pk])
    return reverse(name, args=given)


def state() -> tuple[Any, ...]:
    windows = list(Publication.objects.order_by("pk").values_list("pk", "starts", "ends", "ending", "reason"))
    return Event.objects.count(), list(Release.objects.order_by("pk").values()), windows


def test_every_address_has_its_row() -> None:
    assert names_under("publishing/") == set(PUBLISHING)


def test_who_may_open(cast: Cast, release: Release) -> None:
    before = state()
    for actor in ACTORS:
        client = cast.client(actor)
        for name in PUBLISHING:
            for method in ("get", "head"):
                response = getattr(client, method)(address(cast, name, release))
                found = (name, actor, method, response.status_code)
                if name == "publishing-preview-as" and actor in MAY:
                    assert response.status_code == 404, found  # nobody here made that address
                else:
                    assert opened(response) if actor in MAY else turned_away(actor, response), found
    assert state() == before


@pytest.mark.parametrize("name", [name for name, row in PUBLISHING.items() if row[1]])
def test_who_may_write(cast: Cast, release: Release, name: str) -> None:
    url = address(cast, name, release)
    for actor in sorted(ACTORS, key=lambda actor: actor in MAY):
        before = state()
        response = cast.client(actor).post(url, POSTED)
        if actor in MAY:
            assert opened(response) or response.status_code == 409, (actor, response.status_code)
        else:
            assert turned_away(actor, response, writing=True), (actor, response.status_code)
            assert state() == before, actor


def test_other_methods_are_refused_and_change_nothing(cast: Cast, release: Release) -> None:
    before = state()
    for actor in ACTORS:
        client = cast.client(actor)
        for name, (_, writes) in PUBLISHING.items():
            for method in ("put", "patch", "delete", *([] if writes else ["post"])):
                response = getattr(client, method)(address(cast, name, release), POSTED if method == "post" else {})
                assert response.status_code == 405, (name, actor, method)
    assert state() == before


def test_what_is_not_there_is_not_found(cast: Cast, release: Release) -> None:
    client = cast.client("reviewer")
    nowhere = [
        "/publishing/none/2021/",
        f"/publishing/{SLUG}/1999/",
        f"/publishing/{SLUG}/2021/none/",
        f"/publishing/{SLUG}/2021/none/confirm/",
        f"/publishing/{SLUG}/1999/preview/",
        f"/publishing/{SLUG}/2021/preview/as/nonsense/",
        f"/publishing/{SLUG}/2021/preview/none/",
        f"/publishing/{SLUG}/2021/preview/healthz",
        f"/publishing/{SLUG}/2021/preview/publishing/",
        f"/publishing/{SLUG}/2021/preview/admin/",
        "/publishing/releases/999999/",
        "/publishing/releases/999999/preview/",
        "/publishing/editions/999999/withdraw/",
        "/publishing/releases/99999999999999999999/",
    ]
    assert {url: client.get(url).status_code for url in nowhere} == dict.fromkeys(nowhere, 404)


def test_second_factor_comes_first(cast: Cast, release: Release, settings: Any) -> None:
    settings.SECOND_FACTOR = "central"
    for name in PUBLISHING:
        response = cast.client("reviewer").get(address(cast, name, release))
        assert (response.status_code, response.url) == (302, reverse("mfa_activate_totp")), name
