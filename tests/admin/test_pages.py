import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reporting.models import Event, PlannedActivity, Report
from tests.admin import pages
from tests.admin import world as worlds

pytestmark = pytest.mark.once  # what is shown, not what is stored

SHOWN = {  # what a reader must find in a list and on a page
    "strategy.department": ["Department of Tides and Harbours", "DTH"],
    "strategy.strategy": ["Open Harbours Strategy", "Government as a whole"],
    "strategy.action": ["OHS-1", "Publish charts", "Open Harbours Strategy", "Publish every chart by July 2014."],
    "strategy.commitment": ["OHS-1/DOT", "Department of Tides and Harbours (DOT)", "made"],
    "strategy.milestone": ["First chart", "OHS-1", "March 2014"],
    "reporting.round": ["OHS 2014", "Open Harbours Strategy"],
    "reporting.report": ["OHS/DOT/2014", "Department of Tides and Harbours (DOT)", "accepted"],
    "reporting.edition": ["OHS/DOT/2013/e1", "from 15 January 2014"],
    "reporting.editionentry": ["OHS 2013 DOT e1, action 1"],
    "reporting.publication": ["OHS/DOT/2014/e1", "OHS-1/DOT/v1"],
    "reporting.plannedactivity": ["OHS-1/DOT/2014/1", "Print the charts."],
    "reporting.event": ["edition.cut", "OHS/DOT/2013/e1", "Importer"],
    "reporting.user": ["admin@example.org", "Ada Min"],
    "reporting.mail": ["Invitation", "Lea Leader", "waiting"],
    "reporting.returnreason": ["The ink ran out"],
}
ON_PAGES = {
    "strategy.department": ["Weather Service (WEA)", "merged into", "March 2014"],
    "strategy.strategy": ["OHS-2", "Charts", "Light every quay"],
    "strategy.action": ["Publish charts by March 2014.", "June 2013", "First chart"],
    "strategy.commitment": ["We will publish our charts.", "December 2012"],
    "strategy.milestone": ["March 2014", "December 2012"],
    "reporting.round": ["Office of Public Works (OPW)", "accepted"],
    "reporting.report": ["Weather Service (WEA)", "OHS/DOT/2013/e1", "accepted"],
    "reporting.edition": ["Drawn.", "Print the charts.", "A note.", "from 15 January 2014"],
    "reporting.editionentry": ["OHS-1/DOT/2014/2", "Sell the charts."],
    "reporting.publication": ["OHS-1/DOT/v1", "December 2012"],
    "reporting.plannedactivity": ["OHS/DOT/2013/e1", "Print the charts."],
    "reporting.event": ["department.added", "OPW"],
    "reporting.user": ["admin@example.org", "Set a new password"],
    "reporting.mail": ["Lea Leader", "waiting", "Try again"],
    "reporting.returnreason": ["offered no more"],
}
models = pytest.mark.parametrize("model", pages.registered(), ids=pages.label)


def first(model):
    if model is Report:
        return model.objects.order_by("round__year", "department__code").first()
    queryset = model.objects.filter(is_system=False) if pages.label(model) == "reporting.user" else model.objects
    if pages.label(model) == "strategy.department":
        queryset = queryset.filter(code="DOT")
    if pages.label(model) == "reporting.returnreason":  # the others came with the tables, without an event
        queryset = queryset.filter(title="The ink ran out")
    return queryset.order_by("pk").first() if model is not Event else model.objects.get(sequence=1)


@models
def test_list_shows_its_rows_by_readable_names(client, world, model):
    response = client.get(pages.address(model, "changelist"))
    assert response.status_code == 200
    text = response.content.decode()
    assert [words for words in SHOWN[pages.label(model)] if words not in text] == []


@models
def test_page_shows_a_thing_with_its_rows(client, world, model):
    response = client.get(pages.change_address(first(model)))
    assert response.status_code == 200
    text = response.content.decode()
    assert [words for words in ON_PAGES[pages.label(model)] if words not in text] == []


@models
def test_list_is_searched(client, world, model):
    url = pages.address(model, "changelist")
    assert client.get(url, {"q": "nothing is called so"}).context["cl"].result_count == 0
    assert client.get(url, {"q": "a"}).status_code == 200


@models
def test_every_filter_of_a_list_works(client, world, model):
    url = pages.address(model, "changelist")
    for spec in client.get(url).context["cl"].filter_specs:
        for choice in spec.choices(client.get(url).context["cl"]):
            response = client.get(url + choice["query_string"])
            assert response.status_code == 200
            assert "e=1" not in choice["query_string"]


def grow(world) -> None:
    for number in range(3, 8):
        world.actions.append(worlds.add_action(world, number, f"Action {number}"))
    worlds.add_second(world)


def asked(client, addresses: dict[str, str]) -> dict[str, int]:
    """By model, how many queries its page takes."""
    found = {}
    for model, url in addresses.items():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        found[model] = len(queries)
    return found


def test_pages_ask_the_same_number_of_queries_however_much_there_is(client, world):
    lists = {pages.label(model): pages.address(model, "changelist") for model in pages.registered()}
    each = {pages.label(model): pages.change_address(first(model)) for model in pages.registered()}
    asked(client, lists | each)  # content types are looked up once for ever
    rows = {model: client.get(url).context["cl"].result_count for model, url in lists.items()}
    before = (asked(client, lists), asked(client, each))
    grow(world)
    assert (asked(client, lists), asked(client, each)) == before
    shorter = {model for model, url in lists.items() if client.get(url).context["cl"].result_count <= rows[model]}
    assert shorter == set()


@models
def test_history_is_that_of_the_events(client, world, model):
    thing = first(model)
    response = client.get(pages.address(model, "history", thing.pk), follow=True)
    listed = response.context["cl"].result_list
    assert response.redirect_chain[0][0].startswith("/admin/reporting/event/?of=")
    subjects = {event.subject for event in listed}
    if pages.label(model) != "reporting.user":
        reference = response.context["cl"].params["of"]
        assert subjects
        assert all(subject == reference or subject.startswith(f"{reference}/") for subject in subjects)


def test_planned_activities_are_there_to_be_seen(world):
    assert PlannedActivity.objects.count() == 3
