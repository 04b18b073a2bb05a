"""Read the environment: one variable at a time, and name the one that is missing or wrong."""

import os

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str | None = None) -> str:
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        raise ImproperlyConfigured(f"Set {name}: production does not start without it. See .env.example.")
    return default


def flag(name: str, default: bool = False) -> bool:
    value = text(name, "yes" if default else "no").lower()
    if value not in {"yes", "no", "true", "false", "1", "0"}:
        raise ImproperlyConfigured(f"{name} is “{value}”: write yes or no.")
    return value in {"yes", "true", "1"}


def choice(name: str, among: list[str]) -> str:
    """The first is the default."""
    value = text(name, among[0])
    if value not in among:
        raise ImproperlyConfigured(f"{name} is “{value}”: write {' or '.join(among)}.")
    return value


def number(name: str, default: int) -> int:
    value = text(name, str(default))
    if not value.isdigit():
        raise ImproperlyConfigured(f"{name} is “{value}”: write a whole number.")
    return int(value)


def words(name: str, default: str | None = None) -> list[str]:
    return [word for word in text(name, default).replace(",", " ").split() if word]


def days(name: str, default: str) -> list[int]:
    """Whole numbers; a day after is negative."""
    found = words(name, default)
    if not all(word.removeprefix("-").isdecimal() for word in found):
        raise ImproperlyConfigured(f"{name} is “{' '.join(found)}”: write whole numbers, such as {default}.")
    return [int(word) for word in found]
