"""Rows that may change are compared with their events: a change past the service shows, one by the service never."""

import random
from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from reporting.domain import audit, filing, publication, releases, review
from reporting.domain.editions import Content
from reporting.domain.errors import NotPossible
from reporting.models import Comment, DraftSave, Publication, Report, Return, ReturnedEntry
from strategy.dates import PartialDate
from tests.conftest import made_once
from tests.domain.chain import remove, rewrite
from tests.world import World, at

WRONG_TIME = "is public at another time than was recorded."
WRONG_WORDS = "says something else about its publication than was recorded."


def faults() -> list[str]:
    return audit.verify().faults


def make() -> World:
    """A return, a correction, a correction that was withdrawn, an excuse."""
    world = World.small()
    world.open(2021)
    report, reviewer = world.report(2021), world.reviewer
    review.comment(actor=reviewer, report=world.review(report), action=world.actions[0], text="Say who.")
    report = review.return_report(actor=reviewer, report=report, message="Say who did it.", due=None)
    world.submit(report, progress="We did it.")
    review.start_review(actor=reviewer, report=report)
    review.comment(actor=reviewer, report=report, action=world.actions[0], text="Well.", private=True)
    review.accept_report(actor=reviewer, report=report)
    releases.release(actor=reviewer, round=report.round, note="The first ones.")
    for words in ("A lamp more.", "A lamp less."):
        publication.publish(world.corrected(world.report(2021), progress=words), actor=reviewer)
    publication.withdraw(report.editions.get(number=3), actor=reviewer, reason="It names a person.")
    review.excuse(actor=reviewer, report=world.report(2021, world.departments[1]), reason="It was merged.")
    assert faults() == []
    return world


made = made_once(make)


@pytest.fixture
def told(made: World, tampering: Callable[[], None]) -> World:
    tampering()
    return deepcopy(made)


@pytest.mark.parametrize(
    "model, where, values, sentence",
    [
        (Publication, {"edition__number": 1}, {"ends": None, "ending": ""}, WRONG_TIME),
        (Publication, {"edition__number": 2}, {"ends": None, "ending": ""}, WRONG_TIME),
        (Publication, {"edition__number": 3}, {"ending": "superseded"}, WRONG_TIME),
        (Publication, {"edition__number": 3}, {"ends": None, "ending": ""}, WRONG_TIME),
        (Publication, {"edition__number": 1}, {"note": "Forged."}, WRONG_WORDS),
        (Publication, {"edition__number": 1}, {"dated": PartialDate("2001-01")}, WRONG_WORDS),
        (Publication, {"edition__number": 1}, {"date_stated": False}, WRONG_WORDS),
        (Publication, {"edition__number": 3}, {"reason": "It is too long."}, WRONG_WORDS),
        (Return, {}, {"message": "Well done."}, "is gone or no longer says what was sent."),
        (Return, {}, {"due": at("2030-01-01 12:00").date()}, "is gone or no longer says what was sent."),
        (Return, {}, {"made_by": None}, "is gone or no longer says what was sent."),
        (Return, {}, {"made_at": at("2021-01-01 12:00")}, "is gone or no longer says what was sent."),
        (Comment, {"private": False}, {"author": None}, "is gone or no longer says what was written."),
        (Comment, {"private": False}, {"sent_at": None}, "is gone or no longer says what was written."),
        (Comment, {"private": False}, {"sent_at": at("2021-01-01 12:00")}, "no longer says what was written."),
        (Report, {"state": "excused"}, {"excused_reason": "It is lazy."}, "is excused for another reason."),
        (Report, {"state": "not_started"}, {"state": "excused", "excused_reason": "x"}, "did not excuse it."),
    ],
)
def test_row_that_was_changed_past_the_service_is_named(
    told: World, model: Any, where: dict[str, Any], values: dict[str, Any], sentence: str
) -> None:
    row = model.objects.filter(**where).order_by("pk").first()
    people = {name: told.leader.pk for name in values if name in {"author", "made_by"}}
    rewrite(model, row.pk, **(values | people))
    found = faults()
    assert len(found) == 1
    assert found[0].endswith(sentence)


def test_correction_that_was_hidden_is_named(told: World) -> None:
    """As if another one had followed at once."""
    report = told.report(2021)
    publication.publish(told.corrected(report), actor=told.reviewer)
    newest = Publication.objects.get(edition__number=4)
    rewrite(Publication, newest.pk, ends=newest.starts, ending="superseded")
    assert len(faults()) == 1
    assert faults()[0].endswith(f"/e4 {WRONG_TIME}")


def test_return_that_is_gone_or_was_put_in_is_named(told: World) -> None:
    made = Return.objects.get()
    made.pk = None
    made.save(force_insert=True)
    assert faults() == ["FEN/D01/2021 has a return without an event: it was not made by the service."]
    remove(ReturnedEntry)
    remove(Return)
    assert len(faults()) == 1
    assert faults()[0].endswith("the return of FEN/D01/2021 is gone or no longer says what was sent.")


def test_save_of_an_accepted_report_that_was_altered_with_its_digest_is_named(told: World) -> None:
    save = DraftSave.objects.filter(entry__head__isnull=False).latest("saved_at")
    save.progress = "All is done."
    digest = filing.digest_of(filing.draft_of(save).fields())
    rewrite(DraftSave, save.pk, progress=save.progress, digest=digest)
    assert faults() == ["FEN/D01/2021 no longer says what was signed off."]


def test_same_words_as_comment_and_as_note_one_taken_back_are_no_fault(told: World) -> None:
    report = told.review(told.report(2021, told.departments[2]))
    said = {"actor": told.reviewer, "report": report, "action": told.actions[0], "text": "See page 3."}
    note = [review.comment(private=private, **said) for private in (False, True)][1]
    review.take_back_comment(actor=told.reviewer, comment=note)
    assert faults() == []
    review.return_report(actor=told.reviewer, report=report, message="See there.")
    assert faults() == []


@pytest.mark.parametrize("seed", [0, 2, 5])
def test_whatever_the_service_does_to_windows_is_no_fault(made: World, db: None, seed: int) -> None:
    """Set, moved, stopped, withdrawn before and after the hour, taken in of an earlier day, in any order."""
    chance, now, world = random.Random(seed), timezone.now(), deepcopy(made)
    world.open(2022)
    report = world.report(2022)
    world.file(report)
    done = set()
    for _ in range(40):
        now += timedelta(hours=chance.choice([1, 5, 30]))
        act = chance.choice(["correct", "take in", "release", "release", "move", "stop", "withdraw", "note"])
        try:
            _do(act, world, report, chance, now)
            done.add(act)
        except NotPossible:
            continue
        assert faults() == [], act
    assert {"correct", "release", "withdraw"} <= done


def _do(act: str, world: World, report: Report, chance: random.Random, now: Any) -> None:
    of: dict[str, Any] = {"actor": world.reviewer, "at": now}
    report.refresh_from_db()
    later = now + timedelta(hours=chance.choice([2, 10, 50]))
    made = chance.choice([None, *report.round.releases.all()])
    edition = chance.choice(list(report.editions.all()))
    if act == "correct":
        world.corrected(report, progress=f"Word {chance.random()}.")
    elif act == "take in":
        day = PartialDate.of_day(timezone.localdate(now - timedelta(days=chance.choice([0, 1, 40]))))
        said = {1: Content(progress=f"Word {chance.random()}.")}
        taken = review.accept_published(report=report, contents=said, known_from=day, **of)
        publication.publish(taken, dated=day, **of)
    elif act == "release":
        releases.release(round=report.round, starts=chance.choice([later, None]), **of)
    elif act == "move" and made:
        releases.move(release=made, starts=later, **of)
    elif act == "stop" and made:
        releases.stop(release=made, reason="Not yet.", **of)
    elif act == "withdraw":
        publication.withdraw(edition, reason="It names a person.", **of)
    elif act == "note":
        publication.correct_note(edition, note=f"Note {chance.random()}.", **of)
