"""The import commands as people type them, and what they left in the database."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

STRATEGY = [
    *("--code", "GDS", "--title", "Government Digital Strategy", "--theme", "principle", "--short", "short_name"),
    *("--wording", "2012-11=title_2012", "--wording", "2015-01=title_2015"),
]


def run(*arguments: str | Path) -> str:
    out = StringIO()
    call_command(*map(str, arguments), stdout=out)
    return out.getvalue()


def run_json(*arguments: str | Path) -> dict[str, Any]:
    return json.loads(run(*arguments, "--json"))  # type: ignore[no-any-return]


def refusal(*arguments: str | Path) -> str:
    """The sentences with which the command refuses; fails where it does not."""
    with pytest.raises(CommandError) as caught:
        run(*arguments)
    assert caught.value.returncode == 1
    return str(caught.value)


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of ours: to show that nothing changed, or that two ways give the same."""
    return {
        model._meta.label: sorted(model._default_manager.values_list(), key=str)
        for name in ("strategy", "reporting")
        for model in apps.get_app_config(name).get_models()
    }


def prepare(data: Path) -> None:
    """The departments and the strategy of the published material."""
    run("import_departments", data / "departments-2012.csv")
    run("import_strategy", data / "actions.csv", *STRATEGY)
