"""Words with their bold, italic and links, written as the Markdown of answers.

Words always win: where Markdown cannot express an emphasis exactly there, the emphasis goes.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from urllib.parse import quote

from reporting.domain import text
from reporting.exchange.blocks import Block

IN_PAGE = "#"  # the `href` of a link to a place in the same page: its words stay, the link goes


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one format. A line feed among them is a hard line break."""

    words: str
    strong: bool = False
    em: bool = False
    href: str = ""

    @property
    def format(self) -> tuple[bool, bool, str]:
        return self.strong, self.em, self.href


def link(href: str | None) -> str:
    """The address if answers may link to it, IN_PAGE, or nothing."""
    address = re.sub(r"[\t\r\n]", "", href or "").strip()
    if address.startswith("#"):
        return IN_PAGE
    return address if text.ALLOWED_LINK.match(address) and len(address) <= 2_000 else ""


def folded(runs: Iterable[Run]) -> list[Run]:
    """White space as a browser shows it: one space for several, none at the ends of a line."""
    kept, before = list[Run](), "\n"
    for run in runs:
        words = re.sub(r"[ \t\r\f]*\n[ \t\r\f]*", "\n", re.sub(r"[ \t\r\f]+", " ", run.words))
        if before in " \n":
            words = words.removeprefix(" ")
        if words.startswith("\n") and before == " ":
            _drop_last_space(kept)
        if words:
            kept.append(replace(run, words=words))
            before = words[-1]
    if before == " ":
        _drop_last_space(kept)
    return [run for run in kept if run.words]


def _drop_last_space(runs: list[Run]) -> None:
    while runs:
        shorter = runs[-1].words.removesuffix(" ")
        if shorter:
            runs[-1] = replace(runs[-1], words=shorter)
            return
        runs.pop()


def paragraphs(runs: Iterable[Run]) -> list[list[Run]]:
    """Two line breaks in a row part paragraphs: many pages are written so."""
    parts: list[list[Run]] = [[]]
    breaks = 0
    for run in folded(runs):
        for piece in re.split(r"(\n)", run.words):
            if piece == "\n":
                breaks += 1
            elif piece:
                if breaks > 1:
                    parts.append([])
                elif breaks and parts[-1]:
                    parts[-1].append(Run("\n"))
                parts[-1].append(replace(run, words=piece))
                breaks = 0
    return [part for part in parts if any(run.words.strip() for run in part)]


def markdown(runs: Iterable[Run]) -> tuple[str, str]:
    """The Markdown of one paragraph, and the words that it shows."""
    tidied = _expressible(_tidied(runs))
    words = "".join(run.words for run in tidied).replace("\n", " ").strip()
    if len(tidied) < 2 and not any(run.format != Run("").format or "\n" in run.words for run in tidied):
        return text.escape(words), words  # plain words, as most are
    bare = [replace(run, strong=False, em=False) for run in tidied]
    for attempt, thorough in ((tidied, False), (tidied, True), (bare, False), (bare, True)):
        source = _write(attempt, thorough=thorough)
        if text.shows(source, words):
            return source, words
    return text.escape(words), words


def block(runs: Sequence[Run], line: int, *, kind: str, level: int = 0, depth: int = 0, number: int = 0) -> Block:
    source, words = markdown(runs)
    strong = all(run.strong for run in runs if run.words.strip())
    return Block(line, level, kind, source, words, depth=depth, number=number, strong=strong)


def _tidied(runs: Iterable[Run]) -> list[Run]:
    """Links that may stay, no white space at the edges of a format, neighbours of one format joined."""
    linked = (replace(run, href="") if run.href == IN_PAGE else run for run in runs)
    pieces = list[Run]()
    for key, group in groupby(linked, key=lambda run: run.format):
        words = "".join(run.words for run in group)
        inner = words.strip()
        if not inner or not any(key):
            pieces.append(Run(words) if not inner else Run(words, *key))
            continue
        start = words.index(inner)
        pieces += [Run(words[:start]), Run(inner, *key), Run(words[start + len(inner) :])]
    joined = list[Run]()
    for key, group in groupby((piece for piece in pieces if piece.words), key=lambda run: run.format):
        joined.append(Run("".join(run.words for run in group), *key))
    if joined:
        joined[0] = replace(joined[0], words=joined[0].words.lstrip())
        joined[-1] = replace(joined[-1], words=joined[-1].words.rstrip())
    return [run for run in joined if run.words]


def _is_open(character: str) -> bool:
    """The edge of a line, white space or punctuation: what Markdown lets stand beside a delimiter."""
    return not character or character.isspace() or unicodedata.category(character)[0] in "PS"


def _expressible(runs: Sequence[Run]) -> list[Run]:
    """Without the emphasis that begins or ends in punctuation against a letter: `**(a)**b` is none."""
    kept = list[Run]()
    for index, run in enumerate(runs):
        before = runs[index - 1].words[-1] if index and not any(runs[index - 1].format) else ""
        last = index + 1 == len(runs)
        after = runs[index + 1].words[0] if not last and not any(runs[index + 1].format) else ""
        opens = run.href or not _is_open(run.words[0]) or _is_open(before)
        closes = run.href or not _is_open(run.words[-1]) or _is_open(after)
        kept.append(run if opens and closes else replace(run, strong=False, em=False))
    return kept


def _write(runs: Sequence[Run], *, thorough: bool) -> str:
    written = list[str]()
    for href, group in groupby(runs, key=lambda run: run.href):
        if href:
            if written and written[-1].endswith("!"):
                written[-1] = written[-1][:-1] + "\\!"  # other Markdowns would see a picture
            label = "".join(_emphasised(group, thorough=thorough, label=True))
            written.append(f"[{label}]({_destination(href)})")
        else:
            written += _emphasised(group, thorough=thorough, label=False)
    lines = "".join(written).split("\n")
    return "\\\n".join(line if thorough else text.escape_start(line) for line in lines)


def _emphasised(runs: Iterable[Run], *, thorough: bool, label: bool) -> Iterator[str]:
    for strong, group in groupby(runs, key=lambda run: run.strong):
        inner = list[str]()
        for run in group:
            words = text.escape_inline(run.words, thorough=thorough)
            if label and not thorough:
                words = re.sub(r"[\[\]]", r"\\\g<0>", words)
            inner.append(f"*{words}*" if run.em else words)
        yield f"**{''.join(inner)}**" if strong else "".join(inner)


def _destination(href: str) -> str:
    """Markdown undoes backslashes and HTML's entities in an address, and ends it at a space or a bracket."""
    address = re.sub(r"[\s\x00-\x20\x7f]", lambda found: quote(found[0]), href)
    return re.sub(r"[\\()<>]|&(?=#?\w+;)", r"\\\g<0>", address)
