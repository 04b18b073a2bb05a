"""Load an object or answer 404: what isn't there, and what isn't yours, look the same."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from reporting import rules
from reporting.domain import working
from reporting.models import Membership, Report, Round, User
from strategy.models import Action, Department, Strategy


def strategy_or_404(slug: str) -> Strategy:
    return get_object_or_404(Strategy.objects.select_related("owner"), slug=slug)


def department_or_404(slug: str) -> Department:
    return get_object_or_404(Department, slug=slug)


def round_or_404(strategy: str, year: int) -> Round:
    return get_object_or_404(Round.objects.select_related("strategy"), strategy__slug=strategy, year=year)


def number_or_404(number: int, known: object) -> None:
    """404 unless the number is one of the known ones."""
    if number not in known:  # type: ignore[operator]
        raise Http404


@dataclass(frozen=True, slots=True)
class Desk:
    """A report on the desk of somebody who may at least read it. Without a membership they only look."""

    person: User
    report: Report
    membership: Membership | None

    @property
    def leads(self) -> bool:
        return rules.leads(self.membership)

    def may_write(self, action: Action) -> bool:
        return rules.may_write_entry(self.membership, action)

    def sees(self, action: Action) -> bool:
        return rules.sees_whole_report(self.membership) or self.may_write(action)

    @property
    def sees_history(self) -> bool:
        """What was typed on the way: its department's own, and the auditors'. Reviewers read what was sent."""
        return self.membership is not None or rules.has_role(self.person, rules.Role.AUDITOR)

    def address(self, name: str = "filing-report", *more: object) -> str:
        of = self.report
        return reverse(name, args=[of.round.strategy.slug, of.round.year, of.department.slug, *more])


def desk_or_404(
    request: HttpRequest, strategy: str, year: int, department: str, *, whole: bool = False, lead: bool = False
) -> Desk:
    """`whole`: only for who sees all of the report. `lead`: only for its digital leaders.

    Whoever only looks is answered 404 when they write, as everybody else is who has no part in the report.
    """
    of = {"round__strategy__slug": strategy, "round__year": year, "department__slug": department}
    reports = rules.readable_reports(request.user).select_related("round__strategy", "department")
    report = get_object_or_404(reports, **of)
    membership = rules.membership_in(request.user, report.department)
    desk = Desk(request.user, report, membership)
    writes = request.method not in {"GET", "HEAD"}
    if (writes and membership is None) or (lead and not desk.leads):
        raise Http404
    if whole and not rules.sees_whole_report(membership):
        raise Http404
    return desk


def action_or_404(desk: Desk, number: int, *, write: bool = False) -> Action:
    """One that the report is asked about, and that this person sees; `write`: and writes."""
    actions = {action.number: action for action in working.due_actions(desk.report)}
    number_or_404(number, actions)
    action = actions[number]
    if not (desk.may_write(action) if write else desk.sees(action)):
        raise Http404
    return action


def led_department_or_404(request: HttpRequest, slug: str) -> Department:
    """One whose people this person looks after."""
    department = department_or_404(slug)
    if not rules.leads(rules.membership_in(request.user, department)):
        raise Http404
    return department


def central_or_404(request: HttpRequest) -> User:
    """A reviewer: who reads what was sent to the centre, decides about it and publishes."""
    if not rules.has_role(request.user, rules.Role.REVIEWER):
        raise Http404
    return request.user


def auditor_or_404(request: HttpRequest) -> User:
    """An auditor: who reads everything and its history, and changes nothing."""
    if not rules.has_role(request.user, rules.Role.AUDITOR):
        raise Http404
    return request.user


def lacks_second_factor(person: User) -> bool:
    """Signed in, and needs a second factor that was never set up: sees nothing else before."""
    from allauth.mfa.utils import is_mfa_enabled

    return rules.needs_second_factor(person) and not is_mfa_enabled(person)
