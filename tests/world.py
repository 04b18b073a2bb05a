"""An invented world for tests, made with the domain's verbs: departments, a strategy, reports in every state."""

from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise

from django.utils import timezone

from reporting.domain import (
    commitments,
    departments,
    editions,
    filing,
    publication,
    review,
    rounds,
    strategies,
    working,
)
from reporting.domain.commitments import Said
from reporting.domain.editions import ActivityAnswer, Content
from reporting.models import DraftSave, Edition, Entry, PlannedActivity, Report, Round, User
from strategy.dates import PartialDate
from strategy.models import Action, CommitmentVersion, Department, Strategy

SECRET = "unpublished-secret"  # stands in everything that must not be public
ACTIONS = [  # short name, wording, added
    ("Boats online", "Every boat licence can be renewed online by March 2021", "2019-05"),
    ("Plain letters", "Letters are written so that everybody understands them", "2019-05"),
    ("Open records", "Records of the drainage boards are open to all", "2020-11"),
    ("Quiet ferries", "Ferries run without noise at night", "2019-05"),
]


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
    def small(cls, count: int = 4, actions: int = 3) -> "World":
        leader = User.objects.create_user("leader@example.invalid", name="Lea Leader")
        reviewer = User.objects.create_user("reviewer@example.invalid", name="Ray Reviewer")
        strategy = strategies.add_strategy(
            actor=reviewer, code="FEN", title="Fenland Better Services Plan", summary="An invented plan."
        )
        world = cls(strategy, leader, reviewer)
        theme = strategies.add_theme(actor=reviewer, strategy=strategy, title="Simpler services")
        for number, (short, wording, added) in enumerate(ACTIONS[:actions], start=1):
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

    def draft(self, report: Report, number: int = 1, **fields: object) -> DraftSave:
        return filing.save_draft(author=self.leader, report=report, action=self.actions[number - 1], **fields)  # type: ignore[arg-type]

    def write(self, report: Report, **fields: object) -> Report:
        """Write every due action and mark it as ready. `answers` are given where something was planned."""
        answers = fields.pop("answers", [])
        for action in working.due_actions(report):
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
            entry = Entry.objects.filter(report=report, action=action).select_related("head").first()
            base = entry.head if entry else None
            filing.save_draft(author=self.leader, report=report, action=action, base=base, **words)  # type: ignore[arg-type]
            filing.mark_ready(actor=self.leader, report=report, action=action)
        return report

    def submit(self, report: Report, **fields: object) -> Report:
        report = self.write(report, **fields)
        if filing.is_correction(report):
            filing.describe_change(actor=self.leader, report=report, note="What was wrong is right now.")
        return filing.sign_off(actor=self.leader, report=report)

    def review(self, report: Report, **fields: object) -> Report:
        return review.start_review(actor=self.reviewer, report=self.submit(report, **fields))

    def file(self, report: Report, **fields: object) -> Edition:
        """All the way to acceptance: an edition that is not public yet."""
        return review.accept_report(actor=self.reviewer, report=self.review(report, **fields))

    def corrected(self, report: Report, **fields: object) -> Edition:
        """A correction of an accepted report: its next edition, not public yet."""
        return self.file(review.reopen(actor=self.reviewer, report=report, reason="A correction."), **fields)

    def publish(self, content: Edition | CommitmentVersion, dated: str) -> None:
        publication.publish(content, actor=self.reviewer, dated=day(dated))

    def reported(
        self, year: int, department: Department | None = None, dated: str = "", **fields: object
    ) -> Edition:
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
        """Every department has committed to every action and reported on every year, and all of it is public.

        As published elsewhere and taken in: that is several times as quick as by way of drafts.
        """
        for department in self.departments:
            for number in range(1, len(self.actions[:2]) + 1):
                self.publish(self.commit(f"{department.code} commits to {number}.", number, department), "2019-06")
        for year in years:
            self.open(year, due=date(year + 1, 2, 15))
            for report in Report.objects.filter(round__year=year).select_related("round__strategy", "department"):
                self.publish(self.taken_in(report), f"{year + 1}-02-01")
        return self

    def taken_in(self, report: Report) -> Edition:
        planned = PlannedActivity.objects.filter(department=report.department, year=report.round.year)
        asked = set(planned.values_list("action__number", flat=True))
        answers = (ActivityAnswer(1, "done"), ActivityAnswer(2, "dropped", "No money."))
        contents = {
            action.number: Content(
                status="on_track",
                progress=f"{report.department.code} did {action.short_name} in {report.round.year}.",
                planned=f"{report.department.code} will do more of {action.short_name}.\n\n- And a second thing",
                answers=answers if action.number in asked else (),
            )
            for action in working.due_actions(report)
        }
        known_from = day(f"{report.round.year + 1}-02-01")
        return review.accept_published(actor=self.reviewer, report=report, contents=contents, known_from=known_from)

    def entangle(self) -> "World":
        """What hangs on departments and actions beside reports: names, successions, coverage, dates, wordings."""
        for old, new in pairwise(self.departments):
            departments.rename_department(
                actor=self.reviewer, department=old, name=f"Board {old.code}", acronym=old.code, since=day("2020")
            )
            departments.record_succession(actor=self.reviewer, old=old, new=new, on=day("2022-04"), kind="merged")
            for report in old.reports.all():
                filing.cover(actor=self.reviewer, report=report, department=new)
        for action in self.actions:
            strategies.reword_action(
                actor=self.reviewer, action=action, text=f"{action} by June 2021", dated=day("2020-06")
            )
            for commitment in [None, *action.commitments.all()]:
                milestone = strategies.promise_date(
                    actor=self.reviewer,
                    title="Opening day",
                    promised=day("2021-03"),
                    recorded_on=day("2019-06"),
                    **({"commitment": commitment} if commitment else {"action": action}),
                )
                strategies.move_date(
                    actor=self.reviewer,
                    milestone=milestone,
                    promised=day("2021-09"),
                    recorded_on=day("2020-12"),
                    reason="Floods.",
                )
        return self

    def secrets(self, year: int = 2022) -> None:
        """Rows that could leak, in every state that a report has before it is public.

        One state for each department, as far as there are departments: ten.
        """
        self.open(year, due=date(2099, 1, 31))
        words = {"progress": f"{SECRET} progress", "planned": f"{SECRET} plan", "notes": f"{SECRET} notes"}
        states = [self._draft, self._accepted, self._scheduled, self._submitted, self._in_review, self._returned]
        states += [self._nil_draft, self._corrected, self._withdrawn, self._succeeded]
        for make, department in zip(states, self.departments, strict=False):
            make(self.report(year, department), words)
        self.commit(f"{SECRET} commitment", len(self.actions))
        version = self.commit(f"{SECRET} commitment", 1)
        publication.publish(version, actor=self.reviewer, starts=at("2098-01-01 09:30"))

    def _draft(self, report: Report, words: dict[str, str]) -> None:
        first = self.draft(report, **words)
        self.draft(report, base=first, **words)
        self.draft(report, base=first, **words)  # a conflict

    def _accepted(self, report: Report, words: dict[str, str]) -> None:
        self.file(report, **words)

    def _scheduled(self, report: Report, words: dict[str, str]) -> None:
        edition = self.file(report, **words)
        publication.publish(edition, actor=self.reviewer, starts=at("2098-01-01 09:30"), reason=SECRET)

    def _submitted(self, report: Report, words: dict[str, str]) -> None:
        self.submit(report, **words)

    def _in_review(self, report: Report, words: dict[str, str]) -> None:
        self.review(report, **words)

    def _returned(self, report: Report, words: dict[str, str]) -> None:
        self.review(report, **words)
        review.return_report(actor=self.reviewer, report=report, message=SECRET)

    def _nil_draft(self, report: Report, words: dict[str, str]) -> None:
        filing.set_nil(actor=self.leader, report=report, reason=f"{SECRET} reason")

    def _corrected(self, report: Report, words: dict[str, str]) -> None:
        """What is public of it stays; its correction is at work."""
        publication.publish(self.file(report), actor=self.reviewer)
        review.reopen(actor=self.reviewer, report=report, reason=SECRET)
        self.write(report, **words)

    def _withdrawn(self, report: Report, words: dict[str, str]) -> None:
        edition = self.file(report, **words)
        publication.publish(edition, actor=self.reviewer)
        publication.withdraw(edition, actor=self.reviewer, reason="It named a person.")

    def _succeeded(self, report: Report, words: dict[str, str]) -> None:
        """What is public of it stays until the time of its correction has come."""
        publication.publish(self.file(report), actor=self.reviewer)
        self._scheduled(review.reopen(actor=self.reviewer, report=report, reason=SECRET), words)
