"""Numbers in the query string of an address: one that could not be meant is the same as none."""

from django.http import QueryDict


def numbers(asked: QueryDict, name: str) -> list[int]:
    return [int(words) for words in asked.getlist(name) if words.isascii() and words.isdecimal() and len(words) < 6]


def number(asked: QueryDict, name: str) -> int:
    """The last one; 0 where there is none."""
    return next(reversed(numbers(asked, name)), 0)
