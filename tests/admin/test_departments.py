from reporting.models import Event
from strategy.dates import PartialDate
from strategy.models import Department, DepartmentName, Succession
from tests.admin import pages

ADD = pages.address(Department, "add")


def test_department_is_added_with_its_first_name(client, world):
    given = {"code": "LIT", "slug": "lighthouses", "name": "Board of Lighthouses", "opened": "March 2011"}
    assert pages.saved(client, ADD, **given) == [("department.added", "LIT")]
    made = Department.objects.get(code="LIT")
    assert (made.slug, made.opened, made.closed) == ("lighthouses", PartialDate("2011-03"), None)
    assert [(name.name, name.acronym, name.since) for name in made.names.all()] == [
        ("Board of Lighthouses", "LIT", None)
    ]


def test_new_name_is_a_row_with_its_date(client, world):
    row = {"names__1__name": "Public Works", "names__1__acronym": "PW", "names__1__since": "December 2015"}
    assert pages.saved(client, pages.change_address(world.works), **row) == [("department.renamed", "OPW")]
    assert [(name.name, name.since) for name in world.works.names.all()] == [
        ("Office of Public Works", None),
        ("Public Works", PartialDate("2015-12")),
    ]


def test_department_is_closed_once(client, world):
    url = pages.change_address(world.weather)
    assert pages.saved(client, url, closed="2014-03") == [("department.closed", "WEA")]
    world.weather.refresh_from_db()
    assert world.weather.closed == PartialDate("2014-03")
    assert "closed" not in client.get(url).context["adminform"].form.fields
    assert pages.saved(client, url, closed="2018") == []
    world.weather.refresh_from_db()
    assert world.weather.closed == PartialDate("2014-03")


def test_succession_is_recorded_under_the_old_department(client, world):
    row = {"kind": "moved", "successor": world.works.pk, "on": "5 April 2016"}
    changed = {f"successors__0__{name}": value for name, value in row.items()}
    assert pages.saved(client, pages.change_address(world.tides), **changed) == [("department.succeeded", "DOT")]
    made = Succession.objects.get(old=world.tides)
    assert (made.new, made.on, made.kind) == (world.works, PartialDate("2016-04-05"), "moved")


def test_notice_is_set_and_its_event_holds_the_words(client, world):
    changed = {"notice": "Part of the Weather Service\r\nuntil 2009."}
    url = pages.change_address(world.works)
    assert pages.saved(client, url, **changed) == [("department.notice_set", "OPW")]
    world.works.refresh_from_db()
    assert world.works.notice == "Part of the Weather Service\nuntil 2009."
    assert "until 2009" in Event.objects.order_by("-sequence").first().data


def test_saving_what_was_not_changed_makes_no_event(client, world):
    url = pages.change_address(world.works)
    pages.saved(client, url, notice="Two\r\nlines.")
    before = pages.rows_of_everything()
    assert pages.saved(client, url, notice="Two\r\nlines.") == []
    assert pages.rows_of_everything() == before


def test_several_changes_in_one_form_are_one_event_each(client, world):
    row = {"names__1__name": "Public Works", "names__1__acronym": "PW", "names__1__since": "2015"}
    made = pages.saved(client, pages.change_address(world.works), notice="Soon closed.", closed="2019", **row)
    assert made == [("department.closed", "OPW"), ("department.notice_set", "OPW"), ("department.renamed", "OPW")]


def refused(client, url, **changed) -> list[str]:
    """The sentences that are shown; nothing at all was written."""
    before = pages.rows_of_everything()
    response = pages.send(client, url, **changed)
    assert response.status_code == 200
    assert pages.rows_of_everything() == before
    return pages.errors(response)


def test_code_that_is_taken_is_refused_and_what_was_typed_stays(client, world):
    given = {"code": "opw", "slug": "works", "name": "Ministry of Works", "opened": "2011"}
    before = pages.rows_of_everything()
    response = pages.send(client, ADD, **given)
    assert pages.errors(response) == ["The code opw belongs to another department: codes are never reused."]
    assert pages.rows_of_everything() == before
    shown = response.context["adminform"].form
    assert {name: shown[name].value() for name in given} == given


def test_slug_that_is_taken_is_refused(client, world):
    sentences = refused(client, ADD, code="NEW", slug="tides", name="Tides")
    assert sentences == ["The address tides belongs to another department: choose another slug."]


def test_code_with_a_slash_is_refused(client, world):
    sentences = refused(client, ADD, code="A/B", slug="ab", name="A or B")
    assert sentences == ["A code stands in references such as GDS-7/MOD: write it without “/” and spaces."]


def test_name_from_before_a_later_name_is_refused_with_all_else_in_the_form(client, world):
    row = {"names__2__name": "Tides", "names__2__acronym": "T", "names__2__since": "2013"}
    changed = {"notice": "Not to be kept.", "closed": "2020", **row}
    sentences = refused(client, pages.change_address(world.tides), **changed)
    assert sentences == ["DOT already has a name from 2013 or later: choose a later date."]


def test_what_was_typed_in_a_row_stays_when_the_domain_refuses(client, world):
    row = {"names__2__name": "Tides", "names__2__acronym": "T", "names__2__since": "June 2013"}
    response = pages.send(client, pages.change_address(world.tides), closed="2020", **row)
    assert 'value="June 2013"' in response.content.decode()
    assert 'name="closed" value="2020"' in response.content.decode()


def test_department_does_not_succeed_itself(client, world):
    row = {"kind": "moved", "successor": world.works.pk, "on": "2016"}
    changed = {f"successors__0__{name}": value for name, value in row.items()}
    sentences = refused(client, pages.change_address(world.works), **changed)
    assert sentences == ["A department can't succeed itself: choose another."]


def test_succession_that_is_recorded_is_refused(client, world):
    row = {"kind": "moved", "successor": world.tides.pk, "on": "2016"}
    changed = {f"successors__1__{name}": value for name, value in row.items()}
    sentences = refused(client, pages.change_address(world.weather), **changed)
    assert sentences == ["That DOT succeeds WEA is already recorded."]


def test_dates_that_are_none_are_refused_with_a_sentence(client, world):
    url = pages.change_address(world.works)
    assert refused(client, url, closed="soon") == [
        "“soon” is not a date: write it like 2012-12-05, 2012-12 or 2012."
    ]
    assert refused(client, url, closed="31 February 2012") == ["31/2/2012 is not a day of the calendar."]
    assert refused(client, url, closed="2012-13") == ["13/2012 is not a day of the calendar."]


def test_date_says_how_it_is_written(client, world):
    assert "A day, a month or a year" in client.get(pages.change_address(world.works)).content.decode()


def test_what_never_changes_is_not_changed_by_a_crafted_form(client, world):
    url = pages.change_address(world.tides)
    names = list(DepartmentName.objects.filter(department=world.tides).values_list("pk", flat=True))
    crafted = {
        "code": "XXX",
        "slug": "xxx",
        "opened": "1999",
        "names__0__name": "Forged",
        "names__0__since": "1990",
    }
    crafted |= {"names__0__DELETE": "on", "names__1__acronym": "FRG", "predecessors__0__on": "1990"}
    crafted |= {"predecessors__0__DELETE": "on", "names__0__id": names[0]}
    before = pages.rows_of_everything()
    assert pages.saved(client, url, **crafted) == []
    assert pages.rows_of_everything() == before


def test_change_and_event_are_one_transaction(client, world, monkeypatch):
    from reporting.domain import departments
    from reporting.domain.errors import NotPossible

    def full(*args, **kwargs):
        raise NotPossible("The record of events takes nothing more.")

    monkeypatch.setattr(departments.events, "record", full)
    sentences = refused(client, pages.change_address(world.works), closed="2020", notice="Closed.")
    assert sentences == ["The record of events takes nothing more."]


def test_what_the_database_alone_refuses_is_a_sentence_too(client, world, monkeypatch):
    from reporting.admin import base, departments

    def race(**said):
        return Department.objects.create(code="opw", slug="x")

    monkeypatch.setattr(departments.verbs, "add_department", race)
    monkeypatch.setattr(base.logger, "exception", lambda *args: None)
    assert refused(client, ADD, code="opw", slug="x", name="X") == [base.AT_THE_SAME_TIME]


def test_successor_is_shown_by_its_name_and_leads_to_its_page(client, world):
    text = client.get(pages.change_address(world.weather)).content.decode()
    url = pages.change_address(world.tides)
    assert f'<a href="{url}">Department of Tides and Harbours (DOT)</a>' in text
