"""Word and OpenDocument texts: checked, then converted to HTML by pandoc in its sandbox."""

import re
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from xml.parsers import expat

from lxml import etree

from reporting.exchange.blocks import Block
from reporting.exchange.readers import archive, html
from reporting.exchange.readers.limits import OFFICE_HTML_BYTES, PANDOC_HEAP, PANDOC_SECONDS, Budget

# The copy that the locked dependency brings, and never another one that happens to be on the PATH.
# It is found and not imported: that would take longer than most conversions.
_PYPANDOC = find_spec("pypandoc")
PANDOC = Path(_PYPANDOC.origin if _PYPANDOC and _PYPANDOC.origin else "").parent / "files" / "pandoc"
_HEAP_EXHAUSTED = (251, 2)  # GHC's exit codes where heap or stack run out
_TITLE = "document-title"
# Pandoc takes paragraphs styled Title, Subtitle, Author, Date and Abstract out of the body: they come first.
_TEMPLATE = f"""<html><body>
$if(title)$<h1 class="{_TITLE}">$title$</h1>$endif$
$if(subtitle)$<p>$subtitle$</p>$endif$
$for(author)$<p>$author$</p>$endfor$
$if(date)$<p>$date$</p>$endif$
$if(abstract)$<div>$abstract$</div>$endif$
$body$
</body></html>
"""
_MAIN_PART = {".docx": "word/document.xml", ".odt": "content.xml"}


def read(data: bytes, extension: str, budget: Budget) -> tuple[tuple[Block, ...], bool]:
    """The blocks, and whether there is a real heading among them: a title alone is none."""
    parts = archive.unpack(data, budget)
    archive.check_kind(parts, extension, budget)
    archive.check_xml(parts, budget)
    converted = _convert(archive.pack(parts), extension.lstrip("."), budget)
    root = html.tree(converted, budget)
    main_part = parts[_MAIN_PART[extension]]
    _check_nothing_lost(main_part, extension, root, budget)
    blocks = html.blocks([root], budget)
    titled = root.find(f".//h1[@class='{_TITLE}']") is not None
    if extension == ".odt" and blocks and blocks[0].plain.split() == odt_title(main_part).split():
        blocks, titled = (replace(blocks[0], level=1, kind="heading"), *blocks[1:]), True
    marked_up = any(block.level for block in blocks[titled:])
    return (blocks[1:] if titled and _is_repeated(blocks[0], blocks[1:]) else blocks), marked_up


def _is_repeated(title: Block, blocks: tuple[Block, ...]) -> bool:
    """Programs that make documents from pages write the page's title above the same words as a heading."""
    heading = next((block for block in blocks if block.level), None)
    return heading is not None and heading.plain.split() == title.plain.split()


def _convert(document: bytes, source_format: str, budget: Budget) -> str:
    with tempfile.TemporaryDirectory(prefix="stocktake-") as folder:
        template, output = Path(folder) / "template.html", Path(folder) / "output.html"
        template.write_text(_TEMPLATE, encoding="utf-8")
        options = [
            f"--from={source_format}",
            "--to=html",
            "--sandbox",
            "--wrap=none",
            "--track-changes=accept",
            "--standalone",
            f"--template={template}",
            f"--data-dir={folder}",
        ]
        limits = ["+RTS", f"-M{PANDOC_HEAP}", "-RTS"]
        try:
            with output.open("wb") as file:
                done = subprocess.run(  # noqa: S603 (our own program, fixed arguments)
                    [PANDOC, *options, *limits],
                    input=document,
                    stdout=file,
                    stderr=subprocess.DEVNULL,
                    timeout=PANDOC_SECONDS,
                    cwd=folder,
                    env={"HOME": folder, "TMPDIR": folder, "LANG": "C.UTF-8"},
                    check=False,
                )
        except subprocess.TimeoutExpired:
            raise budget.fault("converting the document takes too long; split it or make it simpler.") from None
        except OSError:
            raise budget.fault(
                "pandoc, which converts it, is not installed or cannot run: try make setup."
            ) from None
        if done.returncode in _HEAP_EXHAUSTED or output.stat().st_size > OFFICE_HTML_BYTES:
            raise budget.fault("the document is too large or too complex to convert; split it.")
        if done.returncode:
            raise budget.fault("the document is damaged: it cannot be converted. Save it again.")
        return output.read_text(encoding="utf-8")


# Words that the converter does not know how to keep --------------------------------------------------


def _check_nothing_lost(part: bytes, extension: str, root: etree._Element, budget: Budget) -> None:
    """Pandoc passes over text boxes, some fields and embedded objects without a word. We don't."""
    converted = re.sub(r"\s+", "", "".join(map(str, root.itertext())))
    place = 0
    for words in _words_of(part, extension):
        wanted = "".join(words.split())
        found = converted.find(wanted, place)
        if found >= 0:
            place = found + len(wanted)
        elif wanted not in converted:  # a title may stand elsewhere in the result
            raise budget.fault(
                f"the words “{words.strip()[:80]}” stand where they cannot be read, such as a text box or a field; "
                "write them as ordinary text."
            )


_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main "
_COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006 "
_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
_HOLDS_WORDS = {".docx": f"{_WORD}t", ".odt": f"{_ODF}office:1.0 text"}
_NO_WORDS = {  # deleted text, a second form of the same content, remarks of reviewers, contents lists
    ".docx": {f"{_WORD}del", f"{_WORD}moveFrom", f"{_COMPATIBILITY}Fallback"},
    ".odt": {f"{_ODF}text:1.0 tracked-changes", f"{_ODF}office:1.0 annotation", f"{_ODF}text:1.0 table-of-content"},
}


def _words_of(part: bytes, extension: str) -> Iterator[str]:
    """The words of the document's body as they stand in the XML, run by run."""
    runs, collected = list[str](), list[str]()
    holding, ignoring = 0, 0

    def opens(name: str, _: object) -> None:
        nonlocal holding, ignoring
        end_run()
        holding += name == _HOLDS_WORDS[extension]
        ignoring += name in _NO_WORDS[extension]

    def closes(name: str) -> None:
        nonlocal holding, ignoring
        end_run()
        holding -= name == _HOLDS_WORDS[extension]
        ignoring -= name in _NO_WORDS[extension]

    def says(words: str) -> None:
        if holding and not ignoring:
            collected.append(words)

    def end_run() -> None:
        if collected:
            runs.append("".join(collected))
            collected.clear()

    parser = expat.ParserCreate(encoding="utf-8", namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = opens, closes, says
    parser.Parse(part, True)
    # Characters of symbol fonts lie in a private range and come out as the signs that they show.
    return (run for run in runs if run.strip() and not re.search("[\ue000-\uf8ff]", run))


class _Found(Exception):
    pass


def odt_title(part: bytes) -> str:
    """The words of the first paragraph, if it's styled as the title; pandoc doesn't tell paragraphs' styles."""
    titles, collected, style = {"Title"}, list[str](), ""

    def opens(name: str, attributes: dict[str, str]) -> None:
        nonlocal style
        if name == f"{_ODF}style:1.0 style" and attributes.get(f"{_ODF}style:1.0 parent-style-name") in titles:
            titles.add(attributes.get(f"{_ODF}style:1.0 name", ""))
        elif name == f"{_ODF}text:1.0 p":
            style = attributes.get(f"{_ODF}text:1.0 style-name", "")
            collected.clear()
        elif name == f"{_ODF}text:1.0 h":
            raise _Found("")

    def closes(name: str) -> None:
        words = "".join(collected)
        if name == f"{_ODF}text:1.0 p" and words.strip():
            raise _Found(words if style in titles else "")

    parser = expat.ParserCreate(encoding="utf-8", namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = opens, closes
    parser.CharacterDataHandler = collected.append
    try:
        parser.Parse(part, True)
    except _Found as found:
        return str(found)
    return ""
