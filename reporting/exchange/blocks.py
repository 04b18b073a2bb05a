"""What every reader gives: a list of blocks, each with its place in the file, whatever the format."""

from collections.abc import Iterable
from dataclasses import dataclass

from reporting.domain.text import MAX_LIST_DEPTH

LARGEST_NUMBER = 999_999_999  # of a list item: Markdown takes nine digits


@dataclass(frozen=True, slots=True)
class Block:
    line: int  # 1-based place in the file: a line (txt, md, html), or the nth block (docx, odt)
    level: int  # 1 to 6 a heading, 0 body text
    kind: str  # "heading", "paragraph", "bullet" or "number"
    text: str  # Markdown of its words: escaped, with links, bold and italic kept
    plain: str  # its visible words
    depth: int = 0  # nesting of a list item; a paragraph of depth n goes on an item of depth n - 1
    number: int = 0  # of a numbered item
    strong: bool = False  # all of it is bold: people use that as a heading


@dataclass(frozen=True, slots=True)
class Document:
    name: str
    place: str  # what `line` counts: "line" or "paragraph"
    marked_up: bool  # has at least one real heading
    blocks: tuple[Block, ...]
    sha256: str  # of the file


@dataclass(slots=True)
class _Level:
    """One list that is open while blocks are written."""

    kind: str
    delimiter: str
    number: int
    indent: int  # columns before its marker
    width: int  # of its marker and the space behind


def to_markdown(blocks: Iterable[Block]) -> str:
    """One Markdown source of these blocks, in order; headings become paragraphs."""
    lines, open_lists = list[str](), list[_Level]()
    for block in blocks:
        if block.kind in ("bullet", "number"):
            tight, prefix, indent = _open_item(block, open_lists)
            if lines and not tight:
                lines.append("")
        else:
            del open_lists[block.depth if block.kind == "paragraph" else 0 :]
            prefix, indent = "", open_lists[-1].indent + open_lists[-1].width if open_lists else 0
            if lines:
                lines.append("")
        first, *rest = block.text.split("\n")
        lines.append(" " * indent + prefix + first)
        lines += [" " * (indent + len(prefix)) + line for line in rest]
    return "\n".join(lines)


def _open_item(block: Block, open_lists: list[_Level]) -> tuple[bool, str, int]:
    """Whether the item may follow the line above without a gap, its marker and the columns before it."""
    depth = min(block.depth, len(open_lists), MAX_LIST_DEPTH - 1)
    del open_lists[depth + 1 :]
    number = block.number if 0 <= block.number <= LARGEST_NUMBER else 1
    before = open_lists[depth] if depth < len(open_lists) else None
    indent = open_lists[depth - 1].indent + open_lists[depth - 1].width if depth else 0
    goes_on = before is not None and before.kind == block.kind
    if block.kind == "bullet":
        delimiter = "-"
    else:
        delimiter = before.delimiter if before and goes_on else "."
        if before and goes_on and number != before.number + 1:
            goes_on, delimiter = False, ")" if delimiter == "." else "."  # another list, not the next item
    prefix = f"{number if block.kind == 'number' else ''}{delimiter} "
    opened = _Level(block.kind, delimiter, number, indent, len(prefix))
    open_lists[depth:] = [opened]
    # Only a bullet and a "1." can begin a list within a paragraph; a gap is right for all others.
    tight = goes_on or (before is None and depth > 0 and (block.kind == "bullet" or number == 1))
    return tight, prefix, indent
