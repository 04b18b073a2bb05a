import pytest

from reporting.models import Event
from strategy.dates import PartialDate
from strategy.models import Action, ActionWording, Milestone, MilestoneDate, Strategy
from tests.admin import pages
from tests.admin.test_departments import refused

pytestmark = pytest.mark.once  # pages of forms; what the domain stores is asked on both engines

ADD = pages.address(Strategy, "add")
ADD_ACTION = pages.address(Action, "add")


def last_event() -> Event:
    return Event.objects.order_by("-sequence").first()


def test_strategy_is_added_with_its_themes_and_departments(client, world):
    given = {"code": "LAMP", "title": "Lamp Lighting Plan", "starts": "2016", "theme_word": "pillar"}
    given |= {"departments": [world.works.pk, world.weather.pk], "themes__0__title": "Oil"}
    assert pages.saved(client, ADD, **given) == [("strategy.added", "LAMP"), ("theme.added", "LAMP")]
    made = Strategy.objects.get(code="LAMP")
    assert (made.slug, made.starts, made.theme_word) == ("lamp-lighting-plan", PartialDate("2016"), "pillar")
    assert {department.code for department in made.departments.all()} == {"OPW", "WEA"}
    assert [(theme.number, theme.title) for theme in made.themes.all()] == [(1, "Oil")]


def test_what_may_change_is_changed_in_one_event(client, world):
    changed = {"summary": "Charts for all.", "ends": "December 2016", "notice": "Ended.", "theme_word": "pillar"}
    assert pages.saved(client, pages.change_address(world.strategy), **changed) == [("strategy.changed", "OHS")]
    world.strategy.refresh_from_db()
    assert (world.strategy.summary, world.strategy.ends) == ("Charts for all.", PartialDate("2016-12"))
    assert (world.strategy.notice, world.strategy.theme_word) == ("Ended.", "pillar")
    assert '"ends":"2016-12"' in last_event().data


def test_departments_that_report_are_chosen_by_their_own_event(client, world):
    made = pages.saved(client, pages.change_address(world.strategy), departments=[world.weather.pk])
    assert made == [("strategy.departments_chosen", "OHS")]
    assert [department.code for department in world.strategy.departments.all()] == ["WEA"]
    assert last_event().data == '{"departments":["WEA"]}'
    assert world.rounds[0].reports.count() == 2


def test_theme_is_added(client, world):
    url = pages.change_address(world.strategy)
    assert pages.saved(client, url, themes__1__title="Lamps") == [("theme.added", "OHS")]
    assert [(theme.number, theme.title) for theme in world.strategy.themes.all()] == [(1, "Charts"), (2, "Lamps")]


def test_theme_of_the_same_title_is_refused(client, world):
    sentences = refused(client, pages.change_address(world.strategy), summary="No.", themes__1__title="Charts")
    assert sentences == ["OHS already has the theme “Charts”."]


@pytest.mark.parametrize(
    "given, sentence",
    [
        (
            {"code": "ohs", "title": "Another"},
            "The code ohs belongs to another strategy: codes are never reused.",
        ),
        (
            {"code": "NEW", "title": "Open harbours: strategy"},
            "The address open-harbours-strategy belongs to another strategy: choose another title.",
        ),
        ({"code": "NEW", "title": "…"}, "The title has no letter for its address: give one with letters."),
        (
            {"code": "N W", "title": "New"},
            "A code stands in references such as GDS-7/MOD: write it without “/” and spaces.",
        ),
        (
            {"code": "NEW", "title": "New", "mode": "owner"},
            "Choose the department that owns it: it is the one that reports.",
        ),
    ],
)
def test_strategy_that_can_not_be_is_refused(client, world, given, sentence):
    assert refused(client, ADD, **given) == [sentence]


def test_code_title_and_themes_are_not_changed_by_a_crafted_form(client, world):
    crafted = {"code": "XXX", "slug": "xxx", "title": "Forged", "mode": "owner", "owner": world.works.pk}
    crafted |= {"themes__0__title": "Forged", "themes__0__number": 9, "themes__0__DELETE": "on"}
    before = pages.rows_of_everything()
    assert pages.saved(client, pages.change_address(world.strategy), **crafted) == []
    assert pages.rows_of_everything() == before


def test_action_is_added_with_its_wording(client, world):
    given = {"strategy": world.strategy.pk, "number": 3, "short_name": "Ring bells", "theme": world.theme.pk}
    given |= {"wording": "Ring every bell\r\nby 2016.", "added_on": "December 2013"}
    assert pages.saved(client, ADD_ACTION, **given) == [("action.added", "OHS-3")]
    made = Action.objects.get(strategy=world.strategy, number=3)
    assert (made.short_name, made.theme, made.added_on) == ("Ring bells", world.theme, PartialDate("2013-12"))
    wording = made.wordings.get()
    assert (wording.text, wording.dated) == ("Ring every bell\nby 2016.", PartialDate("2013-12"))


@pytest.mark.parametrize(
    "changed, sentence",
    [
        ({"number": 1}, "OHS already has an action 1: numbers are never reused."),
        ({"number": 0}, "Actions are numbered from 1."),
        (
            {"short_name": "Light every quay"},
            "“Light every quay” is the short name of action 2: choose another.",
        ),
        ({"strategy": "owned"}, "“Charts” is a theme of another strategy: choose one of this."),
        ({"added_on": "some day"}, "“some day” is not a date: write it like 2012-12-05, 2012-12 or 2012."),
    ],
)
def test_action_that_can_not_be_is_refused(client, world, changed, sentence):
    given = {"strategy": world.strategy.pk, "number": 3, "short_name": "Ring bells", "theme": world.theme.pk}
    given |= {"wording": "Ring every bell.", "added_on": "2013", **changed}
    if given["strategy"] == "owned":
        given["strategy"] = world.owned.pk
    assert refused(client, ADD_ACTION, **given) == [sentence]


def test_short_name_is_corrected(client, world):
    made = pages.saved(client, pages.change_address(world.action), short_name="Print charts")
    assert made == [("action.short_name_corrected", "OHS-1")]
    world.action.refresh_from_db()
    assert world.action.short_name == "Print charts"
    assert last_event().data == '{"before":"Publish charts","short_name":"Print charts"}'


def test_short_name_that_is_taken_is_refused(client, world):
    sentences = refused(client, pages.change_address(world.action), short_name="Light every quay")
    assert sentences == ["“Light every quay” is the short name of action 2: choose another."]


def test_new_wording_stands_beside_the_earlier_ones(client, world):
    row = {"dated": "January 2015", "text": "Publish all by 2016.", "reason": "Late.", "authority": "The minister"}
    changed = {f"wordings__2__{name}": value for name, value in row.items()}
    assert pages.saved(client, pages.change_address(world.action), **changed) == [("action.reworded", "OHS-1")]
    wordings = world.action.wordings.order_by("dated")
    assert [wording.dated for wording in wordings] == [
        PartialDate("2012-12"),
        PartialDate("2013-06"),
        PartialDate("2015-01"),
    ]
    assert (wordings[2].text, wordings[2].reason, wordings[2].authority) == (
        "Publish all by 2016.",
        "Late.",
        "The minister",
    )


def test_wording_of_the_same_date_is_refused(client, world):
    changed = {"wordings__2__dated": "June 2013", "wordings__2__text": "Other."}
    sentences = refused(client, pages.change_address(world.action), **changed)
    assert sentences == ["OHS-1 already has a wording of June 2013: choose another date."]


def test_wordings_and_number_are_not_changed_by_a_crafted_form(client, world):
    first = ActionWording.objects.filter(action=world.action).order_by("dated").first()
    crafted = {"number": 9, "added_on": "1999", "theme": "", "strategy": world.owned.pk}
    crafted |= {"wordings__0__text": "Forged", "wordings__0__dated": "1990", "wordings__0__id": first.pk}
    crafted |= {"wordings__1__DELETE": "on", "milestones__0__what": "Forged", "milestones__0__promised": "1990"}
    before = pages.rows_of_everything()
    assert pages.saved(client, pages.change_address(world.action), **crafted) == []
    assert pages.rows_of_everything() == before


def test_milestone_is_promised_with_its_first_date(client, world):
    row = {"what": "Last chart", "promised": "March 2016", "recorded_on": "2015"}
    changed = {f"milestones__1__{name}": value for name, value in row.items()}
    assert pages.saved(client, pages.change_address(world.action), **changed) == [("milestone.promised", "OHS-1")]
    made = Milestone.objects.get(title="Last chart")
    date = made.dates.get()
    assert (made.action, date.number, date.promised, date.recorded_on) == (
        world.action,
        1,
        PartialDate("2016-03"),
        PartialDate("2015"),
    )


def test_date_moves_with_its_reason_and_the_first_stays(client, world):
    row = {"promised": "July 2014", "recorded_on": "2014-02", "reason": "Ink ran out.", "authority": "The board"}
    changed = {f"dates__1__{name}": value for name, value in row.items()}
    assert pages.saved(client, pages.change_address(world.milestone), **changed) == [("milestone.moved", "OHS-1")]
    dates = MilestoneDate.objects.filter(milestone=world.milestone).order_by("number")
    assert [(date.number, date.promised, date.reason) for date in dates] == [
        (1, PartialDate("2014-03"), ""),
        (2, PartialDate("2014-07"), "Ink ran out."),
    ]
    assert "July 2014, first March 2014" in client.get(pages.change_address(world.action)).content.decode()


@pytest.mark.parametrize("reason", ["", "   "])
def test_date_does_not_move_without_a_reason(client, world, reason):
    changed = {"dates__1__promised": "July 2014", "dates__1__reason": reason}
    assert refused(client, pages.change_address(world.milestone), **changed) == ["This field is required."]


def test_first_date_is_not_changed_by_a_crafted_form(client, world):
    first = world.milestone.dates.get()
    crafted = {"title": "Forged", "dates__0__promised": "2030", "dates__0__id": first.pk, "dates__0__DELETE": "on"}
    before = pages.rows_of_everything()
    assert pages.saved(client, pages.change_address(world.milestone), **crafted) == []
    assert pages.rows_of_everything() == before
