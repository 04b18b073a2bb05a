from datetime import date

from reporting.domain import people
from reporting.models import Event, Mail, Report, Round
from tests.admin import pages
from tests.admin.test_departments import refused

ADD = pages.address(Round, "add")


def opening(client, world, **changed):
    given = {"strategy": world.strategy.pk, "year": 2016, "due": "31/01/2017", **changed}
    return pages.send(client, ADD, **given), given


def test_who_will_be_due_is_shown_before_a_round_is_opened(client, world):
    before = pages.rows_of_everything()
    response, _ = opening(client, world)
    assert pages.errors(response) == [
        "Nothing is saved yet. Reports will be due from 2: Department of Tides and Harbours (DOT); "
        "Office of Public Works (OPW). Save once more to open the round."
    ]
    assert pages.rows_of_everything() == before


def test_round_is_opened_by_saving_once_more(client, world):
    response, _ = opening(client, world)
    assert pages.saved(client, ADD, **pages.typed(response)) == [("round.opened", "OHS/2016")]
    made = Round.objects.get(year=2016)
    assert (made.strategy, made.due, made.asks_status) == (world.strategy, date(2017, 1, 31), True)
    assert {report.department.code for report in Report.objects.filter(round=made)} == {"OPW", "DOT"}


def test_round_is_not_opened_for_others_than_were_shown(client, world):
    response, _ = opening(client, world)
    data = pages.typed(response)
    world.strategy.departments.add(world.weather)
    (sentence,) = refused(client, ADD, **data)
    assert "due from 3" in sentence


def test_year_that_has_its_round_is_refused(client, world):
    response, _ = opening(client, world, year=2014)
    sentences = refused(client, ADD, **pages.typed(response))
    assert sentences == ["The 2014 round of OHS is already open or closed: choose another year."]


def test_round_that_nobody_is_due_in_is_refused(client, world):
    world.strategy.departments.set([])
    type(world.works).objects.update(closed="2010")
    response, _ = opening(client, world)
    assert pages.errors(response) == ["No department is due to report on OHS: add departments first."]
    assert Round.objects.count() == 2


def test_year_that_is_none_is_refused(client, world):
    response, _ = opening(client, world, year=16)
    assert pages.errors(response) == ["Give the year with its four digits, such as 2025."]


def test_due_date_is_changed_with_a_note(client, world):
    url = pages.change_address(world.rounds[1])
    said = {"due": "28/02/2015", "note": "The floods."}
    assert pages.saved(client, url, **said) == [("round.due_changed", "OHS/2014")]
    assert Round.objects.get(year=2014).due == date(2015, 2, 28)
    assert pages.saved(client, url, due="", note="No end of floods.") == [("round.due_changed", "OHS/2014")]
    assert Round.objects.get(year=2014).due is None


def test_due_date_is_not_changed_without_a_note_nor_a_note_kept_without_a_date(client, world):
    url = pages.change_address(world.rounds[1])
    assert refused(client, url, due="28/02/2015") == ["Say why the due date changes: those concerned are told."]
    assert refused(client, url, note="The floods.") == [
        "A note goes with a new due date: change it, or take the note out."
    ]


def test_event_of_a_due_date_tells_the_one_before_and_the_note(client, world):
    pages.saved(client, pages.change_address(world.rounds[1]), due="28/02/2015", note="The floods.")
    assert Event.objects.order_by("-sequence").first().data == (
        '{"before":"2015-01-31","due":"2015-02-28","note":"The floods."}'
    )


def test_new_due_date_is_told_to_departments_that_have_not_signed_off(client, world):
    waiting = people.invite(actor=world.actor, email="wim@example.org", department=world.works)
    pages.saved(client, pages.change_address(world.rounds[1]), due="28/02/2015", note="The floods.")
    (mail,) = Mail.objects.filter(template="deadline_changed")  # the other department's report is accepted
    assert mail.person == waiting.person
    assert mail.data["note"] == "The floods."


def test_round_is_closed_and_then_is_history(client, world):
    url = pages.change_address(world.rounds[0])
    assert pages.saved(client, url, close_now="on") == [("round.closed", "OHS/2013")]
    assert Round.objects.get(year=2013).closed_at is not None
    before = pages.rows_of_everything()
    crafted = {"due": "01/01/2030", "close_now": "on", "closed_at_0": "01/01/2030", "closed_at_1": "00:00"}
    assert pages.saved(client, url, **crafted) == []
    assert pages.rows_of_everything() == before


def test_round_that_somebody_else_closed_meanwhile_is_refused(client, world):
    from reporting.domain import rounds

    url = pages.change_address(world.rounds[0])
    data = pages.typed(client.get(url)) | {"close_now": "on"}
    rounds.close_round(actor=world.actor, round=world.rounds[0])
    before = pages.rows_of_everything()
    client.post(url, data)
    assert pages.rows_of_everything() == before


def test_strategy_year_and_questions_are_not_changed_by_a_crafted_form(client, world):
    crafted = {"strategy": world.owned.pk, "year": 1999, "asks_status": "", "opened_at_0": "01/01/1999"}
    before = pages.rows_of_everything()
    assert pages.saved(client, pages.change_address(world.rounds[1]), **crafted) == []
    assert pages.rows_of_everything() == before
