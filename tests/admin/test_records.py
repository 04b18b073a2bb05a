"""What is only looked at, and what is deleted: nothing."""

from collections import Counter

from django.contrib import admin
from django.contrib.admin.models import LogEntry

from reporting.domain import audit
from tests.admin import pages

READ_ONLY = pages.read_only()
EVERY = pages.registered()


def test_what_is_only_looked_at():
    assert [pages.label(model) for model in READ_ONLY] == [
        "reporting.edition",
        "reporting.editionentry",
        "reporting.event",
        "reporting.mail",
        "reporting.plannedactivity",
        "reporting.publication",
        "reporting.report",
        "strategy.commitment",
    ]


def test_records_are_not_added(client, world):
    before = pages.rows_of_everything()
    for model in READ_ONLY:
        url = pages.address(model, "add")
        assert [client.get(url).status_code, client.post(url, {"number": 9}).status_code] == [403, 403], model
    assert pages.rows_of_everything() == before


def test_records_are_not_changed(client, world):
    before = pages.rows_of_everything()
    for model in READ_ONLY:
        crafted = {field.name: "9" for field in model._meta.fields} | {"_save": "Save"}
        for row in model.objects.all():
            assert client.post(pages.change_address(row), crafted).status_code == 403, row
    assert pages.rows_of_everything() == before


def test_pages_of_records_have_no_field_and_no_button_to_save(client, world):
    for model in READ_ONLY:
        response = client.get(pages.change_address(model.objects.first()))
        assert 'name="_save"' not in response.content.decode(), model
        assert [field.html_name for field in response.context["adminform"].form] == []


def test_nothing_is_deleted(client, world):
    before = pages.rows_of_everything()
    seen: Counter[str] = Counter()
    for model in EVERY:
        for row in model.objects.all()[:3]:
            url = pages.address(model, "delete", row.pk)
            seen[str(client.get(url).status_code)] += 1
            seen[str(client.post(url, {"post": "yes"}).status_code)] += 1
    assert set(seen) == {"403"}
    assert pages.rows_of_everything() == before


def test_nothing_is_deleted_or_changed_from_a_list(client, world):
    before = pages.rows_of_everything()
    for model in EVERY:
        url = pages.address(model, "changelist")
        rows = [str(row.pk) for row in model.objects.all()]
        client.post(url, {"action": "delete_selected", "_selected_action": rows, "post": "yes", "index": "0"})
        edited = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "form-0-id": rows[0], "_save": "Save"}
        client.post(url, edited)
        assert admin.site._registry[model].get_actions(client.get(url).wsgi_request) == {}
    assert pages.rows_of_everything() == before


def test_frozen_rows_and_the_chain_stay_sound_after_work_in_the_administration(client, world):
    pages.saved(client, pages.change_address(world.works), notice="Moved.")
    pages.saved(client, pages.change_address(world.action), short_name="Print charts")
    assert audit.verify().faults == []


def test_there_is_no_second_history(client, world):
    pages.saved(client, pages.change_address(world.works), notice="Moved.")
    assert LogEntry.objects.count() == 0


def test_an_unknown_number_leads_back_with_a_sentence(client, world):
    for page in ("change", "history"):
        response = client.get(pages.address(type(world.edition), page, 999), follow=True)
        assert "doesn’t exist" in response.content.decode()
