"""Migrations make exactly what the models say, from nothing, on the engine that is tested."""

import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from reporting.models.frozen import frozen_tables

OURS = ("strategy", "reporting")
MODELS = [model for app in OURS for model in apps.get_app_config(app).get_models(include_auto_created=True)]


def test_no_migration_is_missing(db: None) -> None:
    said = StringIO()
    call_command("makemigrations", check=True, dry_run=True, stdout=said)
    assert said.getvalue() == "No changes detected\n"


def test_every_migration_is_applied_and_none_waits(db: None) -> None:
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
    ours = {key for key in executor.loader.disk_migrations if key[0] in OURS}
    assert ours <= set(executor.loader.applied_migrations)


def test_migrations_have_names_that_say_what_they_do() -> None:
    names = [name for app, name in MigrationLoader(None).disk_migrations if app in OURS]
    assert [name for name in names if not re.fullmatch(r"\d{4}_(?!auto)[a-z0-9_]+", name)] == []


def test_one_migration_ends_each_app() -> None:
    graph = MigrationLoader(None).graph
    assert [len(graph.leaf_nodes(app)) for app in OURS] == [1, 1]


def test_tables_hold_the_columns_of_the_models(db: None) -> None:
    with connection.cursor() as cursor:
        found = {
            model._meta.db_table: {
                column.name: column.null_ok
                for column in connection.introspection.get_table_description(cursor, model._meta.db_table)
            }
            for model in MODELS
        }
    assert found == {
        model._meta.db_table: {field.column: field.null for field in model._meta.concrete_fields}
        for model in MODELS
    }


def names_in(table: str) -> set[str]:
    """What is named in the making of the table: constraints, and indexes."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            return set(connection.introspection.get_constraints(cursor, table))
        cursor.execute("SELECT sql FROM sqlite_master WHERE tbl_name = %s AND sql IS NOT NULL", [table])
        return set(re.findall(r'(?:CONSTRAINT|INDEX) "(\w+)"', " ".join(sql for (sql,) in cursor.fetchall())))


def test_tables_hold_the_constraints_and_indexes_of_the_models(db: None) -> None:
    missing = {
        model._meta.db_table: {one.name for one in [*model._meta.constraints, *model._meta.indexes]}
        - names_in(model._meta.db_table)
        for model in MODELS
    }
    assert missing == {model._meta.db_table: set() for model in MODELS}


def test_migrate_makes_a_new_database_with_its_triggers(tmp_path: Path) -> None:
    """In a process of its own, as people do it."""
    if connection.vendor != "sqlite":
        pytest.skip("the test database was made in the same way")
    path = tmp_path / "new.sqlite3"
    command = [sys.executable, "-W", "error", "manage.py", "migrate", "--verbosity", "0"]
    environment = {"PATH": "/usr/bin:/bin", "DATABASE_URL": f"sqlite:///{path}"}
    done = subprocess.run(
        command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    with closing(sqlite3.connect(path)) as made:
        rows = made.execute("SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' ORDER BY name").fetchall()
    index = ["modelsearch_indexentry"]  # what is written there, its words are written of
    assert sorted(table for (table,) in rows) == sorted(2 * frozen_tables() + 3 * index)
