"""The way of a report through its states, tried at random beside a model of what should happen.

The model knows which move is possible in which state and what is kept; the verbs have to agree with it
after every step. A verb is always given the report as it was when its round opened: it has to look itself.
"""

import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import ModuleType
from typing import Any, ClassVar, NamedTuple

import pytest
from django.db import models, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from reporting import rules
from reporting.domain import audit, checking, filing, people, publication, review, rounds, working
from reporting.domain.editions import Content, contents_of
from reporting.domain.errors import NotPossible
from reporting.models import Comment, DraftSave, Edition, Entry, Event, Mail, Publication, Report, Round, User
from tests.world import World, at

START = at("2021-01-10 06:00")
NUMBERS = (1, 2)  # of the actions
EDITABLE = {"not_started", "draft", "returned"}
WORDS = "Because of the floods."


class Move(NamedTuple):
    """One verb of the table: from which states it is possible, and where it leads."""

    module: ModuleType
    verb: str
    possible_in: set[str]
    to: str
    words: str = ""  # the argument that says why
    may_be_silent: bool = False


MOVES = {  # by the verb of their event
    "report.signed_off": Move(filing, "sign_off", {"draft", "returned"}, "submitted"),
    "report.recalled": Move(filing, "recall", {"submitted"}, "draft"),
    "report.review_started": Move(review, "start_review", {"submitted"}, "in_review"),
    "report.returned": Move(review, "return_report", {"in_review"}, "returned", "message"),
    "report.accepted": Move(review, "accept_report", {"in_review"}, "accepted"),
    "report.reopened": Move(review, "reopen", {"accepted", "excused"}, "draft", "reason"),
    "report.excused": Move(review, "excuse", EDITABLE, "excused", "reason"),
}
# What somebody writes: the first kind can be signed off, and so can the second.
KINDS = {
    "complete": {"status": "on_track", "progress": "Text"},
    "not applicable": {"status": "not_applicable", "category": "other", "reason": "Text"},
    "no progress": {"status": "behind", "planned": "Text"},
    "no status": {"progress": "Text"},
    "no reason": {"status": "not_applicable", "category": "other", "notes": "Text"},
}
FIELDS = ("status", "progress", "planned", "notes", "category", "reason")
Words = tuple[str, ...]


@dataclass(eq=False)
class Kept:
    """A save as it has to be stored."""

    id: uuid.UUID
    words: Words
    base: "Kept | None"
    author: User
    beside: bool
    settles: "Kept | None"


@dataclass
class Written:
    """One entry."""

    saves: list[Kept] = field(default_factory=list)
    head: Kept | None = None
    ready: bool = False
    commented: bool = False  # in this review

    def open(self) -> list[Kept]:
        """Texts that nobody has chosen from yet."""
        settled = {one.settles for one in self.saves}
        continued = {one.base for one in self.saves if one.beside}
        return [one for one in self.saves if one.beside and one not in settled | continued]

    def repeats(
        self, words: Words, author: User, sent: Kept | None, *, own_head: bool, settling: bool
    ) -> Kept | None:
        """The save that these words are already, or were sent as before; None where they are new."""
        if self.head and self.head.words == words and not settling:
            return self.head
        if sent is None:
            return None
        if sent.words == words:  # unless its author has written on since, and goes back
            return sent if sent.beside or self.head is sent or not own_head else None
        twice = (one for one in self.saves if (one.base, one.words, one.author) == (sent, words, author))
        return next((one for one in twice if one.beside), None)

    def may_be_signed_off(self) -> bool:
        if self.head is None or self.open() or not self.ready:
            return False
        said = dict(zip(FIELDS, self.head.words, strict=True))
        if said["status"] == "not_applicable":
            return bool(said["category"] and said["reason"])
        return bool(said["status"] and said["progress"])


@dataclass
class Filed:
    """One report, beside the row as it was at first."""

    report: Report
    reference: str
    state: str = "not_started"
    nil: str = ""
    signed_by: User | None = None
    entries: dict[int, Written] = field(default_factory=lambda: {number: Written() for number in NUMBERS})
    editions: list[Edition] = field(default_factory=list)
    published: set[int] = field(default_factory=set)
    public: int = 0  # the edition that is


def stored() -> list[Any]:
    """All that a verb which refuses must leave alone."""
    kinds: list[type[models.Model]] = [Round, Report, Entry, DraftSave, Comment, Edition, Publication]
    return [list(kind._base_manager.order_by("pk").values_list()) for kind in kinds] + [
        Event.objects.count(),
        Mail.objects.count(),
    ]


WHICH = st.integers(0, 20)  # one of those there are
REASON = st.sampled_from([WORDS, WORDS, WORDS, " "])


class Workflow(RuleBasedStateMachine):
    world: ClassVar[World]
    people: ClassVar[list[User]]

    def __init__(self) -> None:
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.steps = 0
        self.texts = 0
        self.filed: list[Filed] = []
        self.rounds: dict[int, bool] = {}  # by year, whether it is closed
        self.before = Event.objects.count()
        self.expected: list[tuple[str, str, int]] = []  # verb, subject, actor
        self.open_round(self.people[0], 2020)

    def teardown(self) -> None:
        try:
            if not transaction.get_connection().needs_rollback:
                assert audit.verify().faults == []
        finally:
            transaction.set_rollback(True)
            self.undone.__exit__(None, None, None)

    # Helpers -------------------------------------------------------------------------------------------

    def now(self) -> datetime:
        self.steps += 1
        return START + timedelta(minutes=self.steps)

    def one(self, which: int) -> Filed:
        return self.filed[which % len(self.filed)]

    def person(self, who: int) -> User:
        return self.people[who % len(self.people)]

    def may_edit(self, filed: Filed) -> bool:
        closed = self.rounds[filed.report.round.year]
        return filed.state in EDITABLE and not (closed and filed.state == "not_started")

    def tried(self, possible: bool, verb: Callable[[], Any], *recorded: tuple[str, str, User]) -> Any:
        """What the verb gave. Where it should refuse it has to, and to leave everything as it was."""
        before = None if possible else stored()
        try:
            done = verb()
        except NotPossible as error:
            refusal = str(error)
        else:
            assert possible, "this should have been refused"
            self.expected += [(name, subject, actor.pk) for name, subject, actor in recorded]
            return done
        assert not possible, f"refused: {refusal}"
        assert refusal.endswith(".")
        assert stored() == before
        return None

    # Writing -------------------------------------------------------------------------------------------

    def written(self, kind: str, entry: Written) -> Words:
        """Words of this kind that nobody has written yet; or the same ones again."""
        if kind == "as the head":
            return entry.head.words if entry.head else ("",) * len(FIELDS)
        if kind == "as the first":
            return entry.saves[0].words if entry.saves else ("",) * len(FIELDS)
        self.texts += 1
        return tuple(KINDS[kind].get(name, "").replace("Text", f"Text {self.texts}.") for name in FIELDS)

    def saved(
        self,
        filed: Filed,
        number: int,
        words: Words,
        *,
        author: User,
        base: Kept | None,
        repeated: Kept | None = None,
        settles: Kept | None = None,
        ready: bool | None = None,
    ) -> None:
        entry, possible = filed.entries[number], self.may_edit(filed)
        own_head = entry.head is not None and entry.head.author == author
        same = entry.repeats(words, author, repeated, own_head=own_head, settling=settles is not None)
        if repeated and not same:
            base = entry.head if own_head else repeated
        here = base if base in entry.saves else None
        says = entry.head.words if entry.head else None
        follows = entry.head is None or says == words or (here is not None and here.words == says)
        marked = possible and (same or follows) and ready is not None and ready != entry.ready
        verb = "entry.ready" if ready else "entry.not_ready"
        save = self.tried(
            possible,
            lambda: filing.save_draft(
                author=author,
                report=filed.report,
                action=self.world.actions[number - 1],
                base=row(base),
                save_id=repeated.id if repeated else uuid.uuid4(),
                settles=row(settles),
                ready=ready,
                at=self.now(),
                **dict(zip(FIELDS, words, strict=True)),
            ),
            *([(verb, f"{filed.reference}/{number}", author)] if marked else []),
        )
        if not possible:
            return
        if same:
            assert save.pk == same.id
            entry.ready = bool(ready) if marked else entry.ready
            return
        assert save.beside is not follows
        kept = Kept(save.pk, words, here, author, not follows, settles)
        entry.saves.append(kept)
        entry.head = kept if follows else entry.head
        entry.ready = bool(ready) if marked else entry.ready
        filed.state = "draft" if filed.state == "not_started" else filed.state

    @rule(
        which=WHICH,
        number=st.sampled_from(NUMBERS),
        kind=st.sampled_from([*KINDS, "as the head", "as the first"]),
        who=WHICH,
        base=WHICH,
        again=st.none() | WHICH,
        settling=st.booleans(),
        ready=st.sampled_from([None, True, False]),
    )
    def save(
        self,
        which: int,
        number: int,
        kind: str,
        who: int,
        base: int,
        again: int | None,
        settling: bool,
        ready: bool | None,
    ) -> None:
        filed = self.one(which)
        entry = filed.entries[number]
        elsewhere = filed.entries[3 - number].head  # nobody's base here
        bases = [entry.head, None, elsewhere, *entry.saves]
        repeated = entry.saves[again % len(entry.saves)] if entry.saves and again is not None else None
        words = self.written(kind, entry)
        if kind == "as the first" and repeated:
            words = repeated.words  # the request that was sent before, again
        waiting = entry.open()
        self.saved(
            filed,
            number,
            words,
            author=self.person(who),
            base=bases[base % len(bases)],
            repeated=repeated,
            settles=waiting[0] if waiting and settling else None,
            ready=ready,
        )

    @rule(which=WHICH, who=WHICH, kind=st.sampled_from(["complete", *KINDS]), sign=st.booleans())
    def write_all(self, which: int, who: int, kind: str, sign: bool) -> None:
        """Of each entry the texts beside are chosen from, and what is written is marked as ready."""
        filed, author = self.one(which), self.person(who)
        for number, entry in filed.entries.items():
            for settles in [*entry.open(), None]:
                words = self.written(kind, entry)
                self.saved(filed, number, words, author=author, base=entry.head, settles=settles, ready=True)
        if sign:
            self.moved(filed, "report.signed_off", author)

    @rule(which=WHICH, number=st.sampled_from(NUMBERS), who=WHICH, ready=st.booleans())
    def mark_ready(self, which: int, number: int, who: int, ready: bool) -> None:
        filed, actor = self.one(which), self.person(who)
        entry = filed.entries[number]
        possible = self.may_edit(filed) and entry.head is not None
        action = self.world.actions[number - 1]
        self.tried(
            possible,
            lambda: filing.mark_ready(actor=actor, report=filed.report, action=action, ready=ready, at=self.now()),
            ("entry.ready" if ready else "entry.not_ready", f"{filed.reference}/{number}", actor),
        )
        entry.ready = ready if possible else entry.ready

    @rule(which=WHICH, who=WHICH, reason=st.sampled_from(["We have no boats.", " ", None, None]))
    def nil(self, which: int, who: int, reason: str | None) -> None:
        """One reason for all actions; None takes it back."""
        filed, actor, possible = self.one(which), self.person(who), self.may_edit(self.one(which))
        if reason is None:
            recorded = [("report.not_nil", filed.reference, actor)] if filed.nil else []
            said = {"actor": actor, "report": filed.report, "at": self.now()}
            self.tried(possible, lambda: filing.unset_nil(**said), *recorded)
            filed.nil = "" if possible else filed.nil
            return
        possible = possible and bool(reason.strip())
        self.tried(
            possible,
            lambda: filing.set_nil(actor=actor, report=filed.report, reason=reason, at=self.now()),
            ("report.nil", filed.reference, actor),
        )
        if possible:
            filed.nil = reason
            filed.state = "draft" if filed.state == "not_started" else filed.state

    # Moves ---------------------------------------------------------------------------------------------

    def possible(self, filed: Filed, move: str, actor: User, words: str) -> bool:
        if filed.state not in MOVES[move].possible_in:
            return False
        if MOVES[move].words and not words.strip() and not MOVES[move].may_be_silent:
            return False
        if move == "report.signed_off":
            return bool(filed.nil) or all(entry.may_be_signed_off() for entry in filed.entries.values())
        return move != "report.accepted" or actor != filed.signed_by

    def moved(self, filed: Filed, move: str, actor: User, words: str = WORDS) -> None:
        """A move of the table: made, or refused."""
        found, possible = MOVES[move], self.possible(filed, move, actor, words)
        said = {found.words: words} if found.words else {}
        done = self.tried(
            possible,
            lambda: getattr(found.module, found.verb)(actor=actor, report=filed.report, at=self.now(), **said),
            (move, filed.reference, actor),
        )
        if not possible:
            return
        filed.state = found.to
        if move == "report.signed_off":
            filed.signed_by = actor
        elif move == "report.review_started":
            for entry in filed.entries.values():
                entry.commented = False  # what was said in a review before has had its answer
        elif move == "report.returned":
            for entry in filed.entries.values():
                entry.ready, entry.commented = entry.ready and not entry.commented, False
        elif move == "report.accepted":
            self.cut(filed, done, actor)

    def cut(self, filed: Filed, edition: Edition, actor: User) -> None:
        """What was accepted is what the heads say, and stands in an edition of its own."""
        filed.editions.append(edition)
        self.expected.append(("edition.cut", f"{filed.reference}/e{edition.number}", actor.pk))
        assert (edition.number, edition.nil_reason) == (len(filed.editions), filed.nil)
        assert contents_of(edition) == said_by(filed)

    @rule(which=WHICH, who=WHICH, move=st.sampled_from(list(MOVES)), words=REASON)
    def move(self, which: int, who: int, move: str, words: str) -> None:
        self.moved(self.one(which), move, self.person(who), words)

    def try_what_is_not_possible(self, filed: Filed) -> None:
        actor = filed.signed_by or self.people[0]
        for move in MOVES:
            if not self.possible(filed, move, actor, WORDS):
                self.moved(filed, move, actor)

    @rule(which=WHICH, who=WHICH, seed=st.integers(0, 2**32))
    def go_on(self, which: int, who: int, seed: int) -> None:
        """As reports do: by chance alone few would come far. On the way, what is not possible is tried too."""
        filed, other, chance = self.one(which), self.person(who + 1), random.Random(seed)
        for _ in range(chance.randint(1, 3)):
            if chance.random() < 0.15:
                self.try_what_is_not_possible(filed)
            if filed.state in EDITABLE:
                if chance.random() < 0.3:  # from a page that was opened before anything was there
                    self.saved(filed, 1, self.written("complete", filed.entries[1]), author=other, base=None)
                kind = chance.choice([*["complete"] * 4, *KINDS])
                self.write_all(which, who, kind, sign=True)
            elif filed.state == "submitted":
                move = chance.choice(["report.review_started", "report.review_started", "report.recalled"])
                self.moved(filed, move, other)
            elif filed.state == "in_review" and chance.random() < 0.5:
                self.comment(which, chance.choice(NUMBERS), who + 1, WORDS, private=chance.random() < 0.3)
                self.moved(filed, "report.returned", other)
            elif filed.state == "in_review":
                self.moved(filed, "report.accepted", other)
            else:
                self.show_or_hide(which, chance.randint(0, 3), who + 1, WORDS, withdraw=chance.random() < 0.3)
                self.moved(filed, "report.reopened", other)

    @rule(which=WHICH, number=st.sampled_from(NUMBERS), who=WHICH, text=REASON, private=st.booleans())
    def comment(self, which: int, number: int, who: int, text: str, private: bool) -> None:
        filed, actor, action = self.one(which), self.person(who), self.world.actions[number - 1]
        entry = filed.entries[number]
        if entry.head is None:  # a nil report: nothing is written that somebody could speak of
            return
        possible = filed.state == "in_review" and bool(text.strip())
        said = {"actor": actor, "report": filed.report, "action": action, "text": text, "private": private}
        self.tried(
            possible,
            lambda: review.comment(at=self.now(), **said),
            ("entry.commented", f"{filed.reference}/{number}", actor),
        )
        entry.commented |= possible and not private

    # What is public, and rounds ------------------------------------------------------------------------

    @rule(which=WHICH, edition=WHICH, who=WHICH, reason=REASON, withdraw=st.booleans())
    def show_or_hide(self, which: int, edition: int, who: int, reason: str, withdraw: bool) -> None:
        filed, actor = self.one(which), self.person(who)
        if not filed.editions:
            return
        found = Edition.objects.get(pk=filed.editions[edition % len(filed.editions)].pk)
        reference = f"{filed.reference}/e{found.number}"
        if withdraw:
            possible = found.number == filed.public and bool(reason.strip())
            self.tried(
                possible,
                lambda: publication.withdraw(found, actor=actor, reason=reason, at=self.now()),
                ("publication.withdrawn", reference, actor),
            )
            filed.public = 0 if possible else filed.public
            return
        possible = found.number not in filed.published
        self.tried(
            possible,
            lambda: publication.publish(found, actor=actor, at=self.now()),
            ("publication.set", reference, actor),
        )
        filed.published.add(found.number)
        filed.public = found.number if possible else filed.public

    def open_round(self, actor: User, year: int) -> None:
        possible = year not in self.rounds
        self.tried(
            possible,
            lambda: rounds.open_round(actor=actor, strategy=self.world.strategy, year=year, at=self.now()),
            ("round.opened", f"FEN/{year}", actor),
        )
        if possible:
            self.rounds[year] = False
            made = Report.objects.filter(round__year=year).select_related("round", "department")
            self.filed += [Filed(one, f"FEN/{one.department.code}/{year}") for one in made]

    def change_due(self, actor: User, year: int) -> None:
        due = date(2021, 3, 1) + timedelta(days=self.steps)
        self.tried(
            True,
            lambda: rounds.change_due(actor=actor, round=round_of(year), due=due, at=self.now()),
            ("round.due_changed", f"FEN/{year}", actor),
        )
        assert round_of(year).due == due

    def close_round(self, actor: User, year: int) -> None:
        self.tried(
            not self.rounds[year],
            lambda: rounds.close_round(actor=actor, round=round_of(year), at=self.now()),
            ("round.closed", f"FEN/{year}", actor),
        )
        self.rounds[year] = True

    @rule(who=WHICH, which=st.sampled_from(["open", "due", "close"]), year=st.sampled_from([2020, 2021]))
    def tend_a_round(self, who: int, which: str, year: int) -> None:
        actor = self.person(who)
        if which == "open":
            self.open_round(actor, year)
        elif year in self.rounds:
            (self.change_due if which == "due" else self.close_round)(actor, year)

    # What holds after every step -----------------------------------------------------------------------

    @invariant()
    def reports_are_in_their_states(self) -> None:
        found = Report.objects.values_list("pk", "state", "nil_reason", "submitted_by")
        signed = [one.signed_by.pk if one.signed_by else None for one in self.filed]
        assert {row[0]: row[1:] for row in found} == {
            one.report.pk: (one.state, one.nil, by) for one, by in zip(self.filed, signed, strict=True)
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
    def one_edition_at_most_is_public(self) -> None:
        now = START + timedelta(minutes=self.steps)
        windows = Publication.objects.filter(starts__lte=now).exclude(ends__lte=now)
        assert dict(windows.values_list("edition__report", "edition__number")) == {
            one.report.pk: one.public for one in self.filed if one.public
        }
        assert windows.count() == sum(bool(one.public) for one in self.filed)
        assert Edition.objects.count() == sum(len(one.editions) for one in self.filed)

    def entries(self) -> list[tuple[Filed, int, Written]]:
        return [(filed, number, entry) for filed in self.filed for number, entry in filed.entries.items()]


def row(kept: Kept | None) -> DraftSave | None:
    return DraftSave.objects.get(pk=kept.id) if kept else None


def round_of(year: int) -> Round:
    return Round.objects.select_related("strategy").get(year=year)


def said_by(filed: Filed) -> dict[int, Content]:
    """What an edition has to say."""
    heads = {} if filed.nil else {number: entry.head for number, entry in filed.entries.items()}
    found = {}
    for number, head in heads.items():
        assert head
        said = dict(zip(FIELDS, head.words, strict=True))
        if said["status"] != "not_applicable":
            said |= {"category": "", "reason": ""}
        found[number] = Content(**said)
    return found


def play(world: World, wanted: settings) -> None:
    """Each run begins in this world and is undone."""
    Workflow.world = world
    Workflow.people = [
        world.leader,
        world.reviewer,
        User.objects.create_user("carla@example.invalid", name="Carla Contributor"),
    ]
    roles = {"leader": world.departments[0], "reviewer": None, "contributor": world.departments[0]}
    for person, (role, department) in zip(Workflow.people, roles.items(), strict=True):
        people.give_role(actor=world.reviewer, person=person, role=role, department=department)
    run_state_machine_as_test(Workflow, settings=wanted)


QUICK = settings(
    max_examples=15,
    stateful_step_count=15,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)
FIRST_FAULT = settings(QUICK, max_examples=60)


@pytest.fixture
def world(db: None) -> World:
    return World.small(1, actions=len(NUMBERS))


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


FAULTS = [
    recall_in_review,
    review_without_an_event,
    text_beside_is_dropped,
    refusal_leaves_a_trace,
    problems_stop_nobody,
]


@pytest.mark.parametrize("fault", FAULTS)
def test_planted_fault_is_found(
    world: World, monkeypatch: pytest.MonkeyPatch, fault: Callable[[pytest.MonkeyPatch], None]
) -> None:
    fault(monkeypatch)
    with pytest.raises((AssertionError, DraftSave.DoesNotExist)):
        play(world, FIRST_FAULT)
