"""An invented world in which every page for people who are signed in stands in every state that it knows."""

from dataclasses import dataclass, field
from datetime import date

from django.test import Client

from reporting.domain import departments, filing, links, people, review
from reporting.models import DraftSave, Membership, Report, User
from tests.accounts.pages import code, recovery_codes, set_up_phone
from tests.accounts.pages import sign_in as sign_in_quickly
from tests.browser.desk import PASSWORD
from tests.browser.world import LONG_ADDRESS, LONG_WORD
from tests.world import World

SAME = "The harbour office will continue to print the tide tables of the north quay on better paper every month."
PLANS = f"- {SAME}\n- Light the lamps."
FIELDS = ("", "answers", "status", "progress", "planned", "evidence")  # that a comment can be about


@dataclass
class StaffWorld:
    world: World
    people: dict[str, User] = field(default_factory=dict)
    phones: dict[str, str] = field(default_factory=dict)
    conflict: DraftSave | None = None
    settled: DraftSave | None = None  # beside a text that says the same now
    invited: Membership | None = None

    @classmethod
    def make(cls) -> "StaffWorld":
        made = cls(World.small(10))
        made._report_last_year()
        made._meet()
        made._file()
        return made

    def report(self, number: int, year: int = 2021) -> Report:
        return self.world.report(year, self.world.departments[number - 1])

    def session(self, name: str) -> str:
        """Signed in on the sign-in page, so that nobody is asked for a password again."""
        client = Client()
        sign_in_quickly(self.people[name].email, PASSWORD, client)
        if name in self.phones:
            client.post("/account/sign-in/code/", {"code": code(self.phones[name])})
        return client.cookies["sessionid"].value

    def stale_session(self, name: str) -> str:
        """Signed in too long ago to change how one signs in."""
        client = Client()
        client.force_login(self.people[name])
        return client.cookies["sessionid"].value

    def welcome(self) -> str:
        assert self.invited
        return links.invitation_address(self.invited.person)

    def new_password(self) -> str:
        return links.password_reset_address(self.people["carl"])

    def _report_last_year(self) -> None:
        world = self.world
        world.publish(world.commit("Licences are sold at the quay."), "2019-06")
        world.open(2020, due=date(2021, 2, 15))
        for report in Report.objects.filter(round__year=2020).select_related("round__strategy", "department"):
            if report.department in world.departments[:9]:
                edition = world.file(report, progress=f"Last year. {SAME}", planned=PLANS)
                world.publish(edition, "2021-02-01")

    def _meet(self) -> None:
        world = self.world
        first, everywhere = world.departments[:1], world.departments[1:9]
        self._person("dora", "leader", first)
        self._person("max", "leader", everywhere)
        self._person("carl", "contributor", first, [world.actions[0], world.actions[2]])
        self._person("nora", "contributor", [])
        self._person("rita", "reviewer", [None], phone=True)
        self._person("ada", "auditor", [None], phone=True)
        self._person("new", "reviewer", [None])  # has no phone yet
        self._person("phil", "contributor", first, phone=True)  # needs none, and has one
        self.invited = people.invite(
            actor=self.people["dora"], email=f"{LONG_WORD}@example.invalid", department=first[0], name="Ina Invited"
        )

    def _person(
        self, name: str, role: str, bodies: list, actions: list | None = None, *, phone: bool = False
    ) -> None:
        person = User.objects.create_user(f"{name}@example.invalid", PASSWORD, name=name.capitalize())
        for department in bodies:
            people.give_role(
                actor=self.world.reviewer, person=person, role=role, department=department, actions=actions
            )
        if phone:
            self.phones[name] = set_up_phone(person)
            recovery_codes(person)
        self.people[name] = person

    def _file(self) -> None:
        world, (dora, carl, rita) = self.world, (self.people[name] for name in ("dora", "carl", "rita"))
        world.open(2021, due=date(2099, 1, 31))
        world.leader = dora
        draft, returned, submitted, nil, excused, ready, in_review, _, doubtful = (
            self.report(number) for number in range(1, 10)
        )
        full = {
            "status": "behind",
            "progress": f"Filed under {LONG_WORD}: [{LONG_ADDRESS}]({LONG_ADDRESS}).\n\n- One\n- Two\n\n{SAME}",
            "planned": PLANS,
            "answers": [
                {
                    "activity": 1,
                    "answer": "carried_forward",
                    "reason": "It rained.",
                    "carried_words": "Light the lamps.",
                }
            ],
            "evidence": [
                {"address": LONG_ADDRESS, "title": "Tide tables", "date": "May 2021"},
                {"address": "quay", "title": "", "date": ""},
            ],
        }
        world.draft(draft, 2, **full)
        base = world.draft(draft, 3, status="behind", progress="The quay is *dry*.", planned="Light it.")
        world.draft(draft, 3, base=base, status="behind", progress="The quay is wet.", planned="Light it.")
        self.conflict = filing.save_draft(
            author=carl,
            report=draft,
            action=world.actions[2],
            base=base,
            status="on_track",
            progress="The quay is dry now.",
            planned="Light it.\n\nCount the herons.",
            answers=[{"activity": 1, "answer": "dropped", "reason": "Enough."}],
        )
        world.leader = self.people["max"]
        world.review(returned, evidence=[{"address": "https://lamps.example", "title": "", "date": ""}])
        for name in FIELDS:
            review.comment(
                actor=rita,
                report=returned,
                action=world.actions[0],
                field=name,
                text=f"Say more of *{name or 'it'}*.",
            )
        review.comment(actor=rita, report=returned, action=world.actions[1], field="progress", text="Say **when**.")
        review.return_report(actor=rita, report=returned, message="Two entries.")
        world.submit(submitted)
        filing.set_nil(actor=world.leader, report=nil, reason="No boats, no letters.")
        review.excuse(actor=rita, report=excused, reason="The ministry was made in November.")
        world.write(ready, progress=f"Last year. {SAME}", planned=PLANS)
        world.review(in_review)
        world.draft(doubtful, 1, status="not_applicable", category="other", reason="There are no boats.")
        world.draft(doubtful, 2, status="not_applicable", evidence=full["evidence"])
        first = world.draft(doubtful, 3, progress="One.")
        second = world.draft(doubtful, 3, base=first, progress="Two.")
        self.settled = world.draft(doubtful, 3, base=first, progress="Three.")
        world.draft(doubtful, 3, base=second, progress="Three.")
        newcomer = departments.add_department(
            actor=world.reviewer, code="NEW", slug="new-ministry", name="New Ministry"
        )
        self._person("neil", "contributor", [newcomer])
