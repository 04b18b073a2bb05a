"""Who may open what under /audit/: auditors, to read. Written from the roles, not recorded from a run.

| role    | may                                                          |
| auditor | read everything and its history, change nothing              |

For everybody else it is as if nothing were there: 404. Who isn't signed in is led to the sign-in page.
"""

from typing import Any

import pytest
from django.urls import reverse

from reporting.domain import checkpoints, people
from reporting.models import Event
from tests.admin.pages import rows_of_everything
from tests.filing.cast import ACTORS, Cast
from tests.filing.test_access import names_under, turned_away

pytestmark = [pytest.mark.django_db, pytest.mark.once]  # who may is asked of the rules, not of the engine

# By the name of the address: its arguments, and who may open it. Nobody writes on any.
AUDIT: dict[str, tuple[Any, set[str]]] = {
    "audit": ("none", {"auditor"}),
    "audit-verified": ("none", {"auditor"}),
    "audit-events": ("none", {"auditor"}),
    "audit-events-csv": ("none", {"auditor"}),
    "audit-checkpoint": ("number", {"auditor"}),
    "audit-public-key": ("none", {"auditor"}),
    "audit-script": ("none", {"auditor"}),
    "audit-export": ("none", {"auditor"}),
    "audit-report": ("report", {"auditor"}),
    "audit-report-csv": ("report", {"auditor"}),
    "audit-entry": ("entry", {"auditor"}),
    "audit-entry-csv": ("entry", {"auditor"}),
}


@pytest.fixture
def signed(cast: Cast) -> Cast:
    """With a checkpoint to ask for."""
    assert checkpoints.write()
    return cast


def address(cast: Cast, name: str) -> str:
    given = AUDIT[name][0]
    if given in {"report", "entry"}:
        return cast.address(name, *([1] if given == "entry" else []))
    return reverse(name, args=[1] if given == "number" else [])


def content(response: Any) -> bytes:
    found = b"".join(response.streaming_content) if response.streaming else response.content
    response.close()
    return found


def test_every_address_has_its_row() -> None:
    assert names_under("audit/") == set(AUDIT)
    assert all(readers and readers < set(ACTORS) for _, readers in AUDIT.values())


def test_who_may_open(signed: Cast) -> None:
    for actor in ACTORS:
        client = signed.client(actor)
        for name, (_, readers) in AUDIT.items():
            for method in ("get", "head"):
                response = getattr(client, method)(address(signed, name))
                found = (name, actor, method, response.status_code)
                assert response.status_code == 200 if actor in readers else turned_away(actor, response), found
                assert method == "head" or actor not in readers or content(response), found
                response.close()


def test_nobody_writes(signed: Cast) -> None:
    before = rows_of_everything()
    for actor in ACTORS:
        client = signed.client(actor)
        for name in AUDIT:
            for method in ("post", "put", "patch", "delete"):
                response = getattr(client, method)(address(signed, name), {"what": "entries"})
                assert response.status_code == 405, (name, actor, method)
    assert rows_of_everything() == before


def test_reading_changes_nothing(signed: Cast) -> None:
    before, auditor = rows_of_everything(), signed.client("auditor")
    for name in AUDIT:
        content(auditor.get(address(signed, name)))
    assert rows_of_everything() == before


def test_auditor_reads_reports_in_every_state_and_writes_on_no_page_of_theirs(signed: Cast) -> None:
    auditor = signed.client("auditor")
    assert auditor.get(signed.address("filing-report")).status_code == 200
    before = rows_of_everything()
    assert auditor.post(signed.address("filing-entry", 1), {"progress": "By the auditor."}).status_code == 404
    assert rows_of_everything() == before


def test_auditor_who_lost_the_role_finds_nothing(signed: Cast) -> None:
    client = signed.client("auditor")
    people.take_role(actor=signed.world.reviewer, membership=signed.membership("auditor"))
    assert {client.get(address(signed, name)).status_code for name in AUDIT} == {404}


def test_second_factor_comes_first(signed: Cast, settings: Any) -> None:
    settings.SECOND_FACTOR = "central"
    for name in AUDIT:
        response = signed.client("auditor").get(address(signed, name))
        assert (response.status_code, response.url) == (302, reverse("mfa_activate_totp")), name


def test_what_is_not_there_is_not_found(signed: Cast) -> None:
    auditor = signed.client("auditor")
    assert auditor.get(reverse("audit-checkpoint", args=[2])).status_code == 404
    assert auditor.get(signed.address("audit-entry", 99)).status_code == 404
    assert auditor.get("/audit/no-strategy/2021/ministry-1/").status_code == 404
    for edition in ("9", "-1", "x", "1" * 30, "²"):
        assert auditor.get(signed.address("audit-entry", 1), {"edition": edition}).status_code == 404, edition


def test_address_of_an_entry_is_come_back_to_after_signing_in(signed: Cast) -> None:
    """With what it asks for: a reader of a public page came by it."""
    path = f"{signed.address('audit-entry', 1)}?edition=1"
    response = signed.client("anonymous").get(path)
    assert response.url == f"/account/sign-in/?next={path.replace('?', '%3F').replace('=', '%3D')}"
    assert Event.objects.exists()
