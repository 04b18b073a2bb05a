"""An invented world in which every public page stands in every state that it knows."""

from datetime import date

from django.utils import timezone

from reporting.domain import commitments, departments, filing, publication, review, rounds, strategies
from reporting.domain.commitments import Said
from reporting.domain.editions import ActivityAnswer, Content
from reporting.models import Edition
from strategy.models import Department
from tests.world import World, day

LONG_WORD = "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauten"
LONG_ADDRESS = "https://archive.example.invalid/" + "lamps-and-quays-of-the-fenland-ports-" * 4 + "2022.csv"
FEN, LANES = "/strategies/fenland-better-services-plan/", "/strategies/quiet-lanes-plan/"

SIX_PLANS = (
    "In this year the ministry means to do six things:\n\n- Print the tide tables.\n- Light the north quay.\n"
    "- Paint the ferry.\n- Buy a second bell.\n- Count the herons.\n- Dredge the mill stream."
)
ANSWERS = (
    ActivityAnswer(1, "done"),
    ActivityAnswer(2, "partly_done", "Lamps stand on one side."),
    ActivityAnswer(3, "not_done", "It rained."),
    ActivityAnswer(4, "dropped", "The first bell is loud enough."),
    ActivityAnswer(5, "carried_forward", "The herons moved.", carried_to=1),
)  # the sixth stays unanswered


def every_state() -> World:
    world = World.small(10)
    _promise(world)
    _commit(world)
    _report(world)
    _change_bodies(world)
    _another_strategy(world)
    return world


def _promise(world: World) -> None:
    """An action in two wordings, with a date that moved in it, and milestones that moved."""
    actor, action = world.reviewer, world.actions[0]
    strategies.reword_action(
        actor=actor,
        action=action,
        text="Every boat licence can be renewed online by July 2021",
        dated=day("2020-10"),
        reason="The harbour office moved house.",
        authority="Decided by the Ferry Board.",
    )
    strategies.reword_action(
        actor=actor, action=world.actions[1], text="Letters are short and plain", dated=day("2021-05")
    )
    world.actions.append(
        strategies.add_action(
            actor=actor,
            strategy=world.strategy,
            number=4,
            short_name="Night ferries",
            wording="A ferry crosses every night",
            added_on=day("2023-05"),
        )
    )
    milestone = strategies.promise_date(
        actor=actor, action=action, title="First licence", promised=day("2021-03"), recorded_on=day("2019-05")
    )
    for promised, recorded, reason in (
        ("2021-07", "2020-10", "The office moved."),
        ("2021-06", "2021-01", "Help."),
    ):
        strategies.move_date(
            actor=actor, milestone=milestone, promised=day(promised), recorded_on=day(recorded), reason=reason
        )


def _commit(world: World) -> None:
    first, gaps = world.departments[0], world.departments[7]
    world.publish(world.commit("Licences will be sold at the quay."), "2019-06")
    world.publish(world.commit("Licences will be sold online.", known_from="2021-01"), "2021-01-15")
    for department in world.departments[1:6]:
        world.publish(world.commit(f"{department.code} will sell licences.", 1, department), "2019-06")
    not_applicable = Said(
        "not_applicable",
        category="no_such_service",
        reason="It has no boats.",
        notes="See action 2.",
        dated=day("2019-06"),
    )
    for number, said in ((1, not_applicable), (2, Said("not_received", dated=day("2019-06")))):
        version = commitments.record_version(
            actor=world.reviewer,
            department=gaps,
            action=world.actions[number - 1],
            new=said,
            known_from=day("2019-06"),
            source_address="https://archive.example.invalid/commitments",
        )
        world.publish(version, "2019-06")
    commitment = world.actions[0].commitments.get(department=first)
    milestone = strategies.promise_date(
        actor=world.reviewer,
        commitment=commitment,
        title="Tide tables",
        promised=day("2021-01"),
        recorded_on=day("2020-01"),
    )
    strategies.move_date(
        actor=world.reviewer,
        milestone=milestone,
        promised=day("2022"),
        recorded_on=day("2021-02"),
        reason="The printer broke.",
        authority="Agreed by the Ferry Board.",
    )


def _take_in(world: World, year: int, department: Department, contents: dict[int, Content], dated: str) -> Edition:
    edition = review.accept_published(
        actor=world.reviewer,
        report=world.report(year, department),
        contents=contents,
        known_from=day(dated),
        change_note="Corrected: the ferry is green." if dated == "2023-03-01" else "",
    )
    world.publish(edition, dated)
    return edition


def _report(world: World) -> None:
    first, _silent, nil, excused, withdrawn, renamed, closed, gaps, late, _ = world.departments
    rounds.open_history(actor=world.reviewer, strategy=world.strategy, year=2020)
    world.open(2021, due=date(2022, 2, 15))
    world.open(2022, due=date(2023, 2, 15))
    world.open(2023, due=date(2099, 1, 31))

    same = "The records of the drainage boards lie open on a table in the hall."
    _take_in(
        world,
        2020,
        first,
        {1: Content(progress="Nothing yet.", planned="Ask the ferrymen.", notes="Old.")},
        "2021-01-15",
    )
    _take_in(
        world,
        2021,
        first,
        {
            1: Content(
                "behind", "The ferrymen were asked.", SIX_PLANS, "Counted from June.", (ActivityAnswer(1, "done"),)
            ),
            2: Content(
                "completed", "Every letter is *short* and **plain**.", "1. Read them aloud.\n2. Burn the rest."
            ),
            3: Content("on_track", same, "Put out a second table."),
        },
        "2022-02-01",
    )
    latest = {
        1: Content(
            "on_track",
            "Six things were tried.\n\n- One\n  - and a half\n- Two",
            "Count the herons at night.",
            "",
            ANSWERS,
        ),
        2: Content(
            "stopped", f"Filed under {LONG_WORD}: [{LONG_ADDRESS}]({LONG_ADDRESS}).", f"Read {LONG_ADDRESS}"
        ),
        3: Content("", same, same),
    }
    _take_in(world, 2022, first, latest, "2023-02-01")
    latest[3] = Content("not_started", same, same, "The ferry is green.")
    _take_in(world, 2022, first, latest, "2023-03-01")
    filing.cover(actor=world.reviewer, report=world.report(2022, first), department=gaps)

    report = filing.set_nil(actor=world.leader, report=world.report(2022, nil), reason="No boats, no letters.")
    filing.sign_off(actor=world.leader, report=report)
    review.start_review(actor=world.reviewer, report=report)
    world.publish(review.accept_report(actor=world.reviewer, report=report), "2023-02-01")
    review.excuse(actor=world.reviewer, report=world.report(2022, excused), reason="It was made in November.")
    answer = {
        1: Content("completed", "Licences are sold.", "Sell more."),
        2: Content("not_applicable", "No letters."),
    }
    gone = _take_in(world, 2022, withdrawn, answer, "2023-02-01")
    publication.withdraw(gone, actor=world.reviewer, reason="It named a ferryman.")
    for department in (renamed, closed):
        _take_in(world, 2021, department, answer, "2022-02-01")
        _take_in(world, 2022, department, answer, "2023-02-01")
    _take_in(world, 2022, late, answer, "2023-06-01")


def _change_bodies(world: World) -> None:
    actor, today = world.reviewer, timezone.localdate().isoformat()
    renamed, closed = world.departments[5], world.departments[6]
    departments.rename_department(
        actor=actor, department=renamed, name="Ministry of Herons and Ferries", acronym="MHF", since=day(today)
    )
    departments.close_department(actor=actor, department=closed, closed=day("2023-05"))
    departments.record_succession(
        actor=actor, old=closed, new=world.departments[0], on=day("2023-05"), kind="merged"
    )
    departments.set_department_notice(
        actor=actor, department=world.departments[9], notice="This body is invented.\nIts members are ducks."
    )
    departments.add_department(actor=actor, code="NEW", slug="new-ministry", name="New Ministry")


def _another_strategy(world: World) -> None:
    """Of one department, with a notice, without themes, rounds or reports; one commitment to its first action."""
    owner = world.departments[0]
    lanes = strategies.add_strategy(
        actor=world.reviewer,
        code="QLP",
        title="Quiet Lanes Plan",
        owner=owner,
        mode="owner",
        starts=day("2022"),
        ends=day("2025-06"),
        notice="This plan is invented.\nNobody keeps it.",
    )
    for number, name in enumerate(["Carts by day", "Soft hooves"], 1):
        action = strategies.add_action(
            actor=world.reviewer,
            strategy=lanes,
            number=number,
            short_name=name,
            wording=f"{name} in every lane",
            added_on=day("2022-01"),
        )
        world.actions.append(action)
    world.publish(world.commit("Carts will rest at night.", 5, owner, dated="2022-02"), "2022-02")
