"""May this be done to this object now? Predicates that read like policy, and nothing else."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from reporting.models import Membership, Report, User
from strategy.models import Action, Department

State = Report.State
Role = Membership.Role
EDITABLE = {State.NOT_STARTED, State.DRAFT, State.RETURNED}
BEING_WORKED_ON = {State.DRAFT, State.SUBMITTED, State.IN_REVIEW, State.RETURNED}
WITH_THE_CENTRE = {State.SUBMITTED, State.IN_REVIEW, State.ACCEPTED}


# Who -----------------------------------------------------------------------------------------------


def may_administer(person: User | AnonymousUser) -> bool:
    """Strategies, actions, departments, rounds and people."""
    return person.is_active and person.is_staff


def has_role(person: User, *roles: str) -> bool:
    return any(one.role in roles for one in person.memberships.all())


def membership_in(person: User, department: Department) -> Membership | None:
    """What the person is to the department. Its actions are the ones given, where only some are."""
    found = person.memberships.filter(department=department).prefetch_related("actions__strategy").first()
    return found if person.is_active else None


def needs_second_factor(person: User) -> bool:
    """Whoever can read what is not theirs, or change it; everybody where the setting says so."""
    if settings.SECOND_FACTOR == "central":
        return person.is_staff or has_role(person, Role.REVIEWER, Role.AUDITOR)
    return bool(settings.SECOND_FACTOR == "everybody")


def readable_reports(person: User) -> QuerySet[Report]:
    """A department's own; reviewers also read what was sent to them, auditors everything."""
    if not person.is_active:
        return Report.objects.none()
    if has_role(person, Role.AUDITOR):
        return Report.objects.all()
    own = Q(department__memberships__person=person)
    if has_role(person, Role.REVIEWER):
        own |= Q(state__in=WITH_THE_CENTRE)
    return Report.objects.filter(own).distinct()


def leads(membership: Membership | None) -> bool:
    """Invite contributors, sign off, recall, answer for the whole report."""
    return membership is not None and membership.role == Role.LEADER


def sees_whole_report(membership: Membership | None) -> bool:
    """Contributors to some actions see those; everybody else who may read a report reads all of it."""
    return membership is None or not membership.some_actions


def may_write_entry(membership: Membership | None, action: Action) -> bool:
    """Their own department's, and where only some actions were given, those."""
    if membership is None:
        return False
    return not membership.some_actions or action in membership.actions.all()


# What, now -----------------------------------------------------------------------------------------


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


def may_excuse(report: Report) -> bool:
    return report.state in EDITABLE


def has_unpublished_work(report: Report) -> bool:
    """Somebody is at work on it, or an edition that was cut is not published: an import must not pass it."""
    if report.state in BEING_WORKED_ON:
        return True
    return report.editions.filter(publication=None).exists()
