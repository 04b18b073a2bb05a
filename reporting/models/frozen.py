"""Rows that the database itself refuses to change: triggers, on both engines.

On SQLite a migration that rebuilds a table drops its triggers without a word. So they are made
after every migrate, by one function that can be called any number of times.
"""

from typing import Any

from django.apps import apps
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

FROZEN_MODELS = [
    "strategy.CommitmentVersion",
    "reporting.DraftSave",
    "reporting.PlannedActivity",
    "reporting.Edition",
    "reporting.EditionEntry",
    "reporting.EditionActivity",
    "reporting.EditionAnswer",
    "reporting.Event",
]
REFUSE = "reporting_refuse_change"


def frozen_tables() -> list[str]:
    return [apps.get_model(label)._meta.db_table for label in FROZEN_MODELS]


def freeze(connection: BaseDatabaseWrapper) -> None:
    """Make the triggers that are not there yet. Tables that don't exist yet are passed over."""
    make = _freeze_postgresql if connection.vendor == "postgresql" else _freeze_sqlite
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor))
        make(cursor, [table for table in frozen_tables() if table in present])


def _freeze_sqlite(cursor: Any, tables: list[str]) -> None:
    for table in tables:
        for change in ("UPDATE", "DELETE"):
            cursor.execute(
                f'CREATE TRIGGER IF NOT EXISTS "{table}_frozen_{change.lower()}" BEFORE {change} ON "{table}" '
                f"BEGIN SELECT RAISE(ABORT, '{table} is frozen: rows are added, never changed'); END"
            )


def _freeze_postgresql(cursor: Any, tables: list[str]) -> None:
    cursor.execute(
        f"CREATE OR REPLACE FUNCTION {REFUSE}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION '% is frozen: rows are added, never changed', TG_TABLE_NAME "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
    present = {name for (name,) in cursor.fetchall()}
    for table in tables:
        for kind, what in (("change", "UPDATE OR DELETE"), ("truncate", "TRUNCATE")):
            name = f"{table}_frozen_{kind}"
            if name not in present:
                each = "STATEMENT" if kind == "truncate" else "ROW"
                cursor.execute(
                    f'CREATE TRIGGER "{name}" BEFORE {what} ON "{table}" '
                    f"FOR EACH {each} EXECUTE FUNCTION {REFUSE}()"
                )
                # ENABLE ALWAYS: also where a session sets session_replication_role.
                cursor.execute(f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "{name}"')


def freeze_after_migrate(*, using: str, plan: Any = None, **kwargs: Any) -> None:
    freeze(connections[using])
