"""The first part of the machine in test_workflow.py: how reports are written, and what all of it stands on."""

import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django.db import models, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from reporting.domain import audit, filing, rounds
from reporting.domain.errors import NotPossible
from reporting.models import (
    Comment,
    DraftSave,
    Edition,
    Entry,
    Event,
    Mail,
    Publication,
    Release,
    Report,
    Return,
    ReturnedEntry,
    ReturnReason,
    Round,
    User,
)
from tests.domain.workflow_model import (
    EDITABLE,
    FIELDS,
    KINDS,
    NUMBERS,
    WORDS,
    Filed,
    Kept,
    Words,
    Written,
)
from tests.world import World, at

START = at("2021-01-10 06:00")
WHICH = st.integers(0, 20)  # one of those there are
REASON = st.sampled_from([WORDS, WORDS, WORDS, " "])
NUMBER = st.sampled_from(NUMBERS)


def stored() -> list[Any]:
    """All that a verb which refuses must leave alone."""
    kinds: list[type[models.Model]] = [Round, Report, Entry, DraftSave, Comment, Return, ReturnedEntry]
    kinds += [Edition, Release, Publication]
    return [list(kind._base_manager.order_by("pk").values_list()) for kind in kinds] + [
        Event.objects.count(),
        list(Mail.objects.order_by("pk").values_list("pk", "due_at", "given_up_at")),
    ]


class Writing(RuleBasedStateMachine):
    world: ClassVar[World]
    people: ClassVar[list[User]]
    reasons: ClassVar[list[ReturnReason]]

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

    @property
    def clock(self) -> datetime:
        return START + timedelta(minutes=self.steps)

    def now(self) -> datetime:
        self.steps += 1
        return self.clock

    @rule(minutes=st.sampled_from([5, 45, 600]))
    def time_passes(self, minutes: int) -> None:
        self.steps += minutes

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
        number=NUMBER,
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

    @rule(which=WHICH, number=NUMBER, who=WHICH, ready=st.booleans())
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

    # Rounds --------------------------------------------------------------------------------------------

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


def row(kept: Kept | None) -> DraftSave | None:
    return DraftSave.objects.get(pk=kept.id) if kept else None


def round_of(year: int) -> Round:
    return Round.objects.select_related("strategy").get(year=year)
