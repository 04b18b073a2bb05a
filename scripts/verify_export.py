#!/usr/bin/env python3
"""Verifies an export of the history without the service: python verify_export.py FOLDER [PUBLIC-KEY-FILE]

Asks for Python 3.8 or later and, for the signatures, the program openssl 3.0 or later. Nothing else is used.
The folder holds events.jsonl, head.json, public-key.pem and checkpoints/. A public key that you were given on
another way counts for more than the one in the folder: name it.

Says the first event that does not fit and exits with 1; exits with 0 where all fit, and with 2 where it could
not tell.
"""

import base64
import datetime
import hashlib
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

BEGINNING = "0" * 64
NAME = re.compile(r"checkpoint-(\d{6,})\.txt")
COLUMNS = ("id", "sequence", "at", "actor", "verb", "subject", "data")
CHECKPOINT = re.compile(
    rb"(Checkpoint of the chain of events, format 1\nNumber: (\d{1,18})\nMade: (\S+)\nEvents: (\d{1,18})\n"
    rb"Previous: ([0-9a-f]{64})\n((?:\d{1,18} [0-9a-f]{64}\n)+))Signature: ([A-Za-z0-9+/=]+)\n"
)


def canonical(event):
    """Every column, in the one form that the digest is made of."""
    columns = {name: event[name] for name in COLUMNS}
    return json.dumps(columns, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(previous, text):
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def own_fault(event, previous, listed):
    """Why the event does not fit to the one before it, to itself or to its checkpoint; nothing where it does."""
    if event["previous"] != previous:
        return "it does not name the digest of the event before it"
    if event["canonical"] != canonical(event):
        return "its columns are not those of its canonical text"
    if event["digest"] != digest(event["previous"], event["canonical"]):
        return "its text does not give its digest"
    said, name = listed.get(event["sequence"], (event["digest"], ""))
    if said != event["digest"]:
        return f"it is not the event that {name} lists"
    return ""


def chain_fault(events, listed, head):
    """The first thing in the chain that does not fit."""
    expected, previous = 1, BEGINNING
    for event in events:
        named = f"{event['verb']} {event['subject']}"
        if event["sequence"] != expected:
            return f"Event {expected} is missing: the next one is {event['sequence']} ({named})."
        fault = own_fault(event, previous, listed)
        if fault:
            return f"Event {expected} ({named}) does not fit: {fault}."
        expected, previous = expected + 1, event["digest"]
    if expected in listed:
        return f"Event {expected} is missing: {listed[expected][1]} lists it."
    if (head["sequence"], head["digest"]) == (expected - 1, previous):
        return ""
    if head["sequence"] >= expected:
        return f"Event {expected} is missing: {head['sequence']} events were recorded and {expected - 1} are there."
    return f"Event {expected - 1} is not the recorded end of the chain, which is event {head['sequence']}."


def is_signed(text, signature, key):
    """Asked of openssl: Python's own library knows no signatures."""
    with tempfile.TemporaryDirectory() as folder:
        said, by = Path(folder) / "text", Path(folder) / "signature"
        said.write_bytes(text)
        by.write_bytes(signature)
        command = ["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", str(key)]
        command += ["-in", str(said), "-sigfile", str(by)]
        done = subprocess.run(command, capture_output=True)  # noqa: S603
    if done.returncode and b"Signature Verification Failure" not in done.stdout + done.stderr:
        fail(f"openssl could not tell: {done.stderr.decode(errors='replace').strip()}")
    return done.returncode == 0


class Unreadable(ValueError):
    """It is not what a checkpoint looks like."""


def parse(content):
    """What a checkpoint lists, the file that it follows, what was signed, the signature."""
    found = CHECKPOINT.fullmatch(content)
    if not found or not content.isascii():
        raise Unreadable("it does not have the form of one")
    rows = [line.split() for line in found[6].decode().splitlines()]
    count = int(found[4])
    if [int(sequence) for sequence, _ in rows] != list(range(count - len(rows) + 1, count + 1)):
        raise Unreadable("its events are not one after another")
    try:
        datetime.datetime.strptime(found[3].decode(), "%Y-%m-%dT%H:%M:%S.%fZ")  # noqa: DTZ007
        signature = base64.b64decode(found[7], validate=True)
    except ValueError:
        raise Unreadable("its time or its signature is not written as such") from None
    return {int(sequence): said for sequence, said in rows}, found[5].decode(), found[1], signature


def read_checkpoints(folder, key):
    """What the newest checkpoint and those before it list, and what is wrong with one of them."""
    listed, used = {}, 0
    names = [NAME.fullmatch(one.name) for one in folder.iterdir()] if folder.is_dir() else []
    numbers = sorted(int(found[1]) for found in names if found)
    number, follows = (numbers[-1], "") if numbers else (0, "")
    while number in numbers:
        path = folder / f"checkpoint-{number:06}.txt"
        content = path.read_bytes()
        try:
            rows, before, text, signature = parse(content)
        except Unreadable as error:
            return listed, used, f"{path.name} is not a checkpoint: {error}."
        if follows and hashlib.sha256(content).hexdigest() != follows:
            later = f"checkpoint-{number + 1:06}.txt"
            return listed, used, f"{path.name} does not fit: it is not the file that {later} follows."
        if not is_signed(text, signature, key):
            return listed, used, f"{path.name} does not fit: its signature is not that of the key."
        listed.update((sequence, (said, path.name)) for sequence, said in rows.items())
        number, follows, used = number - 1, before, used + 1
    return listed, used, ""


def read_events(path):
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def verify(folder, key=None):
    """Sentences about what does not fit, and how many checkpoints and listed events there were."""
    listed, used, fault = read_checkpoints(folder / "checkpoints", key or folder / "public-key.pem")
    head = json.loads((folder / "head.json").read_text(encoding="utf-8"))
    faults = [fault, chain_fault(read_events(folder / "events.jsonl"), listed, head)]
    return [one for one in faults if one], used, len(listed)


def fail(sentence):
    print(sentence, file=sys.stderr)
    sys.exit(2)


def main():
    if len(sys.argv) not in {2, 3}:
        fail(__doc__.strip())
    try:
        faults, used, listed = verify(Path(sys.argv[1]), *map(Path, sys.argv[2:]))
    except (OSError, ValueError, KeyError) as error:
        fail(f"The export can’t be read: {error!r}")
    if faults:
        print("\n".join(faults))
        sys.exit(1)
    with (Path(sys.argv[1]) / "events.jsonl").open("rb") as lines:
        print(f"Sound: {sum(1 for _ in lines)} events fit; {used} signed checkpoints list {listed} of them.")


if __name__ == "__main__":
    main()
