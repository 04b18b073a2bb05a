"""The bytes of one file: opened without blocking, measured before reading, decoded strictly."""

import codecs
import os
import re
import stat
from collections.abc import Collection
from pathlib import Path

from reporting.exchange.errors import Unreadable
from reporting.exchange.readers.limits import FILE_BYTES, megabytes

OFFICE = {".docx", ".odt"}

# What the first bytes say where they contradict a text file's extension.
_SIGNATURES = (
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"%PDF-", "a PDF"),
    (b"\xd0\xcf\x11\xe0", "an old Office document, or one protected by a password"),
    (b"{\\rtf", "an RTF document"),
    (b"\x1f\x8b", "a gzip file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x7fELF", "a program"),
)
_HTML_START = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def shown_name(path: Path) -> str:
    """The file's name, fit for one line of a message."""
    return _CONTROL.sub("\ufffd", path.name or str(path))


def extension(path: Path, accepted: Collection[str]) -> str:
    found = path.suffix.lower()
    if found not in accepted:
        kind = f"a {found} file" if found else "a file without an extension"
        kinds = ", ".join(sorted(accepted))
        raise Unreadable(shown_name(path), f"{kind} cannot be read; the formats are {kinds}.")
    return found


def load(path: Path, accepted: Collection[str]) -> bytes:
    """The whole file, if its name, size and first bytes allow it."""
    name, found = shown_name(path), extension(path, accepted)
    try:
        data = _read(path, name)
    except FileNotFoundError:
        raise Unreadable(name, "there is no such file.") from None
    except PermissionError:
        raise Unreadable(name, "the file may not be read: its permissions forbid it.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "the name is not valid"
        raise Unreadable(name, f"the file cannot be opened ({reason}).") from None
    if not data.strip():
        raise Unreadable(name, "the file is empty.")
    _check_signature(data, name, found)
    return data


def _read(path: Path, name: str) -> bytes:
    _check_regular(path.stat(), name)  # before opening: to open a device can act on it
    # O_NONBLOCK: should a pipe have taken the file's place, opening it must not wait for a writer.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        _check_regular(status, name)
        data = b"" if status.st_size > FILE_BYTES else file.read(FILE_BYTES + 1)
        size = max(status.st_size, len(data))
    if size > FILE_BYTES:
        raise Unreadable(name, f"the file is larger than {megabytes(FILE_BYTES)}; split it.")
    return data


def _check_regular(status: os.stat_result, name: str) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise Unreadable(name, "this is a folder; name a file.")
    if not stat.S_ISREG(status.st_mode):
        raise Unreadable(name, "this is not an ordinary file.")


def _check_signature(data: bytes, name: str, found: str) -> None:
    what = next((what for start, what in _SIGNATURES if data.startswith(start)), "")
    if found in OFFICE:
        if not data.startswith(b"PK\x03\x04"):
            raise Unreadable(name, f"the content is {what or 'something else'}, not a {found} document.")
    elif what:
        raise Unreadable(name, f"the content is {what}, not a {found} file.")
    elif found not in (".html", ".htm") and _HTML_START.match(data[:4096]):
        raise Unreadable(name, f"the content is HTML, not a {found} file; rename it to .html.")


def decode(data: bytes, name: str, encoding: str = "") -> str:
    """By its byte order mark, else by `encoding`, else as UTF-8. Nothing is guessed."""
    for mark, marked in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            data, encoding = data[len(mark) :], marked
            break
    encoding = encoding or "utf-8"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        label = "UTF-8" if encoding == "utf-8" else encoding
        sentence = f"a character is not {label}; save the file as UTF-8."
        raise Unreadable(name, sentence, f"line {line}") from None
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise Unreadable(name, "there is a NUL byte, so this is no text file.", f"line {line}")
    if not text.strip():
        raise Unreadable(name, "there is no text in the file.")
    return text
