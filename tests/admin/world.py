"""A small world with a row of everything, made by the domain's verbs."""

from datetime import date
from types import SimpleNamespace

from reporting.domain import commitments, departments, people, publication, reasons, review, rounds, strategies
from reporting.domain.editions import ActivityAnswer, Content
from reporting.domain.filing import cover
from reporting.models import PlannedActivity, Report, User
from strategy.dates import PartialDate

DECEMBER = PartialDate("2012-12")


def make() -> SimpleNamespace:
    actor = User.objects.system("importer")
    world = SimpleNamespace(actor=actor)
    add = departments.add_department
    world.works = add(actor=actor, code="OPW", slug="public-works", name="Office of Public Works")
    world.tides = add(actor=actor, code="DOT", slug="tides", name="Department of Tides")
    world.weather = add(actor=actor, code="WEA", slug="weather", name="Weather Service")
    departments.rename_department(
        actor=actor,
        department=world.tides,
        name="Department of Tides and Harbours",
        acronym="DTH",
        since=PartialDate("2014"),
    )
    departments.record_succession(
        actor=actor, old=world.weather, new=world.tides, on=PartialDate("2014-03"), kind="merged"
    )
    world.strategy = strategies.add_strategy(
        actor=actor, code="OHS", title="Open Harbours Strategy", departments=[world.works, world.tides]
    )
    world.owned = strategies.add_strategy(
        actor=actor, code="PWP", title="Public Works Plan", owner=world.works, mode="owner"
    )
    world.theme = strategies.add_theme(actor=actor, strategy=world.strategy, title="Charts")
    world.actions = [
        add_action(world, number, name) for number, name in enumerate(["Publish charts", "Light every quay"], 1)
    ]
    world.action = world.actions[0]
    strategies.reword_action(
        actor=actor, action=world.action, text="Publish every chart by July 2014.", dated=PartialDate("2013-06")
    )
    world.milestone = strategies.promise_date(
        actor=actor, action=world.action, title="First chart", promised=PartialDate("2014-03"), recorded_on=DECEMBER
    )
    world.leader = people.invite(
        actor=actor, email="lea@example.org", name="Lea Leader", department=world.tides, role="leader"
    ).person
    add_reports(world)
    reasons.add_reason(actor=actor, title="The ink ran out", position=9)
    return world


def add_action(world: SimpleNamespace, number: int, name: str):
    return strategies.add_action(
        actor=world.actor,
        strategy=world.strategy,
        number=number,
        short_name=name,
        wording=f"{name} by March 2014.",
        added_on=DECEMBER,
        theme=world.theme,
    )


def add_reports(world: SimpleNamespace) -> None:
    actor = world.actor
    said = commitments.understand("We will publish our charts.", dated=DECEMBER)
    world.version = commitments.record_version(
        actor=actor, department=world.tides, action=world.action, new=said, known_from=DECEMBER
    )
    publication.publish(world.version, actor=actor, dated=DECEMBER)
    world.rounds = [
        rounds.open_round(actor=actor, strategy=world.strategy, year=2013, due=date(2014, 1, 31)),
        rounds.open_round(actor=actor, strategy=world.strategy, year=2014, due=date(2015, 1, 31)),
    ]
    cover(actor=actor, report=report_of(world, 0), department=world.weather)
    first = {1: Content(progress="Drawn.", planned="- Print the charts.\n- Sell the charts.", notes="A note.")}
    world.edition = take_in(world, 0, first)
    carried = Content(
        progress="Printed.",
        planned="Sell the charts.",
        answers=[ActivityAnswer(1, "done"), ActivityAnswer(2, "dropped", "No shop.")],
    )
    take_in(world, 1, {1: carried, 2: Content(progress="Lit.")})
    world.activity = PlannedActivity.objects.order_by("year", "number").first()


def report_of(world: SimpleNamespace, index: int) -> Report:
    return Report.objects.get(round=world.rounds[index], department=world.tides)


def take_in(world: SimpleNamespace, index: int, contents: dict[int, Content]):
    known = PartialDate.of_day(date(2014 + index, 1, 15))
    edition = review.accept_published(
        actor=world.actor, report=report_of(world, index), contents=contents, known_from=known
    )
    publication.publish(edition, actor=world.actor, dated=known)
    return edition


def add_second(world: SimpleNamespace) -> None:
    """More of everything, so that a list twice as long can be compared."""
    actor = world.actor
    for number in range(5):
        code = f"B{number}"
        body = departments.add_department(actor=actor, code=code, slug=code.lower(), name=f"Body {number}")
        departments.record_succession(actor=actor, old=body, new=world.tides, on=PartialDate("2015"), kind="merged")
        for action in world.actions:
            said = commitments.understand(f"{body} will.", dated=None)
            version = commitments.record_version(
                actor=actor, department=body, action=action, new=said, known_from=DECEMBER
            )
            publication.publish(version, actor=actor, dated=DECEMBER)
            strategies.promise_date(
                actor=actor, action=action, title=f"{body} {action}", promised=DECEMBER, recorded_on=DECEMBER
            )
        User.objects.create_user(f"{code}@example.org", "x")
        report = rounds.report_of(actor=actor, round=world.rounds[0], department=body)
        known = PartialDate("2014-01-15")
        planned = Content(progress="Done.", planned="More.\n\nAnd more.")
        edition = review.accept_published(
            actor=actor, report=report, contents={1: planned, 2: planned}, known_from=known
        )
        publication.publish(edition, actor=actor, dated=known)
    reasons.add_reason(actor=actor, title="The quay is wet", position=10)
    strategies.add_strategy(actor=actor, code="TWO", title="Second strategy", owner=world.tides, mode="owner")
    more = {number: Content(progress="Corrected.", planned="Again.") for number in range(1, 8)}
    take_in(world, 0, more)
    rounds.open_round(actor=actor, strategy=world.strategy, year=2015)
