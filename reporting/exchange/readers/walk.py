"""From a tree of HTML to blocks: one pass over elements, whatever made the page."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from lxml import etree

from reporting.exchange.blocks import Block
from reporting.exchange.readers import inline
from reporting.exchange.readers.inline import IN_PAGE, Run
from reporting.exchange.readers.limits import Budget

# ruff: noqa: SIM905 (names in a row are easier to read than a column of quoted ones)
_LEFT_OUT = frozenset(
    "script style noscript template form nav footer aside button input select textarea iframe svg object "
    "head title dialog audio video canvas datalist map".split()
)
_LEFT_OUT_ROLES = frozenset("navigation banner contentinfo search complementary dialog alertdialog".split())
_FOOTNOTE_ROLES = frozenset("doc-noteref doc-endnotes doc-footnote".split())
_BLOCKS = frozenset(
    "html body main article section div p h1 h2 h3 h4 h5 h6 ul ol li dl dt dd blockquote pre figure "
    "figcaption details summary address header hgroup center fieldset legend hr label menu dir".split()
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_LISTS = {"ul": False, "ol": True, "menu": False, "dir": False}
_STRONG, _EM = frozenset(("b", "strong")), frozenset(("i", "em", "cite", "dfn", "var"))
_WAYS_AROUND = ("back to", "skip to", "return to", "jump to", "go to top", "top of page", "to the top", "top")
_CONTENTS = frozenset(("contents", "page contents", "on this page", "in this page", "table of contents"))


def is_left_out(element: etree._Element) -> bool:
    """Navigation, forms and what a browser doesn't show."""
    if element.tag in _LEFT_OUT and not _holds_content(element):
        return True
    if element.get("role", "").strip().lower() in _LEFT_OUT_ROLES:
        return True
    # A section that a page folds away until it's found ("until-found") is part of the document.
    if element.get("hidden", "until-found").lower() != "until-found":
        return True
    style = element.get("style", "").replace(" ", "").lower()
    return "display:none" in style or "visibility:hidden" in style


def _holds_content(element: etree._Element) -> bool:
    """Some sites put a page as a whole into a form; some make a heading a button that unfolds its section."""
    if element.tag == "form":
        return any(element.find(f".//{tag}") is not None for tag in ("main", "article", "h1"))
    return element.tag == "button" and any(above.tag in _HEADINGS for above in element.iterancestors())


def source_line(element: etree._Element) -> int:
    return int(getattr(element, "sourceline", None) or 0)


@dataclass(slots=True)
class _List:
    ordered: bool
    number: int  # of its last item
    serial: int  # of the outermost list that it is in


@dataclass(frozen=True, slots=True)
class _Found:
    """A block, and what decides whether it's only a way around the page."""

    block: Block
    in_page: bool  # nothing but a link to a place in the same page
    serial: int  # of its list, 0 for none


@dataclass(slots=True)
class Walk:
    budget: Budget
    own_addresses: frozenset[str] = frozenset()
    found: list[_Found] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    line: int = 0  # where the words that are being collected begin
    level: int = 0
    lists: list[_List] = field(default_factory=list)
    serials: int = 0
    marker: bool = False  # a list item was opened and has had no words yet
    strong: int = 0
    em: int = 0
    links: list[str] = field(default_factory=list)
    preformatted: int = 0

    def through(self, root: etree._Element) -> None:
        walker = etree.iterwalk(root, events=("start", "end"))
        skipped: etree._Element | None = None
        for event, element in walker:
            if event == "start":
                if is_left_out(element) and element is not root:
                    skipped = element
                    walker.skip_subtree()
                else:
                    self._open(element)
                    self._words(element.text, element)
                continue
            if element is skipped:
                skipped = None
            else:
                self._close(element)
            if element is not root:
                self._words(element.tail, element)
        self._flush()

    def _open(self, element: etree._Element) -> None:
        tag = element.tag
        if tag == "table":
            self._flush()
            raise self.budget.fault(self._no_table(), self._place(element))
        if element.get("role", "") in _FOOTNOTE_ROLES or "footnotes" in element.get("class", "").split():
            raise self.budget.fault("a footnote cannot be kept; move it into the text.", self._place(element))
        if tag in _BLOCKS:
            self._flush()
            self._open_block(element, str(tag))
        elif tag == "br":
            self.runs.append(Run("\n"))
        elif tag == "a":
            self.links.append(self._link(element))
        self._emphasis(element, 1)

    def _open_block(self, element: etree._Element, tag: str) -> None:
        if tag in _LISTS:
            if not self.lists:
                self.serials += 1
            start = _number(element.get("start"), 1)
            self.lists.append(_List(_LISTS[tag], start - 1, self.serials))
        elif tag == "li":
            self.marker = True
            if self.lists:
                self.lists[-1].number = _number(element.get("value"), self.lists[-1].number + 1)
        elif tag == "pre":
            self.preformatted += 1
        elif tag in _HEADINGS:
            self.level = int(tag[1])

    def _close(self, element: etree._Element) -> None:
        tag = element.tag
        self._emphasis(element, -1)
        if tag in _BLOCKS:
            self._flush()
            if tag in _LISTS:
                self.lists.pop()
            if tag in _LISTS or tag == "li":
                self.marker = False
            elif tag == "pre":
                self.preformatted -= 1
            elif tag in _HEADINGS:
                self.level = 0
        elif tag == "a":
            self.links.pop()

    def _emphasis(self, element: etree._Element, step: int) -> None:
        if element.tag in _STRONG:
            self.strong += step
        elif element.tag in _EM:
            self.em += step

    def _link(self, element: etree._Element) -> str:
        href = element.get("href")
        if href and "#" in href and href.split("#")[0] in self.own_addresses:
            return IN_PAGE
        return inline.link(href)

    def _words(self, words: str | None, element: etree._Element) -> None:
        if not words:
            return
        if not self.line and words.strip():
            self.line = source_line(element)
        if not self.preformatted:
            words = words.replace("\n", " ")
        self.runs.append(Run(words, self.strong > 0, self.em > 0, self.links[-1] if self.links else ""))

    def _place(self, element: etree._Element) -> int:
        """Where a fault is: the element's line, or the number of the paragraph that is being collected."""
        return source_line(element) if self.budget.place == "line" else self.budget.blocks + 1

    def _no_table(self) -> str:
        heading = next((one.block.plain for one in reversed(self.found) if one.block.level), "")
        under = f" (under “{heading[:80]}”)" if heading else ""
        return f"a table inside an answer cannot be kept{under}; write it as paragraphs or a list."

    def _flush(self) -> None:
        """The words collected so far are a block."""
        runs, line = self.runs, self.line
        self.runs, self.line = [], 0
        if not any(run.words.strip() for run in runs):
            return
        parts = inline.paragraphs(runs)
        if self.level:
            parts = [[run if run.words != "\n" else Run(" ") for part in parts for run in (*part, Run(" "))]]
        for part in parts:
            self.found.append(self._found(part, line))

    def _found(self, runs: list[Run], line: int) -> _Found:
        self.budget.spend(line if self.budget.place == "line" else self.budget.blocks + 1, _length(runs))
        line = line if self.budget.place == "line" else self.budget.blocks
        kind, depth, number = "paragraph", len(self.lists), 0
        if self.level:
            kind, depth = "heading", 0
        elif self.marker:
            ordered = bool(self.lists) and self.lists[-1].ordered
            kind, depth = ("number" if ordered else "bullet"), max(depth - 1, 0)
            number = self.lists[-1].number if ordered else 0
            self.marker = False
        in_page = all(run.href == IN_PAGE for run in runs if run.words.strip())
        block = inline.block(runs, line, kind=kind, level=self.level, depth=depth, number=number)
        return _Found(block, in_page, self.lists[-1].serial if self.lists else 0)

    def finished(self) -> tuple[Block, ...]:
        """Without lists of contents, and links that only lead around the page."""
        kept = list[Block]()
        for (serial, in_page), group in groupby(self._marked(), key=lambda marked: marked[1:]):
            blocks = [block for block, *_ in group]
            if not in_page or not (serial or len(blocks) > 1 or _leads_around(blocks[0])):
                kept += blocks
            elif kept and kept[-1].plain.casefold().strip(" :") in _CONTENTS:
                kept.pop()
        return tuple(kept)

    def _marked(self) -> Iterator[tuple[Block, int, bool]]:
        """Each block with its list (0 for none) and whether it leads around the page: a list does as a whole."""
        for serial, group in groupby(self.found, key=lambda found: found.serial):
            found = list(group)
            whole_list = all(one.in_page for one in found)
            for one in found:
                leads = whole_list if serial else one.in_page and not one.block.level
                yield one.block, serial, leads


def _leads_around(block: Block) -> bool:
    return block.plain.casefold().strip(" ↑^").startswith(_WAYS_AROUND)


def _length(runs: list[Run]) -> int:
    return sum(len(run.words) for run in runs)


def _number(said: str | None, otherwise: int) -> int:
    digits = (said or "").strip()
    # isdigit() alone takes "²" too; Markdown takes nine digits.
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 9 else otherwise
