"""Development needs no variable; production names the one that it lacks; names come from the environment."""

import os
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

pytestmark = pytest.mark.once  # no database

BASE_DIR = Path(settings.BASE_DIR)
ALL_SET = {
    "STOCKTAKE_ENV": "production",
    "SECRET_KEY": "k" * 60,
    "ALLOWED_HOSTS": "stocktake.example, www.stocktake.example",
    "DATABASE_URL": "postgres://somebody:secret@db.example:5433/stocktake",
    "SITE_ADDRESS": "https://stocktake.example",
    "EMAIL_URL": "smtp://somebody:s%40cret@mail.example",
    "MAIL_FROM": "no-reply@stocktake.example",
    "CHECKPOINT_DIR": "/srv/checkpoints",
    "CHECKPOINT_KEY": "/srv/keys/checkpoint.pem",
}


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the tests themselves run with."""
    kept = {"PATH", "HOME", "LANG", "VIRTUAL_ENV"}
    for name in set(os.environ) - kept:
        if not name.startswith(("PYTEST", "COV", "LC_")):
            monkeypatch.delenv(name)


def read(monkeypatch: pytest.MonkeyPatch, **variables: str) -> dict[str, Any]:
    """The settings as these variables make them."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return runpy.run_path(str(BASE_DIR / "config" / "settings.py"))


def test_development_needs_no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    found = read(monkeypatch)
    database = found["DATABASES"]["default"]
    assert database["ENGINE"] == "django.db.backends.sqlite3"
    assert database["NAME"] == str(BASE_DIR / "var" / "db.sqlite3")
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert (found["PRODUCTION"], found["DEBUG"], found["SECURE_SSL_REDIRECT"]) == (False, False, False)
    assert found["ALLOWED_HOSTS"] == ["127.0.0.1", "localhost", "[::1]"]
    assert found["STORAGES"]["staticfiles"]["BACKEND"].endswith("StaticFilesStorage")
    assert found["SERVICE_NAME"] == "Stocktake"


def test_development_key_is_new_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(monkeypatch)["SECRET_KEY"] != read(monkeypatch)["SECRET_KEY"]


def test_data_folder_is_chosen_and_made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = read(monkeypatch, DATA_DIR=str(tmp_path / "data"))
    assert found["DATABASES"]["default"]["NAME"] == str(tmp_path / "data" / "db.sqlite3")
    assert (tmp_path / "data").is_dir()


@pytest.mark.parametrize("value", [None, "", "  "])
@pytest.mark.parametrize(
    "missing",
    [
        "SECRET_KEY",
        "ALLOWED_HOSTS",
        "DATABASE_URL",
        "SITE_ADDRESS",
        "EMAIL_URL",
        "MAIL_FROM",
        "CHECKPOINT_DIR",
        "CHECKPOINT_KEY",
    ],
)
def test_production_names_the_variable_it_lacks(
    monkeypatch: pytest.MonkeyPatch, missing: str, value: str | None
) -> None:
    variables = {name: given for name, given in ALL_SET.items() if name != missing}
    if value is not None:
        variables[missing] = value
    with pytest.raises(ImproperlyConfigured) as refused:
        read(monkeypatch, **variables)
    assert str(refused.value) == f"Set {missing}: production does not start without it. See .env.example."


def test_production_with_its_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    found = read(monkeypatch, **ALL_SET)
    database = found["DATABASES"]["default"]
    assert (database["ENGINE"], database["HOST"], database["PORT"], database["NAME"]) == (
        "django.db.backends.postgresql",
        "db.example",
        5433,
        "stocktake",
    )
    assert found["ALLOWED_HOSTS"] == ["stocktake.example", "www.stocktake.example"]
    assert found["SECRET_KEY"] == "k" * 60
    secure = [
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "SECURE_SSL_REDIRECT",
        "SECURE_HSTS_INCLUDE_SUBDOMAINS",
    ]
    assert [found[name] for name in secure] == [True, True, True, True]
    assert found["SECURE_HSTS_SECONDS"] == 31_536_000
    assert "SECURE_PROXY_SSL_HEADER" not in found


def test_production_never_shows_tracebacks(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(monkeypatch, DEBUG="yes")["DEBUG"] is True
    assert read(monkeypatch, **ALL_SET, DEBUG="yes")["DEBUG"] is False


def test_headers_of_a_proxy_are_trusted_only_when_said(monkeypatch: pytest.MonkeyPatch) -> None:
    found = read(monkeypatch, **ALL_SET, TRUST_PROXY_HEADERS="yes")
    assert found["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")


@pytest.mark.parametrize(
    "name, value, sentence",
    [
        ("STOCKTAKE_ENV", "staging", "STOCKTAKE_ENV is “staging”: write development or production."),
        ("DEBUG", "maybe", "DEBUG is “maybe”: write yes or no."),
        ("TRUST_PROXY_HEADERS", "x-forwarded", "TRUST_PROXY_HEADERS is “x-forwarded”: write yes or no."),
        ("HSTS_SECONDS", "1 year", "HSTS_SECONDS is “1 year”: write a whole number."),
        ("REMINDER_DAYS", "a week", "REMINDER_DAYS is “a week”: write whole numbers, such as 14 7 2 0 -1."),
        (
            "SITE_ADDRESS",
            "reports.example.org",
            "SITE_ADDRESS is “reports.example.org”: write it like https://reports.example.org.",
        ),
        (
            "SEARCH_URL",
            "search.example.org",
            "SEARCH_URL: write https:// and the host of an OpenSearch, or leave it out.",
        ),
        ("MAIL_FROM", "nobody", "MAIL_FROM is “nobody”: write an address, such as no-reply@example.org."),
    ],
)
def test_variable_that_is_wrong_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        read(monkeypatch, **{**ALL_SET, name: value})
    assert str(refused.value) == sentence


def test_mail_is_printed_while_developing(monkeypatch: pytest.MonkeyPatch) -> None:
    found = read(monkeypatch)
    assert found["EMAIL_BACKEND"] == "config.console_mail.EmailBackend"
    assert found["DEFAULT_FROM_EMAIL"] == "Stocktake <no-reply@stocktake.invalid>"
    assert found["REMINDER_DAYS"] == [14, 7, 2, 0, -1]


SMTP = ["EMAIL_HOST", "EMAIL_PORT", "EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD", "EMAIL_USE_TLS", "EMAIL_USE_SSL"]


@pytest.mark.parametrize(
    "url, expected",
    [
        ("smtp://me:s%40cret@mail.example", ["mail.example", 587, "me", "s@cret", True, False]),
        ("smtp://me:x@mail.example:2525/?tls=starttls", ["mail.example", 2525, "me", "x", True, False]),
        ("smtp://me:x@mail.example?tls=implicit", ["mail.example", 465, "me", "x", False, True]),
        ("smtp://127.0.0.1:1025/?tls=none", ["127.0.0.1", 1025, "", "", False, False]),
    ],
)
def test_mail_server_is_one_address(monkeypatch: pytest.MonkeyPatch, url: str, expected: list[Any]) -> None:
    found = read(monkeypatch, **{**ALL_SET, "EMAIL_URL": url})
    assert [found[name] for name in SMTP] == expected
    assert found["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend"


@pytest.mark.parametrize(
    "url, why",
    [
        ("mail.example:587", "it doesn't begin with smtp:// and a host"),
        ("https://me:hunter2@mail.example", "it doesn't begin with smtp:// and a host"),
        ("smtp://me:hunter2@mail.example:many", "its host or its port can't be read"),
        (
            "smtp://me:hunter2@mail.example?tls=yes",
            "after the question mark stands tls=starttls, tls=implicit or tls=none, and nothing else",
        ),
        (
            "smtp://me:hunter2@mail.example?timeout=5",
            "after the question mark stands tls=starttls, tls=implicit or tls=none, and nothing else",
        ),
        (
            "smtp://me:hunter2@mail.example?tls=none",
            "with tls=none its password would be sent for everybody to read",
        ),
    ],
)
def test_address_of_a_mail_server_that_is_wrong_is_explained_without_its_password(
    monkeypatch: pytest.MonkeyPatch, url: str, why: str
) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        read(monkeypatch, **{**ALL_SET, "EMAIL_URL": url})
    assert str(refused.value).startswith(f"EMAIL_URL is wrong: {why}. Write it like smtp://user:password@")
    assert "hunter2" not in str(refused.value)


def test_names_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    found = read(
        monkeypatch, SERVICE_NAME="Ledger", SERVICE_TAGLINE="who did what", FEEDBACK_ADDRESS="us@ledger.example"
    )
    assert (found["SERVICE_NAME"], found["SERVICE_TAGLINE"]) == ("Ledger", "who did what")
    assert (found["FEEDBACK_ADDRESS"], found["SECURITY_ADDRESS"]) == ("us@ledger.example", "us@ledger.example")


def finished(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A process that is given these variables and no other."""
    environment = {"PATH": os.environ["PATH"], **variables}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=BASE_DIR, env=environment, capture_output=True, text=True, check=False)


PAGE = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django
django.setup()
from django.test import Client
print(Client(SERVER_NAME="localhost").get("/accessibility/").content.decode())
"""


def test_name_of_the_service_on_pages_is_the_one_that_is_set(tmp_path: Path) -> None:
    done = finished(
        "-c", PAGE, SERVICE_NAME="Ledger & Sons", SERVICE_TAGLINE="who did what", DATA_DIR=str(tmp_path)
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "<title>Accessibility statement - Ledger &amp; Sons</title>" in done.stdout
    assert "Ledger &amp; Sons: who did what." in done.stdout
    assert "We want everybody to be able to use Ledger &amp; Sons." in done.stdout
    assert "Stocktake" not in done.stdout


def test_command_in_production_without_a_key_says_so_and_fails() -> None:
    variables = {name: value for name, value in ALL_SET.items() if name != "SECRET_KEY"}
    done = finished("manage.py", "migrate", **variables)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].endswith(
        "Set SECRET_KEY: production does not start without it. See .env.example."
    )


def test_name_of_the_service_stands_in_one_place_in_the_code() -> None:
    """Everything else asks the setting: templates, pages, commands."""
    files = [
        path
        for folder in ("config", "strategy", "reporting", "templates")
        for path in (BASE_DIR / folder).rglob("*")
        if path.suffix in {".py", ".html"} and "Stocktake" in path.read_text()
    ]
    assert [str(path.relative_to(BASE_DIR)) for path in files] == ["config/settings.py"]
