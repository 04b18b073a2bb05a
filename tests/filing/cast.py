"""Everybody who may come to a staff page, and the things that the pages are about."""

from dataclasses import dataclass

from django.test import Client
from django.urls import reverse

from reporting.domain import people, review
from reporting.models import Comment, DraftSave, Membership, Report, User
from tests.world import World

ROLES = {
    "contributor": ("contributor", 1, None),  # role, department, numbers of the actions
    "of_action_1": ("contributor", 1, [1]),
    "of_action_2": ("contributor", 1, [2]),
    "leader": ("leader", 1, None),
    "foreign_contributor": ("contributor", 2, None),
    "foreign_leader": ("leader", 2, None),
    "reviewer": ("reviewer", None, None),
    "auditor": ("auditor", None, None),
    "closed_leader": ("leader", 1, None),  # the account is closed
}
ACTORS = ["anonymous", *ROLES, "administrator"]


@dataclass
class Cast:
    world: World
    report: Report
    people: dict[str, User]
    save: DraftSave
    beside: DraftSave

    @classmethod
    def meet(cls, world: World, year: int = 2021) -> "Cast":
        """A draft report of department 1, with two texts in its action 1; last year's plans are public."""
        world.open(2020)
        world.reported(2020, world.departments[0])
        world.open(year)
        made = {name: person(world, name) for name in [*ROLES, "administrator"]}
        made["administrator"].is_staff = True
        made["administrator"].save()
        made["closed_leader"].is_active = False
        made["closed_leader"].save()
        report = world.report(year)
        save = world.draft(report, 1, progress="One text.")
        beside = world.draft(report, 1, progress="Another text.")
        world.draft(report, 2, progress="Of action 2.")
        return cls(world, report, made, save, beside)

    def client(self, name: str) -> Client:
        client = Client()
        if name != "anonymous":
            client.force_login(self.people[name])
        return client

    def address(self, name: str, *more: object) -> str:
        of = self.report
        return reverse(name, args=[of.round.strategy.slug, of.round.year, of.department.slug, *more])

    def membership(self, name: str) -> Membership:
        return self.people[name].memberships.get()

    def submitted(self) -> None:
        """As it is with the centre."""
        report = self.world.report(2021)
        self.world.draft(report, 1, progress="Chosen.", base=self.save, settles=self.beside, status="behind")
        self.world.submit(report)

    def returned(self, field: str = "progress", text: str = "Say how many.") -> Comment:
        self.submitted()
        review.start_review(actor=self.people["reviewer"], report=self.report)
        made = review.comment(
            actor=self.people["reviewer"],
            report=self.report,
            action=self.world.actions[0],
            field=field,
            text=text,
        )
        review.return_report(actor=self.people["reviewer"], report=self.report, message="See the comment.")
        return made


def person(world: World, name: str) -> User:
    user = User.objects.create_user(f"{name}@staff.invalid", "a long enough password", name=name.capitalize())
    if name in ROLES:
        role, department, numbers = ROLES[name]
        people.give_role(
            actor=world.reviewer,
            person=user,
            role=role,
            department=world.departments[department - 1] if department else None,
            actions=[world.actions[number - 1] for number in numbers] if numbers else None,
        )
    return user
