"""Markdown files: CommonMark, as people and pandoc write it. Headings are marked, so they are sure."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import normalizeReference
from markdown_it.rules_block import StateBlock, reference, table
from markdown_it.token import Token

from reporting.domain.text import clean
from reporting.exchange.blocks import Block
from reporting.exchange.readers import inline
from reporting.exchange.readers.inline import Run
from reporting.exchange.readers.limits import BLOCKS, MARKDOWN_DEPTH, MARKDOWN_TOKENS, Budget

_FRONT_MATTER = re.compile(r"\ufeff?---[ \t]*\n[ \t]*[\w-]+[ \t]*:")
_FOOTNOTE = re.compile(r"^ {0,3}\[\^[^\]\s]+\]:", re.MULTILINE)
_HEADING_ATTRIBUTES = re.compile(r"\s*\{(?:\s*(?:[#.][\w:.-]+|[\w-]+=(?:\"[^\"]*\"|[\w-]+)|-))+\s*\}\s*$")
_COMMENTS = re.compile(r"\s*(?:<!--.*?-->\s*)+", re.DOTALL)
_LINE_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
RAW_HTML = "raw HTML cannot be kept; write it as Markdown, or put a backslash before each <."


class _TooMany(Exception):
    pass


def _counted_table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """The first rule tried for every block, so the place to stop before memory runs out."""
    if len(state.tokens) > MARKDOWN_TOKENS:
        raise _TooMany(start + 1)
    return table(state, start, end, silent)


def _kept_reference(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """`[label]: address` shows nothing, so it's a definition only where it surely is one; else it's words."""
    line, known = state.line, len(state.env.get("references", ()))
    if not reference(state, start, end, silent):
        return False
    references: dict[str, dict[str, Any]] = state.env["references"]
    label = next(reversed(references)) if len(references) > known else ""
    if label and (not inline.link(references[label]["href"]) or state.env["mentions"][label] < 2):
        del references[label]
        state.line = line
        return False
    return True


def _mentions(source: str) -> Counter[str]:
    """How often each `[label]` stands in the file: a definition that is used is there twice."""
    return Counter(normalizeReference(label) for label in re.findall(r"\[([^\[\]]{1,999})\]", source))


def _make_parser(depth: int) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": depth}).enable("table")
    parser.block.ruler.at("table", _counted_table, {"alt": ["paragraph", "reference"]})
    parser.block.ruler.at("reference", _kept_reference)
    return parser


_BLOCKS = _make_parser(MARKDOWN_DEPTH).disable(["inline", "text_join"])
_INLINE = _make_parser(20)  # one block at a time: the tokens of a whole file would not fit in memory


def read(source: str, budget: Budget) -> tuple[Block, ...]:
    source, _ = clean(source)
    _check(source, budget)
    env: dict[str, Any] = {"mentions": _mentions(source)}
    try:
        tokens = _BLOCKS.parse(source, env)
    except _TooMany as error:
        raise budget.fault("the lists from here on are too many or too deep.", error.args[0]) from None
    return tuple(_Reader(env, budget).read(tokens))


def _check(source: str, budget: Budget) -> None:
    if (lines := source.count("\n")) > 4 * BLOCKS:
        raise budget.fault(f"the file has {lines:,} lines; split it (the most is {4 * BLOCKS:,}).")
    for number, line in enumerate(source.split("\n"), 1):
        budget.check_length(number, len(line))
    if _FRONT_MATTER.match(source):
        raise budget.fault("front matter between --- lines cannot be kept; write the title as a heading.", 1)
    if found := _FOOTNOTE.search(source):
        line_number = source.count("\n", 0, found.start()) + 1
        raise budget.fault("a footnote cannot be kept; move it into the text.", line_number)


@dataclass(slots=True)
class _List:
    ordered: bool
    number: int


class _Reader:
    """One pass over the blocks' tokens."""

    def __init__(self, env: dict[str, Any], budget: Budget) -> None:
        self.env, self.budget = env, budget
        self.lists = list[_List]()
        self.marker = False  # a list item was opened and has had no words yet
        self.line, self.level = 1, 0

    def read(self, tokens: Sequence[Token]) -> Iterator[Block]:
        for token in tokens:
            if token.map:
                self.line = token.map[0] + 1
            if token.level >= MARKDOWN_DEPTH - 1:
                raise self.budget.fault("lists or quotations are nested too deep.", self.line)
            self.budget.check_length(self.line, len(token.content))
            if token.type == "inline":
                yield from self._blocks(self._runs(token.content))
            elif token.type in ("fence", "code_block"):
                yield from self._blocks([Run(token.content)])
            else:
                self._structure(token)

    def _structure(self, token: Token) -> None:
        if token.type == "table_open":
            raise self.budget.fault("a table cannot be kept; write it as paragraphs or a list.", self.line)
        if token.type == "html_block" and not _COMMENTS.fullmatch(token.content):
            raise self.budget.fault(RAW_HTML, self.line)
        if token.type == "heading_open":
            self.level = int(token.tag[1])
        elif token.type == "heading_close":
            self.level = 0
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            start = token.attrGet("start")
            self.lists.append(_List(token.type == "ordered_list_open", (1 if start is None else int(start)) - 1))
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            self.lists.pop()
        elif token.type == "list_item_open":
            self.marker = True
            self.lists[-1].number += 1
        elif token.type == "list_item_close":
            self.marker = False

    def _blocks(self, runs: list[Run]) -> Iterator[Block]:
        parts = inline.paragraphs(runs)
        if self.level and parts:
            parts = [[run if run.words != "\n" else Run(" ") for part in parts for run in (*part, Run(" "))]]
        for part in parts:
            self.budget.spend(self.line, sum(len(run.words) for run in part))
            yield self._block(part)

    def _block(self, runs: list[Run]) -> Block:
        kind, depth, number = "paragraph", len(self.lists), 0
        if self.level:
            kind, depth = "heading", 0
        elif self.marker:
            kind, depth = ("number" if self.lists[-1].ordered else "bullet"), depth - 1
            number = self.lists[-1].number if self.lists[-1].ordered else 0
            self.marker = False
        return inline.block(runs, self.line, kind=kind, level=self.level, depth=depth, number=number)

    def _runs(self, content: str) -> list[Run]:
        if self.level:
            content = _HEADING_ATTRIBUTES.sub("", content)
        runs, strong, em, href, line = list[Run](), 0, 0, "", self.line
        for token in _INLINE.parseInline(content, self.env)[0].children or []:
            if token.type in ("strong_open", "strong_close"):
                strong += token.nesting
            elif token.type in ("em_open", "em_close"):
                em += token.nesting
            elif token.type == "link_open":
                href = inline.link(str(token.attrGet("href") or ""))
            elif token.type == "link_close":
                href = ""
            else:
                line += token.type.endswith("break")
                runs.append(Run(self._words(token, line), strong > 0, em > 0, href))
        return runs

    def _words(self, token: Token, line: int) -> str:
        if token.type == "softbreak":
            return " "
        if token.type == "hardbreak" or _LINE_BREAK.fullmatch(token.content):
            return "\n"
        if token.type == "html_inline" and not _COMMENTS.fullmatch(token.content):
            raise self.budget.fault(RAW_HTML, line)
        return token.content if token.type in ("text", "code_inline", "text_special") else ""
