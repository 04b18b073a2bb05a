"""The second part of the machine in test_workflow.py: how reports go from one state to the next, and are reviewed."""

import random
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import rule

from reporting.domain import filing, review
from reporting.domain.editions import contents_of
from reporting.models import Comment, Edition, User
from tests.domain.workflow_model import EDITABLE, KINDS, MOVES, NUMBERS, WORDS, Filed, Remark, Returned
from tests.domain.workflow_writing import NUMBER, REASON, WHICH, Writing


class Reviewing(Writing):
    # Moves ---------------------------------------------------------------------------------------------

    def moved(self, filed: Filed, move: str, actor: User, words: str = WORDS, *, due: date | None = None) -> None:
        """A move of the table: made, or refused."""
        found, now = MOVES[move], self.now()
        said: dict[str, Any] = {found.words: words} if found.words else {}
        possible = filed.may(move, actor, words)
        if move == "report.returned":
            said["due"] = due
            possible = possible and (due is None or due >= timezone.localdate(now))
        recorded = [(move, filed.reference, actor)]
        if move == "report.review_started":
            recorded += [("entry.assessed", subject, actor) for subject in filed.stale()]
        if move == "report.accepted":
            recorded.append(("edition.cut", f"{filed.reference}/e{len(filed.editions) + 1}", actor))
        done = self.tried(
            possible,
            lambda: getattr(found.module, found.verb)(actor=actor, report=filed.report, at=now, **said),
            *recorded,
        )
        if possible:
            self.was_moved(filed, move, actor, done, Returned(words, due, {}), now)

    def was_moved(self, filed: Filed, move: str, actor: User, done: Any, returned: Returned, now: datetime) -> None:
        filed.state = MOVES[move].to
        if move == "report.signed_off":
            filed.signed_by = actor
        elif move == "report.review_started":
            filed.review_started()
        elif move == "report.reopened":
            filed.change = ("", "")
        elif move == "report.returned":
            filed.returns.append(returned)
            for number, entry in filed.entries.items():
                if sent := entry.unsent(filed.reviews):
                    returned.entries[number] = entry.marked
                    entry.ready, entry.marked = False, None
                for remark in sent:
                    remark.sent = now
        elif move == "report.accepted":
            self.cut(filed, done)

    def cut(self, filed: Filed, edition: Edition) -> None:
        """What was accepted is what the heads say, and stands in an edition with what was judged of it."""
        filed.editions.append(edition)
        assert (edition.number, edition.nil_reason) == (len(filed.editions), filed.nil)
        said = filed.change if filed.is_correction() else ("", "")
        assert (edition.change_note, edition.change_kind) == said
        filed.change = ("", "")
        assert contents_of(edition) == filed.said()
        judged = edition.entries.values_list("action__number", "assessment", "assessment_reason")
        assert {row[0]: row[1:] for row in judged} == {
            number: filed.entries[number].assessed for number in filed.said()
        }

    @rule(which=WHICH, who=WHICH, move=st.sampled_from(list(MOVES)), words=REASON)
    def move(self, which: int, who: int, move: str, words: str) -> None:
        self.moved(self.one(which), move, self.person(who), words)

    def try_what_is_not_possible(self, filed: Filed) -> None:
        actor = filed.signed_by or self.people[0]
        for move in MOVES:
            if not filed.may(move, actor, WORDS):
                self.moved(filed, move, actor)

    def describe_change(self, which: int, who: int, note: str, kind: str) -> None:
        filed, actor = self.one(which), self.person(who)
        writing = filed.state in {"draft", "returned"} and filed.is_correction()
        possible = writing and bool(note.strip()) and kind != "huge"
        recorded = [("report.change_described", filed.reference, actor)] if filed.change != (note, kind) else []
        said = {"actor": actor, "report": filed.report, "note": note, "kind": kind}
        self.tried(possible, lambda: filing.describe_change(at=self.now(), **said), *recorded)
        filed.change = (note, kind) if possible else filed.change

    # Review --------------------------------------------------------------------------------------------

    def comment(self, which: int, number: int, who: int, text: str, private: bool) -> None:
        filed, actor, action = self.one(which), self.person(who), self.world.actions[number - 1]
        entry = filed.entries[number]
        if entry.head is None:  # a nil report: nothing is written that somebody could speak of
            return
        possible = filed.state == "in_review" and bool(text.strip())
        said = {"actor": actor, "report": filed.report, "action": action, "text": text, "private": private}
        made = self.tried(
            possible,
            lambda: review.comment(at=self.now(), **said),
            ("entry.commented", f"{filed.reference}/{number}", actor),
        )
        if possible:
            entry.remarks.append(Remark(made.pk, actor, private, filed.reviews))

    def take_back_comment(self, which: int, number: int, who: int, remark: int) -> None:
        filed, actor = self.one(which), self.person(who)
        entry = filed.entries[number]
        if not entry.remarks:
            return
        found = entry.remarks[remark % len(entry.remarks)]
        possible = found.author == actor and not found.sent and filed.state == "in_review"
        self.tried(
            possible,
            lambda: review.take_back_comment(actor=actor, comment=Comment.objects.get(pk=found.id), at=self.now()),
            ("entry.comment_taken_back", f"{filed.reference}/{number}", actor),
        )
        if possible:
            entry.remarks.remove(found)

    def assess(self, which: int, number: int, who: int, assessment: str, reason: str) -> None:
        filed, actor, action = self.one(which), self.person(who), self.world.actions[number - 1]
        entry = filed.entries[number]
        if entry.head is None:
            return
        possible = filed.state == "in_review" and bool(reason.strip() or not assessment)
        judged = (assessment, reason if assessment else "")
        recorded = [("entry.assessed", f"{filed.reference}/{number}", actor)] if judged != entry.assessed else []
        said = {"actor": actor, "report": filed.report, "action": action, "assessment": assessment}
        self.tried(possible, lambda: review.assess(reason=reason, at=self.now(), **said), *recorded)
        if possible and judged != entry.assessed:
            entry.assessed, entry.assessed_words = judged, entry.head.words

    def mark_for_return(self, which: int, number: int, who: int, reason: int | None) -> None:
        filed, actor, action = self.one(which), self.person(who), self.world.actions[number - 1]
        entry = filed.entries[number]
        if entry.head is None:
            return
        marked = self.reasons[reason % len(self.reasons)] if reason is not None else None
        possible = filed.state == "in_review"
        changed = marked != entry.marked
        recorded = [("entry.marked_for_return", f"{filed.reference}/{number}", actor)] if changed else []
        said = {"actor": actor, "report": filed.report, "action": action, "reason": marked}
        self.tried(possible, lambda: review.mark_for_return(at=self.now(), **said), *recorded)
        entry.marked = marked if possible else entry.marked

    def return_by(self, which: int, who: int, days: int) -> None:
        due = timezone.localdate(self.clock) + timedelta(days=days)
        self.moved(self.one(which), "report.returned", self.person(who), due=due)

    @rule(who=WHICH, some=st.sets(WHICH, min_size=1, max_size=3))
    def accept_at_once(self, who: int, some: set[int]) -> None:
        """Several reports: all of them, or none."""
        actor, chosen = self.person(who), {one.report.pk: one for one in map(self.one, some)}
        reports = [chosen[key] for key in sorted(chosen)]
        recorded, possible = [], True
        for filed in reports:
            begun = filed.state == "in_review"
            possible = possible and (begun or filed.state == "submitted") and actor != filed.signed_by
            possible = possible and not any(one.marked for one in filed.entries.values())
            if not begun:
                recorded.append(("report.review_started", filed.reference, actor))
                recorded += [("entry.assessed", subject, actor) for subject in filed.stale()]
            recorded.append(("report.accepted", filed.reference, actor))
            recorded.append(("edition.cut", f"{filed.reference}/e{len(filed.editions) + 1}", actor))
        found = self.tried(
            possible,
            lambda: review.accept_at_once(
                actor=actor, reports=[one.report for one in reversed(reports)], at=self.now()
            ),
            *recorded,
        )
        for filed, edition in zip(reports, found or [], strict=possible):
            if filed.state == "submitted":
                filed.review_started()
            filed.state = "accepted"
            self.cut(filed, edition)

    @rule(which=WHICH, number=NUMBER, who=WHICH, seed=st.integers(0, 2**32))
    def review(self, which: int, number: int, who: int, seed: int) -> None:
        """One of the small things, whatever state the report is in."""
        chance = random.Random(seed)
        words = chance.choice([WORDS, WORDS, WORDS, " "])
        match chance.randrange(6):
            case 0:
                self.comment(which, number, who, words, private=chance.random() < 0.4)
            case 1:
                self.take_back_comment(which, number, who, chance.randint(0, 5))
            case 2:
                self.assess(which, number, who, chance.choice(["evidenced", "not_evidenced", ""]), words)
            case 3:
                self.mark_for_return(which, number, who, chance.choice([0, 1, None]))
            case 4:
                self.return_by(which, who, chance.randint(-1, 3))
            case 5:
                self.describe_change(which, who, words, chance.choice(["minor", "major", "major", "huge"]))

    # Going on ------------------------------------------------------------------------------------------

    @rule(which=WHICH, who=WHICH, seed=st.integers(0, 2**32))
    def go_on(self, which: int, who: int, seed: int) -> None:
        """As reports do: by chance alone few would come far. On the way, what is not possible is tried too."""
        filed, chance = self.one(which), random.Random(seed)
        for _ in range(chance.randint(1, 3)):
            if chance.random() < 0.15:
                self.try_what_is_not_possible(filed)
            self.next_move(filed, which, who, chance)

    @rule(which=WHICH, who=WHICH, seed=st.integers(0, 2**32))
    def go_far(self, which: int, who: int, seed: int) -> None:
        """Straight to a correction that is accepted, and then with changes of mind to its hour."""
        filed, chance = self.one(which), random.Random(seed)
        for _ in range(14):
            if len(filed.editions) > 1 and filed.to_publish(self.clock) and filed.public(self.clock):
                break
            if chance.random() < 0.3:
                self.detour(filed, which, who, chance)
            self.forward(filed, which, who, chance)
        for _ in range(3):
            if filed.state == "accepted":
                self.go_on_publishing(filed, which, who, chance)

    def detour(self, filed: Filed, which: int, who: int, chance: random.Random) -> None:
        if filed.state not in EDITABLE or chance.random() < 0.5:
            self.try_what_is_not_possible(filed)
        else:
            self.write_all(which, who, chance.choice(list(KINDS)), sign=True)

    def beside(self, filed: Filed, who: int) -> None:
        """From a page that was opened before anything was there."""
        words = self.written("complete", filed.entries[1])
        self.saved(filed, 1, words, author=self.person(who + 1), base=None)

    def forward(self, filed: Filed, which: int, who: int, chance: random.Random) -> None:
        """What brings a report nearer to its publication."""
        second = next(place for place, one in enumerate(self.people) if one != filed.signed_by)
        if filed.state in EDITABLE:
            if filed.is_correction():
                self.describe_change(which, who, WORDS, "minor")
            if chance.random() < 0.4:
                self.beside(filed, who)
            self.write_all(which, who, "complete", sign=True)
        elif filed.state == "submitted":
            self.moved(filed, "report.review_started", self.person(who))
        elif filed.state == "in_review":
            for number, entry in filed.entries.items():
                self.assess(which, number, second, chance.choice(["evidenced", "not_evidenced"]), WORDS)
                if entry.marked:
                    self.mark_for_return(which, number, second, None)
            self.moved(filed, "report.accepted", self.person(second))
        elif filed.to_publish(self.clock):
            self.publish_alone(filed, who, None)
        elif filed.waits(self.clock):
            self.time_passes(600)
        else:
            self.moved(filed, "report.reopened", self.person(who))

    def next_move(self, filed: Filed, which: int, who: int, chance: random.Random) -> None:
        other = self.person(who + 1)
        if filed.state in EDITABLE:
            if chance.random() < 0.3:
                self.beside(filed, who)
            if chance.random() < 0.9 and filed.editions:
                self.describe_change(which, who, WORDS, chance.choice(["minor", "major"]))
            self.write_all(which, who, chance.choice([*["complete"] * 4, *KINDS]), sign=True)
        elif filed.state == "submitted":
            move = "report.recalled" if chance.random() < 0.1 else "report.review_started"
            self.moved(filed, move, other)
        elif filed.state == "in_review":
            second = next(place for place, one in enumerate(self.people) if one != filed.signed_by)
            self.go_on_reviewing(filed, which, second if chance.random() < 0.9 else who, chance)
        else:
            self.go_on_publishing(filed, which, who + 1, chance)

    def go_on_reviewing(self, filed: Filed, which: int, who: int, chance: random.Random) -> None:
        number = chance.choice(NUMBERS)
        if chance.random() < 0.5:
            self.assess(which, number, who, "evidenced", WORDS)
        if chance.random() < 0.1:
            self.mark_for_return(which, number, who, chance.choice([0, 1, None]))
        marked = [place for place, entry in filed.entries.items() if entry.marked]
        if marked or chance.random() < 0.15:
            for place in marked or [number]:
                self.comment(which, place, who, WORDS, private=chance.random() < 0.2)
            self.moved(filed, "report.returned", self.person(who))
        elif chance.random() < 0.2:
            self.accept_at_once(who, {which, which + 1})
        else:
            self.moved(filed, "report.accepted", self.person(who))

    def go_on_publishing(self, filed: Filed, which: int, who: int, chance: random.Random) -> None:
        raise NotImplementedError

    def publish_alone(self, filed: Filed, who: int, minutes: int | None) -> None:
        raise NotImplementedError
