"""Tarrowmere, the invented government: its bodies and promises first, then three rounds, day by day."""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

from django.contrib.auth.hashers import make_password

from reporting.domain import commitments, departments, people, publication, rounds, strategies
from reporting.management.demonstration import PASSWORD, moves, promised
from reporting.management.demonstration.clock import DAYS_TO_REPORT, YEARS_SHOWN, Clock, Timeline
from reporting.management.demonstration.moves import Filing
from reporting.models import Report, Round, User
from reporting.rules import Role
from strategy.dates import PartialDate
from strategy.models import Action, Commitment, Department, Milestone, Strategy

START = -46  # the day on which the plan was entered
REVIEWERS = ""  # in place of a body's code
ADMINISTRATOR = "administrator"
CENTRAL = {REVIEWERS: Role.REVIEWER, Role.AUDITOR: Role.AUDITOR, ADMINISTRATOR: ADMINISTRATOR}
COMMITTED = -32  # the day on which the first commitments were


@dataclass
class Land:
    """What is there already, while the rest is being told."""

    actor: User
    clock: Clock
    timeline: Timeline
    strategy: Strategy = field(init=False)
    bodies: dict[str, Department] = field(default_factory=dict)
    actions: dict[int, Action] = field(default_factory=dict)
    rounds: dict[int, Round] = field(default_factory=dict)
    people: dict[str, list[User]] = field(default_factory=dict)  # by body


def prepare(
    plan: dict[str, Any],
    told: list[tuple[dict[str, Any], dict[str, Any]]],
    *,
    actor: User,
    clock: Clock,
    timeline: Timeline,
) -> None:
    """Put everything on the timeline. `told`: each round, with the words of its reports."""
    land = Land(actor, clock, timeline)
    _people(land, plan)
    timeline.add(clock.at(START), partial(_begin, land, plan))
    _later_actions(land, plan)
    _changes_of_bodies(land, plan)
    for said in plan["commitments"]:
        timeline.add(clock.at(said.get("day", COMMITTED), 9, 10), partial(_commitments, land, said))
    for said in plan["rewordings"]:
        timeline.add(clock.at(said["day"]), partial(_reword, land, said))
    for said in plan["milestones"]:
        _milestone(land, said)
    for about, words in told:
        _round(land, about, words)


def _people(land: Land, plan: dict[str, Any]) -> None:
    password = make_password(PASSWORD)  # once: it is slow on purpose
    for said in plan["people"]:
        person = User.objects.create(
            email=f"{said['email']}@demonstration.invalid",
            name=said["name"],
            password=password,
            is_staff=said.get("role") == ADMINISTRATOR,
        )
        place = said.get("role") or said.get("body", REVIEWERS)
        land.people.setdefault(place, []).append(person)


def _roles(land: Land, plan: dict[str, Any]) -> None:
    some = {said["name"]: said["actions"] for said in plan["people"] if "actions" in said}
    for place, found in land.people.items():
        for number, person in enumerate(found):
            role = CENTRAL.get(place) or (Role.CONTRIBUTOR if number else Role.LEADER)
            if role == ADMINISTRATOR:  # by a mark on the person: it is no role
                continue
            people.give_role(
                actor=land.actor,
                person=person,
                role=role,
                department=land.bodies.get(place),
                actions=[land.actions[action] for action in some[person.name]] if person.name in some else None,
                at=land.clock.at(START),
            )


def _begin(land: Land, plan: dict[str, Any]) -> None:
    """The bodies and the plan as they were at the start."""
    at = land.clock.at(START)
    opens = {plan["merged"]["new"]: land.clock.first_of_next_month(plan["merged"]["day"])}
    for said in plan["bodies"]:
        land.bodies[said["code"]] = departments.add_department(
            actor=land.actor, notice=plan["body_notice"], opened=opens.get(said["code"]), at=at, **said
        )
    about = plan["strategy"] | {name: PartialDate.parse(plan["strategy"][name]) for name in ("starts", "ends")}
    land.strategy = strategies.add_strategy(actor=land.actor, departments=land.bodies.values(), at=at, **about)
    for theme in plan["themes"]:
        strategies.add_theme(actor=land.actor, strategy=land.strategy, title=theme["title"], at=at)
    for said in plan["actions"]:
        if "day" not in said:
            _add_action(land, said, START)
    _roles(land, plan)


def _add_action(land: Land, said: dict[str, Any], day: int) -> None:
    land.actions[said["number"]] = strategies.add_action(
        actor=land.actor,
        strategy=land.strategy,
        number=said["number"],
        short_name=said["short_name"],
        wording=said["wording"],
        added_on=PartialDate.parse(said["added_on"]),
        theme=land.strategy.themes.get(number=said["theme"]),
        at=land.clock.at(day),
    )


def _later_actions(land: Land, plan: dict[str, Any]) -> None:
    for said in plan["actions"]:
        if "day" in said:
            land.timeline.add(land.clock.at(said["day"]), partial(_add_action, land, said, said["day"]))


def _reword(land: Land, said: dict[str, Any]) -> None:
    strategies.reword_action(
        actor=land.actor,
        action=land.actions[said["action"]],
        text=said["text"],
        dated=land.clock.month(said["day"]),
        reason=said["reason"],
        authority=said["authority"],
        at=land.clock.at(said["day"]),
    )


def _changes_of_bodies(land: Land, plan: dict[str, Any]) -> None:
    renamed, merged, clock = plan["renamed"], plan["merged"], land.clock
    land.timeline.add(clock.at(renamed["day"]), partial(_rename, land, renamed))
    land.timeline.add(clock.at(merged["day"]), partial(_merge, land, merged))


def _rename(land: Land, said: dict[str, Any]) -> None:
    departments.rename_department(
        actor=land.actor,
        department=land.bodies[said["body"]],
        name=said["name"],
        acronym=said["acronym"],
        since=land.clock.first_of_next_month(said["day"]),
        at=land.clock.at(said["day"]),
    )


def _merge(land: Land, said: dict[str, Any]) -> None:
    old, new = land.bodies[said["old"]], land.bodies[said["new"]]
    on, at = land.clock.first_of_next_month(said["day"]), land.clock.at(said["day"])
    departments.close_department(actor=land.actor, department=old, closed=on, at=at)
    departments.record_succession(actor=land.actor, old=old, new=new, on=on, kind="merged", at=at)


def _milestone(land: Land, said: dict[str, Any]) -> None:
    milestones: list[Milestone] = []  # the first date makes it, the later ones move it
    for number, date in enumerate(said["dates"]):
        step = _move_date if number else _promise
        land.timeline.add(land.clock.at(date["day"], 9, 20), partial(step, land, said, date, milestones))


def _promise(land: Land, said: dict[str, Any], date: dict[str, Any], milestones: list[Milestone]) -> None:
    action = land.actions[said["action"]]
    of: dict[str, Any] = {"action": action}
    if "body" in said:
        of = {"commitment": Commitment.objects.get(action=action, department=land.bodies[said["body"]])}
    milestones.append(
        strategies.promise_date(
            actor=land.actor,
            title=said["title"],
            promised=PartialDate.parse(date["promised"]),
            recorded_on=land.clock.day(date["day"]),
            at=land.clock.at(date["day"], 9, 20),
            **of,
        )
    )


def _move_date(land: Land, said: dict[str, Any], date: dict[str, Any], milestones: list[Milestone]) -> None:
    strategies.move_date(
        actor=land.actor,
        milestone=milestones[0],
        promised=PartialDate.parse(date["promised"]),
        recorded_on=land.clock.day(date["day"]),
        reason=date["reason"],
        authority=date.get("authority", ""),
        at=land.clock.at(date["day"], 9, 20),
    )


def _commitments(land: Land, said: dict[str, Any]) -> None:
    at = land.clock.at(said.get("day", COMMITTED), 9, 10)
    for number, version in promised.versions(said, PartialDate.parse(said["dated"])).items():
        recorded = commitments.record_version(
            actor=land.actor,
            department=land.bodies[said["body"]],
            action=land.actions[number],
            new=version,
            known_from=land.clock.day(said.get("day", COMMITTED)),
            at=at,
        )
        if said.get("published", True):
            publication.publish(recorded, actor=land.actor, starts=at, at=at)


def _round(land: Land, about: dict[str, Any], words: dict[str, Any]) -> None:
    opens = YEARS_SHOWN + 7 * about["weeks"]
    land.timeline.add(land.clock.at(opens), partial(_open, land, about, opens))
    if "extended" in about:
        land.timeline.add(land.clock.at(opens + about["extended"]), partial(_extend, land, about, opens))
    for place, said in enumerate(words["reports"]):
        way = said["moves"] if isinstance(said["moves"], list) else words["moves"][said["moves"]]
        _report(land, int(about["year"]), said, way, opens, place)
    if "closes" in about:
        land.timeline.add(land.clock.at(opens + about["closes"], 17), partial(_close, land, about, opens))


def _report(land: Land, year: int, said: dict[str, Any], way: list[list[Any]], opens: int, place: int) -> None:
    if not way:
        return
    writers, reviewers = land.people[said["body"]], land.people[REVIEWERS]
    filing = Filing(
        words=said,
        moves=way,
        opens=opens,
        # Each body has its half hour of the day, so that nothing happens in the midst of something else.
        slot=timedelta(minutes=30 * place),
        clock=land.clock,
        bodies=land.bodies,
        actions=land.actions,
        leader=writers[0],
        writer=writers[-1],
        reviewer=reviewers[place % len(reviewers)],
    )

    def step(move: list[Any]) -> None:
        report = Report.objects.get(round=land.rounds[year], department=land.bodies[said["body"]])
        moves.make(filing, report, move)

    for move in way:
        land.timeline.add(filing.time_of(move[0], move[1]), partial(step, move))


def _open(land: Land, about: dict[str, Any], opens: int) -> None:
    year = int(about["year"])
    land.rounds[year] = rounds.open_round(
        actor=land.people[REVIEWERS][0],
        strategy=land.strategy,
        year=year,
        due=land.clock.date(opens + DAYS_TO_REPORT - about.get("extended_by", 0)),
        at=land.clock.at(opens),
    )


def _extend(land: Land, about: dict[str, Any], opens: int) -> None:
    rounds.change_due(
        actor=land.people[REVIEWERS][0],
        round=land.rounds[int(about["year"])],
        due=land.clock.date(opens + DAYS_TO_REPORT),
        at=land.clock.at(opens + about["extended"]),
    )


def _close(land: Land, about: dict[str, Any], opens: int) -> None:
    rounds.close_round(
        actor=land.people[REVIEWERS][0],
        round=land.rounds[int(about["year"])],
        at=land.clock.at(opens + about["closes"], 17),
    )
