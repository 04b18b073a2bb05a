"""What is judged at sign-off, and never before: what stops it, and what is worth a second look."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from reporting.domain import working
from reporting.domain.editions import Content
from reporting.domain.working import Asked
from reporting.models import Report, Status


@dataclass(frozen=True, slots=True)
class Problem:
    """`field`: the part of the entry where it is mended. `sentence` begins with a small letter."""

    action: int
    field: str
    sentence: str

    def __str__(self) -> str:
        return f"Action {self.action}: {self.sentence}."


def problems(report: Report) -> list[Problem]:
    """What stops sign-off, in the order of the actions."""
    if report.nil_reason:
        return []
    entries = working.entries_of(report)
    waiting = working.open_conflicts(entries.values())
    found = []
    for action in working.due_actions(report):
        entry = entries.get(action.number)
        content = working.content_of(entry.head) if entry and entry.head else Content()
        found += problems_of(action.number, content, asks_status=report.round.asks_status)
        if entry and waiting.get(entry.pk):
            found.append(Problem(action.number, "conflict", "choose between two texts that were saved"))
        if not (entry and entry.ready):
            found.append(Problem(action.number, "ready", "mark the entry as ready"))
    return found


def problems_of(number: int, content: Content, *, asks_status: bool = True) -> list[Problem]:
    found = []
    if content.status == Status.NOT_APPLICABLE:
        if not content.category:
            found.append(Problem(number, "category", "select why it is not applicable"))
        if not content.reason.strip():
            found.append(Problem(number, "reason", "give a reason for “Not applicable”"))
    else:
        if asks_status and not content.status:
            found.append(Problem(number, "status", "select the status"))
        if not content.progress.strip():
            found.append(Problem(number, "progress", "enter the progress"))
    for place, one in enumerate(content.evidence):
        if not is_address(one.address):
            found.append(
                Problem(number, f"evidence-{place}-address", "enter a web address that begins with https://")
            )
    return found


def is_address(typed: str) -> bool:
    """Of a page on the web: what a reader can follow."""
    try:
        parts = urlsplit(typed.strip())
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and "." in (parts.hostname or "") and " " not in typed.strip()


@dataclass(frozen=True, slots=True)
class Note:
    """Worth knowing before sign-off; it stops nobody."""

    action: int
    field: str
    sentence: str


def notes_of(number: int, content: Content, planned: Sequence[Asked]) -> list[Note]:
    """Plans of last year that are left without an answer, and answers that leave a question open."""
    answers = {(one.department, one.activity): one for one in content.answers}
    found = []
    silent = [one for one in planned if (one.department, one.number) not in answers]
    if silent:
        found.append(
            Note(
                number,
                f"activity-{silent[0].key}-answer",
                f"{len(silent)} of {len(planned)} planned activities "
                f"{'has' if len(silent) == 1 else 'have'} no answer. The public page will say “Unanswered”",
            )
        )
    for one in planned:
        answer = answers.get((one.department, one.number))
        if answer is None or answer.answer == "done":
            continue
        if not answer.reason.strip():
            found.append(Note(number, f"activity-{one.key}-reason", f"no reason is given for {one.reference}"))
        if answer.answer == "carried_forward" and not (answer.carried_to or answer.carried_words.strip()):
            found.append(
                Note(number, f"activity-{one.key}-carried", f"{one.reference} is carried forward to no activity")
            )
    if content.status != Status.NOT_APPLICABLE and not content.planned.strip():
        found.append(Note(number, "planned", "nothing is planned for the next year"))
    return found
