"""A round with a report in every state that reviewers meet, all of it invented."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from reporting.domain import filing, people, publication, review
from reporting.domain.editions import Content
from reporting.models import Report, ReturnReason, User
from strategy.models import Department
from tests.world import World, day

LONG_WORD = "Binnenschifffahrtsgenehmigungsverordnung" * 2
SAME = "The harbour office prints the tide tables of the north quay on better paper every month."
PLANS = "- The harbour office will renew the jetty by March 2021.\n- Light the lamps of the quay."
LATER = "- The harbour office will renew the jetty by June 2022.\n- Count the herons."
EVIDENCE = [{"address": "https://quay.example/tables", "title": "Tide tables", "date": "May 2021"}]
# By the number of its department.
COPIED, IN_REVIEW, AGAIN, RETURNED, DRAFT, NOT_STARTED, ACCEPTED, EXCUSED, NIL, OWN, CORRECTING, CORRECTED = range(
    1, 13
)


@dataclass
class ReviewWorld:
    world: World
    people: dict[str, User] = field(default_factory=dict)

    @classmethod
    def make(cls) -> "ReviewWorld":
        made = cls(World.small(12))
        made._meet()
        made._report_last_year()
        made._file()
        return made

    def report(self, number: int) -> Report:
        return self.world.report(2021, self.world.departments[number - 1])

    def session(self, name: str) -> str:
        client = Client()
        client.force_login(self.people[name])
        return client.cookies["sessionid"].value

    def _meet(self) -> None:
        bodies = self.world.departments
        self._person("rita", "reviewer", [None])
        self._person("rob", "reviewer", [None])
        self._person("max", "leader", bodies[: OWN - 1] + bodies[OWN:])
        self._person("rob", "leader", [bodies[OWN - 1]])
        self._person("ada", "auditor", [None])
        self.world.leader, self.world.reviewer = self.people["max"], self.people["rita"]

    def _person(self, name: str, role: str, bodies: list[Department | None]) -> None:
        person = self.people.get(name) or User.objects.create_user(
            f"{name}@example.invalid", "count the lamps twice", name=name.capitalize()
        )
        self.people[name] = person
        for body in bodies:
            people.give_role(actor=person, person=person, role=role, department=body)

    def _report_last_year(self) -> None:
        world = self.world
        world.open(2020)
        said = Content(status="on_track", progress=f"Last year. {SAME}", planned=PLANS)
        for body in world.departments[:10]:
            edition = review.accept_published(
                actor=world.reviewer,
                report=world.report(2020, body),
                contents={1: said, 2: said},
                known_from=day("2021-02-01"),
            )
            world.publish(edition, "2021-02-01")

    def _file(self) -> None:
        world, rita = self.world, self.people["rita"]
        world.open(2021, due=timezone.localdate() - timedelta(days=4))
        world.submit(self.report(COPIED), progress=f"Last year. {SAME}", planned=LATER)
        self._review()
        self._review_again()
        self._return()
        world.draft(self.report(DRAFT), progress="Begun.")
        world.file(self.report(ACCEPTED))
        review.excuse(actor=rita, report=self.report(EXCUSED), reason="The ministry was made in November.")
        filing.set_nil(actor=world.leader, report=self.report(NIL), reason="No boats, no letters.")
        filing.sign_off(actor=world.leader, report=self.report(NIL))
        world.leader = self.people["rob"]
        world.review(self.report(OWN))
        world.leader = self.people["max"]
        for number in (CORRECTING, CORRECTED):
            publication.publish(world.file(self.report(number)), actor=rita)
            review.reopen(actor=rita, report=self.report(number), reason="A wrong number.")
        world.submit(self.report(CORRECTED), progress="The number is right now.")
        world.write(self.report(CORRECTING), progress="The number is nearly right.")

    def _review(self) -> None:
        """Begun: one entry assessed, one marked, one with a note among reviewers."""
        world, rita, report = self.world, self.people["rita"], self.report(IN_REVIEW)
        answers = [{"activity": 1, "answer": "partly_done", "reason": "It rained."}]
        world.review(report, progress=f"{LONG_WORD} {SAME}", planned=LATER, evidence=EVIDENCE, answers=answers)
        first, second, _ = world.actions
        about = {"actor": rita, "report": report}
        review.assess(**about, action=first, assessment="partly_evidenced", reason="One table is there.")
        review.mark_for_return(**about, action=second, reason=reason())
        review.comment(**about, action=second, field="planned", text="Say *who* counts the herons, and by when.")
        review.comment(**about, action=second, text="Ask the heronry first.", private=True)
        review.comment(actor=self.people["rob"], report=report, action=second, text="And where.", field="progress")

    def _review_again(self) -> None:
        world, report = self.world, self.report(AGAIN)
        world.review(report, progress="The lamps were lit in May. Nobody counted.", planned="Count the herons.")
        self._send_back(report, due=None)
        world.submit(
            report,
            progress="The lamps were lit in June, all twelve of them. Nobody counted.",
            planned="The heronry counts the herons by May 2022.\n\nThe quay is painted.",
            evidence=EVIDENCE,
            status="behind",
        )
        review.start_review(actor=self.people["rita"], report=report)

    def _return(self) -> None:
        world, report = self.world, self.report(RETURNED)
        world.review(report)
        self._send_back(report, due=timezone.localdate() + timedelta(days=3))

    def _send_back(self, report: Report, **said: object) -> None:
        rita, action = self.people["rita"], self.world.actions[0]
        review.comment(actor=rita, report=report, action=action, field="planned", text="Say who counts.")
        review.mark_for_return(actor=rita, report=report, action=action, reason=reason())
        review.return_report(actor=rita, report=report, message="One entry has to change.", **said)  # type: ignore[arg-type]


def reason(title: str = "Plan without a date or an owner") -> ReturnReason:
    """From the list."""
    return ReturnReason.objects.get(title=title)


def all_full(world: World) -> World:
    """Every department in its second review: returned once, answered, marked, assessed and commented on again."""
    world.full((2020,))
    world.open(2021, due=timezone.localdate())
    why = reason()
    for report in Report.objects.filter(round__year=2021).select_related("round__strategy", "department"):
        about = {"actor": world.reviewer, "report": report, "action": world.actions[0]}
        words = f"{report.department.code} did Boats online in 2020."
        world.review(report, progress=words, planned=LATER, evidence=EVIDENCE)
        review.comment(**about, text="Say who.")
        review.mark_for_return(**about, reason=why)
        review.return_report(actor=world.reviewer, report=report, message="Say who.", due=timezone.localdate())
        world.review(report, progress=words, planned=f"{LATER}\n- Paint the quay.", evidence=EVIDENCE)
        review.comment(**about, text="And by when.")
        review.comment(**about, text="They are new.", private=True)
        review.mark_for_return(**about, reason=why)
        review.assess(**about, assessment="evidenced", reason="There is a table.")
    return world
