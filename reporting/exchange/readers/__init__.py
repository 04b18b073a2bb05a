"""Files in: every format becomes one list of blocks. A reader understands layout, never meaning."""

import hashlib
from pathlib import Path

from reporting.exchange.blocks import Document
from reporting.exchange.readers import files, html, markdown, office
from reporting.exchange.readers.limits import Budget
from reporting.exchange.readers.plain_text import plain_blocks

__all__ = ["EXTENSIONS", "plain_blocks", "read"]

EXTENSIONS = frozenset((".txt", ".md", ".markdown", ".html", ".htm", ".docx", ".odt"))


def read(path: Path) -> Document:
    """Raises Unreadable, with one sentence, for whatever cannot be read whole."""
    name = files.shown_name(path)
    extension = files.extension(path, EXTENSIONS)
    data = files.load(path, EXTENSIONS)
    place = "paragraph" if extension in files.OFFICE else "line"
    budget = Budget(name, place)
    if extension in files.OFFICE:
        blocks, marked_up = office.read(data, extension, budget)
    elif extension in (".html", ".htm"):
        blocks = html.read(data, budget)
        marked_up = any(block.level for block in blocks)
    elif extension == ".txt":
        blocks, marked_up = plain_blocks(files.decode(data, name), budget=budget), False
    else:
        blocks = markdown.read(files.decode(data, name), budget)
        marked_up = any(block.level for block in blocks)
    if not blocks:
        raise budget.fault("there is no text in the file.")
    return Document(name, place, marked_up, blocks, hashlib.sha256(data).hexdigest())
