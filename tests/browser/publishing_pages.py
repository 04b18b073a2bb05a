"""Every page about publishing, and every public page about corrections, in every state, by a name that says which."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlencode

from django.test import Client
from django.urls import reverse

from reporting.domain import filing, people, publication, releases, review
from reporting.models import Edition, Release, Report, Round, User
from reporting.publishing.choice import Choice
from tests.browser.world import LONG_WORD
from tests.world import World, at

SET = at("2098-02-25 09:30")
SLUG = "fenland-better-services-plan"
FEN = f"/strategies/{SLUG}/"
TEXT = "The quay office counted the lamps of the north quay, and painted all of them green in the summer."


@dataclass
class PublishingWorld:
    world: World
    reviewer: User
    releases: dict[str, Release] = field(default_factory=dict)

    @classmethod
    def make(cls) -> "PublishingWorld":
        world = World.small(8)
        reviewer = User.objects.create_user("rita@example.invalid", "count the lamps twice", name="Rita")
        people.give_role(actor=world.reviewer, person=reviewer, role="reviewer")
        people.give_role(actor=world.reviewer, person=world.leader, role="leader", department=world.departments[0])
        made = cls(world, reviewer)
        made._last_year()
        made._corrections()
        made._this_year()
        return made

    def session(self) -> str:
        client = Client()
        client.force_login(self.reviewer)
        return client.cookies["sessionid"].value

    def edition(self, year: int, department: int, number: int) -> Edition:
        return Edition.objects.get(
            report__round__year=year, report__department__code=f"D{department:02}", number=number
        )

    def _last_year(self) -> None:
        self.world.open(2020, due=date(2021, 2, 15))
        for department in self.world.departments:
            self.world.reported(2020, department, progress=TEXT, planned="- Count again.\n- Light the lamps.")

    def _correct(self, department: int, note: str, **words: object) -> Report:
        report = self.world.report(2020, self.world.departments[department - 1])
        review.reopen(actor=self.reviewer, report=report, reason="A mistake.")
        self.world.write(report, **words)
        filing.describe_change(
            actor=self.world.leader, report=report, note=note, kind="major" if department % 2 else "minor"
        )
        filing.sign_off(actor=self.world.leader, report=report)
        report = review.start_review(actor=self.reviewer, report=report)
        first = self.world.actions[0]
        review.assess(
            actor=self.reviewer,
            report=report,
            action=first,
            assessment="partly_evidenced",
            reason="Half was *seen*.",
        )
        review.accept_report(actor=self.reviewer, report=report)
        return report

    def _release(self, name: str, department: int, **fields: object) -> Release:
        body = self.world.departments[department - 1].pk
        round = self.world.report(2020).round
        made = releases.release(actor=self.reviewer, round=round, only=[body], **fields)  # type: ignore[arg-type]
        self.releases[name] = made
        return made

    def _corrections(self) -> None:
        changed = TEXT.replace("green", "a deep green").replace("north", "south")
        self._correct(
            1, "The quay was another one.", progress=f"{changed}\n\nIt rained. {LONG_WORD}", status="behind"
        )
        self._release("waiting", 1, starts=SET, note="Of readers' interest.")
        self._correct(2, "A typing error.", progress=changed)
        self._release("public", 2)
        publication.withdraw(self.edition(2020, 3, 1), actor=self.reviewer, reason="It named a person.")
        self._correct(4, "The lamps were miscounted.", progress="Wholly other words stand here now.")
        self._release("withdrawn", 4)
        publication.withdraw(self.edition(2020, 4, 2), actor=self.reviewer, reason="It was miscounted again.")
        self._correct(5, "A number.", progress=changed)
        self._release("stopped", 5, starts=SET)
        releases.stop(actor=self.reviewer, release=self.releases["stopped"], reason="The number is wrong too.")

    def _this_year(self) -> None:
        world = self.world
        world.open(2021, due=date(2099, 1, 31))
        for number in (1, 2, 8):
            world.file(world.report(2021, world.departments[number - 1]), progress=TEXT, answers=[])
        world.submit(world.report(2021, world.departments[3]))
        review.excuse(
            actor=self.reviewer, report=world.report(2021, world.departments[5]), reason="It was made in November."
        )


@dataclass(frozen=True)
class State:
    ends: str  # the name of the address
    path: str | Callable[[PublishingWorld], str]
    status: int = 200
    press: str = ""  # a button to press, with nothing filled in
    staff: bool = True

    def address(self, world: PublishingWorld) -> str:
        return self.path if isinstance(self.path, str) else self.path(world)


def of_release(name: str, page: str = "release") -> Callable[[PublishingWorld], str]:
    return lambda world: reverse(f"publishing-{page}", args=[world.releases[name].pk])


def of_edition(*key: int) -> Callable[[PublishingWorld], str]:
    return lambda world: reverse("publishing-withdraw", args=[world.edition(*key).pk])


def confirm(**given: object) -> str:
    when = {"when": "later", "day": 25, "month": 2, "year": 2098, "time": "9:30am", "without": "ministry-4"}
    return f"/publishing/{SLUG}/2021/confirm/?{urlencode(when | given)}"


def as_chosen() -> str:
    round = Round.objects.select_related("strategy").get(year=2020)
    return Choice(round, typed={"note": "First reports."}).preview(SET) + "corrections/"


CONFIRM_BUTTON = "Publish at 9:30am on 25 February 2098"
ROUND = f"/publishing/{SLUG}/2021/"
LAST = f"/publishing/{SLUG}/2020/"
EDITIONS = f"{FEN}editions/"
STATES = {
    "rounds": State("publishing", "/publishing/"),
    "round-stopped": State("publishing-round", ROUND),
    "round-ready": State("publishing-round", f"{ROUND}?without=ministry-4"),
    "round-corrections": State("publishing-round", LAST),
    "round-refused": State("publishing-round-confirm", confirm(without=""), 409),
    "round-errors": State("publishing-round-confirm", f"{ROUND}confirm/?when=later&time=soon", 422),
    "round-error-of-note": State("publishing-round-confirm", confirm(note="Lamps. " * 100), 422),
    "preview-as-chosen": State("publishing-preview-as", lambda world: as_chosen()),
    "hour-left-out": State("publishing-round-confirm", confirm(day=28, month=3, year=2027, time="1:30am"), 422),
    "hour-twice": State("publishing-round-confirm", confirm(day=31, month=10, year=2027, time="1:30am"), 422),
    "confirm": State("publishing-round-confirm", confirm(note="First reports of the round.")),
    "confirm-now": State("publishing-round-confirm", confirm(when="now")),
    "confirm-unticked": State("publishing-round-confirm", confirm(), 422, CONFIRM_BUTTON),
    "department": State("publishing-department", f"{ROUND}ministry-1/"),
    "department-stopped": State("publishing-department", f"{ROUND}ministry-4/"),
    "department-nothing": State("publishing-department", f"{ROUND}ministry-7/"),
    "department-confirm": State(
        "publishing-department-confirm", confirm().replace("2021/confirm", "2020/ministry-5/confirm")
    ),
    "release-waiting": State("publishing-release", of_release("waiting")),
    "release-public": State("publishing-release", of_release("public")),
    "release-withdrawn": State("publishing-release", of_release("withdrawn")),
    "release-stopped": State("publishing-release", of_release("stopped")),
    "done-waiting": State("publishing-done", of_release("waiting", "done")),
    "done-public": State("publishing-done", of_release("public", "done")),
    "move": State("publishing-move", of_release("waiting", "move")),
    "stop": State("publishing-stop", of_release("waiting", "stop")),
    "stop-without-reason": State("publishing-stop", of_release("waiting", "stop"), 422, "Stop the publication"),
    "withdraw": State("publishing-withdraw", of_edition(2020, 2, 2)),
    "withdraw-with-successor": State("publishing-withdraw", of_edition(2020, 1, 1)),
    "withdraw-without-reason": State("publishing-withdraw", of_edition(2020, 2, 2), 422, "Withdraw edition 2"),
    "withdraw-not-public": State("publishing-withdraw", of_edition(2020, 2, 1)),
    "withdraw-withdrawn": State("publishing-withdraw", of_edition(2020, 3, 1)),
    "preview-home": State("publishing-preview", f"{LAST}preview/"),
    "preview-report": State("publishing-preview", f"{LAST}preview{FEN}departments/ministry-5/"),
    "preview-not-found": State("publishing-preview", f"{LAST}preview/none/", 404),
    "preview-of-release": State("publishing-release-preview", of_release("waiting", "release-preview")),
    "corrections": State("corrections", "/corrections/", staff=False),
    "edition-corrected": State("edition", f"{EDITIONS}ministry-2/2020/2/", staff=False),
    "edition-before": State("edition", f"{EDITIONS}ministry-2/2020/1/", staff=False),
    "edition-withdrawn": State("edition", f"{EDITIONS}ministry-3/2020/1/", 410, staff=False),
    "edition-withdrawn-with-its-successor": State("edition", f"{EDITIONS}ministry-4/2020/1/", 410, staff=False),
    "report-corrected": State("report", f"{FEN}departments/ministry-2/", staff=False),
    "report-withdrawn": State("report", f"{FEN}departments/ministry-3/", staff=False),
    "story-assessed": State("story", f"{FEN}departments/ministry-2/actions/1/", staff=False),
    "action-assessed": State("action", f"{FEN}actions/1/?year=2020", staff=False),
    "year-with-withdrawn": State("year", f"{FEN}years/2020/", staff=False),
}
