"""Files that must be refused: how to make each one, and what its sentence must say.

BAD_FILES maps a name to (make, fragment): `make(folder)` returns the path of the file. Making one is
quick, whatever it would cost to read.
"""

import gzip
import os
import random
import stat
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

MB = 1024 * 1024
GB = 1024 * MB


# ZIP archives, written by hand so that they can lie ----------------------------------------------------


class Member(NamedTuple):
    name: str
    data: bytes = b""
    packed: bytes | None = None  # already deflated
    size: int | None = None  # the declared size
    crc: int | None = None
    flags: int = 0
    attributes: int = 0


def _deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def _deflated_repeat(unit: bytes, times: int, before: bytes = b"", after: bytes = b"") -> tuple[bytes, int, int]:
    """A deflate stream of `unit` many times over, without deflating it many times: (stream, size, crc)."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    head = packer.compress(before) + packer.flush(zlib.Z_FULL_FLUSH)
    once = packer.compress(unit) + packer.flush(zlib.Z_FULL_FLUSH)
    tail = packer.compress(after) + packer.flush()
    crc = zlib.crc32(before)
    for _ in range(times):
        crc = zlib.crc32(unit, crc)
    return head + once * times + tail, len(before) + len(unit) * times + len(after), zlib.crc32(after, crc)


def archive(members: list[Member]) -> bytes:
    body, directory = b"", b""
    for member in members:
        packed = _deflate(member.data) if member.packed is None else member.packed
        crc = zlib.crc32(member.data) if member.crc is None else member.crc
        size = len(member.data) if member.size is None else member.size
        name = member.name.encode()
        common = struct.pack("<HHHHHIIIHH", 20, member.flags, 8, 0, 33, crc, len(packed), size, len(name), 0)
        directory += b"PK\x01\x02" + struct.pack("<H", 20 | 3 << 8) + common
        directory += struct.pack("<HHHII", 0, 0, 0, member.attributes, len(body)) + name
        body += b"PK\x03\x04" + common + name + packed
    count = len(members)
    return (
        body + directory + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), len(body), 0)
    )


# Office documents --------------------------------------------------------------------------------------

_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
CONTENT_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_TYPE}"/></Types>'
)
RELATIONSHIPS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Target="word/document.xml" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>'
)
_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
DOCX_HEAD, DOCX_TAIL = f"<w:document {_WORD}><w:body>", "</w:body></w:document>"
_ODF = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "text", "table", "style")
)
ODT_HEAD = f"<office:document-content {_ODF}><office:automatic-styles/><office:body><office:text>"
ODT_TAIL = "</office:text></office:body></office:document-content>"
PARAGRAPH = "<w:p><w:r><w:t>Words of a paragraph.</w:t></w:r></w:p>"


def docx_members(body: str = PARAGRAPH, *, before: str = "", types: str = CONTENT_TYPES) -> list[Member]:
    return [
        Member("[Content_Types].xml", types.encode()),
        Member("_rels/.rels", RELATIONSHIPS.encode()),
        Member("word/document.xml", (before + DOCX_HEAD + body + DOCX_TAIL).encode()),
    ]


def odt_members(body: str = "<text:p>Words.</text:p>", *, before: str = "") -> list[Member]:
    return [
        Member("mimetype", b"application/vnd.oasis.opendocument.text"),
        Member("styles.xml", f"<office:document-styles {_ODF}/>".encode()),
        Member("content.xml", (before + ODT_HEAD + body + ODT_TAIL).encode()),
    ]


def _docx_bomb() -> bytes:
    packed, size, crc = _deflated_repeat(bytes(MB), 1024)
    return archive([*docx_members(), Member("word/media/image1.xml", packed=packed, size=size, crc=crc)])


def _lying_bomb() -> bytes:
    """It says that it unpacks to 100 bytes, with their checksum; a gigabyte comes out."""
    packed, _, _ = _deflated_repeat(bytes(MB), 1024)
    return archive(
        [*docx_members()[:2], Member("word/document.xml", packed=packed, size=100, crc=zlib.crc32(bytes(100)))]
    )


def _long_document(unit: str, size: int = 19 * MB) -> bytes:
    """Within every size limit, and far more than can be converted."""
    many = (unit * (MB // len(unit))).encode()
    packed, size, crc = _deflated_repeat(many, size // len(many), DOCX_HEAD.encode(), DOCX_TAIL.encode())
    return archive([*docx_members()[:2], Member("word/document.xml", packed=packed, size=size, crc=crc)])


_XXE = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
_LAUGHS = (
    "<!DOCTYPE d [<!ENTITY a0 'ha'>"
    + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))
    + "]>"
)
_SYMLINK = (stat.S_IFLNK | 0o777) << 16
_FOOTNOTE = '<text:p>Words<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation>'
_FOOTNOTE += "<text:note-body><text:p>A note.</text:p></text:note-body></text:note></text:p>"
_TABLE = "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Cell</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
_TEXT_BOX = "<w:p><w:r><w:pict><w:txbxContent><w:p><w:r><w:t>Boxed words</w:t></w:r></w:p></w:txbxContent></w:pict></w:r></w:p>"
_MACRO_TYPES = CONTENT_TYPES.replace(_TYPE, "application/vnd.ms-word.document.macroEnabled.main+xml")


# The list ----------------------------------------------------------------------------------------------

Make = Callable[[Path], Path]


def _file(name: str, content: Callable[[], bytes] | bytes | str) -> Make:
    def make(folder: Path) -> Path:
        data = content() if callable(content) else content
        path = folder / name
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return path

    return make


def _sparse(name: str, size: int) -> Make:
    def make(folder: Path) -> Path:
        with (folder / name).open("wb") as file:
            file.write(b"<p>words ")
            file.truncate(size)
        return folder / name

    return make


def _pipe(folder: Path) -> Path:
    os.mkfifo(folder / "pipe.txt")
    return folder / "pipe.txt"


def _folder(folder: Path) -> Path:
    (folder / "folder.md").mkdir()
    return folder / "folder.md"


def _device(folder: Path) -> Path:
    (folder / "device.txt").symlink_to("/dev/zero")
    return folder / "device.txt"


def forbidden(folder: Path) -> Path:
    """Root may read it nevertheless: the test that uses it must not be root."""
    path = _file("forbidden.txt", "Words.")(folder)
    path.chmod(0)
    return path


def _truncated(members: list[Member]) -> bytes:
    whole = archive(members)
    return whole[: len(whole) * 2 // 3]


def _noise() -> bytes:
    return random.Random(1).randbytes(50_000)


def _with(member: Member) -> Callable[[], bytes]:
    return lambda: archive([*docx_members(), member])


BAD_FILES: dict[str, tuple[Make, str]] = {
    # Not a file, or not one of ours
    "absent": (lambda folder: folder / "absent.docx", "no such file"),
    "folder": (_folder, "a folder"),
    "pipe": (_pipe, "not an ordinary file"),
    "device": (_device, "not an ordinary file"),
    "name too long": (lambda folder: folder / ("a" * 300 + ".txt"), "cannot be opened"),
    "no extension": (_file("report", "Words."), "without an extension"),
    "PDF": (_file("report.pdf", b"%PDF-1.7\n"), "a .pdf file cannot be read"),
    "old Word": (_file("report.doc", b"\xd0\xcf\x11\xe0"), "a .doc file cannot be read"),
    "macro extension": (_file("report.docm", lambda: archive(docx_members())), "a .docm file cannot be read"),
    "spreadsheet": (_file("report.xlsx", lambda: archive(docx_members())), "a .xlsx file cannot be read"),
    # Bytes
    "empty": (_file("empty.txt", b""), "the file is empty"),
    "white space": (_file("blank.md", " \n\t\r\n"), "the file is empty"),
    "only a byte order mark": (_file("mark.txt", b"\xef\xbb\xbf \n"), "no text in the file"),
    "binary": (_file("noise.txt", _noise), "not UTF-8"),
    "binary docx": (_file("noise.docx", _noise), "not a .docx document"),
    "NUL": (_file("nul.txt", b"Words.\nMore\0words.\n"), "line 2: there is a NUL byte"),
    "Latin-1": (_file("latin.txt", "Words.\nCafé\n".encode("latin-1")), "line 2: a character is not UTF-8"),
    "Latin-1 Markdown": (_file("latin.md", "# Café\n".encode("latin-1")), "line 1: a character is not UTF-8"),
    "Latin-1 HTML": (_file("latin.html", "<p>\nCafé</p>".encode("latin-1")), "line 2: a character is not UTF-8"),
    "UTF-16 without a mark": (_file("utf16.txt", "Words.".encode("utf-16-le")), "a NUL byte"),
    "broken UTF-16": (_file("utf16.html", b"\xff\xfe<\0p\0>"), "not utf-16-le"),
    "unknown encoding": (_file("koi.html", b"<meta charset=koi8-r><p>x"), "its encoding, koi8-r"),
    "50 MB text": (_sparse("large.txt", 50 * MB), "larger than 5 MB"),
    "50 MB HTML": (_sparse("large.html", 50 * MB), "larger than 5 MB"),
    "50 MB docx": (_sparse("large.docx", 50 * MB), "larger than 5 MB"),
    "PDF named txt": (_file("report.txt", b"%PDF-1.4\n%words\n"), "the content is a PDF"),
    "RTF named md": (_file("report.md", b"{\\rtf1 words}"), "the content is an RTF document"),
    "docx named html": (_file("report.html", lambda: archive(docx_members())), "the content is a ZIP archive"),
    "HTML named txt": (_file("page.txt", "<!DOCTYPE html><p>Words."), "the content is HTML"),
    "text named html": (_file("words.html", "Only words.\nIn lines."), "no HTML in it"),
    "text named docx": (_file("words.docx", "Only words."), "not a .docx document"),
    "gzip named docx": (_file("packed.docx", lambda: gzip.compress(b"Words.")), "is a gzip file"),
    "password": (_file("secret.docx", b"\xd0\xcf\x11\xe0" + bytes(600)), "protected by a password"),
    # Too much
    "100,000 lines": (_file("lines.txt", "a\n" * 100_000), "more than 20,000 paragraphs"),
    "4 MB line": (_file("line.txt", "word " * (4 * MB // 5)), "too long"),
    "4 MB line of markup": (_file("line.md", "*a" * 2 * MB), "too long"),
    "stars": (_file("stars.txt", ("*_[" * 6_600 + "\n") * 250), "takes too long"),
    "brackets": (_file("brackets.md", ("[" * 19_000 + "](\n\n") * 250), "takes too long"),
    "Markdown lines": (_file("lines.md", "a\n\n" * 90_000), "split it"),
    "Markdown lists": (_file("lists.md", "- " * 2_000 + "a"), "nested too deep"),
    "Markdown quotations": (_file("quotes.md", ">" * 5_000 + "a"), "nested too deep"),
    "Markdown many lists": (_file("many.md", ("- " * 25 + "a\n") * 70_000), "too many or too deep"),
    "HTML depth": (_file("deep.html", "<div>" * 100_000 + "words"), "nested too deep"),
    "HTML closed depth": (_file("deep2.html", "<ul><li>" * 150 + "words" + "</ul>" * 150), "nested too deep"),
    "HTML tags": (_file("tags.html", "<p>a" * MB), "more than 100,000 HTML tags"),
    "HTML paragraphs": (_file("paragraphs.html", "<p>a" * 30_000), "more than 20,000 paragraphs"),
    "HTML attributes": (
        _file("attributes.html", lambda: "<p " + " ".join(f"a{n}" for n in range(500_000)) + ">x"),
        "too many attributes",
    ),
    "HTML many attributes": (
        _file("attributes2.html", lambda: ("<p " + " ".join(f"a{n}=1" for n in range(2_900)) + ">x") * 200),
        "too many attributes",
    ),
    "HTML hidden attributes": (_file("quotes.html", "<a x='<a y=\"" * 300_000), "HTML tags"),
    # Archives
    "truncated docx": (_file("cut.docx", lambda: _truncated(docx_members())), "damaged or incomplete"),
    "truncated odt": (_file("cut.odt", lambda: _truncated(odt_members())), "damaged or incomplete"),
    "zip bomb": (_file("bomb.docx", _docx_bomb), "unpacked, the document is too large"),
    "lying zip bomb": (_file("lying.docx", _lying_bomb), "damaged"),
    "size too large": (_file("size.docx", _with(Member("word/a.xml", b"<a/>", size=5_000))), "damaged"),
    "size too small": (_file("size.docx", _with(Member("word/a.xml", b"<a>words</a>", size=4))), "damaged"),
    "wrong checksum": (_file("sum.docx", _with(Member("word/a.xml", b"<a/>", crc=1))), "damaged"),
    "many members": (
        _file("many.docx", lambda: archive([*docx_members(), *(Member(f"a{n}") for n in range(1_001))])),
        "more than 1,000 members",
    ),
    "path upwards": (_file("up.docx", _with(Member("../../evil.xml", b"<a/>"))), "unsafe name"),
    "absolute path": (_file("root.odt", lambda: archive([*odt_members(), Member("/etc/evil")])), "unsafe name"),
    "Windows path": (_file("drive.docx", _with(Member("C:\\evil.xml"))), "unsafe name"),
    "link member": (_file("link.docx", _with(Member("word/a.xml", b"/etc/passwd", attributes=_SYMLINK))), "a link"),
    "twice the same member": (_file("twice.docx", _with(Member("word/Document.xml", b"<a/>"))), "the same name"),
    "encrypted member": (_file("locked.docx", _with(Member("word/a.xml", b"<a/>", flags=1))), "encrypted"),
    "no document": (_file("other.docx", lambda: archive([Member("a.txt", b"words")])), "not a Word document"),
    "odt named docx": (_file("odt.docx", lambda: archive(odt_members())), "not a Word document"),
    "docx named odt": (_file("docx.odt", lambda: archive(docx_members())), "not an OpenDocument text"),
    "macros in docx": (_file("macro.docx", _with(Member("word/vbaProject.bin", b"x"))), "contains macros"),
    "macro type": (_file("macro.docx", lambda: archive(docx_members(types=_MACRO_TYPES))), "can contain macros"),
    "macros in odt": (
        _file("macro.odt", lambda: archive([*odt_members(), Member("Basic/a.xml", b"<a/>")])),
        "macros",
    ),
    # XML
    "entity in docx": (_file("xxe.docx", lambda: archive(docx_members("&x;", before=_XXE))), "an entity"),
    "entity in odt": (
        _file("xxe.odt", lambda: archive(odt_members("<text:p>&x;</text:p>", before=_XXE))),
        "an entity",
    ),
    "document type in odt": (
        _file("type.odt", lambda: archive(odt_members(before='<!DOCTYPE d SYSTEM "http://a.example/d">'))),
        "declares a document type",
    ),
    "billion laughs docx": (
        _file("laughs.docx", lambda: archive(docx_members("&a9;", before=_LAUGHS))),
        "an entity",
    ),
    "billion laughs HTML": (_file("laughs.html", _LAUGHS + "<p>&a9;"), "entity is declared"),
    "entity in HTML": (_file("xxe.html", "\n" + _XXE + "<p>&x;"), "line 2: an entity is declared"),
    "broken XML": (_file("broken.docx", lambda: archive(docx_members("<w:p>"))), "damaged in line 1"),
    "unknown XML prefix": (
        _file("prefix.docx", lambda: archive(docx_members(f"{PARAGRAPH}<x:y/>"))),
        "damaged in line 1",
    ),
    "deep XML": (
        _file("deep.docx", lambda: archive(docx_members("<w:p>" * 50_000 + "</w:p>" * 50_000))),
        "too deep",
    ),
    "19 MB document": (_file("long.docx", lambda: _long_document(PARAGRAPH)), "too large"),
    "19 MB of empty paragraphs": (_file("empty.docx", lambda: _long_document("<w:p/>")), "too large"),
    "3 MB document": (_file("long.docx", lambda: _long_document(PARAGRAPH, 3 * MB)), "split it"),
    "empty document": (_file("empty.docx", lambda: archive(docx_members("<w:p/>"))), "no text in the file"),
    # What answers cannot hold
    "table in HTML": (_file("table.html", "<h2>Plans</h2>\n<table><tr><td>x</table>"), "line 2: a table"),
    "table in Markdown": (_file("table.md", "# H\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"), "line 3: a table"),
    "table in docx": (
        _file("table.docx", lambda: archive(docx_members(PARAGRAPH + _TABLE))),
        "paragraph 2: a table",
    ),
    "footnote in odt": (_file("note.odt", lambda: archive(odt_members(_FOOTNOTE))), "paragraph 1: a footnote"),
    "footnote in Markdown": (_file("note.md", "Words[^1].\n\n[^1]: note\n"), "line 3: a footnote"),
    "footnote in HTML": (_file("note.html", "<p>x</p>\n<div class=footnotes>n</div>"), "line 2: a footnote"),
    "text box in docx": (_file("box.docx", lambda: archive(docx_members(PARAGRAPH + _TEXT_BOX))), "“Boxed words”"),
    "raw HTML in Markdown": (_file("raw.md", "Words.\n\n<div>x</div>\n"), "line 3: raw HTML"),
    "raw inline HTML": (_file("raw.md", "Words\nand <b>more</b>.\n"), "line 2: raw HTML"),
    "front matter": (_file("front.md", "---\ntitle: Words\n---\n\nText\n"), "line 1: front matter"),
}
