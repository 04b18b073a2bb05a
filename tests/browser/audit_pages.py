"""Every page for auditors, in every state, by a name that says which."""

from collections.abc import Callable

from django.utils import timezone

from reporting.domain import audit, checkpoints, people, review
from reporting.domain.audit import Verdict
from tests.browser.staff_pages import State
from tests.browser.staff_world import StaffWorld

BASE = "/audit/fenland-better-services-plan/"
SOUND = Verdict(1204, 18, 3, [], 12, 1, 1190, timezone.now())
FAULT = (
    "Event 117 (report.signed_off FEN/D01/2021) does not fit: it is not the event that checkpoint-000003.txt lists."
)


def entry(department: int, year: int, number: int, more: str = "") -> str:
    return f"{BASE}{year}/ministry-{department}/actions/{number}/{more}"


def after(prepare: Callable[[StaffWorld], object], path: str) -> Callable[[StaffWorld], str]:
    """The address, once something has happened."""

    def address(world: StaffWorld) -> str:
        prepare(world)
        return path

    return address


def verified(*faults: str) -> Callable[[StaffWorld], object]:
    verdict = Verdict(1204, 18, 3, list(faults), 12, 1, 1190, timezone.now()) if faults else SOUND
    return lambda world: audit.remember(verdict)


def signed(world: StaffWorld) -> None:
    assert checkpoints.write()


def taken_in(world: StaffWorld) -> None:
    report = world.report(10, 2020)
    if not report.editions.exists():
        world.world.taken_in(report)


def accepted(world: StaffWorld) -> None:
    """An edition that is not published."""
    report = world.report(8)
    if not report.editions.exists():
        report = world.world.review(report)
        review.accept_report(actor=world.people["rita"], report=report)


def removed(world: StaffWorld) -> None:
    person = world.people["phil"]
    person.refresh_from_db()
    if not person.name_removed_at:
        people.remove_name(actor=world.world.reviewer, person=person, reason="On request, after leaving.")


def last_page(world: StaffWorld) -> str:
    return "/audit/events/?after=5~"


STATES = {
    "overview-never-verified": State("audit", "/audit/", "ada"),
    "overview-sound": State("audit", after(verified(), "/audit/"), "ada"),
    "overview-something-wrong": State("audit", after(verified(*[FAULT] * 25), "/audit/"), "ada"),
    "overview-signed": State("audit", after(signed, "/audit/"), "ada"),
    "verified": State("audit-verified", "/audit/verified/", "ada"),
    "verified-signed": State("audit-verified", after(signed, "/audit/verified/"), "ada"),
    "events": State("audit-events", "/audit/events/", "ada"),
    "events-last-page": State("audit-events", last_page, "ada"),
    "events-filtered": State("audit-events", "/audit/events/?what=publication&who=ray&subject=FEN/", "ada"),
    "events-none": State("audit-events", "/audit/events/?who=nobody", "ada"),
    "events-error": State("audit-events", "/audit/events/?since=someday&until=31/2/2026", "ada"),
    "events-of-people": State("audit-events", after(removed, "/audit/events/?what=people"), "ada"),
    "report": State("audit-report", f"{BASE}2021/ministry-2/", "ada"),
    "report-nothing-yet": State("audit-report", f"{BASE}2021/ministry-10/", "ada"),
    "entry": State("audit-entry", entry(2, 2021, 1), "ada"),
    "entry-saves": State("audit-entry", entry(1, 2021, 3, "?what=saves"), "ada"),
    "entry-nothing-yet": State("audit-entry", entry(10, 2021, 2), "ada"),
    "entry-of-edition": State("audit-entry", entry(1, 2020, 1, "?edition=1"), "ada"),
    "entry-of-edition-taken-in": State("audit-entry", after(taken_in, entry(10, 2020, 1, "?edition=1")), "ada"),
    "entry-of-edition-not-published": State("audit-entry", after(accepted, entry(8, 2021, 1, "?edition=1")), "ada"),
    "entry-of-edition-silent": State("audit-entry", after(taken_in, entry(1, 2020, 3, "?edition=1")), "ada"),
    "not-yours": State("audit-events", "/audit/events/", "rita", status=404),
}
FILES = {
    "audit-events-csv",
    "audit-report-csv",
    "audit-entry-csv",
    "audit-checkpoint",
    "audit-public-key",
    "audit-script",
    "audit-export",
}
