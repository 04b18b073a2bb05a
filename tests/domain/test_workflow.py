"""The way of a report through its states, tried at random beside a model of what should happen.

The model (workflow_model.py) knows which move is possible in which state, what is kept, and what readers see at any
moment; the verbs have to agree with it after every step. A verb is always given the report as it was when its round
opened: it has to look itself.
"""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, models, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule, run_state_machine_as_test

from reporting import rules
from reporting.domain import checking, filing, people, publication, published, releases, review, working
from reporting.models import (
    Comment,
    DraftSave,
    Edition,
    Entry,
    Event,
    Publication,
    Release,
    Report,
    Return,
    ReturnedEntry,
    ReturnReason,
    Round,
    User,
)
from tests.domain.workflow_model import FIELDS, NUMBERS, WORDS, Filed, Released, Show, Written
from tests.domain.workflow_review import Reviewing
from tests.domain.workflow_writing import START, WHICH, round_of
from tests.world import World

INSTANT = timedelta(microseconds=1)


class Workflow(Reviewing):
    """The third part: how editions become public, or not."""

    def __init__(self) -> None:
        self.releases: list[Released] = []
        super().__init__()

    # Publishing ----------------------------------------------------------------------------------------

    def release(
        self,
        year: int,
        who: int,
        minutes: int | None,
        only: int | None,
        leave_out: int | None,
        blind: bool,
        note: str,
    ) -> None:
        """A round, one department's report of it, or all but one's. Not `blind`: other editions were read about."""
        if year not in self.rounds:
            return
        actor, bodies, now = self.person(who), self.world.departments, self.now()
        chosen = [bodies[only % len(bodies)]] if only is not None else bodies
        left = [bodies[leave_out % len(bodies)]] if leave_out is not None else []
        asked = [one for one in self.filed if one.report.round.year == year and one.report.department in chosen]
        asked = [one for one in asked if one.report.department not in left]
        taken = [(one, edition) for one in asked if (edition := one.to_publish(now))]
        starts = None if minutes is None else now + timedelta(minutes=minutes)
        stops = any(one.stops(now) for one in asked)
        possible = bool(taken) and not stops and blind and (minutes is None or minutes >= 0)
        made = self.tried(
            possible,
            lambda: releases.release(
                actor=actor,
                round=round_of(year),
                starts=starts,
                note=note,
                only=None if only is None else [body.pk for body in chosen],
                leave_out=[body.pk for body in left],
                expected=[edition.pk for _, edition in taken] if blind else [0],
                at=now,
            ),
            *(("publication.set", f"{one.reference}/e{edition.number}", actor) for one, edition in taken),
        )
        if possible:
            self.expected.append(("release.set", releases.reference_of(made), actor.pk))
            for one, edition in taken:
                one.shown(starts or now, edition.number)
                one.notes[edition.number] = "" if edition.change_note else note
            of = [(one, edition.number) for one, edition in taken]
            self.releases.append(Released(made, year, starts or now, of))

    def move_release(self, which: int, who: int, minutes: int) -> None:
        if not self.releases:
            return
        found, actor, now = self.releases[which % len(self.releases)], self.person(who), self.now()
        starts = now + timedelta(minutes=minutes)
        possible = not found.stopped and found.hour > now and minutes >= 0
        self.tried(
            possible,
            lambda: releases.move(actor=actor, release=found.release, starts=starts, at=now),
            ("release.moved", releases.reference_of(found.release), actor),
        )
        if possible:
            found.hour = starts
            for filed, number in found.waiting():
                filed.moved(number, starts)

    def stop_release(self, which: int, who: int, reason: str) -> None:
        if not self.releases:
            return
        found, actor, now = self.releases[which % len(self.releases)], self.person(who), self.now()
        possible = not found.stopped and found.hour > now and bool(reason.strip())
        self.tried(
            possible,
            lambda: releases.stop(actor=actor, release=found.release, reason=reason, at=now),
            ("release.stopped", releases.reference_of(found.release), actor),
        )
        if possible:
            found.stopped = True
            for filed, number in found.waiting():
                filed.not_shown(number)
                del filed.notes[number]

    def withdraw(self, which: int, edition: int, who: int, reason: str) -> None:
        filed, actor, now = self.one(which), self.person(who), self.now()
        if not filed.editions:
            return
        found = filed.editions[edition % len(filed.editions)]
        waits = found.number in filed.waits(now)
        possible = bool(reason.strip()) and found.number in set(filed.notes) - filed.withdrawn
        self.tried(
            possible,
            lambda: publication.withdraw(fresh(found), actor=actor, reason=reason, at=now),
            ("publication.withdrawn", f"{filed.reference}/e{found.number}", actor),
        )
        if possible:
            filed.withdrawn.add(found.number)
            if waits or Show(now, found.number) in filed.shows:
                filed.never.add(found.number)
            if waits:
                filed.not_shown(found.number)
            elif filed.public(now) == found.number:  # and not one that was replaced before
                filed.shown(now, 0)

    def correct_note(self, which: int, edition: int, who: int, note: str) -> None:
        filed, actor = self.one(which), self.person(who)
        if not filed.editions:
            return
        found = filed.editions[edition % len(filed.editions)]
        possible = found.number in filed.notes and bool(note.strip())
        changed = note != filed.note(found.number)
        recorded = [("publication.note_corrected", f"{filed.reference}/e{found.number}", actor)] if changed else []
        self.tried(
            possible,
            lambda: publication.correct_note(fresh(found), actor=actor, note=note, at=self.now()),
            *recorded,
        )
        if possible and changed:
            filed.notes[found.number] = note

    @rule(which=WHICH, who=WHICH, year=st.sampled_from([2020, 2020, 2021]), seed=st.integers(0, 2**32))
    def publish(self, which: int, who: int, year: int, seed: int) -> None:
        """One of these, whatever state the round and the release are in."""
        chance = random.Random(seed)
        words, minutes = chance.choice([WORDS, WORDS, WORDS, " "]), chance.choice([None, -1, 0, 4, 30, 700])
        match chance.randrange(6):
            case 0 | 1:
                only, leave_out = (chance.choice([None, None, 0, 1]) for _ in range(2))
                blind, note = chance.random() < 0.8, chance.choice(["", WORDS])
                self.release(year, who, minutes, only, leave_out, blind=blind, note=note)
            case 2:
                self.move_release(which, who, minutes or 0)
            case 3:
                self.stop_release(which, who, words)
            case 4:
                self.withdraw(which, chance.randint(0, 5), who, words)
            case 5:
                self.correct_note(which, chance.randint(0, 5), who, words)

    def try_what_is_not_possible(self, filed: Filed) -> None:
        super().try_what_is_not_possible(filed)
        self.release(filed.report.round.year, 0, -1, None, None, blind=True, note="")
        for place, one in enumerate(self.releases[-2:], start=max(0, len(self.releases) - 2)):
            self.move_release(place, 0, -1)
            if one.stopped or one.hour <= self.clock:
                self.stop_release(place, 0, WORDS)

    def go_on_publishing(self, filed: Filed, which: int, who: int, chance: random.Random) -> None:
        """To its hour, not without changes of mind, and from there to a correction."""
        if filed.to_publish(self.clock):
            minutes = chance.choice([None, 4, 30, 30, 700])
            if chance.random() < 0.3:
                self.release(filed.report.round.year, who, minutes, None, None, blind=True, note=WORDS)
            else:
                self.publish_alone(filed, who, minutes)
        elif waiting := filed.waits(self.clock):
            last = max(place for place, one in enumerate(self.releases) if (filed, waiting[0]) in one.editions)
            match chance.randrange(4):
                case 0:
                    self.move_release(last, who, chance.choice([4, 30]))
                case 1:
                    self.stop_release(last, who, WORDS)
                case 2:
                    self.withdraw(which, waiting[0] - 1, who, WORDS)
                    self.stop_release(last, who, WORDS)
                case _:
                    self.time_passes(45)
        else:
            self.moved(filed, "report.reopened", self.person(who))

    def publish_alone(self, filed: Filed, who: int, minutes: int | None) -> None:
        body = self.world.departments.index(filed.report.department)
        self.release(filed.report.round.year, who, minutes, body, None, blind=True, note=WORDS)

    # What holds after every step -----------------------------------------------------------------------

    @invariant()
    def reports_are_in_their_states(self) -> None:
        columns = ("pk", "state", "nil_reason", "submitted_by", "change_note", "change_kind")
        assert {row[0]: row[1:] for row in Report.objects.values_list(*columns)} == {
            one.report.pk: (one.state, one.nil, one.signed_by.pk if one.signed_by else None, *one.change)
            for one in self.filed
        }

    @invariant()
    def who_signed_off_has_not_accepted(self) -> None:
        assert not Report.objects.filter(accepted_by=models.F("submitted_by")).exists()

    @invariant()
    def every_move_has_its_event_and_nothing_else_has_one(self) -> None:
        found = Event.objects.filter(sequence__gt=self.before).order_by("sequence")
        assert list(found.values_list("verb", "subject", "actor")) == self.expected

    @invariant()
    def no_text_is_lost(self) -> None:
        found = DraftSave.objects.values_list(
            "pk", "entry__report", "entry__action__number", "base", "author", "beside", "settles", *FIELDS
        )
        assert {row[0]: row[1:] for row in found} == {
            one.id: (
                filed.report.pk,
                number,
                one.base.id if one.base else None,
                one.author.pk,
                one.beside,
                one.settles.id if one.settles else None,
                *one.words,
            )
            for filed, number, entry in self.entries()
            for one in entry.saves
        }

    @invariant()
    def entries_stand_as_they_were_saved(self) -> None:
        rows = list(Entry.objects.filter(head__isnull=False).select_related("action"))
        assert {(row.report_id, row.action.number): (row.head_id, row.ready) for row in rows} == {
            (filed.report.pk, number): (entry.head.id, entry.ready)
            for filed, number, entry in self.entries()
            if entry.head
        }
        places = {row.pk: (row.report_id, row.action.number) for row in rows}
        waiting = working.open_conflicts(rows)
        assert {places[key]: [one.pk for one in found] for key, found in waiting.items()} == {
            (filed.report.pk, number): [one.id for one in entry.open()]
            for filed, number, entry in self.entries()
            if entry.open()
        }

    @invariant()
    def what_was_said_in_reviews_is_kept(self) -> None:
        said = Comment.objects.values_list(
            "pk", "entry__report", "entry__action__number", "author", "private", "sent_at"
        )
        assert {row[0]: row[1:] for row in said} == {
            one.id: (filed.report.pk, number, one.author.pk, one.private, one.sent)
            for filed, number, entry in self.entries()
            for one in entry.remarks
        }
        columns = ("report", "action__number", "assessment", "assessment_reason", "return_reason")
        judged = {row[:2]: row[2:] for row in Entry.objects.values_list(*columns)}
        for filed, number, entry in self.entries():
            marked = entry.marked.pk if entry.marked else None
            assert judged.get((filed.report.pk, number), ("", "", None)) == (*entry.assessed, marked)

    @invariant()
    def returns_say_why(self) -> None:
        of_report = {one.report.pk: [(row.message, row.due) for row in one.returns] for one in self.filed}
        found: dict[int, list[Any]] = {key: [] for key in of_report}
        for key, *said in Return.objects.order_by("made_at", "pk").values_list("report", "message", "due"):
            found[key].append(tuple(said))
        assert found == of_report
        reasons = ReturnedEntry.objects.values_list("returned__report", "entry__action__number", "reason")
        assert sorted(reasons, key=str) == sorted(
            (
                (one.report.pk, number, reason.pk if reason else None)
                for one in self.filed
                for row in one.returns
                for number, reason in row.entries.items()
            ),
            key=str,
        )

    @invariant()
    def readers_see_what_was_published_and_nothing_else(self) -> None:
        """Now, and at each hour that is set, and the moment before."""
        hours = {one.hour for one in self.releases if not one.stopped and one.hour > self.clock}
        for moment in sorted({self.clock, *hours, *(hour - INSTANT for hour in hours)}):
            found = published.editions(self.world.strategy, moment)
            assert {one.report_id: (one.number, one.change_note) for one in found} == {
                one.report.pk: (one.public(moment), one.note(one.public(moment)))
                for one in self.filed
                if one.public(moment)
            }
            assert len(found) == sum(bool(one.public(moment)) for one in self.filed)

    @invariant()
    def releases_are_as_they_were_set(self) -> None:
        found = Release.objects.order_by("pk").values_list("pk", "round__year", "starts", "stopped_reason")
        assert list(found) == [
            (one.release.pk, one.year, one.hour, WORDS if one.stopped else "") for one in self.releases
        ]
        kept = {(one.report.pk, number) for one in self.filed for number in one.notes}
        assert set(Publication.objects.values_list("edition__report", "edition__number")) == kept
        assert Edition.objects.count() == sum(len(one.editions) for one in self.filed)

    def entries(self) -> list[tuple[Filed, int, Written]]:
        return [(filed, number, entry) for filed in self.filed for number, entry in filed.entries.items()]


def fresh(edition: Edition) -> Edition:
    """Without what it remembers of its window."""
    return Edition.objects.get(pk=edition.pk)


def play(world: World, wanted: settings) -> None:
    """Each run begins in this world and is undone."""
    Workflow.world = world
    Workflow.people = [
        world.leader,
        world.reviewer,
        User.objects.create_user("carla@example.invalid", name="Carla Contributor"),
    ]
    Workflow.reasons = list(ReturnReason.objects.all()[:2])
    roles = {"leader": world.departments[0], "reviewer": None, "contributor": world.departments[0]}
    for person, (role, department) in zip(Workflow.people, roles.items(), strict=True):
        people.give_role(actor=world.reviewer, person=person, role=role, department=department)
    run_state_machine_as_test(Workflow, settings=wanted)


QUICK = settings(
    max_examples=8,
    stateful_step_count=15,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)
FIRST_FAULT = settings(QUICK, max_examples=100)


@pytest.fixture
def world(db: None) -> World:
    return World.small(2, actions=len(NUMBERS))


def test_every_step_is_as_it_was_agreed(world: World) -> None:
    play(world, QUICK)


# Planted faults: each has to be found ------------------------------------------------------------------


def recall_in_review(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rules, "may_recall", lambda report: report.state in {"submitted", "in_review"})


def review_without_an_event(patch: pytest.MonkeyPatch) -> None:
    record = review._record
    patch.setattr(
        review, "_record", lambda one, verb, **said: verb.endswith("started") or record(one, verb, **said)
    )


def text_beside_is_dropped(patch: pytest.MonkeyPatch) -> None:
    save = filing.save_draft

    def forgetful(**said: Any) -> DraftSave:
        with transaction.atomic():
            made = save(**said)
            transaction.set_rollback(made.beside)
            return made

    patch.setattr(filing, "save_draft", forgetful)


def refusal_leaves_a_trace(patch: pytest.MonkeyPatch) -> None:
    excuse = review.excuse

    def hasty(*, report: Report, **said: Any) -> Report:
        Report.objects.filter(pk=report.pk).update(accepted_at=START)
        return excuse(report=report, **said)

    patch.setattr(review, "excuse", hasty)


def problems_stop_nobody(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(checking, "problems", lambda report: [])


def stop_leaves_the_end_of_what_it_replaced(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(publication, "_give_back", lambda content, window: None)


def move_leaves_the_end_of_what_it_replaces(patch: pytest.MonkeyPatch) -> None:
    def alone(window: Publication, *, starts: datetime) -> None:
        window.starts = starts
        window.save(update_fields=["starts"])

    patch.setattr(publication, "move", alone)


def release_writes_before_it_asks(patch: pytest.MonkeyPatch) -> None:
    """As it would without its transaction."""
    release = releases.release

    def hasty(*, actor: User, round: Round, **said: Any) -> Release:
        made = Release.objects.create(round=round, starts=START, made_by=actor, made_at=START)
        done = release(actor=actor, round=round, **said)
        made.delete()
        return done

    patch.setattr(releases, "release", hasty)


def who_signed_off_accepts(patch: pytest.MonkeyPatch) -> None:
    """The database refuses it too, in its own way."""
    patch.setattr(rules, "may_accept", lambda actor, report: report.state == "in_review")


def correction_says_nothing(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(filing, "is_correction", lambda report: False)


def withdrawn_waits_again(patch: pytest.MonkeyPatch) -> None:
    """A release that is stopped takes back an edition that was withdrawn before."""
    patch.setattr(releases, "_waiting", releases.windows_of)


def edition_without_its_assessments(patch: pytest.MonkeyPatch) -> None:
    cut = review.cut_edition
    patch.setattr(review, "cut_edition", lambda **said: cut(**{**said, "assessments": {}}))


QUICKLY_FOUND = [release_writes_before_it_asks, recall_in_review, text_beside_is_dropped]  # one of each part
OTHERS = [
    stop_leaves_the_end_of_what_it_replaced,
    move_leaves_the_end_of_what_it_replaces,
    who_signed_off_accepts,
    correction_says_nothing,
    withdrawn_waits_again,
    edition_without_its_assessments,
    review_without_an_event,
    refusal_leaves_a_trace,
    problems_stop_nobody,
]


@pytest.mark.once
@pytest.mark.parametrize("fault", [*QUICKLY_FOUND, *(pytest.param(one, marks=pytest.mark.long) for one in OTHERS)])
def test_planted_fault_is_found(
    world: World, monkeypatch: pytest.MonkeyPatch, fault: Callable[[pytest.MonkeyPatch], None]
) -> None:
    fault(monkeypatch)
    with pytest.raises((AssertionError, IntegrityError, DraftSave.DoesNotExist)):
        play(world, FIRST_FAULT)
