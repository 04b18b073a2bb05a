"""The text of answers: a small Markdown in, safe HTML out.

Paragraphs, bulleted and numbered lists, links, bold, italic and hard line breaks. All other markup
stays as the characters that were typed. What is stored is the source; everything here is a pure
function of it, so results can be kept by digest and RENDERER_VERSION.
"""

import hashlib
import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape as html_escape

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, list_block
from markdown_it.token import Token

RENDERER_VERSION = 1
MAX_LIST_DEPTH = 6  # lists within lists; a deeper marker stays as it was typed
# Characters. A longer text is shown as plain paragraphs: at worst a character costs 30 µs and 500 bytes.
LONGEST_MARKDOWN = 50_000
LONGEST_CACHED = 20_000  # characters; the cache must not hold what a hostile writer sends

ALLOWED_LINK = re.compile(r"(?:https?://[^\s/]|mailto:[^\s])", re.IGNORECASE)

_PUNCTUATION = r"!-/:-@\[-`{-~"  # ASCII; what a backslash can escape
_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f]")
_SPACING_CONTROL = re.compile(r"[\x0b\x0c]")  # line and page breaks of word processors: they part words


def clean(text: str) -> tuple[str, list[str]]:
    """The text as it can be stored, and sentences that say what was changed (line endings go without saying)."""
    text, said = text.replace("\r\n", "\n").replace("\r", "\n"), []
    if nuls := text.count("\0"):
        text = text.replace("\0", "")
        said.append(f"{_times(nuls, 'NUL character')} removed.")
    if controls := len(_CONTROL.findall(text)):
        text = _CONTROL.sub("", _SPACING_CONTROL.sub(" ", text))
        said.append(f"{_times(controls, 'control character')} removed.")
    if _SURROGATE.search(text):
        before = text.count("\ufffd")
        # By way of UTF-16, where a pair of surrogates is one character and only a lone one is broken.
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        if broken := text.count("\ufffd") - before:
            said.append(f"{_times(broken, 'broken character')} replaced by \ufffd.")
    return text, said


def _times(count: int, what: str) -> str:
    return f"1 {what} was" if count == 1 else f"{count:,} {what}s were"


# The parsed text -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Statement:
    """One paragraph, or the words of one list item."""

    html: str  # safe inline HTML
    plain: str  # its visible words, on one line


@dataclass(frozen=True, slots=True)
class Paragraph:
    statement: Statement


@dataclass(frozen=True, slots=True)
class Item:
    blocks: tuple["Block", ...]


@dataclass(frozen=True, slots=True)
class ListBlock:
    ordered: bool
    start: int
    items: tuple[Item, ...]


Block = Paragraph | ListBlock


class _Markdown(MarkdownIt):
    def validateLink(self, url: str) -> bool:
        return bool(ALLOWED_LINK.match(url))


def _list_within_depth(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Beyond its own limit of nesting markdown-it drops text; ours makes it a paragraph instead."""
    closes_outer_item = silent and state.sCount[start] < state.blkIndent
    if state.level >= 2 * MAX_LIST_DEPTH and not closes_outer_item:
        return False
    return list_block(state, start, end, silent)


def _make_parser() -> MarkdownIt:
    # "zero" knows paragraphs only. `entity` stays off: a typed `&amp;` is shown as typed.
    parser = _Markdown("zero").enable(["list", "emphasis", "link", "escape", "newline"])
    parser.block.ruler.at("list", _list_within_depth, {"alt": ["paragraph", "reference", "blockquote"]})
    return parser


_PARSER = _make_parser()
_CLEANER = nh3.Cleaner(
    tags={"a", "strong", "em", "br"},
    attributes={"a": {"href"}},
    allowed_classes={"a": {"govuk-link"}},
    url_schemes={"http", "https", "mailto"},
    link_rel=None,
)


def parse(source: str) -> tuple[Block, ...]:
    return _parse_cached(source) if len(source) <= LONGEST_CACHED else _parse(source)


@lru_cache(maxsize=2048)
def _parse_cached(source: str) -> tuple[Block, ...]:
    return _parse(source)


def _parse(source: str) -> tuple[Block, ...]:
    source, _ = clean(source)
    if len(source) > LONGEST_MARKDOWN:
        return _paragraphs_only(source)
    return tuple(_blocks(iter(_PARSER.parse(source))))


def _paragraphs_only(source: str) -> tuple[Block, ...]:
    words = re.sub(rf"\\([{_PUNCTUATION}\n])", r"\1", source)
    parts = (" ".join(part.split()) for part in re.split(r"\n[ \t]*\n", words))
    return tuple(Paragraph(Statement(_CLEANER.clean(html_escape(part)), part)) for part in parts if part)


def _blocks(tokens: Iterator[Token], closing: str = "") -> Iterator[Block]:
    for token in tokens:
        if token.type == closing:
            return
        if token.type == "inline":
            yield Paragraph(_statement(token.children or []))
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            ordered = token.type == "ordered_list_open"
            items = tuple(_items(tokens, token.type.replace("open", "close")))
            yield ListBlock(ordered, int(token.attrGet("start") or 0) if token.attrs else 1, items)


def _items(tokens: Iterator[Token], closing: str) -> Iterator[Item]:
    for token in tokens:
        if token.type == closing:
            return
        if token.type == "list_item_open":
            yield Item(tuple(_blocks(tokens, "list_item_close")))


_TAGS = {
    "strong_open": "<strong>",
    "strong_close": "</strong>",
    "em_open": "<em>",
    "em_close": "</em>",
    "link_close": "</a>",
    "softbreak": "\n",
    "hardbreak": "<br>",
}


def _statement(tokens: Sequence[Token]) -> Statement:
    html, plain, empty_link = list[str](), list[str](), False
    for token in tokens:
        words = " " if token.type.endswith("break") else token.content
        tag = _TAGS.get(token.type)
        if token.type == "link_open":
            href = str(token.attrGet("href") or "")
            tag, empty_link = f'<a class="govuk-link" href="{html_escape(href)}">', not href
        # `[words]()` is a link to nowhere, so it stays as typed. Links don't nest: one flag is enough.
        if empty_link and token.type in ("link_open", "link_close"):
            words, tag = ("[", None) if token.type == "link_open" else ("]()", None)
        html.append(html_escape(words, quote=False) if tag is None else tag)
        plain.append(words)
    return Statement(_CLEANER.clean("".join(html)), "".join(plain))


def statements(source: str) -> tuple[Statement, ...]:
    """Paragraphs and list items in reading order; an item of several paragraphs gives several."""
    return tuple(_leaves(parse(source)))


def _leaves(blocks: Sequence[Block]) -> Iterator[Statement]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block.statement
        else:
            for item in block.items:
                yield from _leaves(item.blocks)


def plain(source: str) -> str:
    return "\n".join(statement.plain for statement in statements(source))


def words(source: str) -> int:
    return len(plain(source).split())


def same(a: str, b: str) -> bool:
    """Whether both read the same: words, links, emphasis, paragraphs and lists. Spacing doesn't count."""
    return a == b or render(a).split() == render(b).split()


def digest(source: str) -> str:
    return hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()


# HTML ------------------------------------------------------------------------------------------------


def render(
    source: str,
    after: Callable[[int], str] | None = None,
    id_for: Callable[[int], str | None] | None = None,
) -> str:
    """Safe HTML. For statement i, `after(i)` is trusted HTML put behind its words, `id_for(i)` its element's id."""
    numbers = itertools.count()

    def element(name: str, statement: Statement, attributes: str = "") -> str:
        number = next(numbers)
        identity = id_for(number) if id_for else None
        if identity:
            attributes += f' id="{html_escape(identity)}"'
        return f"<{name}{attributes}>{statement.html}{after(number) if after else ''}"

    def block_html(block: Block) -> str:
        if isinstance(block, Paragraph):
            return element("p", block.statement, ' class="govuk-body"') + "</p>\n"
        name, kind = ("ol", "number") if block.ordered else ("ul", "bullet")
        start = f' start="{block.start}"' if block.ordered and block.start != 1 else ""
        items = "".join(item_html(item) for item in block.items)
        return f'<{name} class="govuk-list govuk-list--{kind}"{start}>\n{items}</{name}>\n'

    def item_html(item: Item) -> str:
        first, rest = item.blocks[:1], item.blocks[1:]
        if first and isinstance(first[0], Paragraph):
            opening = element("li", first[0].statement)
        else:
            opening, rest = "<li>", item.blocks
        return opening + "".join(block_html(block) for block in rest) + "</li>\n"

    return "".join(block_html(block) for block in parse(source))


# Words into Markdown ---------------------------------------------------------------------------------

_MARKUP = re.compile(
    rf"\\(?=[{_PUNCTUATION}]|$)"  # a backslash that would escape what follows
    r"|\*"
    r"|(?<![^\W_])_|_(?![^\W_])"  # not inside snake_case
    r"|(?<=\])\("  # [words](address) is a link, [words] (words) is none
)
_ANY_PUNCTUATION = re.compile(f"[{_PUNCTUATION}]")
_LIST_MARKER = re.compile(r"(\d{0,9})([-+*.)])(?=[ \t]|$)")


def escape(plain_line: str) -> str:
    """Markdown that shows exactly these words, with as few backslashes as that takes."""
    line = " ".join(clean(plain_line)[0].split("\n")).strip()
    minimal = escape_start(escape_inline(line))
    if minimal == line and not re.search(r"[\\*_\[]", line):
        return line  # nothing in it that Markdown could take for markup
    return minimal if shows(minimal, line) else escape_inline(line, thorough=True)


def escape_inline(words: str, *, thorough: bool = False) -> str:
    """For words inside a line: see escape_start for the beginning of one."""
    return (_ANY_PUNCTUATION if thorough else _MARKUP).sub(r"\\\g<0>", words)


def escape_start(line: str) -> str:
    """Keeps a line from being a list item."""
    marker = _LIST_MARKER.match(line)
    # A marker is digits and a dot or bracket, or a dash, plus or star alone; a star is escaped already.
    if marker and bool(marker[1]) == (marker[2] in ".)"):
        return f"{marker[1]}\\{line[marker.end(1) :]}"
    return line


def shows(source: str, words: str) -> bool:
    """Whether the source is one paragraph (or nothing) of exactly these words."""
    blocks = _parse(source)
    shown = [block.statement.plain for block in blocks if isinstance(block, Paragraph)]
    return len(shown) == len(blocks) and shown == ([words] if words else [])


# Sentences -------------------------------------------------------------------------------------------

_SENTENCE_END = re.compile(r"[.!?]['\"”’)\]]*\s+(?=['\"“‘(\[]*[^\W_])")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\[“‘\"'])(?:e\.?g|i\.?e|cf|vs?|viz|Mrs?|Ms|Dr|Prof|Rev|Hon|St|Gen|Col|Capt|Lt|Sgt|[A-Z](?:\.[A-Z])*)\.$"
)
_BEFORE_NUMBER = re.compile(r"(?:^|[\s(\[])(?:nos?|pp?|para?s?|fig|vol|ch|sec|art|approx|c|ca)\.$", re.IGNORECASE)


def lead_in(plain: str) -> tuple[str, str]:
    """Where a paragraph ends in a colon its last sentence leads into what follows: (the rest, that sentence)."""
    text = plain.rstrip()
    if not text.endswith(":"):
        return plain, ""
    ends = [match.end() for match in _SENTENCE_END.finditer(text) if _ends_sentence(text, match)]
    start = ends[-1] if ends else 0
    return text[:start].rstrip(), text[start:]


def _ends_sentence(text: str, match: re.Match[str]) -> bool:
    before = text[max(0, match.start() - 20) : match.start() + 1]
    following = text[match.end() : match.end() + 8].lstrip("'\"“‘([")[:1]
    if following.islower() and before[-1] == ".":
        return False
    if _ABBREVIATION.search(before):
        return False
    return not (following.isdigit() and _BEFORE_NUMBER.search(before))
