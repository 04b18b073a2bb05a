"""The command: when it fills a database, and when it leaves it alone."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from reporting.domain import demonstration, departments
from reporting.models import Event, User
from strategy.models import Strategy


def call(*arguments: str) -> tuple[str, str]:
    said, errors = StringIO(), StringIO()
    call_command("seed_demo", *arguments, stdout=said, stderr=errors)
    return said.getvalue(), errors.getvalue()


@pytest.fixture
def real_data(importer: User) -> None:
    departments.add_department(actor=importer, code="FOG", slug="fog", name="Ministry of Fog")


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_fills_an_empty_database_once(db: None) -> None:
    terminal, said = Terminal(), StringIO()
    call_command("seed_demo", "--if-empty", stdout=said, stderr=terminal)
    assert said.getvalue() == ""
    for what in ("Government Digital Strategy", "Tarrowmere"):
        assert what in terminal.getvalue()
    assert terminal.getvalue().endswith("\r\x1b[K")  # the line is left empty
    assert demonstration.is_demonstration()
    assert sorted(Strategy.objects.values_list("code", flat=True)) == ["CPP", "GDS"]
    events = Event.objects.count()
    assert call("--if-empty") == ("", "")
    assert Event.objects.count() == events


def test_refused_beside_real_data(real_data: None) -> None:
    with pytest.raises(CommandError, match="real data"):
        call()
    assert not Strategy.objects.exists()
    assert not demonstration.is_demonstration()


def test_if_empty_leaves_real_data_alone(real_data: None) -> None:
    assert call("--if-empty") == ("", "")
    assert not demonstration.is_demonstration()
