"""Marks passages in the HTML of a text, whatever its markup: links and emphasis stay as they are."""

import re
from collections.abc import Iterator, Sequence
from html import unescape

from markupsafe import Markup

# An attribute may hold the sign that ends a tag.
TAG = re.compile(r'(<(?:[^<>"]|"[^"]*")*>)')
WORD = re.compile(r"\S+")
AROUND = "\"'“”‘’.,;:!?()[]–—-"  # signs that don't make a word another one


def _parts(html: str) -> Iterator[tuple[str, bool]]:
    """Pieces of the HTML, and whether they are tags."""
    for index, part in enumerate(TAG.split(html)):
        if part:
            yield part, index % 2 == 1


def words(html: str) -> list[str]:
    """As they are compared, in reading order."""
    return [
        unescape(word).casefold().strip(AROUND)
        for part, is_tag in _parts(html)
        if not is_tag
        for word in WORD.findall(part)
    ]


def marked(html: str, flags: Sequence[bool]) -> Markup:
    """With the words marked whose flag is set, one mark around those that follow each other."""
    found, chosen = [], iter(flags)
    for part, is_tag in _parts(html):
        at = 0
        for start, end in [] if is_tag else _runs(part, chosen):
            found += [part[at:start], f'<mark class="st-same">{part[start:end]}</mark>']
            at = end
        found.append(part[at:])
    return Markup("".join(found))  # noqa: S704 - made of safe HTML


def _runs(part: str, flags: Iterator[bool]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    follows = False
    for word in WORD.finditer(part):
        flag = next(flags)
        if flag:
            start = found.pop()[0] if follows else word.start()
            found.append((start, word.end()))
        follows = flag
    return found
