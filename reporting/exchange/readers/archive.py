"""Office documents are ZIP archives of XML: everything in one is checked before any of it is understood.

The result is a fresh archive of the XML parts only, so that the converter reads exactly the bytes that
were checked, whatever the original says about sizes, names and order.
"""

import io
import stat
import zipfile
import zlib
from xml.parsers import expat

from reporting.exchange.errors import Unreadable
from reporting.exchange.readers.limits import (
    ARCHIVE_BYTES,
    ARCHIVE_MEMBERS,
    XML_BYTES,
    XML_DEPTH,
    Budget,
    megabytes,
)

_CHUNK = 64 * 1024
_MEMBER_SIGNATURE = b"PK\x01\x02"  # one for each member, in the archive's directory
_DOCX_MAIN = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_ODT_TYPE = b"application/vnd.oasis.opendocument.text"

Parts = dict[str, bytes]


def unpack(data: bytes, budget: Budget) -> Parts:
    """The XML parts by name (and an OpenDocument's type): every member is read to its end and checked."""
    if data.count(_MEMBER_SIGNATURE) > ARCHIVE_MEMBERS:  # before the directory is parsed
        raise budget.fault(f"the archive has more than {ARCHIVE_MEMBERS:,} members.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            _check_names(members, budget)
            return _read_all(archive, members, budget)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError, ValueError):
        raise budget.fault("the archive is damaged or incomplete; save the document again.") from None


def _check_names(members: list[zipfile.ZipInfo], budget: Budget) -> None:
    seen = set[str]()
    for member in members:
        name = member.orig_filename
        shown = "".join(character if character.isprintable() else "\ufffd" for character in name[:80])
        parts = name.replace("\\", "/").split("/")
        if name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0] or "\0" in name:
            raise budget.fault(f"a member of the archive has an unsafe name, “{shown}”.")
        if name.casefold() in seen:
            raise budget.fault(f"two members of the archive have the same name, “{shown}”.")
        seen.add(name.casefold())
        if member.flag_bits & 0x1:
            raise budget.fault("the archive is encrypted; save the document without a password.")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise budget.fault(f"a member of the archive is a link, “{shown}”.")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise budget.fault("the archive is packed in a way that office programs don't use.")
        if "vbaproject" in name.casefold() or parts[0].casefold() in ("basic", "scripts"):
            raise budget.fault("the document contains macros; save it without them.")


def _read_all(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], budget: Budget) -> Parts:
    """Sizes that an archive declares can lie, so what counts is what comes out."""
    if sum(member.file_size for member in members) > ARCHIVE_BYTES:
        raise _too_large(budget)
    parts, total, total_xml = Parts(), 0, 0
    for member in members:
        keep = member.filename.endswith((".xml", ".rels")) or member.filename == "mimetype"
        chunks, size = list[bytes](), 0
        with archive.open(member) as file:
            while chunk := file.read(_CHUNK):
                size += len(chunk)
                total += len(chunk)
                total_xml += len(chunk) * keep
                if total > ARCHIVE_BYTES or total_xml > XML_BYTES:
                    raise _too_large(budget)
                if keep:
                    chunks.append(chunk)
        if size != member.file_size:
            raise zipfile.BadZipFile("a member is not as long as it says")
        if keep:
            parts[member.filename] = b"".join(chunks)
    return parts


def _too_large(budget: Budget) -> Unreadable:
    most = f"the most is {megabytes(ARCHIVE_BYTES)}, and {megabytes(XML_BYTES)} of text with its markup"
    return budget.fault(f"unpacked, the document is too large; split it ({most}).")


def check_kind(parts: Parts, extension: str, budget: Budget) -> None:
    if extension == ".docx":
        types = parts.get("[Content_Types].xml", b"")
        if b"macroenabled" in types.lower():
            raise budget.fault("the document can contain macros; save it as an ordinary .docx.")
        if _DOCX_MAIN not in types or "word/document.xml" not in parts:
            raise budget.fault("the archive is not a Word document.")
        return
    if parts.get("mimetype", b"").strip() != _ODT_TYPE or "content.xml" not in parts:
        raise budget.fault("the archive is not an OpenDocument text.")
    if b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
        raise budget.fault("the document is protected by a password; save it without one.")


def check_xml(parts: Parts, budget: Budget) -> None:
    """Well formed, not too deep, and without the declarations by which XML reaches out or explodes."""
    for name, data in parts.items():
        if name != "mimetype":
            _check_part(name, data, budget)


def _check_part(name: str, data: bytes, budget: Budget) -> None:
    depth = 0

    def declares(*_: object) -> None:
        raise budget.fault(f"{name[:80]} declares a document type or an entity; such files are refused.")

    def opens(*_: object) -> None:
        nonlocal depth
        depth += 1
        if depth > XML_DEPTH:
            raise budget.fault(f"{name[:80]} is nested too deep.")

    def closes(_: str) -> None:
        nonlocal depth
        depth -= 1

    # Whatever encoding a part declares, offices write UTF-8. With a separator an unknown prefix is a fault too.
    parser = expat.ParserCreate(encoding="utf-8", namespace_separator=" ")
    parser.StartDoctypeDeclHandler = declares
    parser.EntityDeclHandler = declares
    parser.StartElementHandler = opens
    parser.EndElementHandler = closes
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise budget.fault(f"{name[:80]} is damaged in line {error.lineno}; save the document again.") from None


def pack(parts: Parts) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return packed.getvalue()
