"""What all tests share: real material where it lies beside the checkout, frozen rows, a small invented world."""

import gc
import itertools
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connections, transaction
from django.test import TransactionTestCase

from reporting.models import User
from reporting.models.frozen import freeze, frozen_tables
from tests.world import World

SHARED_DATA = Path(settings.BASE_DIR).parent / "shared" / "data"
CHROMIUM = Path("/usr/bin/chromium-headless-shell")
CHECKPOINTS: list[tempfile.TemporaryDirectory[str]] = []  # one folder for each process
NUMBERS = itertools.count()
UNDER_WAY: list[ExitStack] = []  # transactions with what was made once for a module


def pytest_configure() -> None:
    # A password is hashed slowly on purpose. Tests need many and protect nobody.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    CHECKPOINTS.append(tempfile.TemporaryDirectory(prefix="stocktake-checkpoints-"))
    settings.CHECKPOINT_KEY = Path(CHECKPOINTS[0].name, "key.pem")


def pytest_unconfigure() -> None:
    while CHECKPOINTS:
        CHECKPOINTS.pop().cleanup()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="the tests that are too slow for every day, and no others")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    choose_by_length(config, items)
    missing = {
        "real": None
        if SHARED_DATA.is_dir()
        else "the published material is not beside the checkout: ../shared/data",
        "browser": None
        if CHROMIUM.exists()
        else "Chromium is not installed: apt-get install chromium-headless-shell",
    }
    for item in items:
        for mark, why in missing.items():
            if why and item.get_closest_marker(mark):
                item.add_marker(pytest.mark.skip(reason=why))


def choose_by_length(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Every day all but those that are marked `long`; with --long those alone."""
    wanted = config.getoption("--long")
    others = [item for item in items if bool(item.get_closest_marker("long")) != wanted]
    if others:
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if item not in others]


def pytest_collection_finish() -> None:
    # What is loaded by now stays: looking through it again and again for garbage is a twelfth of the whole run.
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def made_once(make: Callable[[], Any]) -> Any:
    """A fixture with what `make` makes, once for a module: what a test does in it is undone after that test.

    Each test takes a copy of it (`copy.deepcopy`), and `db`. Not for a module that makes the same rows elsewhere.
    """

    @pytest.fixture(scope="module")
    def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
        with ExitStack() as ends:
            ends.enter_context(django_db_blocker.unblock())
            ends.enter_context(transaction.atomic())
            ends.callback(transaction.set_rollback, True)
            UNDER_WAY.append(ends)
            put_checkpoints_apart()
            yield make()

    return made


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Function) -> None:
    """Tests with real transactions come last: what was made for the others of their module goes first."""
    marked = item.get_closest_marker("django_db")
    if "transactional_db" in item.fixturenames or (marked and marked.kwargs.get("transaction")):
        while UNDER_WAY:
            UNDER_WAY.pop().close()


@pytest.fixture(autouse=True)
def _checkpoints_apart() -> None:
    put_checkpoints_apart()


def put_checkpoints_apart() -> None:
    """Each test has checkpoints of its own, and so have its processes: never those of somebody's database."""
    settings.CHECKPOINT_DIR = Path(CHECKPOINTS[0].name, str(next(NUMBERS)))
    os.environ["CHECKPOINT_DIR"] = str(settings.CHECKPOINT_DIR)
    os.environ["CHECKPOINT_KEY"] = str(settings.CHECKPOINT_KEY)


@pytest.fixture
def shared_data() -> Path:
    """Published reports as they were. For tests marked `real` only."""
    return SHARED_DATA


def lift_frozen(using: str = "default") -> None:
    """Take the triggers off. Only tests do: to tamper with rows, and to empty the tables after a test."""
    connection = connections[using]
    postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        for table in frozen_tables():
            for kind in ("change", "truncate") if postgresql else ("update", "delete"):
                on = f' ON "{table}"' if postgresql else ""
                cursor.execute(f'DROP TRIGGER IF EXISTS "{table}_frozen_{kind}"{on}')


@pytest.fixture
def tampering(db: None) -> Iterator[Callable[[], None]]:
    """Call it to lift the triggers; they come back with the test's transaction, or are made anew."""
    yield lift_frozen
    if not connections["default"].in_atomic_block:
        freeze(connections["default"])


def put_back_reasons() -> None:
    """The list as migrate leaves it, where the tables were emptied."""
    import_module("reporting.migrations.0003_review").add_reasons(apps, None)


def empty_database() -> None:
    """After what was made outside any test's transaction: as it was before."""
    lift_frozen()
    call_command("flush", interactive=False, verbosity=0)  # the triggers come back after it
    put_back_reasons()


# The runner empties the tables after a test with real transactions; frozen rows refuse that.
_empty_tables = TransactionTestCase._fixture_teardown


def _empty_frozen_tables(case: TransactionTestCase) -> None:
    lift_frozen()
    try:
        _empty_tables(case)
    finally:
        freeze(connections["default"])
    put_back_reasons()


TransactionTestCase._fixture_teardown = _empty_frozen_tables


@pytest.fixture
def importer(db: None) -> User:
    return User.objects.system("importer")


@pytest.fixture
def world(db: None) -> World:
    """Four invented departments, a strategy of three actions, and nothing reported yet."""
    return World.small()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How much axe-core has checked: pages in each of their states, at each width, folded and unfolded."""
    done = [report for reports in terminalreporter.stats.values() for report in reports if hasattr(report, "when")]
    counted = [property for report in done if report.when == "call" for property in report.user_properties]
    checks, violations = (
        sum(value for name, value in counted if name == wanted) for wanted in ("axe_checks", "axe_violations")
    )
    tampered = sum(value for name, value in counted if name == "tampering")
    if tampered:
        terminalreporter.write_line(f"tampering: {tampered} cases, every one detected and located")
    if checks:
        terminalreporter.write_line(f"axe: {checks} checks of page, state and width, {violations} violations")
