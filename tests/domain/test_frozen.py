"""Frozen rows: the database itself refuses to change them, on both engines, also after a table was rebuilt."""

import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, models, transaction
from django.db.migrations.executor import MigrationExecutor
from django.test import TestCase

from reporting.models import EditionEntry
from reporting.models.frozen import FROZEN_MODELS, freeze, frozen_tables
from tests.conftest import lift_frozen
from tests.world import World

POSTGRESQL = connection.vendor == "postgresql"
MODELS = [apps.get_model(label) for label in FROZEN_MODELS]
Rows = dict[type[models.Model], list[dict[str, Any]]]


def triggers() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname"
            if POSTGRESQL
            else "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%frozen%' ORDER BY name"
        )
        return [name for (name,) in cursor.fetchall()]


ALL = sorted(
    f"{table}_frozen_{kind}"
    for table in frozen_tables()
    for kind in (("change", "truncate") if POSTGRESQL else ("update", "delete"))
)


def rows() -> Rows:
    return {model: list(model._base_manager.order_by("pk").values()) for model in MODELS}


def refused(sql: str, *parameters: Any) -> str:
    """The sentence with which the database refuses the statement."""
    with pytest.raises(DatabaseError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)
    return str(caught.value).splitlines()[0]


def sentence(model: type[models.Model]) -> str:
    return f"{model._meta.db_table} is frozen: rows are added, never changed"


def refusing(model: type[models.Model]) -> AbstractContextManager[object]:
    return pytest.raises(DatabaseError, match=sentence(model))


def filled_world() -> World:
    world = World.small(1).full()
    world.corrected(world.report(2021))
    assert [model._meta.label for model in MODELS if not model._base_manager.exists()] == []
    connection.check_constraints()  # PostgreSQL refuses TRUNCATE too while it has constraints still to check
    return world


def test_frozen_tables_are_these() -> None:
    assert frozen_tables() == [
        "strategy_commitmentversion",
        "reporting_draftsave",
        "reporting_plannedactivity",
        "reporting_edition",
        "reporting_editionentry",
        "reporting_editionactivity",
        "reporting_editionanswer",
        "reporting_event",
    ]


def test_triggers_after_all_migrations_two_for_each_table(db: None) -> None:
    assert triggers() == ALL
    assert len(ALL) == 2 * len(frozen_tables()) == 16


def test_freeze_twice_makes_no_trigger_twice(db: None) -> None:
    freeze(connection)
    freeze(connection)
    assert triggers() == ALL


def test_freeze_makes_only_what_is_missing(db: None) -> None:
    with connection.cursor() as cursor:
        on = " ON reporting_event" if POSTGRESQL else ""
        cursor.execute(f"DROP TRIGGER reporting_event_frozen_{'change' if POSTGRESQL else 'update'}{on}")
    assert len(triggers()) == 15
    freeze(connection)
    assert triggers() == ALL


class TestChangeRefused(TestCase):
    """Rows in every frozen table, and the triggers on."""

    @classmethod
    def setUpTestData(cls) -> None:
        filled_world()
        cls.before = rows()

    def test_update_of_any_column_refused(self) -> None:
        columns = [(model, field.column) for model in MODELS for field in model._meta.concrete_fields]
        said = {
            (model, column): refused(f'UPDATE "{model._meta.db_table}" SET "{column}" = "{column}"')
            for model, column in columns
        }
        assert said == {(model, column): sentence(model) for model, column in columns}
        assert rows() == self.before

    def test_delete_refused(self) -> None:
        said = {model: refused(f'DELETE FROM "{model._meta.db_table}"') for model in MODELS}
        assert said == {model: sentence(model) for model in MODELS}
        assert rows() == self.before

    def test_insert_that_would_replace_refused(self) -> None:
        said = {}
        for model in MODELS:
            table, key = model._meta.db_table, model._meta.pk.column
            said[model] = refused(
                f'INSERT INTO "{table}" SELECT * FROM "{table}" WHERE true '
                f'ON CONFLICT ("{key}") DO UPDATE SET "{key}" = excluded."{key}"'
            )
            if not POSTGRESQL:
                replace = f'INSERT OR REPLACE INTO "{table}" SELECT * FROM "{table}" ORDER BY "{key}" LIMIT 1'
                assert refused(replace) == sentence(model)
                assert refused(f'UPDATE OR REPLACE "{table}" SET "{key}" = "{key}"') == sentence(model)
        assert said == {model: sentence(model) for model in MODELS}
        assert rows() == self.before

    @pytest.mark.skipif(not POSTGRESQL, reason="only PostgreSQL has TRUNCATE")
    def test_truncate_refused(self) -> None:
        tables = ", ".join(f'"{table}"' for table in frozen_tables())
        for table in [*frozen_tables(), "strategy_strategy", "reporting_report", "reporting_user", tables]:
            said = refused(f"TRUNCATE {table} CASCADE")
            assert said.endswith("is frozen: rows are added, never changed"), table
        for table in frozen_tables():
            refused(f"TRUNCATE {table}")
        assert rows() == self.before

    @pytest.mark.skipif(not POSTGRESQL, reason="only PostgreSQL lets a session go without ordinary triggers")
    def test_session_that_lifts_ordinary_triggers_refused(self) -> None:
        lift = "SET LOCAL session_replication_role = replica; "
        for model in MODELS:
            assert refused(f'{lift}DELETE FROM "{model._meta.db_table}"') == sentence(model)
            assert refused(f'{lift}TRUNCATE "{model._meta.db_table}" CASCADE').endswith(
                "rows are added, never changed"
            )
        assert rows() == self.before

    def test_update_by_the_orm_refused(self) -> None:
        for model in MODELS:
            row = model._base_manager.first()
            with refusing(model), transaction.atomic():
                model._base_manager.filter(pk=row.pk).update(**{model._meta.concrete_fields[1].attname: 1})
            with refusing(model), transaction.atomic():
                row.save()
            with refusing(model), transaction.atomic():
                model._base_manager.bulk_update([row], [model._meta.concrete_fields[1].name])
        assert rows() == self.before

    def test_delete_by_the_orm_refused(self) -> None:
        for model in MODELS:
            with refusing(model), transaction.atomic():
                model._base_manager.all()._raw_delete(using="default")
            with pytest.raises((DatabaseError, models.ProtectedError)), transaction.atomic():
                model._base_manager.all().delete()
            with pytest.raises((DatabaseError, models.ProtectedError)), transaction.atomic():
                model._base_manager.first().delete()
        assert rows() == self.before

    def test_change_goes_through_where_the_triggers_are_lifted(self) -> None:
        """What is tested above is the triggers' doing and nobody else's."""
        lift_frozen()
        assert triggers() == []
        with connection.cursor() as cursor:
            cursor.execute("UPDATE reporting_editionentry SET progress = 'Changed.'")
        assert set(EditionEntry.objects.values_list("progress", flat=True)) == {"Changed."}


# A later migration that rebuilds every frozen table ----------------------------------------------------

LATER = """
from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [("{app}", "{last}")]
    operations = [{operations}]
"""
ALTERED = {  # a column of each frozen table, and what a later version might make of it
    "commitmentversion": ("digest", "CharField(max_length=128)"),
    "draftsave": ("digest", "CharField(max_length=128)"),
    "plannedactivity": ("number", "PositiveIntegerField()"),
    "edition": ("digest", "CharField(max_length=128)"),
    "editionentry": ("status", "CharField(max_length=40, blank=True)"),
    "editionactivity": ("statement", "PositiveBigIntegerField()"),
    "editionanswer": ("answer", "CharField(max_length=40)"),
    "event": ("digest", "CharField(max_length=128)"),
}
Targets = list[tuple[str, str]]


@pytest.fixture
def later_migrations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Targets]:
    """One more migration for each app, which alters every frozen table, in a copy of the app's folder."""
    modules, earlier, later = {}, [], []
    for app in ("strategy", "reporting"):
        source = Path(settings.BASE_DIR) / app / "migrations"
        folder = tmp_path / f"later_{app}"
        shutil.copytree(source, folder, ignore=shutil.ignore_patterns("__pycache__"))
        last = max(path.stem for path in source.glob("0*.py"))
        operations = [
            f"migrations.AlterField('{model._meta.model_name}', '{field}', models.{kind})"
            for model in MODELS
            if model._meta.app_label == app
            for field, kind in [ALTERED[model._meta.model_name]]
        ]
        (folder / "9999_later.py").write_text(LATER.format(app=app, last=last, operations=", ".join(operations)))
        modules[app] = folder.name
        earlier.append((app, last))
        later.append((app, "9999_later"))
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(settings, "MIGRATION_MODULES", modules)
    yield later
    MigrationExecutor(connection).migrate(earlier)
    freeze(connection)


@pytest.mark.django_db(transaction=True)
def test_rows_frozen_again_after_a_migration_that_rebuilds_their_tables(later_migrations: Targets) -> None:
    filled_world()
    before = rows()
    MigrationExecutor(connection).migrate(later_migrations)
    assert triggers() == (ALL if POSTGRESQL else [])  # SQLite drops them with the old table, without a word
    call_command("migrate", verbosity=0, interactive=False)
    assert triggers() == ALL
    assert_all_refused()
    assert rows() == before


@pytest.mark.django_db(transaction=True)
def test_rows_frozen_again_after_migrating_forth_and_back(later_migrations: Targets) -> None:
    filled_world()
    before = rows()
    call_command("migrate", verbosity=0, interactive=False)
    assert triggers() == ALL
    for app, name in reversed(later_migrations):
        assert (app, name) in MigrationExecutor(connection).loader.applied_migrations
        call_command("migrate", app, {"strategy": "0001", "reporting": "0003"}[app], verbosity=0, interactive=False)
        assert triggers() == ALL
    assert_all_refused()
    assert rows() == before


def assert_all_refused() -> None:
    for model in MODELS:
        table = model._meta.db_table
        column = ALTERED[model._meta.model_name][0]
        assert refused(f'UPDATE "{table}" SET "{column}" = "{column}"') == sentence(model)
        assert refused(f'DELETE FROM "{table}"') == sentence(model)
        if POSTGRESQL:
            assert refused(f'TRUNCATE "{table}" CASCADE').endswith("rows are added, never changed")
