"""The Government Digital Strategy: taken in as an import would, since its reports were published long ago."""

from datetime import datetime, timedelta
from typing import Any

from reporting.domain import commitments, departments, publication, review, rounds, strategies
from reporting.domain.editions import Content
from reporting.management.demonstration import promised
from reporting.management.demonstration.clock import Clock
from reporting.models import User
from strategy.dates import PartialDate
from strategy.models import Action, Department, Strategy

BEFORE_ALL = -47  # the day on which it was taken in, before anything of the invented strategy
MADE = PartialDate.parse("2012-12")


def take_in(words: dict[str, Any], *, actor: User, clock: Clock) -> None:
    at = clock.at(BEFORE_ALL, 10)
    bodies = _departments(words, actor, at)
    strategy, actions = _strategy(words, bodies, actor, at + timedelta(minutes=1))
    for said in words["commitments"]:
        source = words["source_2012"] if said["known_from"] == MADE.iso else words["source_2015"]
        _commitments(said, source, bodies[said["department"]], actions, actor, at + timedelta(minutes=2))
    for said in words["reports"]:
        report_at = at + timedelta(minutes=3)
        _report(said, words["source_2015"], strategy, bodies[said["department"]], actor, report_at)


def _departments(words: dict[str, Any], actor: User, at: datetime) -> dict[str, Department]:
    notice = words["department_notice"]
    return {
        said["code"]: departments.add_department(actor=actor, notice=notice, at=at, **said)
        for said in words["departments"]
    }


def _strategy(
    words: dict[str, Any], bodies: dict[str, Department], actor: User, at: datetime
) -> tuple[Strategy, dict[int, Action]]:
    about = words["strategy"] | {"starts": PartialDate.parse(words["strategy"]["starts"])}
    strategy = strategies.add_strategy(actor=actor, departments=bodies.values(), at=at, **about)
    themes = [
        strategies.add_theme(actor=actor, strategy=strategy, title=theme["title"], at=at)
        for theme in words["themes"]
    ]
    actions = {}
    for said in words["actions"]:
        first, *later = said["wordings"]
        actions[said["number"]] = action = strategies.add_action(
            actor=actor,
            strategy=strategy,
            number=said["number"],
            short_name=said["short_name"],
            wording=first["text"],
            added_on=PartialDate.parse(said["added_on"]),
            theme=themes[said["theme"] - 1] if "theme" in said else None,
            at=at,
        )
        for wording in later:
            dated = PartialDate.parse(wording["dated"])
            strategies.reword_action(actor=actor, action=action, text=wording["text"], dated=dated, at=at)
    return strategy, actions


def _commitments(
    said: dict[str, Any],
    source: str,
    department: Department,
    actions: dict[int, Action],
    actor: User,
    at: datetime,
) -> None:
    known_from = PartialDate.parse(said["known_from"])
    for number, version in promised.versions(said, MADE).items():
        recorded = commitments.record_version(
            actor=actor,
            department=department,
            action=actions[number],
            new=version,
            known_from=known_from,
            source_name=source,
            at=at,
        )
        publication.publish(recorded, actor=actor, dated=known_from, at=at)


def _report(
    said: dict[str, Any], source: str, strategy: Strategy, department: Department, actor: User, at: datetime
) -> None:
    published = PartialDate.parse(said["published"])
    history = rounds.open_history(actor=actor, strategy=strategy, year=said["year"], at=at)
    report = rounds.report_of(actor=actor, round=history, department=department, at=at)
    contents = {
        int(number): Content(**{name: text.strip() for name, text in entry.items()})
        for number, entry in said["actions"].items()
    }
    edition = review.accept_published(
        actor=actor, report=report, contents=contents, known_from=published, source_name=source, at=at
    )
    publication.publish(edition, actor=actor, dated=published, at=at)
