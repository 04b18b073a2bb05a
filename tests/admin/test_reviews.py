"""Why entries go back: administrators add reasons and retire them; the words that were counted stay."""

import json

from reporting.models import Event, ReturnReason
from tests.admin import pages


def test_reason_is_added_and_retired_and_each_is_an_event(client, world):
    url = pages.address(ReturnReason, "add")
    ((verb, subject),) = pages.saved(client, url, title="Nobody knows", position=3)
    made = ReturnReason.objects.get(title="Nobody knows")
    assert (verb, subject, made.position, made.active) == (
        "return_reason.added",
        f"return-reason/{made.pk}",
        3,
        True,
    )
    assert pages.saved(client, pages.change_address(made), active=None) == [("return_reason.changed", subject)]
    assert json.loads(Event.objects.latest("sequence").data) == {"active": False}
    assert not ReturnReason.objects.get(pk=made.pk).active


def test_words_of_a_reason_never_change(client, world):
    reason = ReturnReason.objects.get(title="The ink ran out")
    url = pages.change_address(reason)
    client.post(url, {"title": "Other words", "position": "9", "active": "on"})
    assert ReturnReason.objects.get(pk=reason.pk).title == "The ink ran out"


def test_same_reason_twice_is_refused_with_a_sentence(client, world):
    response = pages.send(client, pages.address(ReturnReason, "add"), title="the ink ran OUT")
    assert "choose other words, or offer that one again" in " ".join(pages.errors(response))
