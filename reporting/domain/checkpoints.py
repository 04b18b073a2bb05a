"""Signed checkpoints: the digests of all events, kept outside the database, so that a rewritten chain shows.

A checkpoint is a small text file. It lists the sequence and digest of each event since the one before it, names
that one by its SHA-256, and is signed (Ed25519). So the newest one vouches for all of them, and the first event
that was rewritten can be named exactly. scripts/verify_export.py reads the same files without this code.
"""

import base64
import hashlib
import logging
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from reporting.domain import events
from reporting.domain.errors import NotPossible
from reporting.domain.events import Listed
from reporting.models import ChainHead, Event

logger = logging.getLogger(__name__)
PUBLIC_KEY = "public-key.pem"
FIRST_LINE = "Checkpoint of the chain of events, format 1"
NAME = re.compile(r"checkpoint-(\d{6,})\.txt")
SIGNED = re.compile(
    rf"{FIRST_LINE}\nNumber: (?P<number>\d{{1,18}})\nMade: (?P<made>\S+)\nEvents: (?P<events>\d{{1,18}})\n"
    r"Previous: (?P<previous>[0-9a-f]{64})\n(?P<rows>(?:\d{1,18} [0-9a-f]{64}\n)+)"
)
SIGNATURE = re.compile(r"Signature: ([A-Za-z0-9+/=]+)\n")


# The key ----------------------------------------------------------------------------------------------


def private_key() -> Ed25519PrivateKey:
    """The one that signs. Development makes its own on first use; production is given one."""
    path = Path(settings.CHECKPOINT_KEY)
    if not path.exists() and not settings.PRODUCTION:
        made = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        path.parent.mkdir(parents=True, exist_ok=True)
        place(path, made, mode=0o600)
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError) as error:
        raise NotPossible(
            f"The key of CHECKPOINT_KEY can’t be read ({error}). Make one: openssl genpkey -algorithm ed25519"
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise NotPossible("The key of CHECKPOINT_KEY is of another kind: it has to be an Ed25519 key.")
    return key


def public_key(path: Path | None = None) -> Ed25519PublicKey:
    """The one to check signatures with: from a file, or the one that belongs to the private key."""
    if path is None:
        return private_key().public_key()
    try:
        key = load_pem_public_key(path.read_bytes())
    except (OSError, ValueError) as error:
        raise NotPossible(f"The public key {path} can’t be read: {error}.") from error
    if not isinstance(key, Ed25519PublicKey):
        raise NotPossible(f"{path} is no Ed25519 key.")
    return key


def public_pem() -> bytes:
    return public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def fingerprint() -> str:
    """SHA-256 of the public key, to compare with what was written down elsewhere."""
    der = public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()


# Reading ----------------------------------------------------------------------------------------------


class Unreadable(ValueError):
    """It is not what a checkpoint looks like."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    name: str
    number: int
    made_at: datetime
    events: int  # how many there were
    previous: str  # SHA-256 of the file before it
    digests: dict[int, str]  # of the events since then, by their sequence
    sha256: str
    signed: bytes
    signature: bytes

    @property
    def first(self) -> int:
        return min(self.digests)


def name_of(number: int) -> str:
    return f"checkpoint-{number:06}.txt"


def numbers(folder: Path) -> list[int]:
    """Of all checkpoints in that folder, in order."""
    if not folder.is_dir():
        return []
    return sorted(int(found[1]) for one in folder.iterdir() if (found := NAME.fullmatch(one.name)))


def read(path: Path) -> Checkpoint:
    try:
        content = path.read_bytes()
        text = content.decode("ascii")
    except OSError as error:
        raise Unreadable(str(error)) from error
    except UnicodeDecodeError as error:
        raise Unreadable("it does not have the form of one") from error
    said = SIGNED.match(text)
    signature = SIGNATURE.fullmatch(text[said.end() :]) if said else None
    if said is None or signature is None:
        raise Unreadable("it does not have the form of one")
    rows = [line.split() for line in said["rows"].splitlines()]
    digests = {int(sequence): digest for sequence, digest in rows}
    count = int(said["events"])
    if list(digests) != list(range(count - len(rows) + 1, count + 1)):
        raise Unreadable("its events are not one after another")
    try:
        made_at = datetime.strptime(said["made"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
        decoded = base64.b64decode(signature[1], validate=True)
    except ValueError as error:
        raise Unreadable("its time or its signature is not written as such") from error
    return Checkpoint(
        path.name,
        int(said["number"]),
        made_at,
        count,
        said["previous"],
        digests,
        hashlib.sha256(content).hexdigest(),
        text[: said.end()].encode(),
        decoded,
    )


def is_signed(found: Checkpoint, key: Ed25519PublicKey) -> bool:
    try:
        key.verify(found.signature, found.signed)
    except InvalidSignature:
        return False
    return True


@dataclass(slots=True)
class Evidence:
    """What checkpoints say that can be believed, and what is wrong with the others."""

    listed: dict[int, Listed] = field(default_factory=dict)
    used: list[Checkpoint] = field(default_factory=list)  # newest first
    faults: list[str] = field(default_factory=list)

    @property
    def newest(self) -> Checkpoint | None:
        return self.used[0] if self.used else None


def evidence(path: Path | None = None, key_file: Path | None = None) -> Evidence:
    """Of this file and of those before it beside it, as far as they chain; without one, of the newest kept here."""
    found = Evidence()
    if path is None:
        folder = Path(settings.CHECKPOINT_DIR)
        known = numbers(folder)
        if not known:
            return found
        path = folder / name_of(known[-1])
    key, follower = public_key(key_file), None
    while path is not None:
        try:
            one = read(path)
        except Unreadable as error:
            found.faults.append(f"{path.name} is not a checkpoint: {error}.")
            break
        if follower and one.sha256 != follower.previous:
            found.faults.append(f"{path.name} does not fit: it is not the file that {follower.name} follows.")
            break
        if not is_signed(one, key):
            found.faults.append(f"{path.name} does not fit: its signature is not that of the key.")
            break
        found.used.append(one)
        found.listed |= {sequence: Listed(digest, path.name) for sequence, digest in one.digests.items()}
        before = path.parent / name_of(one.number - 1)
        follower, path = one, before if one.number > 1 and before.exists() else None
    return found


# Writing ----------------------------------------------------------------------------------------------


def after_commit() -> None:
    """Write one when the change that is going on is committed. Whether that works changes nothing for it."""
    transaction.on_commit(attempt)


def attempt() -> Checkpoint | None:
    """Write one where something happened; what stands in the way is logged."""
    try:
        return write()
    except Exception:
        logger.exception("No checkpoint could be written")
        return None


def write(at: datetime | None = None) -> Checkpoint | None:
    """Sign what happened since the last one. None where nothing did. Never over a chain that does not fit."""
    folder = Path(settings.CHECKPOINT_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    key = private_key()
    while True:
        last = _last(folder, key.public_key())
        digests = _since(last)
        if not digests:
            return None
        path = folder / name_of(last.number + 1 if last else 1)
        place(folder / PUBLIC_KEY, public_pem())
        if place(path, _signed(key, _text(last, digests, at or timezone.now()))):
            return read(path)
        # Another process was quicker: what is left after its checkpoint, if anything, goes into the next.


def _last(folder: Path, key: Ed25519PublicKey) -> Checkpoint | None:
    known = numbers(folder)
    if not known:
        return None
    path = folder / name_of(known[-1])
    try:
        found = read(path)
    except Unreadable as error:
        raise NotPossible(f"{path.name} is not a checkpoint: {error}. Run verify_audit.") from error
    if not is_signed(found, key):
        raise NotPossible(
            f"{path.name} is not signed with the key of CHECKPOINT_KEY. For a new key choose a new CHECKPOINT_DIR."
        )
    return found


def _since(last: Checkpoint | None) -> dict[int, str]:
    """The digests of the events since then, which have to fit."""
    previous, sequence = events.BEGINNING, 0
    if last:
        sequence, previous = last.events, last.digests[last.events]
        if not Event.objects.filter(sequence=sequence, digest=previous).exists():
            raise NotPossible(
                f"Event {sequence} is not the one that {last.name} lists: run verify_audit. "
                "For another database choose another CHECKPOINT_DIR."
            )
    found = {}
    for event in Event.objects.filter(sequence__gt=sequence).order_by("sequence").iterator(chunk_size=1000):
        fault = events.fault_of(event, previous)
        if event.sequence != sequence + 1 or fault:
            raise NotPossible(f"Event {sequence + 1} is missing or does not fit: run verify_audit.")
        sequence, previous = event.sequence, event.digest
        found[sequence] = previous
    return found


def _text(last: Checkpoint | None, digests: dict[int, str], at: datetime) -> bytes:
    lines = [
        FIRST_LINE,
        f"Number: {last.number + 1 if last else 1}",
        f"Made: {events.moment(at)}",
        f"Events: {max(digests)}",
        f"Previous: {last.sha256 if last else events.BEGINNING}",
        *(f"{sequence} {digest}" for sequence, digest in digests.items()),
    ]
    return "".join(f"{line}\n" for line in lines).encode()


def _signed(key: Ed25519PrivateKey, text: bytes) -> bytes:
    return text + b"Signature: " + base64.b64encode(key.sign(text)) + b"\n"


def place(path: Path, content: bytes, mode: int = 0o644) -> bool:
    """The whole file under its name, or nothing; False where the name is taken: nothing is ever overwritten."""
    if path.exists():
        return False
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        try:
            path.hardlink_to(temporary)  # a rename would overwrite
        except FileExistsError:
            return False
    finally:
        temporary.unlink(missing_ok=True)
    _sync(path.parent)
    return True


def _sync(folder: Path) -> None:
    """The name, too, is to outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# Taking it along --------------------------------------------------------------------------------------


def count() -> int:
    return len(numbers(Path(settings.CHECKPOINT_DIR)))


def kept(most: int) -> Iterator[Checkpoint]:
    """The newest that are kept here and can be read; what is wrong with others is said when all is verified."""
    folder = Path(settings.CHECKPOINT_DIR)
    for number in numbers(folder)[: -most - 1 : -1]:
        with suppress(Unreadable):
            yield read(folder / name_of(number))


SCRIPT = Path(settings.BASE_DIR) / "scripts" / "verify_export.py"


def export() -> Iterator[tuple[str, Iterator[bytes]]]:
    """Names of files and what is in them: all that somebody needs to verify the history without this service."""
    folder = Path(settings.CHECKPOINT_DIR)
    for number in numbers(folder):  # before the events: what they list is there by then
        yield f"checkpoints/{name_of(number)}", iter([(folder / name_of(number)).read_bytes()])
    with events.snapshot():
        yield "events.jsonl", _event_lines()
        head = ChainHead.objects.first()
        said = {"sequence": head.sequence if head else 0, "digest": head.digest if head else events.BEGINNING}
        yield "head.json", iter([f"{events.to_json(said)}\n".encode()])
    yield PUBLIC_KEY, iter([public_pem()])
    yield SCRIPT.name, iter([SCRIPT.read_bytes()])


def _event_lines() -> Iterator[bytes]:
    for event in Event.objects.order_by("sequence").iterator(chunk_size=1000):
        line = {
            "id": str(event.id),
            "sequence": event.sequence,
            "at": events.moment(event.at),
            "actor": event.actor_id,
            "verb": event.verb,
            "subject": event.subject,
            "data": event.data,
            "canonical": event.canonical,
            "previous": event.previous,
            "digest": event.digest,
        }
        yield f"{events.to_json(line)}\n".encode()
