"""Administrators mend a typing error in what readers are told; the edition stays as it was cut."""

import json

import pytest
from django.test import Client

from reporting.domain import audit
from reporting.models import Edition, Event, Publication, User
from tests.publishing.stage import SLUG
from tests.world import World


@pytest.fixture
def window(world: World) -> Publication:
    world.full((2020,))
    edition = world.corrected(world.report(2020), progress="Otherwise.")
    world.publish(edition, "2022-05-10")
    return Publication.objects.get(edition=edition)


@pytest.fixture
def client(db: None, settings: object) -> Client:
    settings.SECOND_FACTOR = "nobody"  # type: ignore[attr-defined]
    made = Client()
    made.force_login(User.objects.create_user("root@example.invalid", name="Ruth", is_staff=True))
    return made


def test_note_is_mended_and_both_wordings_stay_on_record(window: Publication, client: Client) -> None:
    address = f"/admin/reporting/publication/{window.pk}/note/"
    assert "What was wrong is right now." in client.get(address).content.decode()
    response = client.post(address, {"note": "What was wrong is right."}, follow=True)
    assert "The change note is mended." in response.content.decode()
    event = Event.objects.latest("sequence")
    assert (event.verb, event.subject, event.actor.name) == (
        "publication.note_corrected",
        "FEN/D01/2020/e2",
        "Ruth",
    )
    assert json.loads(event.data) == {"before": "What was wrong is right now.", "note": "What was wrong is right."}
    assert Edition.objects.get(pk=window.edition_id).change_note == "What was wrong is right now."
    assert audit.verify().faults == []
    for path in ("/corrections/", f"/strategies/{SLUG}/editions/ministry-1/2020/2/"):
        page = Client().get(path).content.decode()
        assert ("What was wrong is right" in page, "right now" in page) == (True, False)


def test_empty_note_is_refused(window: Publication, client: Client) -> None:
    before = Event.objects.count()
    response = client.post(f"/admin/reporting/publication/{window.pk}/note/", {"note": "  "})
    assert response.status_code == 200
    assert Publication.objects.get(pk=window.pk).note == ""
    assert Event.objects.count() == before


def test_commitment_has_no_note_to_mend(window: Publication, client: Client) -> None:
    of_version = Publication.objects.filter(edition=None).first()
    assert of_version
    assert client.get(f"/admin/reporting/publication/{of_version.pk}/note/").status_code == 404


def test_reviewer_mends_no_note(window: Publication) -> None:
    """Nor does anybody else who is no administrator."""
    client = Client()
    client.force_login(User.objects.create_user("someone@example.invalid"))
    response = client.post(f"/admin/reporting/publication/{window.pk}/note/", {"note": "Mine."})
    assert response.status_code == 302
    assert Publication.objects.get(pk=window.pk).note == ""
