"""What a department does with its report: save, mark as ready, sign off, recall."""

import json
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reporting.domain import events, filing, review, rounds, working
from reporting.domain.editions import ActivityAnswer, Content
from reporting.domain.errors import NotPossible
from reporting.models import Coverage, DraftSave, Entry, Event, Mail, Report
from tests.world import World, at


@pytest.fixture
def report(world: World) -> Report:
    world.open(2020)
    return world.report(2020)


def head(report: Report, number: int = 1) -> DraftSave | None:
    return Entry.objects.get(report=report, action__number=number).head


def state(report: Report) -> str:
    return Report.objects.get(pk=report.pk).state


def verbs(report: Report) -> list[str]:
    subject = filing.reference(report)
    return list(
        Event.objects.filter(subject__startswith=subject).order_by("sequence").values_list("verb", flat=True)
    )


def test_first_save_makes_a_draft_and_no_event(world: World, report: Report) -> None:
    before = Event.objects.count()
    save = world.draft(report, progress="Boats went online.")
    assert (state(report), head(report), Event.objects.count()) == ("draft", save, before)
    assert (save.author, save.base, save.progress) == (world.leader, None, "Boats went online.")


def test_save_based_on_the_head_is_the_new_head(world: World, report: Report) -> None:
    first = world.draft(report, progress="One.")
    second = world.draft(report, progress="Two.", base=first)
    assert head(report) == second
    assert list(DraftSave.objects.filter(entry__report=report)) == [first, second]


def test_repeated_save_is_one_save(world: World, report: Report) -> None:
    one = uuid.uuid4()
    first = world.draft(report, progress="One.", save_id=one)
    again = world.draft(report, progress="One.", save_id=one)
    assert (first, first.pk, DraftSave.objects.count()) == (again, one, 1)


def test_repeated_save_after_a_later_one_of_somebody_else_changes_nothing(world: World, report: Report) -> None:
    first = world.draft(report, progress="One.", save_id=uuid.uuid4())
    second = filing.save_draft(
        author=world.reviewer, report=report, action=world.actions[0], base=first, progress="Two."
    )
    world.draft(report, progress="One.", save_id=first.pk)
    assert (head(report), DraftSave.objects.count()) == (second, 2)


def test_save_whose_base_is_no_longer_the_head_is_kept_beside_it(world: World, report: Report) -> None:
    first = world.draft(report, progress="One.")
    second = world.draft(report, progress="Two.", base=first)
    beside = world.draft(report, progress="Other two.", base=first)
    assert head(report) == second
    assert (beside.base, list(first.followers.order_by("saved_at"))) == (first, [second, beside])
    assert working.contents_of_drafts(report)[1].progress == "Two."


def test_save_without_a_base_beside_a_head_is_kept_beside_it(world: World, report: Report) -> None:
    first = world.draft(report, progress="One.")
    beside = world.draft(report, progress="Other one.")
    assert (head(report), DraftSave.objects.get(pk=beside.pk).progress) == (first, "Other one.")


def test_repeated_save_with_other_words_follows_the_first(world: World, report: Report) -> None:
    first = world.draft(report, progress="One.", save_id=uuid.uuid4())
    second = world.draft(report, progress="Other words.", save_id=first.pk)
    assert second.pk != first.pk
    assert (second.base, second.beside, head(report)) == (first, False, second)


def test_repeated_save_with_other_words_is_kept_beside_somebody_elses(world: World, report: Report) -> None:
    first = world.draft(report, progress="One.", save_id=uuid.uuid4())
    second = filing.save_draft(
        author=world.reviewer, report=report, action=world.actions[0], base=first, progress="Two."
    )
    other = world.draft(report, progress="Other words.", save_id=first.pk)
    assert (other.base, other.beside, head(report)) == (first, True, second)


@pytest.mark.parametrize("place", [1, 0])
def test_id_that_another_entry_has_loses_no_words(world: World, report: Report, place: int) -> None:
    elsewhere = world.draft(world.report(2020, world.departments[place]), 1, progress="One.")
    save = world.draft(report, 2, progress="One.", save_id=elsewhere.pk)
    assert save.entry == Entry.objects.get(report=report, action__number=2)


def test_same_words_as_the_head_are_no_conflict(world: World, report: Report) -> None:
    first = world.draft(report, progress="One.")
    world.draft(report, progress="Two.", base=first)
    same = world.draft(report, progress="Two.", base=first)
    assert (same.beside, head(report)) == (False, same)


def test_base_of_another_entry_is_none(world: World, report: Report) -> None:
    elsewhere = world.draft(report, 2, progress="Of action 2.")
    save = world.draft(report, 1, progress="One.", base=elsewhere, settles=elsewhere)
    assert (save.base, save.settles, save.beside) == (None, None, False)


def test_save_that_settles_leaves_no_conflict(world: World, report: Report) -> None:
    first = world.draft(report, progress="One.")
    beside = world.draft(report, progress="Other one.")
    entry = Entry.objects.get()
    assert working.open_conflicts([entry]) == {entry.pk: [beside]}
    chosen = world.draft(report, progress="Both.", base=first, settles=beside)
    assert (chosen.settles, working.open_conflicts([entry])) == (beside, {})


def test_of_a_row_of_saves_beside_the_last_waits(world: World, report: Report) -> None:
    world.draft(report, progress="One.")
    beside = world.draft(report, progress="Other one.")
    further = world.draft(report, progress="Other two.", base=beside)
    another = world.draft(report, progress="A third.")
    (found,) = working.open_conflicts(Entry.objects.all()).values()
    assert found == [further, another]


def test_save_marks_the_entry_as_ready_in_one_event(world: World, report: Report) -> None:
    save = world.draft(report, progress="One.", ready=True)
    world.draft(report, progress="One.", ready=True, save_id=save.pk)
    second = world.draft(report, progress="Two.", base=save, ready=True)
    assert (Entry.objects.get().ready, verbs(report)) == (True, ["entry.ready"])
    world.draft(report, progress="Three.", base=second)
    assert Entry.objects.get().ready is True
    world.draft(report, progress="Beside.", ready=False)
    assert (Entry.objects.get().ready, verbs(report)) == (True, ["entry.ready"])
    world.draft(report, progress="Four.", base=head(report), ready=False)
    assert (Entry.objects.get().ready, verbs(report)) == (False, ["entry.ready", "entry.not_ready"])


def test_digest_names_later_fields_only_where_they_say_something() -> None:
    before = {"status": "behind", "progress": "P", "planned": "", "notes": "", "answers": []}
    later = {"category": "", "reason": "", "evidence": []}
    digest = filing.digest_of(before)
    assert filing.digest_of(before | later) == digest == events.content_digest(before)
    for name, value in {"category": "other", "reason": "R", "evidence": [{"address": "a"}]}.items():
        assert filing.digest_of(before | later | {name: value}) != digest


def test_save_that_is_empty_or_long_is_kept_as_it_is(world: World, report: Report) -> None:
    long = "A long text’s line.\n\n" * 20_000
    save = world.draft(report, progress=long, base=world.draft(report))
    assert DraftSave.objects.get(pk=save.pk).progress == long


def test_save_holds_every_field_under_its_digest(world: World, report: Report) -> None:
    fields: dict[str, Any] = {
        "status": "behind",
        "progress": "P",
        "planned": "Q",
        "notes": "N",
        "answers": [{"activity": 1, "answer": "done"}],
    }
    digests = {world.draft(report, 1, **fields).digest}
    for name, value in {"status": "completed", "progress": "", "planned": "", "notes": "", "answers": []}.items():
        digests.add(world.draft(report, 1, **{**fields, name: value}).digest)
    assert len(digests) == 6
    assert world.draft(report, 2, **fields).digest in digests


@pytest.mark.parametrize("made", ["submit", "review", "file"])
def test_save_refused_while_others_have_the_report(world: World, report: Report, made: str) -> None:
    getattr(world, made)(report)
    before = (DraftSave.objects.count(), state(report))
    with pytest.raises(NotPossible, match=r"it can't be edited now."):
        world.draft(report, progress="Too late.")
    assert (DraftSave.objects.count(), state(report)) == before


def test_save_refused_in_a_closed_round_but_for_what_was_begun(world: World, report: Report) -> None:
    begun, other = report, world.report(2020, world.departments[1])
    world.draft(begun, progress="Begun.")
    rounds.close_round(actor=world.reviewer, round=begun.round)
    with pytest.raises(NotPossible, match=r"FEN/D02/2020 is not started: it can't be edited now."):
        world.draft(other, progress="Too late.")
    world.draft(begun, 2, progress="Still open.")
    assert (state(begun), state(other)) == ("draft", "not_started")


def test_ready_needs_a_save(world: World, report: Report) -> None:
    with pytest.raises(NotPossible, match=r"Action 1 of FEN/D01/2020 can't be marked now: save it first."):
        filing.mark_ready(actor=world.leader, report=report, action=world.actions[0])


def test_ready_needs_a_save_where_there_is_a_comment_too(world: World, report: Report) -> None:
    filing.sign_off(
        actor=world.leader, report=filing.set_nil(actor=world.leader, report=report, reason="We have no boats.")
    )
    review.start_review(actor=world.reviewer, report=report)
    review.comment(actor=world.reviewer, report=report, action=world.actions[0], text="None at all?")
    review.return_report(actor=world.reviewer, report=report, message="See the comment.")
    with pytest.raises(NotPossible, match=r"save it first.$"):
        filing.mark_ready(actor=world.leader, report=report, action=world.actions[0])


def test_ready_and_not_ready_are_events_with_the_digest(world: World, report: Report) -> None:
    save = world.draft(report, progress="One.")
    filing.mark_ready(actor=world.leader, report=report, action=world.actions[0])
    assert Entry.objects.get().ready is True
    filing.mark_ready(actor=world.leader, report=report, action=world.actions[0], ready=False)
    assert Entry.objects.get().ready is False
    assert verbs(report) == ["entry.ready", "entry.not_ready"]
    assert Event.objects.latest("sequence").data == f'{{"digest":"{save.digest}"}}'


def test_sign_off_lists_the_actions_that_are_not_ready(world: World, report: Report) -> None:
    """Actions 1 and 2 are due for 2020; action 3 was added in November 2020 and is due from 2021."""
    assert [action.number for action in working.due_actions(report)] == [1, 2]
    world.draft(report, 1, progress="One.")
    with pytest.raises(NotPossible, match=r"Mark these actions as ready before you sign off: 1, 2."):
        filing.sign_off(actor=world.leader, report=report)
    filing.mark_ready(actor=world.leader, report=report, action=world.actions[0])
    with pytest.raises(NotPossible, match=r"Mark these actions as ready before you sign off: 2."):
        filing.sign_off(actor=world.leader, report=report)
    assert [action.number for action in filing.unready(report)] == [2]
    assert state(report) == "draft"


def test_sign_off_names_who_and_when(world: World, report: Report) -> None:
    world.write(report)
    filing.sign_off(actor=world.leader, report=report, at=at("2021-02-01 16:00"))
    report.refresh_from_db()
    assert (report.state, report.submitted_by, report.submitted_at) == (
        "submitted",
        world.leader,
        at("2021-02-01 16:00"),
    )
    assert verbs(report)[-1] == "report.signed_off"


def test_sign_off_has_what_it_says_under_its_digest(world: World, report: Report) -> None:
    world.submit(report)
    heads = [[number, head(report, number).digest] for number in (1, 2)]  # type: ignore[union-attr]
    recorded = json.loads(Event.objects.latest("sequence").data)
    assert recorded == {"digest": events.content_digest(["", *heads])}


def test_sign_off_is_confirmed_to_who_signed(world: World, report: Report) -> None:
    world.submit(report)
    (mail,) = Mail.objects.filter(event__verb="report.signed_off")
    assert (mail.person, mail.template, mail.data["report"]) == (world.leader, "report_signed_off", report.pk)


@pytest.mark.parametrize(
    ("said", "sentences"),
    [
        ({"status": ""}, "Action 1: select the status. Action 2: select the status."),
        ({"progress": " \n"}, "Action 1: enter the progress. Action 2: enter the progress."),
    ],
)
def test_sign_off_names_each_problem_in_a_sentence(
    world: World, report: Report, said: dict[str, str], sentences: str
) -> None:
    before = Event.objects.exclude(verb="entry.ready").count(), Mail.objects.count()
    with pytest.raises(NotPossible, match=f"^{sentences}$"):
        world.submit(report, **said)
    assert state(report) == "draft"
    assert (Event.objects.exclude(verb="entry.ready").count(), Mail.objects.count()) == before


def test_sign_off_of_nothing_refused(world: World, report: Report) -> None:
    with pytest.raises(NotPossible, match=r"FEN/D01/2020 is not started: it can't be signed off now."):
        filing.sign_off(actor=world.leader, report=report)


def test_sign_off_twice_refused(world: World, report: Report) -> None:
    world.submit(report)
    with pytest.raises(NotPossible, match=r"FEN/D01/2020 is submitted: it can't be signed off now."):
        filing.sign_off(actor=world.leader, report=report)


def test_recall_until_the_review_starts(world: World, report: Report) -> None:
    world.submit(report)
    filing.recall(actor=world.leader, report=report)
    assert state(report) == "draft"
    filing.sign_off(actor=world.leader, report=report)
    review.start_review(actor=world.reviewer, report=report)
    with pytest.raises(NotPossible, match=r"FEN/D01/2020 is in review: only a submitted one comes back."):
        filing.recall(actor=world.leader, report=report)
    assert state(report) == "in_review"
    assert verbs(report)[2:] == [
        "report.signed_off",
        "report.recalled",
        "report.signed_off",
        "report.review_started",
    ]


def test_nil_stands_for_all_actions(world: World, report: Report) -> None:
    report = filing.set_nil(actor=world.leader, report=report, reason="We have no boats.")
    assert (state(report), filing.unready(report)) == ("draft", [])
    filing.sign_off(actor=world.leader, report=report)
    review.start_review(actor=world.reviewer, report=report)
    edition = review.accept_report(actor=world.reviewer, report=report)
    assert (edition.nil_reason, edition.entries.count()) == ("We have no boats.", 0)


def test_nil_report_has_no_entries_whatever_was_written(world: World, report: Report) -> None:
    world.draft(report, progress="One.")
    report = filing.set_nil(actor=world.leader, report=report, reason="We have no boats.")
    assert working.contents_of_drafts(report) == {}


def test_nil_taken_back_brings_the_entries_back(world: World, report: Report) -> None:
    world.draft(report, progress="One.")
    filing.set_nil(actor=world.leader, report=report, reason="We have no boats.")
    for _ in range(2):  # the second changes nothing
        report = filing.unset_nil(actor=world.leader, report=report)
        assert report.nil_reason == ""
    assert working.contents_of_drafts(report)[1].progress == "One."
    assert verbs(report) == ["report.nil", "report.not_nil"]
    with pytest.raises(NotPossible, match=r"^Mark these actions as ready"):
        filing.sign_off(actor=world.leader, report=report)


def test_nil_of_what_was_signed_off_is_not_taken_back(world: World, report: Report) -> None:
    filing.set_nil(actor=world.leader, report=report, reason="We have no boats.")
    filing.sign_off(actor=world.leader, report=report)
    with pytest.raises(NotPossible, match=r"is submitted: it can't be edited now.$"):
        filing.unset_nil(actor=world.leader, report=report)


def test_nil_needs_a_reason_and_an_open_report(world: World, report: Report) -> None:
    with pytest.raises(NotPossible, match=r"Give the one reason that stands for all actions."):
        filing.set_nil(actor=world.leader, report=report, reason=" \n")
    assert state(report) == "not_started"
    world.submit(report)
    with pytest.raises(NotPossible, match=r"FEN/D01/2020 is submitted: it can't be edited now."):
        filing.set_nil(actor=world.leader, report=report, reason="We have no boats.")


def test_cover_another_body_once(world: World, report: Report) -> None:
    for _ in range(2):
        filing.cover(actor=world.leader, report=report, department=world.departments[1])
    assert list(Coverage.objects.values_list("report", "department__code")) == [(report.pk, "D02")]
    assert verbs(report) == ["report.covers"]


def test_contents_of_drafts_are_the_heads(world: World, report: Report) -> None:
    answers = [
        {"activity": 2, "answer": "dropped", "reason": "No money."},
        {"activity": 1, "answer": "carried_forward", "reason": "Later.", "carried_to": 3},
    ]
    world.draft(report, 2, progress="Two.", planned="More.", notes="Note.", status="behind", answers=answers)
    assert working.contents_of_drafts(report) == {
        2: Content(
            "behind",
            "Two.",
            "More.",
            "Note.",
            (ActivityAnswer(1, "carried_forward", "Later.", 3), ActivityAnswer(2, "dropped", "No money.")),
        )
    }


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite locks the whole database instead")
def test_report_is_locked_while_a_verb_changes_it(world: World, report: Report) -> None:
    with CaptureQueriesContext(connection) as queries:
        world.draft(report, progress="One.")
    assert [query["sql"] for query in queries if 'FOR UPDATE OF "reporting_report"' in query["sql"]]
