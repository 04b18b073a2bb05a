"""What happened, in plain words: the events of everything, those of one report, those of one entry."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from reporting.domain import filing
from reporting.models import Assessment, DraftSave, Event, Report, User
from strategy.dates import PartialDate, day_in_words

# Every verb that an event is recorded with, in words; a test finds those that have none.
WORDS = {
    "action.added": "Action added",
    "action.reworded": "Action reworded",
    "action.short_name_corrected": "Short name of an action corrected",
    "commitment.recorded": "Commitment recorded",
    "demonstration.seeded": "Demonstration put in",
    "department.added": "Department added",
    "department.closed": "Department closed",
    "department.notice_set": "Notice on a department’s page set",
    "department.renamed": "Department renamed",
    "department.succeeded": "Successor of a department recorded",
    "edition.cut": "Edition cut: the report as it stood was frozen",
    "entry.assessed": "Entry assessed",
    "entry.comment_taken_back": "Comment taken back before the department had it",
    "entry.commented": "Comment written",
    "entry.marked_for_return": "Entry marked to go back",
    "entry.not_ready": "Entry marked as not ready",
    "entry.ready": "Entry marked as ready",
    "mail.retried": "Mail sent again",
    "milestone.moved": "Promised date moved",
    "milestone.promised": "Date promised",
    "person.added": "Person added",
    "person.changed": "Person’s account changed",
    "person.invited": "Person invited",
    "person.name_removed": "Person’s name removed",
    "person.password_reset_asked": "New password asked for",
    "person.password_set": "Password set",
    "person.provider_connected": "Sign-in by a provider connected",
    "person.role_given": "Role given",
    "person.role_taken": "Role taken away",
    "person.second_factor_activated": "Second factor set up",
    "person.second_factor_codes_made": "New recovery codes made",
    "person.second_factor_deactivated": "Second factor turned off",
    "person.second_factor_moved": "Second factor moved to another phone",
    "person.second_factor_removed": "Second factor turned off by an administrator",
    "person.welcomed": "Invitation accepted",
    "publication.note_corrected": "Note on a publication mended",
    "publication.set": "Time of publication set",
    "publication.withdrawn": "Publication withdrawn",
    "reminders.sent": "Reminders sent",
    "release.moved": "Publication moved to another time",
    "release.set": "Publication set for several reports",
    "release.stopped": "Publication stopped before its time",
    "report.accepted": "Report accepted",
    "report.added": "Report asked for",
    "report.change_described": "Correction described for readers",
    "report.covers": "Report answers for another body, too",
    "report.excused": "Report excused",
    "report.nil": "Nil return: one reason for all actions",
    "report.not_nil": "Nil return undone",
    "report.recalled": "Report recalled by the department",
    "report.reopened": "Report opened again",
    "report.returned": "Report returned to the department",
    "report.review_started": "Review started",
    "report.signed_off": "Report signed off",
    "report.taken_in": "Report taken in as it was published elsewhere",
    "return_reason.added": "Reason for returns added",
    "return_reason.changed": "Reason for returns changed",
    "round.chased": "Departments that had not filed were written to",
    "round.closed": "Round closed",
    "round.due_changed": "Due date of a round changed",
    "round.opened": "Round opened",
    "strategy.added": "Strategy added",
    "strategy.changed": "Strategy changed",
    "strategy.departments_chosen": "Departments of a strategy chosen",
    "theme.added": "Theme added",
}
# By the part of the verb before its point.
GROUPS = {
    "reports": ("Reports and rounds", ("report", "round", "edition", "reminders", "return_reason")),
    "entries": ("Entries: ready, comments, assessments", ("entry",)),
    "publication": ("Publication", ("publication", "release")),
    "people": ("People and mail", ("person", "mail")),
    "promises": (
        "Strategies, actions and commitments",
        ("strategy", "theme", "action", "commitment", "milestone", "department", "demonstration"),
    ),
}
SAVES = "saves"
PERSON = re.compile(r"person/(\d{1,9})")
DAY = re.compile(r"\d{4}-\d\d(?:-\d\d)?")
# What an event says beside its verb, in words. What is not named here is not shown: digests stand elsewhere.
LABELS = {
    "reason": "Reason",
    "message": "Message",
    "note": "Note",
    "before": "Before",
    "name": "Name",
    "acronym": "Acronym",
    "title": "Title",
    "text": "Text",
    "wording": "Wording",
    "field": "About",
    "private": "For reviewers only",
    "entries": "Entries",
    "reasons": "Reasons",
    "due": "Due",
    "starts": "Starts",
    "ends": "Ends",
    "dated": "Dated",
    "editions": "Editions",
    "department": "Department",
    "departments": "Departments",
    "role": "Role",
    "actions": "Actions",
    "changed": "Changed",
    "is_active": "Account open",
    "is_staff": "May use the administration",
    "kind": "Kind",
    "source": "Source",
    "source_sha256": "SHA-256 of the source",
    "template": "Mail",
    "closed": "Closed",
    "since": "Since",
    "on": "On",
    "new": "New",
    "state": "State",
    "promised": "Promised",
    "added_on": "Added",
    "authority": "Authority",
    "number": "Number",
    "year": "Year",
    "slug": "Address",
    "mode": "Who reports",
    "date_stated": "The source states the date",
    "people": "People",
    "comments_before": "Number of the last comment before it",
}


def words_of(event: Event) -> str:
    """“Entry assessed: partly evidenced”."""
    words = WORDS.get(event.verb, event.verb)
    said = json.loads(event.data)
    if event.verb == "entry.assessed":
        label = dict(Assessment.choices).get(said["assessment"], "taken back")
        return f"{words}: {str(label).lower()}"
    if event.verb == "entry.commented" and said.get("private"):
        return f"{words}, for reviewers only"
    if event.verb == "report.returned":
        count = len(said.get("entries", []))
        return f"{words}, with comments on {count} {'entry' if count == 1 else 'entries'}" if count else words
    return words


def details_of(event: Event) -> list[tuple[str, str]]:
    """The rest of what it says: pairs of a name and its value in words."""
    said = json.loads(event.data)
    if said.get("date_stated"):
        del said["date_stated"]  # as nearly always
    rows = [(LABELS[name], _value(value)) for name, value in said.items() if name in LABELS]
    return [(label, value) for label, value in rows if value]


def _value(value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_value(one) for one in value)
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_value(one)}" for name, one in value.items() if one)
    return _day(str(value)) or _moment(str(value)) or str(value)


def _day(value: str) -> str:
    """25 February 2026; nothing where it is no day or month."""
    if not DAY.fullmatch(value):
        return ""
    try:
        return str(PartialDate.parse(value))
    except ValueError:
        return ""


def _moment(value: str) -> str:
    """An exact time as clocks show it here; nothing where it is none."""
    if len(value) < len("2026-01-01T00:00"):
        return ""
    try:
        found = datetime.fromisoformat(value)
        local = timezone.localtime(found if found.tzinfo else found.replace(tzinfo=UTC))
    except (ValueError, OverflowError):  # the latter: somebody typed a time that is in no year here
        return ""
    return f"{day_in_words(local)}, {local:%H:%M:%S}"


# Finding ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of them. `who`: a name, an address, or person/7."""

    what: str = ""
    who: str = ""
    subject: str = ""
    since: date | None = None
    until: date | None = None

    def moments(self) -> tuple[datetime | None, datetime | None]:
        """From the beginning of one day to the end of the other."""
        first = timezone.make_aware(datetime.combine(self.since, time.min)) if self.since else None
        last = timezone.make_aware(datetime.combine(self.until, time.max)) if self.until else None
        return first, last


def events_of(wanted: Wanted, among: Q | None = None) -> QuerySet[Event]:
    """Newest first. `among`: of one report, or of one entry."""
    rows = Event.objects.select_related("actor").order_by("-sequence")
    if among is not None:
        rows = rows.filter(among)
    if wanted.what == SAVES:
        return rows.none()
    if wanted.what:
        verbs = GROUPS[wanted.what][1]
        rows = rows.filter(verb__in=[verb for verb in WORDS if verb.partition(".")[0] in verbs])
    if wanted.who:
        rows = rows.filter(actor__in=list(_people(wanted.who)))
    if PERSON.fullmatch(wanted.subject):
        rows = rows.filter(subject=wanted.subject)  # person/2 is not person/20
    elif wanted.subject:
        rows = rows.filter(subject__startswith=wanted.subject)
    return rows.filter(_between("at", wanted))


def _between(column: str, wanted: Wanted) -> Q:
    first, last = wanted.moments()
    since = Q(**{f"{column}__gte": first}) if first else Q()
    return since & Q(**{f"{column}__lte": last}) if last else since


def _people(who: str) -> QuerySet[User, int]:
    key = who.removeprefix("person/")
    by_number = Q(pk=int(key)) if key.isdecimal() and len(key) < 10 else Q(pk=None)
    named = Q(name__icontains=who) | Q(email__iexact=who)
    return User.objects.filter(by_number | named).values_list("pk", flat=True)


def about_report(report: Report) -> Q:
    """Its own events, those of its entries and editions, and of the releases that they belong to."""
    reference = filing.reference(report)
    return Q(subject=reference) | Q(subject__startswith=f"{reference}/") | _releases(report)


def about_entry(report: Report, number: int) -> Q:
    """The entry's own events, and those of its whole report."""
    reference = filing.reference(report)
    own = Q(subject__in=[reference, f"{reference}/{number}"]) | Q(subject__startswith=f"{reference}/e")
    return own | _releases(report)


def _releases(report: Report) -> Q:
    start = f"{report.round.strategy.code}/{report.round.year}/release/"
    return Q(subject__startswith=start, data__contains=f'"{filing.reference(report)}/e')


def saves_of(wanted: Wanted, report: Report, number: int) -> QuerySet[DraftSave]:
    rows = DraftSave.objects.filter(entry__report=report, entry__action__number=number)
    rows = rows.select_related("author").order_by("-saved_at", "-id")
    if wanted.what not in {"", SAVES}:
        return rows.none()
    if wanted.who:
        rows = rows.filter(author__in=list(_people(wanted.who)))
    return rows.filter(_between("saved_at", wanted))
