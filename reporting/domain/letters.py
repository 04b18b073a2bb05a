"""What a mail says: plain text, made when it is sent from its template and from what is true then.

A template is one file: “Subject: …”, an empty line, the text. Whatever it prints comes out on one line, so that
a name or a title can't forge a line or a header; only what is printed with `|lines` keeps its own.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from email.utils import quote
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils import timezone
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from reporting import rules
from reporting.domain import links, references
from reporting.models import DraftSave, Mail, Membership, Publication, Release, Report, Round, User
from strategy.dates import day_in_words
from strategy.models import Action, Department

Context = dict[str, Any]
GAPS = re.compile(r"\n{3,}")  # that a template leaves where it says nothing


class Outdated(Exception):
    """What the mail is about is no longer so: it is not sent."""


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    text: str
    headers: Mapping[str, str] = field(default_factory=dict)


def compose(mail: Mail) -> Letter:
    try:
        found = CONTEXTS[mail.template](mail)
    except (Membership.DoesNotExist, User.DoesNotExist) as error:
        raise Outdated("What it was about has been taken back since.") from error
    return written(mail.template, person=mail.person, **found)


def written(template: str, headers: Mapping[str, str] | None = None, **context: Any) -> Letter:
    said = _environment().get_template(f"{template}.txt").render(**context)
    first, _, text = said.partition("\n")
    subject = one_line(first.removeprefix("Subject:"))
    return Letter(subject, GAPS.sub("\n\n", text).strip() + "\n", headers or {})


def address(person: User) -> str:
    """“"Lea Leader" <lea@example.org>”"""
    return f'"{quote(one_line(person.name))}" <{person.email}>' if person.name else person.email


def one_line(text: object) -> str:
    return " ".join("".join(one if one.isprintable() else " " for one in str(text)).split())


class _Lines(str):
    """Keeps its own lines."""


def _lines(text: str) -> _Lines:
    return _Lines("\n".join(one_line(line) for line in text.strip().splitlines()))


@cache
def _environment() -> Environment:
    made = Environment(  # noqa: S701 - plain text: nothing reads it as markup
        loader=FileSystemLoader(settings.BASE_DIR / "templates" / "emails"),
        finalize=lambda value: value if isinstance(value, _Lines) else one_line(value),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(
        url=url,
        service_name=settings.SERVICE_NAME,
        feedback_address=settings.FEEDBACK_ADDRESS,
        security_address=settings.SECURITY_ADDRESS,
    )
    made.filters.update(lines=_lines, day=day_in_words, moment=_moment)
    return made


# Addresses and words ----------------------------------------------------------------------------------


def url(name: str, *args: object) -> str:
    """A page's address for somebody who reads it in a mail."""
    return absolute(reverse(name, args=args))


def absolute(path: str) -> str:
    return path if urlsplit(path).scheme else f"{settings.SITE_ADDRESS}{path}"


def _moment(value: datetime) -> str:
    return f"{day_in_words(value)} at {timezone.localtime(value):%H:%M}"


# What each of them needs ------------------------------------------------------------------------------


def _named() -> QuerySet[Department]:
    return Department.objects.named(timezone.localdate())


def _reports() -> QuerySet[Report]:
    """With the names that departments bear today."""
    return Report.objects.select_related("round__strategy").prefetch_related(
        Prefetch("department", queryset=_named())
    )


def _name(department: Department) -> str:
    return getattr(department, "name", None) or department.code


def _about(report: Report) -> Context:
    round, department = report.round, report.department
    return {
        "reference": references.report(round.strategy.code, department.code, round.year),
        "strategy": round.strategy.title,
        "year": round.year,
        "department": _name(department),
        "due": round.due,
        "link": url("filing-report", round.strategy.slug, round.year, department.slug),
    }


def _report(mail: Mail) -> Context:
    return _about(_reports().get(pk=mail.data["report"]))


def _event_said(mail: Mail) -> Mapping[str, Any]:
    said: Mapping[str, Any] = json.loads(mail.event.data)
    return said


def _invitation(mail: Mail) -> Context:
    """To a department's work, to the centre's, or to administrate: that is no membership."""
    department = Prefetch("department", queryset=_named())
    memberships = Membership.objects.prefetch_related("actions__strategy", department)
    membership = memberships.get(pk=mail.data["membership"]) if mail.data["membership"] else None
    return {
        "by": User.objects.get(pk=mail.data["by"]),
        "department": _name(membership.department) if membership and membership.department else "",
        "role": membership.get_role_display() if membership else "administrator",
        "actions": [str(action) for action in membership.actions.all()] if membership else [],
        "link": absolute(links.invitation_address(mail.person)),
        "has_password": mail.person.has_usable_password(),
        "days": links.INVITATION.valid.days,
    }


def _password_reset(mail: Mail) -> Context:
    hours = links.PASSWORD_RESET.valid.total_seconds() / 3600
    return {"link": absolute(links.password_reset_address(mail.person)), "hours": int(hours)}


def _security_notice(mail: Mail) -> Context:
    return {"what": mail.data["what"], "at": mail.event.at}


def _signed_off(mail: Mail) -> Context:
    """What was signed off, also where the report was recalled and written on since."""
    report = _reports().get(pk=mail.data["report"])
    saves = DraftSave.objects.filter(entry__report=report, beside=False, saved_at__lte=mail.event.at)
    heads = {save.entry.action: save for save in saves.select_related("entry__action").order_by("saved_at", "pk")}
    return _about(report) | {
        "at": mail.event.at,
        "digest": _event_said(mail).get("digest", ""),
        "nil_reason": mail.data.get("nil", ""),
        "entries": [
            (str(action), heads[action].get_status_display())
            for action in sorted(heads, key=lambda action: action.number)
        ],
    }


def _returned(mail: Mail) -> Context:
    due = mail.data.get("due")
    return _report(mail) | {
        "message": mail.data["message"],
        "numbers": _event_said(mail).get("entries", []),
        "changes_due": date.fromisoformat(due) if due else None,
    }


def _with_reason(mail: Mail) -> Context:
    return _report(mail) | {"reason": mail.data["reason"]}


def _published(mail: Mail) -> Context:
    """What of the release is the person's own, as long as it has not been stopped or moved."""
    release = Release.objects.select_related("round__strategy").get(pk=mail.data["release"])
    if release.stopped_at or release.starts > timezone.now():
        raise Outdated("The publication was stopped or moved.")
    mine = mail.person.memberships.exclude(department=None).values("department")
    shown = release.publications.exclude(ending=Publication.Ending.WITHDRAWN)
    reports = list(_reports().filter(pk__in=shown.values("edition__report"), department__in=mine))
    if not reports:
        raise Outdated("Nothing that this person would be told of is public any more.")
    strategy = release.round.strategy
    return {
        "strategy": strategy.title,
        "year": release.round.year,
        "at": release.starts,
        "reports": [
            {"department": _name(one.department), "link": url("report", strategy.slug, one.department.slug)}
            for one in reports
        ],
    }


def _round(mail: Mail, *roles: str) -> Context:
    """The round, with the reports of this person's departments that are still to be signed off: no corrections."""
    round = Round.objects.select_related("strategy").get(pk=mail.data["round"])
    mine = mail.person.memberships.filter(role__in=roles).values("department")
    left = _reports().filter(round=round, state__in=rules.EDITABLE, editions=None)
    reports = list(left.filter(department__in=mine))
    if not reports:
        raise Outdated("Nothing is left for this person to do there.")
    return {
        "strategy": round.strategy.title,
        "year": round.year,
        "due": round.due,
        "reports": [_about(report) for report in reports],
    }


def _round_opened(mail: Mail) -> Context:
    return _round(mail, Membership.Role.LEADER)


def _deadline_changed(mail: Mail) -> Context:
    found = {name: date.fromisoformat(mail.data[name]) if mail.data[name] else None for name in ("before", "due")}
    return _round(mail, Membership.Role.LEADER, Membership.Role.CONTRIBUTOR) | found | {"note": mail.data["note"]}


def _reminder(mail: Mail) -> Context:
    """Of each report what was left when the reminder was written."""
    told = {row["report"]: row for row in mail.data["reports"]}
    reports = sorted(_reports().filter(pk__in=told), key=lambda one: (str(one.round.due), one.pk))
    left = Action.objects.in_bulk({pk for row in told.values() for pk in row["left"]})
    return {
        "today": date.fromisoformat(mail.data["on"]),
        "reports": [
            _about(report)
            | {"whole": told[report.pk]["whole"], "left": [str(left[pk]) for pk in told[report.pk]["left"]]}
            for report in reports
        ],
    }


CONTEXTS: dict[str, Callable[[Mail], Context]] = {
    "invitation": _invitation,
    "password_reset": _password_reset,
    "security_notice": _security_notice,
    "report_signed_off": _signed_off,
    "report_returned": _returned,
    "report_accepted": _report,
    "report_excused": _with_reason,
    "report_reopened": _with_reason,
    "report_published": _published,
    "chased": _round_opened,
    "round_opened": _round_opened,
    "deadline_changed": _deadline_changed,
    "reminder": _reminder,
}
