"""What is left to do in a report: one line for each entry, by theme."""

from collections import defaultdict
from dataclasses import dataclass, field

from reporting.domain import working
from reporting.domain.working import Asked
from reporting.models import Entry, Membership, Report, User
from reporting.web.access import Desk
from strategy.models import Action

RETURNED = "Returned with comments"


@dataclass(slots=True)
class Task:
    action: Action
    entry: Entry | None
    comments: int  # that came back with it and wait for a change
    both: bool  # two texts wait for a choice
    given: list[User] = field(default_factory=list)  # who was given this action, where some actions were

    @property
    def ready(self) -> bool:
        return bool(self.entry and self.entry.ready)

    @property
    def state(self) -> str:
        if self.both:
            return "Two texts"
        if self.comments:
            return "Returned"
        if self.ready:
            return "Ready"
        return "In progress" if self.entry and self.entry.head else "Not yet started"


def tasks(desk: Desk) -> list[Task]:
    """Of the entries that this person sees."""
    report = desk.report
    entries = working.entries_of(report)
    waiting = working.open_conflicts(entries.values())
    comments = working.comments_on(report) if report.state == Report.State.RETURNED else {}
    given = _given(report)
    found = []
    for action in working.due_actions(report):
        if desk.sees(action):
            entry = entries.get(action.number)
            ready = bool(entry and entry.ready)
            said = 0 if ready else len(comments.get(action.number, []))
            both = bool(entry and waiting.get(entry.pk))
            found.append(Task(action, entry, said, both, given[action.pk]))
    return found


def _given(report: Report) -> dict[int, list[User]]:
    """By action, who writes it among those who were given some actions only."""
    some = Membership.objects.filter(department=report.department_id, some_actions=True)
    found: dict[int, list[User]] = defaultdict(list)
    for membership in some.select_related("person").prefetch_related("actions"):
        for action in membership.actions.all():
            found[action.pk].append(membership.person)
    return found


def groups(found: list[Task]) -> list[tuple[str, list[Task]]]:
    """By theme; what came back with comments stands first."""
    back = [task for task in found if task.comments]
    named: dict[str, list[Task]] = {RETURNED: back} if back else {}
    for task in found:
        if not task.comments:
            theme = task.action.theme
            named.setdefault(theme.title if theme else "", []).append(task)
    return list(named.items())


def answered(found: list[Task], asked: dict[int, list[Asked]]) -> tuple[int, int]:
    """How many of the planned activities that these entries are asked about have an answer, and of how many."""
    keys = {
        (task.action.number, one.department, one.number)
        for task in found
        for one in asked.get(task.action.number, [])
    }
    given = {
        (task.action.number, answer.department, answer.activity)
        for task in found
        if task.entry and task.entry.head
        for answer in working.content_of(task.entry.head).answers
    }
    return len(keys & given), len(keys)
