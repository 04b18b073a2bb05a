"""May this be done to this object now? Predicates that read like policy, and nothing else."""

from django.contrib.auth.models import AnonymousUser

from reporting.models import Report, User

State = Report.State
EDITABLE = {State.NOT_STARTED, State.DRAFT, State.RETURNED}
BEING_WORKED_ON = {State.DRAFT, State.SUBMITTED, State.IN_REVIEW, State.RETURNED}


def may_administer(person: User | AnonymousUser) -> bool:
    """Strategies, actions, departments, rounds and people."""
    return person.is_active and person.is_staff


def may_edit(report: Report) -> bool:
    """While its round is open; in a closed round only what was begun, such as a correction."""
    return report.state in EDITABLE and (report.round.closed_at is None or report.state != State.NOT_STARTED)


def may_sign_off(report: Report) -> bool:
    return report.state in {State.DRAFT, State.RETURNED}


def may_recall(report: Report) -> bool:
    """Until a reviewer presses Start review."""
    return report.state == State.SUBMITTED


def may_review(report: Report) -> bool:
    return report.state == State.IN_REVIEW


def may_accept(actor: User, report: Report) -> bool:
    """Who signed off never accepts; the database refuses it too."""
    return report.state == State.IN_REVIEW and report.submitted_by_id != actor.pk


def has_unpublished_work(report: Report) -> bool:
    """Somebody is at work on it, or an edition that was cut is not published: an import must not pass it."""
    if report.state in BEING_WORKED_ON:
        return True
    return report.editions.filter(publication=None).exists()
