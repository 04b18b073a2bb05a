"""What pages read: as often for two departments as for twenty-four, and nothing but what is public."""

import re
from collections.abc import Iterable, Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from reporting.domain import demonstration, publication, strategies
from reporting.models import ChainHead, DraftSave, Entry, Event, Report, User
from tests.public.pages import Page, every_page
from tests.world import World

pytestmark = pytest.mark.once  # the same queries are sent to both

# With one strategy. The home page reads each strategy, and a department's page each that it reports on.
QUERIES = {
    "home": 6,
    "strategies": 1,
    "strategy": 5,
    "action": 20,
    "report": 15,
    "story": 15,
    "year": 10,
    "matrix": 10,
    "matrix-csv": 10,
    "compare": 6,
    "plans": 10,
    "department-plans": 13,
    "action-plans": 15,
    "edition": 13,
    "paragraph": 6,
    "commitment-version": 5,
    "commitment-paragraph": 5,
    "book-action": 13,
    "book-department": 15,
    "departments": 1,
    "department": 13,
    "changes": 12,
    "strategy-changes": 13,
    "corrections": 1,
    "search": 4,
    "feeds": 3,
    "feed-changes": 11,
    "feed-strategy": 12,
    "feed-action": 10,
    "feed-department": 10,
    "alerts": 2,
    "alerts-sent": 0,
    "accessibility": 0,
    "privacy": 0,
    "cookies": 0,
}
READ_TABLES = {
    "strategy_action",
    "strategy_actionwording",
    "strategy_commitment",
    "strategy_commitmentversion",
    "strategy_department",
    "strategy_departmentname",
    "strategy_milestone",
    "strategy_milestonedate",
    "strategy_strategy",
    "strategy_succession",
    "strategy_theme",
    "reporting_coverage",
    "reporting_edition",
    "reporting_editionactivity",
    "reporting_editionanswer",
    "reporting_editionentry",
    "reporting_plannedactivity",
    "reporting_publication",
    "reporting_report",
    "reporting_round",
}
# Which report it is, and why it was excused. Its state, its nil reason, who signed it are work in progress.
READ_OF_REPORT = {"id", "round_id", "department_id", "excused_reason"}


def visits(pages: Iterable[Page]) -> Iterator[tuple[Page, int, list[str]]]:
    """Each page with its status and the SQL that it took."""
    for page in pages:
        with CaptureQueriesContext(connection) as queries:
            status = Client().get(page.address).status_code
        yield page, status, [query["sql"] for query in queries]


def some_of_each(pages: list[Page], count: int = 4) -> Iterator[Page]:
    """At most so many of one name, from the first to the last."""
    for name in {page.name for page in pages}:
        alike = [page for page in pages if page.name == name]
        yield from {alike[index * (len(alike) - 1) // (count - 1)] for index in range(count)}


@pytest.mark.parametrize("departments, actions", [(2, 3), (24, 3), (2, 1)])
def test_queries_fixed_number_whatever_is_published(db: None, departments: int, actions: int) -> None:
    World.small(departments, actions).full().entangle().secrets()
    found: dict[str, set[int]] = {}
    for page, status, statements in visits(some_of_each(every_page())):
        if status == 200:
            found.setdefault(page.name, set()).add(len(statements))
    # Where nothing was planned there is nothing to read: the fewest are not the same for these two.
    found = {name: {max(numbers)} if name.endswith("-plans") else numbers for name, numbers in found.items()}
    assert found == {name: {number} for name, number in QUERIES.items()}


@pytest.mark.parametrize("departments", [1, 8])
def test_queries_of_a_correction_are_one_more(db: None, departments: int) -> None:
    """It is compared with the one before. The register asks one question, from a row on two."""
    world = World.small(departments).full((2020,))
    for department in world.departments:
        report = world.report(2020, department)
        publication.publish(world.corrected(report, progress="It was otherwise."), actor=world.reviewer)
    pages = ["editions/ministry-1/2020/1/", "editions/ministry-1/2020/2/"]
    register = ["/corrections/", "/corrections/?before=FEN/D01/2020/e2"]
    visited = visits(Page("", address) for address in [*(world.address(page) for page in pages), *register])
    found = [(status, len(statements)) for _, status, statements in visited]
    assert found == [(200, QUERIES["edition"]), (200, QUERIES["edition"] + 1), (200, 1), (200, 2)]


def test_queries_of_home_do_not_grow_with_strategies(world: World) -> None:
    world.full()
    with CaptureQueriesContext(connection) as one:
        Client().get("/")
    strategies.add_strategy(actor=world.reviewer, code="ISL", title="Islands Plan")
    with CaptureQueriesContext(connection) as two:
        Client().get("/")
    assert (len(one), len(two)) == (QUERIES["home"], QUERIES["home"])


def tables_and_columns(statements: Iterable[str]) -> tuple[set[str], set[str]]:
    """The tables that are read, and of the reports' table the columns."""
    tables, columns = set(), set()
    for sql in statements:
        assert sql.startswith("SELECT"), sql
        tables |= {name for name in re.findall(r'(?:FROM|JOIN|,)\s+\(*"(\w+)"', sql) if "_" in name}
        columns |= set(re.findall(r'"reporting_report"\."(\w+)"', sql))
    return tables, columns


def test_pages_read_nothing_but_what_is_public(db: None) -> None:
    World.small(10).full().entangle().secrets()
    assert_work_in_progress_is_there()
    read: list[str] = []
    for page, _, statements in visits(some_of_each(every_page())):
        if page.name == "home":
            # The one question about events: whether this is the demonstration.
            statements = [sql for sql in statements if demonstration.SEEDED not in sql or '"data"' in sql]
        read += statements
    tables, columns = tables_and_columns(read)
    assert tables == READ_TABLES
    assert columns == READ_OF_REPORT


def assert_work_in_progress_is_there() -> None:
    """What would be found if a page read it."""
    working = [DraftSave, Entry, Event, ChainHead, User]
    assert [model._meta.label for model in working if not model.objects.exists()] == []
    states = set(Report.objects.values_list("state", flat=True))
    assert states == set(Report.State.values) - {"not_started", "excused"}
