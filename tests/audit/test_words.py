"""Every verb that an event is recorded with has words in plain English, and stands in one group of the filter."""

import ast
from pathlib import Path

import pytest
from django.conf import settings

from reporting.domain import history, people

SOURCE = Path(settings.BASE_DIR) / "reporting"


def constants(node: ast.expr, names: dict[str, str]) -> set[str]:
    """The verbs that an argument can be."""
    if isinstance(node, ast.Constant):
        return {str(node.value)}
    if isinstance(node, ast.IfExp):
        return constants(node.body, names) | constants(node.orelse, names)
    if isinstance(node, ast.Name) and node.id in names:
        return {names[node.id]}
    if isinstance(node, ast.JoinedStr) and ast.unparse(node) == "f'person.second_factor_{what}'":
        return {f"person.second_factor_{what}" for what in people.SECOND_FACTOR}
    return set()


def recorded_verbs() -> tuple[set[str], list[str]]:
    """Of every call in reporting/ that records an event; and the calls of which it can't be told."""
    found, unclear = set(), []
    for path in SOURCE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {
            target.id: str(one.value.value)
            for one in tree.body
            if isinstance(one, ast.Assign) and isinstance(one.value, ast.Constant)
            for target in one.targets
            if isinstance(target, ast.Name)
        }
        for call in ast.walk(tree):
            if not isinstance(call, ast.Call):
                continue
            called = ast.unparse(call.func)
            place = {"events.record": 0, "_record": 1}.get(called)
            if place is None or len(call.args) <= place:
                continue
            verbs = constants(call.args[place], names)
            if not verbs and ast.unparse(call.args[place]) != "verb":  # handed on by _record itself
                unclear.append(f"{path.name}:{call.lineno}: {ast.unparse(call)[:80]}")
            found |= {verb for verb in verbs if "." in verb}
    return found, unclear


@pytest.mark.once
def test_every_verb_that_is_recorded_has_words() -> None:
    found, unclear = recorded_verbs()
    assert unclear == []
    assert len(found) > 50
    assert found - set(history.WORDS) == set()
    assert set(history.WORDS) - found == set(), "words for what is never recorded"


@pytest.mark.once
def test_every_verb_is_in_one_group() -> None:
    kinds = [kind for _, kinds in history.GROUPS.values() for kind in kinds]
    assert sorted(kinds) == sorted({verb.partition(".")[0] for verb in history.WORDS})
