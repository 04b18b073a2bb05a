"""Letters as they would be sent now: made from the same templates, of an event that has not happened."""

from collections.abc import Iterable
from datetime import date

from django.utils import timezone

from reporting.domain import events, in_review, letters, people
from reporting.domain.letters import Letter, Outdated
from reporting.models import Event, Mail, Report, Round, User


def returned(*, actor: User, report: Report, message: str, due: date | None) -> Letter:
    """What report_returned would say, with the comments that would go along."""
    numbers = sorted({one.entry.action.number for one in in_review.unsent_comments(report)})
    data = {"report": report.pk, "message": message, "due": due.isoformat() if due else None}
    return letters.compose(
        Mail(template="report_returned", person=actor, data=data, event=_event(actor, entries=numbers))
    )


def who_gets_it_back(report: Report) -> list[User]:
    """As return_report writes to: the digital leaders, and who wrote the entries that the comments are about."""
    entries = [one.entry_id for one in in_review.unsent_comments(report)]
    writers = in_review.writers(report, entries)
    found = {one.pk: one for one in (*people.leaders(report.department), *writers)}
    return [one for one in found.values() if one.is_active and not one.is_system]


def chased(*, actor: User, round: Round, people: Iterable[User]) -> Letter | None:
    """What the first of them would get; nothing where nobody would."""
    for person in people:
        try:
            return letters.compose(
                Mail(template="chased", person=person, data={"round": round.pk}, event=_event(actor))
            )
        except Outdated:
            continue
    return None


def _event(actor: User, **data: object) -> Event:
    return Event(at=timezone.now(), actor=actor, data=events.to_json(data))
