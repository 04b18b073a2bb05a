"""What checkpoints tell of a history that was altered, and what else is compared; with the service and without it."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from io import StringIO
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from reporting.domain import audit, checkpoints, filing, publication, releases, review
from reporting.models import ChainHead, Comment, DraftSave, Edition, EditionEntry, Event, Mail, Publication
from strategy.models import CommitmentVersion
from tests.conftest import made_once
from tests.domain.chain import event, remove, rewrite, verdict
from tests.torture import tampering as ways
from tests.world import World, at

CASES = {
    "sqlite": 200,
    "postgresql": 24,
}  # the same at each run; tests/torture/test_audit.py goes 200 others on both


@pytest.fixture
def folder() -> Path:
    """Where checkpoints are kept in this test."""
    return Path(settings.CHECKPOINT_DIR)


def verify(**options: Any) -> list[str]:
    try:
        call_command("verify_audit", stdout=StringIO(), **options)
    except CommandError as error:
        return str(error).splitlines()
    return []


def with_checkpoints() -> tuple[World, int, dict[str, bytes]]:
    """A world, how many of its events checkpoints list, and the files."""
    world, listed = ways.recorded()
    return world, listed, {path.name: path.read_bytes() for path in Path(settings.CHECKPOINT_DIR).iterdir()}


kept = made_once(with_checkpoints)


@pytest.fixture
def signed(
    kept: tuple[World, int, dict[str, bytes]], folder: Path, tampering: Callable[[], None]
) -> tuple[World, int]:
    """The world, and how many of its events checkpoints list."""
    world, listed, files = kept
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    tampering()
    return deepcopy(world), listed


def test_verify_says_what_it_compared_with(signed: tuple[World, int]) -> None:
    said = StringIO()
    call_command("verify_audit", stdout=said)
    assert f"Events 1 to {signed[1]} are those of 3 signed checkpoints, the last of " in said.getvalue()


def test_tampering_of_every_kind_is_detected_and_located_by_both(
    signed: tuple[World, int], tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """By verify_audit and by the script that knows nothing of it, at the same event and in the same words."""
    count = CASES[connection.vendor]
    found, missed = ways.tampered(tmp_path, signed[1], count, seed=1)
    assert missed == []
    assert sum(found.values()) == count
    assert min(found.values()) >= count // len(ways.KINDS)
    record_property("tampering", count)
    print(f"Tampering: {count} cases, all detected and located: {dict(found)}")


def test_consistent_rehash_shows_by_the_checkpoint_alone(signed: tuple[World, int], folder: Path) -> None:
    """The control: without the checkpoints the same is sound."""
    found = ways.chain()
    found[6].at = found[5].at
    ways.rehash(found)
    ways.put(found)
    ways.mend_head(found)
    sentence = f"Event 7 ({found[6].verb} {found[6].subject}) does not fit: it is not the event that "
    assert verify() == [f"{sentence}checkpoint-000001.txt lists."]
    for path in folder.glob("checkpoint-*"):
        path.unlink()
    assert [one for one in verify() if "Event 7 " in one] == []


def test_truncation_with_a_mended_end_shows_by_the_checkpoint(signed: tuple[World, int]) -> None:
    last = signed[1] - 1
    Mail.objects.all().delete()  # each hangs on its event
    remove(Event, sequence__gt=last)
    rewrite(ChainHead, 1, sequence=last, digest=event(last).digest)
    assert verify() == [f"Event {last + 1} is missing: checkpoint-000003.txt lists it."]


def test_checkpoint_kept_elsewhere_tells_what_those_here_no_longer_do(
    signed: tuple[World, int], folder: Path, tmp_path: Path
) -> None:
    """Somebody rewrote the chain and signed it anew with the key: the copy elsewhere tells."""
    for path in folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
        path.unlink()
    found = ways.chain()
    ways.change(ways.random.Random(1), found[9])
    ways.rehash(found)
    ways.put(found)
    ways.mend_head(found)
    assert checkpoints.write()
    assert verify() == [] or "Event 10 " not in verify()[0]
    newest = tmp_path / "checkpoint-000003.txt"
    assert verify(checkpoint=newest, public_key=tmp_path / "public-key.pem")[0].startswith("Event 10 (")
    # It alone, without those before it: the first of the events that it lists itself.
    alone = tmp_path / "alone"
    alone.mkdir()
    (alone / newest.name).write_bytes(newest.read_bytes())
    first = checkpoints.read(newest).first
    assert verify(checkpoint=alone / newest.name)[0].startswith(f"Event {first} (")


def another_key(path: Path) -> Path:
    key = Ed25519PrivateKey.generate()
    path.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    path.with_suffix(".private").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return path


def test_signature_of_another_key_is_not_believed(signed: tuple[World, int], tmp_path: Path) -> None:
    key = another_key(tmp_path / "other.pem")
    assert verify(public_key=key) == ["checkpoint-000003.txt does not fit: its signature is not that of the key."]


@pytest.mark.parametrize(
    "number, sentence",
    [
        (3, "checkpoint-000003.txt does not fit: its signature is not that of the key."),
        (2, "checkpoint-000002.txt does not fit: it is not the file that checkpoint-000003.txt follows."),
    ],
)
def test_checkpoint_that_was_edited_is_named(
    signed: tuple[World, int], folder: Path, tmp_path: Path, number: int, sentence: str
) -> None:
    path = folder / checkpoints.name_of(number)
    text = path.read_text()
    path.write_text(text.replace("Made: 2", "Made: 1", 1))
    assert verify() == [sentence]
    assert ways.script().verify(ways.exported(tmp_path))[0] == [sentence]


@pytest.mark.parametrize("content", ["", "nonsense", "Number: 3\n", "\0"])
def test_file_that_is_no_checkpoint_is_named(signed: tuple[World, int], folder: Path, content: str) -> None:
    (folder / "checkpoint-000003.txt").write_text(content)
    assert verify() == ["checkpoint-000003.txt is not a checkpoint: it does not have the form of one."]


@pytest.mark.parametrize(
    "line, to",
    [
        (r"Signature: .*", "Signature: A=A=A"),
        (r"Signature: .*", "Signature: QUJD"),
        (r"Made: .*", "Made: never"),
        (r"Made: .*", "Made: 2026-11-22T21:50:00.000000\u017f"),
        (r"Events: .*", f"Events: {'9' * 5000}"),
        (r"Events: .*", "Events: 9"),
        (r"(\n\d+ [0-9a-f]{64})\n", r"\1\1\n"),
    ],
)
def test_checkpoint_that_is_badly_written_is_named_by_both(
    signed: tuple[World, int], folder: Path, tmp_path: Path, line: str, to: str
) -> None:
    """In the same words; without them the script could only say that it can't tell."""
    path = folder / checkpoints.name_of(3)
    path.write_text(re.sub(line, to, path.read_text(), count=1), encoding="utf-8")
    said = verify()
    assert len(said) == 1
    assert said[0].startswith("checkpoint-000003.txt ")
    assert ways.script().verify(ways.exported(tmp_path))[0] == said


def test_public_key_that_is_none_is_said(signed: tuple[World, int], tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_text("none")
    assert verify(public_key=tmp_path / "key.pem")[0].startswith(
        f"The public key {tmp_path / 'key.pem'} can’t be read"
    )
    assert verify(public_key=tmp_path / "nowhere.pem")[0].startswith("The public key ")


# The content under the chain ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "model, values, sentence",
    [
        (EditionEntry, {"progress": "All is done."}, "/e1 no longer says what was recorded."),
        (CommitmentVersion, {"text": "Nothing."}, "/v1 no longer says what was recorded."),
        (DraftSave, {"progress": "All is done."}, "no longer says what was saved."),
        (Comment, {"text": "Well done."}, "is gone or no longer says what was written."),
        (Comment, {"private": True, "sent_at": None}, "is gone or no longer says what was written."),
    ],
)
def test_content_under_the_chain_that_was_altered_is_named(
    signed: tuple[World, int], model: Any, values: dict[str, Any], sentence: str
) -> None:
    row = model.objects.order_by("pk").first()
    assert verdict() == []
    rewrite(model, row.pk, **values)
    assert len(verdict()) == 1
    assert sentence in verdict()[0]


def test_signed_off_report_that_was_altered_with_its_digest_is_named(signed: tuple[World, int]) -> None:
    """The save fits by itself; the event of the sign-off tells."""
    world = signed[0]
    world.submit(world.report(2021, world.departments[3]))
    said = Event.objects.filter(verb="report.signed_off").latest("sequence")
    save = DraftSave.objects.filter(entry__report__department__code="D04").latest("saved_at")
    save.progress = "All is done."
    digest = filing.digest_of(filing.draft_of(save).fields())
    rewrite(DraftSave, save.pk, progress=save.progress, digest=digest)
    assert said.subject == "FEN/D04/2021"
    assert verdict() == ["FEN/D04/2021 no longer says what was signed off."]


def test_comment_that_is_gone_or_was_put_in_is_named(signed: tuple[World, int]) -> None:
    comment = Comment.objects.get()
    said = Event.objects.get(verb="entry.commented")
    remove(Comment, pk=comment.pk)
    assert verdict() == [
        f"Event {said.sequence} does not fit: the comment on FEN/D01/2021/1 is gone or no longer says what was written."
    ]
    comment.save(force_insert=True)
    comment.pk = None
    comment.save(force_insert=True)
    assert verdict() == ["FEN/D01/2021/1 has a comment without an event: it was not made by the service."]


@pytest.mark.parametrize(
    "values, sentence",
    [
        ({"starts": at("2020-12-24 09:30")}, "FEN/D01/2020/e1 is public at another time than was recorded."),
        (
            {"ends": at("2030-01-01 09:30"), "ending": "superseded"},
            "/e1 is public at another time than was recorded.",
        ),
        (
            {"ends": at("2030-01-01 09:30"), "ending": "withdrawn"},
            "/e1 is public at another time than was recorded.",
        ),
    ],
)
def test_window_that_was_changed_past_the_service_is_named(
    signed: tuple[World, int], values: dict[str, Any], sentence: str
) -> None:
    """An embargo, above all: nothing is published early without a trace."""
    window = Publication.objects.get(edition__report__department__code="D01")
    rewrite(Publication, window.pk, **values)
    assert len(verdict()) == 1
    assert verdict()[0].endswith(sentence)


def test_window_that_is_gone_or_was_put_in_is_named(signed: tuple[World, int]) -> None:
    window = Publication.objects.get(edition__report__department__code="D01")
    remove(Publication, pk=window.pk)
    assert [one.partition(": ")[2] for one in verdict()] == ["the time of publication of FEN/D01/2020/e1 is gone."]
    window.save(force_insert=True)
    waiting = Edition.objects.get(report__round__year=2021)
    Publication.objects.create(edition=waiting, starts=window.starts, dated=window.dated)
    assert verdict() == ["FEN/D02/2021/e1 has a time of publication without an event: the service did not set it."]


def test_windows_that_the_service_changed_are_no_fault(signed: tuple[World, int]) -> None:
    """Set, moved, stopped, set again, followed by a correction, withdrawn: each with its event."""
    world, reviewer = signed[0], signed[0].reviewer
    report = world.report(2021, world.departments[1])
    later = timezone.now() + timedelta(days=1)
    of: dict[str, Any] = {"actor": reviewer, "round": report.round, "only": [report.department_id]}
    releases.stop(actor=reviewer, release=releases.release(starts=later, **of), reason="Not yet.")
    assert verdict() == []
    made = releases.release(starts=later, **of)
    releases.move(actor=reviewer, release=made, starts=later + timedelta(hours=1))
    assert verdict() == []
    publication.withdraw(report.editions.get(), actor=reviewer, reason="Not at all.")
    assert verdict() == []
    second = world.corrected(world.report(2021, world.departments[1]))
    publication.publish(second, actor=reviewer)
    third = world.corrected(world.report(2021, world.departments[1]))
    assert releases.release(starts=later, **of).publications.get().edition == third
    assert verdict() == []
    publication.withdraw(second, actor=reviewer, reason="It names a person.")
    assert verdict() == []


def test_comment_that_was_taken_back_is_no_fault(signed: tuple[World, int]) -> None:
    world = signed[0]
    report = world.review(world.report(2021, world.departments[2]))
    twice = [
        review.comment(actor=world.reviewer, report=report, action=world.actions[0], text="Twice.") for _ in "12"
    ]
    review.take_back_comment(actor=world.reviewer, comment=twice[0])
    assert verdict() == []


# Taking it along ------------------------------------------------------------------------------------------


def test_export_is_verified_without_the_service(signed: tuple[World, int], tmp_path: Path) -> None:
    """By the script that is in it, in a Python that finds nothing of this project or of any other."""
    folder = tmp_path / "export"
    said = StringIO()
    call_command("export_audit", str(folder), stdout=said)
    assert sorted(str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file()) == [
        "checkpoints/checkpoint-000001.txt",
        "checkpoints/checkpoint-000002.txt",
        "checkpoints/checkpoint-000003.txt",
        "events.jsonl",
        "head.json",
        "public-key.pem",
        "verify_export.py",
    ]
    first = json.loads((folder / "events.jsonl").read_text().splitlines()[0])
    assert set(first) == {
        *("id", "sequence", "at", "actor", "verb", "subject", "data", "canonical", "previous", "digest")
    }

    def run() -> tuple[int, str, str]:
        command = [sys.executable, "-I", "-S", str(folder / "verify_export.py"), str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
        return done.returncode, done.stdout, done.stderr

    count = Event.objects.count()
    assert run() == (0, f"Sound: {count} events fit; 3 signed checkpoints list {signed[1]} of them.\n", "")
    rows = (folder / "events.jsonl").read_text().splitlines()
    rows[11] = rows[11].replace('"verb":"', '"verb":"x', 1)
    (folder / "events.jsonl").write_text("\n".join(rows))
    status, words, complaints = run()
    assert (status, complaints) == (1, "")
    assert words.startswith("Event 12 (x")
    (folder / "events.jsonl").write_text("{")
    assert run()[0] == 2
    with pytest.raises(CommandError, match="holds something already"):
        call_command("export_audit", str(folder))


def test_verify_remembers_when_it_was_done_last(signed: tuple[World, int]) -> None:
    assert audit.last_verdict() is None
    verify()
    found = audit.last_verdict()
    assert found
    assert (found.faults, found.checkpoints, found.listed_to) == ([], 3, signed[1])


@pytest.mark.django_db(transaction=True)
def test_events_that_are_added_meanwhile_are_no_fault(world: World) -> None:
    """Verified while another connection appends."""
    if connection.vendor == "sqlite":
        return  # in memory there is one connection; in a file writers wait for the verdict
    checkpoints.write()
    ended, faults = [], []

    def append() -> None:
        for year in range(2020, 2040):
            world.open(year)
        connection.close()
        ended.append(True)

    thread = Thread(target=append)
    thread.start()
    while not ended:
        faults += audit.verify().faults
        checkpoints.write()
    thread.join()
    assert faults == []
