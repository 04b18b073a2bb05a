"""One report on its way: each move that its words name is a verb of the domain."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from reporting.domain import filing, publication, review
from reporting.management.demonstration import UNPUBLISHED_PHRASE
from reporting.management.demonstration.clock import Clock
from reporting.models import DraftSave, Edition, Entry, Report, User
from strategy.models import Action, Department

BETWEEN_SAVES = timedelta(minutes=3)
MAKES_PUBLIC = {"publish", "schedule"}
AT_HALF_PAST_NINE = {"publish", "withdraw"}
Words = dict[str, Any]


@dataclass(frozen=True)
class Filing:
    """What one report has to say, and the days on which it does. `moves`: day, verb, and what it needs."""

    words: Words
    moves: list[list[Any]]
    opens: int  # the day of its round
    slot: timedelta  # its part of the day
    clock: Clock
    bodies: dict[str, Department]
    actions: dict[int, Action]
    leader: User
    writer: User
    reviewer: User

    def time_of(self, day: int, verb: str) -> datetime:
        if verb in AT_HALF_PAST_NINE:
            return self.clock.at(self.opens + day, 9, 30)
        return self.clock.at(self.opens + day, 10) + self.slot

    def stays_unpublished(self, at: datetime) -> bool:
        return not any(verb in MAKES_PUBLIC and self.time_of(day, verb) > at for day, verb, *_ in self.moves)


def make(one: Filing, report: Report, move: list[Any]) -> None:
    day, verb, *needs = move
    MOVES[verb](one, report, one.time_of(day, verb), *needs)


def _marked(entry: Words) -> Words:
    """The same words, with the mark of what nobody has published in each field."""
    marked = dict(entry)
    for name in ("progress", "planned", "notes", "reason"):
        if name in entry:
            marked[name] = f"{entry[name].rstrip()} ({UNPUBLISHED_PHRASE})"
    marked["answers"] = [
        answer | ({"reason": f"{answer['reason']} ({UNPUBLISHED_PHRASE})"} if "reason" in answer else {})
        for answer in entry.get("answers", [])
    ]
    return marked


def _keep(
    one: Filing, report: Report, number: str, words: Words, *, author: User, base: DraftSave | None, at: datetime
) -> None:
    said = _marked(words) if one.stays_unpublished(at) else words
    filing.save_draft(
        author=author,
        report=report,
        action=one.actions[int(number)],
        status=said.get("status", ""),
        progress=said.get("progress", "").strip(),
        planned=said.get("planned", "").strip(),
        notes=said.get("notes", "").strip(),
        category=said.get("category", ""),
        reason=said.get("reason", "").strip(),
        evidence=said.get("evidence", []),
        answers=said.get("answers", []),
        base=base,
        at=at,
    )


def _save(one: Filing, report: Report, at: datetime, which: str = "actions") -> None:
    """One entry after the other; each is marked as ready unless its words say that it is not."""
    heads = {entry.action_id: entry.head for entry in Entry.objects.filter(report=report).select_related("head")}
    for place, (number, words) in enumerate(one.words[which].items()):
        action, then = one.actions[int(number)], at + place * BETWEEN_SAVES
        _keep(one, report, number, words, author=one.writer, base=heads.get(action.pk), at=then)
        if words.get("ready", True):
            filing.mark_ready(actor=one.writer, report=report, action=action, at=then)


def _conflict(one: Filing, report: Report, at: datetime) -> None:
    """Somebody else began on the empty form and saved later: kept beside what is there."""
    for number, words in one.words["conflict"].items():
        _keep(one, report, number, words, author=one.leader, base=None, at=at)


def _nil(one: Filing, report: Report, at: datetime) -> None:
    filing.set_nil(actor=one.writer, report=report, reason=one.words["nil"].strip(), at=at)


def _cover(one: Filing, report: Report, at: datetime, code: str) -> None:
    filing.cover(actor=one.leader, report=report, department=one.bodies[code], at=at)


def _sign_off(one: Filing, report: Report, at: datetime, change_note: str = "", kind: str = "minor") -> None:
    if change_note:
        filing.describe_change(actor=one.leader, report=report, note=change_note, kind=kind, at=at)
    filing.sign_off(actor=one.leader, report=report, at=at)


def _recall(one: Filing, report: Report, at: datetime) -> None:
    filing.recall(actor=one.leader, report=report, at=at)


def _review(one: Filing, report: Report, at: datetime) -> None:
    review.start_review(actor=one.reviewer, report=report, at=at)


def _return(one: Filing, report: Report, at: datetime, message: str) -> None:
    review.return_report(actor=one.reviewer, report=report, message=message, at=at)


def _accept(one: Filing, report: Report, at: datetime) -> None:
    review.accept_report(actor=one.reviewer, report=report, at=at)


def _excuse(one: Filing, report: Report, at: datetime) -> None:
    review.excuse(actor=one.reviewer, report=report, reason=one.words["excused"], at=at)


def _reopen(one: Filing, report: Report, at: datetime, reason: str) -> None:
    review.reopen(actor=one.reviewer, report=report, reason=reason, at=at)


def _newest(report: Report) -> Edition:
    return report.editions.order_by("number").last() or report.editions.get()


def _publish(one: Filing, report: Report, at: datetime) -> None:
    publication.publish(_newest(report), actor=one.reviewer, starts=at, at=at)


def _schedule(one: Filing, report: Report, at: datetime, day: int) -> None:
    publication.publish(_newest(report), actor=one.reviewer, starts=one.time_of(day, "publish"), at=at)


def _withdraw(one: Filing, report: Report, at: datetime, reason: str) -> None:
    publication.withdraw(_newest(report), actor=one.reviewer, reason=reason, at=at)


MOVES: dict[str, Callable[..., None]] = {
    "save": _save,
    "conflict": _conflict,
    "nil": _nil,
    "cover": _cover,
    "sign off": _sign_off,
    "recall": _recall,
    "review": _review,
    "return": _return,
    "accept": _accept,
    "excuse": _excuse,
    "reopen": _reopen,
    "publish": _publish,
    "schedule": _schedule,
    "withdraw": _withdraw,
}
