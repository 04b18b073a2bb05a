"""Plain text: one line is one paragraph. There are no headings here; the recogniser finds them by their words."""

import re
from collections.abc import Iterator

from reporting.domain import text
from reporting.domain.text import MAX_LIST_DEPTH
from reporting.exchange.blocks import Block
from reporting.exchange.readers import inline
from reporting.exchange.readers.inline import Run
from reporting.exchange.readers.limits import Budget

_BULLET = re.compile(r"([ \t]*)[-*•–][ \t\u00a0]+(?=\S)")
_NUMBER = re.compile(r"([ \t]*)(\d{1,3})([.)])[ \t\u00a0]+(?=\S)")
_LINK = re.compile(r"\[([^\[\]\n]+)\]\(((?:https?://|mailto:)(?:[^\s()<>]|\([^\s()<>]*\))+)\)", re.IGNORECASE)


def plain_blocks(source: str, *, links: bool = False, budget: Budget | None = None) -> tuple[Block, ...]:
    """`links`: Markdown links stay links. All else is words, whatever it looks like."""
    lines = [(number, line) for number, line in enumerate(text.clean(source)[0].split("\n"), 1) if line.strip()]
    numbered = _numbered_runs([line for _, line in lines])
    blocks, indents = list[Block](), list[int]()
    for index, (line_number, line) in enumerate(lines):
        if budget:
            budget.spend(line_number, len(line))
        bullet = _BULLET.match(line)
        kind, depth, number = "paragraph", 0, 0
        if bullet:
            kind, depth = "bullet", _depth(len(bullet[1].expandtabs(4)), indents)
            line = line[bullet.end() :]
        else:
            indents.clear()
            if index in numbered:
                kind, number = "number", numbered[index]
                line = _NUMBER.sub("", line, count=1)
        markdown, words = _linked(line) if links else (text.escape(line), line.strip())
        blocks.append(Block(line_number, 0, kind, markdown, words, depth=depth, number=number))
    return tuple(blocks)


def _depth(indent: int, indents: list[int]) -> int:
    """How deep a bullet is among the bullets above it, by its indentation."""
    while indents and indents[-1] > indent:
        indents.pop()
    if not indents or indents[-1] < indent:
        indents.append(indent)
    return min(len(indents), MAX_LIST_DEPTH) - 1


def _numbered_runs(lines: list[str]) -> dict[int, int]:
    """Lines that count 1, 2, 3 …: where each stands and its number. A lone "1986. A year" counts nothing."""
    found: dict[int, int] = {}
    run = list[int]()
    marks: tuple[str, str] | None = None
    for index, line in enumerate([*lines, ""]):
        match = _NUMBER.match(line)
        if match and run and int(match[2]) == len(run) + 1 and (match[1], match[3]) == marks:
            run.append(index)
            continue
        if len(run) > 1:
            found |= {place: number for number, place in enumerate(run, 1)}
        run = [index] if match and int(match[2]) == 1 else []
        marks = (match[1], match[3]) if match else None
    return found


def _linked(line: str) -> tuple[str, str]:
    return inline.markdown(_split_links(line))


def _split_links(line: str) -> Iterator[Run]:
    place = 0
    for match in _LINK.finditer(line):
        yield Run(line[place : match.start()])
        yield Run(match[1], href=inline.link(match[2]))
        place = match.end()
    yield Run(line[place:])
