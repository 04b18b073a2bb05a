"""A large invented government in a few seconds: so many departments, actions and years, for measuring.

The rows go straight into the tables: no history tells of them, and their digests are made up. With
`python -m tests.big 200 50 10` they come into the database of the settings.
"""

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

import django
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.models import Max

if __name__ == "__main__":
    django.setup()

from reporting.domain.publication import first_moment
from reporting.models import (
    Coverage,
    Edition,
    EditionActivity,
    EditionAnswer,
    EditionEntry,
    PlannedActivity,
    Publication,
    Report,
    Round,
)
from strategy.dates import PartialDate
from strategy.models import (
    Action,
    ActionWording,
    Commitment,
    CommitmentVersion,
    Department,
    DepartmentName,
    Milestone,
    MilestoneDate,
    Strategy,
    Succession,
    Theme,
)
from tests.words import Words

SECRET = "marmoset"  # stands in every text that is not public, and in no other
FIRST_YEAR = 2013
FAR = first_moment(PartialDate("2098-01-01"))
FORMS = ["Department for {}", "{} Agency", "Ministry of {}", "Office for {}", "{} Commission"]
_TOPICS = (
    "Aqueducts Almanacs Bakeries Bridges Canals Carousels Dovecotes Dunes Elms Estuaries Ferries Fountains Gardens "
    "Granaries Harbours Hedgerows Inns Islands Jetties Journals Kilns Kites Lanterns Lighthouses Maps Meadows "
    "Nurseries Observatories Orchards Parks Piers Quarries Quays Rivers Roofs Signals Stairways Terraces Tides "
    "Umbrellas Uplands Valleys Viaducts Wells Windmills Woodlands Yards Yew Zephyrs Zoos"
)
TOPICS = _TOPICS.split()
NAMES = [
    "Easier forms",
    "Plain letters",
    "Open records",
    "One counter",
    "Fewer visits",
    "Quick answers",
    "Safe keys",
]
STATUSES = ["on_track", "on_track", "completed", "behind", "not_started", "stopped", "not_applicable", ""]
ANSWERS = ["done", "done", "partly_done", "not_done", "dropped", "carried_forward", "done", ""]


@dataclass
class Rows:
    """Rows of one model on their way into its table. What is not said is the field's default."""

    model: type[models.Model]
    columns: list[str]
    rows: list[tuple[Any, ...]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.numbers = count((self.model._base_manager.aggregate(last=Max("pk"))["last"] or 0) + 1)

    def add(self, *values: Any) -> int:
        key = next(self.numbers)
        self.rows.append((key, *values))
        return key

    def insert(self) -> None:
        fields = {one.attname: one for one in self.model._meta.concrete_fields}
        rest = [name for name in fields if name not in {"id", *self.columns}]
        same = tuple(fields[name].get_db_prep_save(fields[name].get_default(), connection) for name in rest)
        names = ", ".join(f'"{fields[name].column}"' for name in ["id", *self.columns, *rest])
        table = self.model._meta.db_table
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
                    for row in self.rows:
                        copy.write_row(row + same)
            else:
                marks = ", ".join(["%s"] * len(fields))
                cursor.executemany(
                    f'INSERT INTO "{table}" ({names}) VALUES ({marks})', (r + same for r in self.rows)
                )
        self.rows.clear()


@dataclass
class Big:
    strategy: Strategy
    departments: list[Department]
    actions: list[Action]
    rounds: list[Round]
    words: Words = field(default_factory=Words)

    @classmethod
    def make(cls, departments: int, actions: int, years: int) -> "Big":
        """Nothing else has to be there; what is stays as it is."""
        with transaction.atomic():
            strategy = Strategy.objects.create(
                code="BIG", slug="big-plan", title="Big Plan", summary="An invented plan of great size."
            )
            bodies = _departments(departments, years)
            big = cls(strategy, bodies, _actions(strategy, actions, years), _rounds(strategy, years))
            big._commit()
            big._report()
            with connection.cursor() as cursor:
                made = [EditionEntry, EditionActivity, EditionAnswer, PlannedActivity]
                for sql in connection.ops.sequence_reset_sql(no_style(), made):
                    cursor.execute(sql)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        return big

    @property
    def years(self) -> list[int]:
        return [one.year for one in self.rounds]

    def _commit(self) -> None:
        """Every department to every action: most made, some not applicable, some in a second version."""
        pairs = Commitment.objects.bulk_create(
            Commitment(department=body, action=action) for body in self.departments for action in self.actions
        )
        versions = [version for index, pair in enumerate(pairs) for version in self._versions(index, pair)]
        CommitmentVersion.objects.bulk_create(versions)
        by_pair: dict[int, list[CommitmentVersion]] = defaultdict(list)
        for version in versions:
            by_pair[version.commitment_id].append(version)
        Publication.objects.bulk_create(window for rows in by_pair.values() for window in _windows(rows))

    def _versions(self, index: int, pair: Commitment) -> Iterator[CommitmentVersion]:
        about = pair.department.code
        said: dict[str, str] = {"state": "made", "text": self.words.text(about, 2)}
        if index % 20 == 3:
            said = {"state": "not_received"}
        elif index % 7 == 3:
            said = {"state": "not_applicable", "category": "no_such_service", "reason": self.words.text(about, 1)}
        for number in (1, 2) if index % 10 == 4 else (1,):
            known = PartialDate.of(FIRST_YEAR - 1 + number, 3)
            if number == 2:
                said = {"state": "made", "text": self.words.text(about, 2)}
            yield CommitmentVersion(
                commitment=pair,
                number=number,
                dated=known,
                known_from=known,
                recorded_at=first_moment(known),
                digest=f"big-version-{pair.pk}-{number}",
                **said,
            )

    def _report(self) -> None:
        reports = [
            Report(round=one, department=body, **_excuse(index, one.year))
            for one in self.rounds
            for index, body in enumerate(self.departments)
        ]
        Report.objects.bulk_create(reports)
        covering = [report for report in reports if report.department.code.endswith("9")]
        Coverage.objects.bulk_create(Coverage(report=one, department=self.departments[0]) for one in covering)
        places = {body.pk: index for index, body in enumerate(self.departments)}
        editions = [
            edition for report in reports for edition in self._editions(report, places[report.department_id])
        ]
        Edition.objects.bulk_create(edition for edition, _ in editions)
        Publication.objects.bulk_create(
            Publication(edition=edition, **window) for edition, window in editions if window
        )
        Contents(self, places).write(editions)

    def _editions(self, report: Report, index: int) -> Iterator[tuple[Edition, dict[str, Any]]]:
        """With their windows: most departments have one edition that is public."""
        year, last = report.round.year, self.years[-1]
        starts = first_moment(PartialDate.of(year + 1, 2, 1 + index % 27))
        dated = PartialDate.of_day(starts.date())
        open_ = {"starts": starts, "dated": dated}
        if report.state == Report.State.EXCUSED or (year == last and index % 17 == 5):
            return
        if year == last and index % 17 == 6:
            yield self._edition(report, 1), {"starts": FAR, "dated": PartialDate("2098-01-01")}
        elif year == last and index % 17 == 8:
            yield self._edition(report, 1), {}  # accepted, and no window yet
        elif index % 19 == 7 and year == FIRST_YEAR + 1:
            end = {"ends": starts + timedelta(days=30), "ending": "withdrawn", "reason": "It named a person."}
            yield self._edition(report, 1), open_ | end
        elif index % 11 == 3 and year == last:
            on = starts + timedelta(days=20)
            yield self._edition(report, 1), open_ | {"ends": on, "ending": "superseded"}
            dated = PartialDate.of_day(on.date())
            yield self._edition(report, 2, "A figure is right now."), {"starts": on, "dated": dated}
        else:
            yield self._edition(report, 1), open_

    def _edition(self, report: Report, number: int, note: str = "") -> Edition:
        known = PartialDate.of(report.round.year + 1, 1)
        return Edition(
            report=report,
            number=number,
            department_name=_first_name(report.department.code),
            department_acronym=report.department.code,
            change_note=note,
            change_kind="minor" if note else "",
            known_from=known,
            cut_at=first_moment(known) + timedelta(hours=number),
            digest=f"big-edition-{report.pk}-{number}",
        )


class Contents:
    """What the editions say under each action, with activities and answers."""

    def __init__(self, big: Big, places: dict[int, int]) -> None:
        self.big, self.places = big, places
        self.entries = Rows(EditionEntry, ["edition_id", "action_id", "status", "progress", "planned"])
        self.identities = Rows(PlannedActivity, ["action_id", "department_id", "year", "number"])
        self.statements = Rows(EditionActivity, ["entry_id", "activity_id", "statement", "text"])
        self.answers = Rows(EditionAnswer, ["entry_id", "activity_id", "answer", "reason", "carried_to_id"])
        self.planned: dict[tuple[int, int, int], list[int]] = {}  # by department, action and the year planned for
        self.before: dict[tuple[int, int], str] = {}  # the progress of the year before

    def write(self, editions: Iterable[tuple[Edition, dict[str, Any]]]) -> None:
        for edition, window in editions:
            hidden = not window or window["starts"] == FAR
            for action in self.big.actions:
                if action.due_from <= edition.report.round.year:
                    self._entry(edition, action, hidden)
        for rows in (self.identities, self.entries, self.statements, self.answers):
            rows.insert()

    def _entry(self, edition: Edition, action: Action, hidden: bool) -> None:
        report = edition.report
        year, body, words = report.round.year, report.department_id, self.big.words
        place = self.places[body] + action.number + year
        about = SECRET if hidden else report.department.code
        plan, activities = words.plan(about)
        progress = words.text(about)
        if place % 13 == 0 and not hidden:  # the words of the year before, once more
            progress = self.before.get((body, action.number), progress)
        if not hidden:
            self.before[body, action.number] = progress
        status = STATUSES[place % len(STATUSES)] if report.round.asks_status else ""
        entry = self.entries.add(edition.pk, action.pk, status, progress, plan)
        ids = self.planned.get((body, action.number, year + 1)) or [
            self.identities.add(action.pk, body, year + 1, number) for number in (1, 2)
        ]
        self.planned[body, action.number, year + 1] = ids
        for statement, (identity, text) in enumerate(zip(ids, activities, strict=True)):
            self.statements.add(entry, identity, statement, text)
        if report.round.asks_answers:
            for number, identity in enumerate(self.planned.get((body, action.number, year), [])):
                if answer := ANSWERS[(place + 3 * number) % len(ANSWERS)]:
                    reason = "" if answer == "done" else f"{about} had other work to do first."
                    carried = ids[number] if answer == "carried_forward" else None
                    self.answers.add(entry, identity, answer, reason, carried)


def _first_name(code: str) -> str:
    index = int(code[1:])
    form = FORMS[(index + index // len(TOPICS)) % len(FORMS)]
    again = "" if index < len(TOPICS) * len(FORMS) else f" {index}"
    return form.format(TOPICS[index % len(TOPICS)]) + again


def _departments(number: int, years: int) -> list[Department]:
    """Every tenth was renamed on the way, and a few follow others."""
    codes = [f"B{index:03}" for index in range(number)]
    bodies = Department.objects.bulk_create(Department(code=code, slug=f"body-{code[1:]}") for code in codes)
    names = [DepartmentName(department=body, name=_first_name(body.code), acronym=body.code) for body in bodies]
    half = PartialDate.of(FIRST_YEAR + years // 2)
    names += [
        DepartmentName(department=body, name=f"New {_first_name(body.code)}", acronym=f"N{body.code}", since=half)
        for body in bodies[4::10]
    ]
    DepartmentName.objects.bulk_create(names)
    pairs = list(zip(bodies[2::20], bodies[3::20], strict=False))
    Succession.objects.bulk_create(
        Succession(old=old, new=new, on=PartialDate.of(FIRST_YEAR + 1, 4), kind="merged") for old, new in pairs
    )
    return bodies


def _actions(strategy: Strategy, number: int, years: int) -> list[Action]:
    """Five to a theme; the last one was added when the first round was over. Some have been reworded."""
    words = Words()
    themes = Theme.objects.bulk_create(
        Theme(strategy=strategy, number=index + 1, title=f"Theme {index + 1}: {NAMES[index % len(NAMES)].lower()}")
        for index in range(-(-number // 5))
    )
    actions = Action.objects.bulk_create(
        Action(
            strategy=strategy,
            number=index + 1,
            short_name=f"{NAMES[index % len(NAMES)]} {index + 1}",
            theme=themes[index // 5],
            added_on=PartialDate.of(FIRST_YEAR if 0 < index == number - 1 else FIRST_YEAR - 1, 11),
        )
        for index in range(number)
    )
    wordings = [
        ActionWording(
            action=one, dated=one.added_on, text=f"{words.pool[one.number][:-1]} by March {FIRST_YEAR + 1}"
        )
        for one in actions
    ]
    again = PartialDate.of(FIRST_YEAR + years // 2, 6)
    wordings += [
        ActionWording(action=one, dated=again, text=f"{words.pool[one.number][:-1]} by June {FIRST_YEAR + 3}")
        for one in actions[::4]
    ]
    ActionWording.objects.bulk_create(wordings)
    milestones = Milestone.objects.bulk_create(Milestone(action=one, title="Opening day") for one in actions[::4])
    MilestoneDate.objects.bulk_create(
        MilestoneDate(milestone=one, number=1, promised=again, recorded_on=one.action.added_on)
        for one in milestones
    )
    return actions


def _rounds(strategy: Strategy, years: int) -> list[Round]:
    """The first asked for words alone."""
    return Round.objects.bulk_create(
        Round(
            strategy=strategy,
            year=FIRST_YEAR + index,
            opened_at=first_moment(PartialDate.of(FIRST_YEAR + index, 12)),
            due=date(FIRST_YEAR + index + 1, 2, 15),
            asks_status=index > 0,
            asks_answers=index > 0,
        )
        for index in range(years)
    )


def _excuse(index: int, year: int) -> dict[str, Any]:
    if (index + year) % 37 == 12:
        return {"state": Report.State.EXCUSED, "excused_reason": "The body was moving house."}
    return {"state": Report.State.ACCEPTED}


def _windows(versions: list[CommitmentVersion]) -> Iterator[Publication]:
    """Each until the next one's begins."""
    starts: list[datetime] = [first_moment(one.known_from) for one in versions]
    for one, begins, ends in zip(versions, starts, [*starts[1:], None], strict=True):
        ending = "superseded" if ends else ""
        yield Publication(version=one, starts=begins, ends=ends, ending=ending, dated=one.known_from)


if __name__ == "__main__":
    Big.make(*(int(number) for number in sys.argv[1:4]))
