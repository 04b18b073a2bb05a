"""An invented world for tests, made with the domain's verbs: departments, a strategy, reports in every state."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone

from reporting.domain import commitments, departments, editions, filing, publication, review, rounds, strategies
from reporting.domain.commitments import Said
from reporting.domain.editions import Content
from reporting.models import Edition, PlannedActivity, Report, Round, User
from strategy.dates import PartialDate
from strategy.models import Action, CommitmentVersion, Department, Strategy

SECRET = "unpublished-secret"  # stands in everything that must not be public


def day(text: str) -> PartialDate:
    return PartialDate.parse(text)


def at(text: str) -> datetime:
    """A moment in the service's time zone: at("2021-03-04 09:30")."""
    return timezone.make_aware(datetime.fromisoformat(text))


@dataclass
class World:
    strategy: Strategy
    leader: User
    reviewer: User
    actions: list[Action] = field(default_factory=list)
    departments: list[Department] = field(default_factory=list)

    @classmethod
    def small(cls, count: int = 4) -> "World":
        leader = User.objects.create_user("leader@example.invalid", name="Lea Leader")
        reviewer = User.objects.create_user("reviewer@example.invalid", name="Ray Reviewer")
        strategy = strategies.add_strategy(
            actor=reviewer, code="FEN", title="Fenland Better Services Plan", summary="An invented plan."
        )
        world = cls(strategy, leader, reviewer)
        theme = strategies.add_theme(actor=reviewer, strategy=strategy, title="Simpler services")
        for number, (short, wording, added) in enumerate(
            [
                ("Boats online", "Every boat licence can be renewed online by March 2021", "2019-05"),
                ("Plain letters", "Letters are written so that everybody understands them", "2019-05"),
                ("Open records", "Records of the drainage boards are open to all", "2020-11"),
            ],
            start=1,
        ):
            world.actions.append(
                strategies.add_action(
                    actor=reviewer,
                    strategy=strategy,
                    number=number,
                    short_name=short,
                    wording=wording,
                    added_on=day(added),
                    theme=theme if number < 3 else None,
                )
            )
        for number in range(1, count + 1):
            world.departments.append(
                departments.add_department(
                    actor=reviewer, code=f"D{number:02}", slug=f"ministry-{number}", name=f"Ministry {number}"
                )
            )
        return world

    def open(self, year: int, due: date | None = None, **fields: bool) -> Round:
        return rounds.open_round(actor=self.reviewer, strategy=self.strategy, year=year, due=due, **fields)

    def report(self, year: int, department: Department | None = None) -> Report:
        return Report.objects.get(
            round__year=year, round__strategy=self.strategy, department=department or self.departments[0]
        )

    def draft(self, report: Report, number: int = 1, **fields: object) -> None:
        filing.save_draft(author=self.leader, report=report, action=self.actions[number - 1], **fields)  # type: ignore[arg-type]

    def file(self, report: Report, **fields: object) -> Edition:
        """Write every due action, sign off, review and accept: an edition that is not public yet.

        `answers` are given where something was planned for the year.
        """
        answers = fields.pop("answers", [])
        for action in filing.due_actions(report):
            planned = PlannedActivity.objects.filter(
                action=action, department=report.department, year=report.round.year
            )
            words = {
                "progress": f"{report.department.code} did {action.short_name} in {report.round.year}.",
                "planned": f"{report.department.code} will do more of {action.short_name}.\n\n- And a second thing",
                "status": "on_track" if report.round.asks_status else "",
                "answers": answers if planned.exists() else [],
                **fields,
            }
            filing.save_draft(author=self.leader, report=report, action=action, **words)  # type: ignore[arg-type]
            filing.mark_ready(actor=self.leader, report=report, action=action)
        filing.sign_off(actor=self.leader, report=report)
        review.start_review(actor=self.reviewer, report=report)
        return review.accept(actor=self.reviewer, report=report)

    def publish(self, content: Edition | CommitmentVersion, dated: str) -> None:
        publication.publish(content, actor=self.reviewer, dated=day(dated))

    def reported(self, year: int, department: Department | None = None, dated: str = "", **fields: object) -> Edition:
        edition = self.file(self.report(year, department), **fields)
        self.publish(edition, dated or f"{year + 1}-02-01")
        return edition

    def cut(self, report: Report, progress: str, known_from: str = "2021-01-15") -> Edition:
        """An edition with these words under action 1, without the way through drafts."""
        return editions.cut_edition(
            actor=self.reviewer,
            report=report,
            contents={1: Content(progress=progress, planned=f"Plan after: {progress}")},
            known_from=day(known_from),
        )

    def commit(
        self,
        text: str,
        number: int = 1,
        department: Department | None = None,
        dated: str = "2019-06",
        known_from: str = "",
    ) -> CommitmentVersion:
        return commitments.record_version(
            actor=self.reviewer,
            department=department or self.departments[0],
            action=self.actions[number - 1],
            new=Said("made", text=text, dated=day(dated)),
            known_from=day(known_from or dated),
        )

    def address(self, name: str = "") -> str:
        return f"/strategies/{self.strategy.slug}/{name}"

    def full(self, years: tuple[int, ...] = (2020, 2021)) -> "World":
        """Every department has committed to every action and reported on every year, and all of it is public."""
        for department in self.departments:
            for number in (1, 2):
                self.publish(self.commit(f"{department.code} commits to {number}.", number, department), "2019-06")
        for year in years:
            self.open(year, due=date(year + 1, 2, 15))
            for department in self.departments:
                self.reported(year, department, answers=self.answers(year, department) if year > years[0] else [])
        return self

    def answers(self, year: int, department: Department) -> list[dict[str, object]]:
        return [{"activity": 1, "answer": "done"}, {"activity": 2, "answer": "dropped", "reason": "No money."}]

    def secrets(self, year: int = 2022) -> None:
        """Rows that could leak: a draft, a signed-off report, an accepted one and one with a future window."""
        self.open(year, due=date(2099, 1, 31))
        words = {"progress": f"{SECRET} progress", "planned": f"{SECRET} plan"}
        self.draft(self.report(year, self.departments[0]), **words)
        for place, department in enumerate(self.departments[1:4]):
            edition = self.file(self.report(year, department), **words)
            if place == 1:
                publication.publish(edition, actor=self.reviewer, starts=at("2098-01-01 09:30"))
        self.commit(f"{SECRET} commitment", 3)


