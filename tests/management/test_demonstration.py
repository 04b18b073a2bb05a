"""What stands in the demonstration: made once for all of these tests, and taken back after them."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.test import Client
from django.urls import resolve
from django.utils import timezone

from reporting.domain import audit, checkpoints, history, people, published, similarity, standing, text, tracing
from reporting.domain.errors import NotPossible
from reporting.domain.similarity import Place
from reporting.exchange.tables import import_departments
from reporting.management.demonstration import PASSWORD, SCHEDULED_PHRASE, UNPUBLISHED_PHRASE, WITHDRAWN_PHRASE
from reporting.management.demonstration.clock import Clock
from reporting.management.demonstration.seed import seed
from reporting.models import (
    Answer,
    Coverage,
    DraftSave,
    Edition,
    EditionActivity,
    EditionAnswer,
    EditionEntry,
    Entry,
    Event,
    Membership,
    PlannedActivity,
    Publication,
    Report,
    Round,
    Status,
    User,
)
from reporting.models.publication import public_at
from strategy.dates import PartialDate
from strategy.models import (
    Action,
    ActionWording,
    CommitmentVersion,
    Department,
    DepartmentName,
    MilestoneDate,
    Strategy,
    Succession,
    Theme,
)

REAL, INVENTED = "GDS", "CPP"
State = CommitmentVersion.State


# Each test is a savepoint in the transaction of `seeded`. Without the mark no test database would be made.
# That it can be made on both engines is asked in test_seed_demo.py.
pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(scope="module")
def seeded(django_db_setup: None, django_db_blocker: Any) -> Iterator[datetime]:
    """The moment at which it was made."""
    with django_db_blocker.unblock(), transaction.atomic():
        now = timezone.now()
        seed(now=now)
        yield now
        transaction.set_rollback(True)


def public_entries(now: datetime, code: str) -> list[EditionEntry]:
    of = EditionEntry.objects.filter(action__strategy__code=code)
    return list(
        of.filter(public_at(now, "edition__publication__")).select_related("edition__report__round", "action")
    )


def all_text(entry: EditionEntry | DraftSave) -> str:
    return "\n".join([entry.progress, entry.planned, entry.notes])


# The real strategy ------------------------------------------------------------------------------------


def test_real_strategy_has_the_facts(seeded: datetime) -> None:
    strategy = Strategy.objects.get(code=REAL)
    assert strategy.slug == "government-digital-strategy"
    assert strategy.departments.count() == 24
    assert Theme.objects.filter(strategy=strategy).count() == 11
    assert Counter(strategy.actions.values_list("added_on", flat=True)) == {
        PartialDate("2012-11"): 14,
        PartialDate("2013-12"): 2,
    }
    assert [action.number for action in strategy.actions.filter(theme=None)] == [15, 16]
    reworded = ActionWording.objects.filter(action__strategy=strategy, dated="2015-01")
    assert sorted(reworded.values_list("action__number", flat=True)) == [5, 7, 9]
    assert "not the departments’" in strategy.notice
    assert "published in this demonstration" in strategy.notice


def test_real_action_7_moved_by_four_months(seeded: datetime) -> None:
    wordings = ActionWording.objects.filter(action__strategy__code=REAL, action__number=7).order_by("dated")
    (move,) = tracing.moves([(wording.dated, wording.text) for wording in wordings])
    assert (move.before, move.after, str(move)) == (
        PartialDate("2014-03"),
        PartialDate("2014-07"),
        "4 months later",
    )


def test_real_report_has_all_entries_and_activities(seeded: datetime) -> None:
    editions = Edition.objects.filter(report__round__strategy__code=REAL)
    assert {(one.report.department.code, one.report.round.year): one.entries.count() for one in editions} == {
        ("MOD", 2013): 14,
        ("MOD", 2014): 16,
    }
    activities = EditionActivity.objects.filter(entry__edition__in=editions)
    assert Counter(activities.values_list("activity__year", flat=True)) == {2014: 19, 2015: 20}
    notes = EditionEntry.objects.filter(edition__in=editions).exclude(notes="")
    assert sorted(notes.values_list("edition__report__round__year", "action__number")) == [
        (2014, number) for number in (2, 5, 9, 15, 16)
    ]
    windows = Publication.objects.filter(edition__in=editions)
    assert {(window.dated.iso, window.ends) for window in windows} == {("2015-01-16", None)}


def test_real_report_repeats_what_its_source_repeats(seeded: datetime) -> None:
    entries = EditionEntry.objects.filter(edition__report__round__strategy__code=REAL)
    progress = [
        (Place(row.action.number, row.edition.report.round.year, "progress"), row.progress) for row in entries
    ]
    assert {(place.action, place.year) for place in similarity.repeats(progress)} == {
        (5, 2013),
        (12, 2013),
        (13, 2013),
    }


def test_real_commitments_are_those_of_six_departments(seeded: datetime) -> None:
    versions = CommitmentVersion.objects.filter(commitment__action__strategy__code=REAL)
    assert Counter(versions.values_list("commitment__department__code", "state")) == {
        ("MOD", State.MADE): 14,
        ("MOD", State.NOT_APPLICABLE): 1,
        ("HMT", State.MADE): 5,
        ("HMT", State.NOT_APPLICABLE): 5,
        ("DCLG", State.NOT_RECEIVED): 10,
        ("DfE", State.MADE): 10,
        ("Defra", State.MADE): 10,
        ("HMRC", State.MADE): 10,
    }
    assert set(versions.values_list("dated", flat=True)) == {PartialDate("2012-12")}
    eleven = versions.filter(commitment__department__code="MOD", commitment__action__number=11).order_by("number")
    assert [(one.known_from.iso, one.publication.ending) for one in eleven] == [
        ("2012-12", "superseded"),
        ("2015-01-16", ""),
    ]
    assert len({one.text for one in eleven}) == 2


def test_nothing_is_invented_about_real_departments(seeded: datetime) -> None:
    real = Department.objects.filter(strategies__code=REAL)
    assert real.exclude(notice__contains="own words").count() == 0
    assert real.exclude(opened=None, closed=None).count() == 0
    assert DepartmentName.objects.filter(department__in=real).exclude(since=None).count() == 0
    of_real = {"report__department__in": real}
    assert Report.objects.filter(round__strategy__code=REAL).count() == 48
    assert Report.objects.filter(department__in=real).exclude(round__strategy__code=REAL).count() == 0
    assert Entry.objects.filter(**of_real).count() == 0
    assert EditionEntry.objects.filter(edition__report__department__in=real).exclude(status="").count() == 0
    assert EditionAnswer.objects.filter(activity__department__in=real).count() == 0
    rounds = Round.objects.filter(strategy__code=REAL)
    assert set(rounds.values_list("due", "asks_status", "asks_answers")) == {(None, False, False)}
    assert MilestoneDate.objects.filter(milestone__action__strategy__code=REAL).count() == 0
    categories = CommitmentVersion.objects.filter(commitment__department__in=real).values_list(
        "category", flat=True
    )
    assert set(categories) == {"", "not_stated"}


# The invented one -------------------------------------------------------------------------------------


def test_invented_bodies_and_their_changes(seeded: datetime) -> None:
    strategy = Strategy.objects.get(code=INVENTED)
    bodies = strategy.departments.all()
    assert bodies.count() == 12
    assert bodies.filter(notice__contains="invented").count() == 12
    assert "Invented" in strategy.notice
    assert not set(bodies) & set(Department.objects.filter(strategies__code=REAL))
    names = set(DepartmentName.objects.filter(department__in=bodies).values_list("name", flat=True))
    assert {"Ministry of Homes", "Ministry of Homes and Neighbourhoods"} <= names
    assert any("’" in name for name in names)
    assert any(not name.replace("’", "").isascii() for name in names)
    (merger,) = Succession.objects.all()
    assert (merger.old.code, merger.new.code, merger.on) == ("LBR", "RHT", merger.old.closed)
    assert merger.new.opened == merger.old.closed
    filed_under = Edition.objects.filter(report__department__code="MHO").order_by("report__round__year")
    assert [edition.department_acronym for edition in filed_under] == ["MHO", "MHN"]


def test_invented_promises(seeded: datetime) -> None:
    strategy, year = Strategy.objects.get(code=INVENTED), Clock(seeded).year
    assert (strategy.actions.count(), strategy.themes.count()) == (8, 3)
    assert [action.due_from for action in strategy.actions.all()] == [year - 2] * 7 + [year - 1]
    reworded = ActionWording.objects.filter(action__strategy=strategy).exclude(reason="").exclude(authority="")
    assert [wording.action.number for wording in reworded] == [1, 3]
    wordings = ActionWording.objects.filter(action=strategy.actions.get(number=1)).order_by("dated")
    assert len(tracing.moves([(wording.dated, wording.text) for wording in wordings])) == 1
    moved = MilestoneDate.objects.filter(number__gt=1).exclude(reason="")
    assert moved.filter(milestone__action__strategy=strategy).exists()
    assert moved.filter(milestone__commitment__action__strategy=strategy).exists()


def test_invented_commitments_in_every_state(seeded: datetime) -> None:
    versions = CommitmentVersion.objects.filter(commitment__action__strategy__code=INVENTED)
    assert set(versions.values_list("state", flat=True)) == set(State.values)
    categories = set(CommitmentVersion.objects.values_list("category", flat=True)) - {""}
    assert categories == set(CommitmentVersion.Category.values)
    assert versions.filter(number=2, publication__starts__lte=seeded).exists()
    assert versions.filter(publication=None).get().text.count(UNPUBLISHED_PHRASE) == 1


def test_present_round_is_open_and_due_in_five_weeks(seeded: datetime) -> None:
    *past, present = Round.objects.filter(strategy__code=INVENTED).order_by("year")
    assert [one.closed_at is not None for one in past] == [True, True]
    assert present.closed_at is None
    assert 33 <= (present.due - timezone.localdate(seeded)).days <= 39
    assert {(one.asks_status, one.asks_answers) for one in [*past, present]} == {(True, True)}


def test_every_state_of_a_report(seeded: datetime) -> None:
    states = Counter(Report.objects.filter(round__strategy__code=INVENTED).values_list("state", flat=True))
    assert set(states) == set(Report.State.values)
    present = Report.objects.filter(round__strategy__code=INVENTED, round__closed_at=None)
    assert set(present.values_list("state", flat=True)) == set(Report.State.values) - {Report.State.EXCUSED}
    assert present.filter(state="accepted", editions__publication=None).count() == 1
    assert present.filter(editions__publication__starts__gt=seeded).count() == 1
    verbs = set(Event.objects.values_list("verb", flat=True))
    assert {"report.recalled", "report.returned", "report.reopened", "report.nil", "round.due_changed"} <= verbs
    assert Coverage.objects.get(report__round__closed_at=None).department.code == "FIO"


def test_every_public_word_for_a_report(seeded: datetime) -> None:
    strategy = Strategy.objects.get(code=INVENTED)
    editions = published.editions(strategy, seeded)
    standings = standing.standings(published.rounds(strategy), editions, seeded).values()
    words = Counter(one.word for one in standings)
    assert set(words) == {"published", "published late", "excused", "not yet due", "not published"}
    assert words["published late"] == 2
    assert sum(bool(edition.nil_reason) for edition in editions) == 1


def test_editions_superseded_withdrawn_and_reopened(seeded: datetime) -> None:
    windows = Publication.objects.filter(edition__report__round__strategy__code=INVENTED)
    replaced = windows.get(ending=Publication.Ending.SUPERSEDED).edition
    correction = replaced.report.editions.get(number=2)
    assert correction.change_note
    assert correction.publication.starts == replaced.publication.ends
    assert correction.publication.ends is None
    withdrawn = windows.get(ending=Publication.Ending.WITHDRAWN)
    assert withdrawn.reason
    reopened = Report.objects.get(round__strategy__code=INVENTED, round__closed_at__isnull=False, state="draft")
    assert reopened.editions.get().publication.ends is None


def test_every_status_and_answer_is_public(seeded: datetime) -> None:
    entries = public_entries(seeded, INVENTED)
    assert {entry.status for entry in entries} == set(Status.values)
    answers = EditionAnswer.objects.filter(entry__in=entries)
    assert {row.answer for row in answers} == set(Answer.values)
    assert answers.filter(carried_to__isnull=False).exists()
    assert answers.exclude(answer=Answer.DONE).filter(reason="").count() == 0
    answered = PlannedActivity.objects.filter(answers__in=answers)
    asked = {(entry.edition.report.department_id, entry.edition.report.round.year) for entry in entries}
    planned = PlannedActivity.objects.filter(in_editions__entry__in=entries).exclude(pk__in=answered)
    assert any((activity.department_id, activity.year) in asked for activity in planned)


def test_a_conflict_is_kept(seeded: datetime) -> None:
    (entry,) = [one for one in Entry.objects.all() if one.saves.filter(base=None).count() == 2]
    heads = {save.author_id for save in entry.saves.filter(base=None)}
    assert len(heads) == 2
    assert entry.head.followers.count() == 0


def test_every_form_of_text_is_public(seeded: datetime) -> None:
    sources = [all_text(entry) for entry in public_entries(seeded, INVENTED)]
    whole = "\n".join(sources)
    lists = [block for source in sources for block in text.parse(source) if isinstance(block, text.ListBlock)]
    assert {block.ordered for block in lists} == {True, False}
    rendered = "".join(text.render(source) for source in sources)
    for element in (
        "<strong>",
        "<em>",
        '<a class="govuk-link" href="https://example.com/',
        "&lt;b&gt;Bold&lt;/b&gt;",
    ):
        assert element in rendered
    assert "*Ana*" in rendered
    assert re.search(r"[\u0590-\u06ff]{3}", whole)
    lengths = sorted(text.words(entry.progress) for entry in public_entries(seeded, INVENTED))
    assert lengths[0] <= 3
    assert lengths[-1] >= 200
    assert any(text.lead_in(statement.plain)[1] for source in sources for statement in text.statements(source))
    assert EditionEntry.objects.filter(action__strategy__code=INVENTED).exclude(notes="").exists()


def test_text_is_repeated_across_years_and_actions(seeded: datetime) -> None:
    found = set()
    bodies: dict[int, list[EditionEntry]] = {}
    for entry in public_entries(seeded, INVENTED):
        bodies.setdefault(entry.edition.report.department_id, []).append(entry)
    for entries in bodies.values():
        places = [
            (Place(entry.action.number, entry.edition.report.round.year, "progress"), entry.progress)
            for entry in entries
        ]
        for place, others in similarity.repeats(places).items():
            found |= {(other.action == place.action, other.year == place.year) for other in others}
    assert {(True, False), (False, True)} <= found


def test_unpublished_words_are_marked_and_public_ones_are_not(seeded: datetime) -> None:
    for entry in public_entries(seeded, INVENTED) + public_entries(seeded, REAL):
        for phrase in (UNPUBLISHED_PHRASE, SCHEDULED_PHRASE, WITHDRAWN_PHRASE):
            assert phrase not in all_text(entry)
    unpublished = EditionEntry.objects.filter(edition__publication=None)
    scheduled = EditionEntry.objects.filter(edition__publication__starts__gt=seeded)
    withdrawn = EditionEntry.objects.filter(edition__publication__ending="withdrawn")
    assert unpublished.count() == scheduled.count() == withdrawn.count() == 8
    for entry in unpublished:
        assert (entry.progress + entry.reason).count(UNPUBLISHED_PHRASE) == 1
        assert not entry.planned or entry.planned.count(UNPUBLISHED_PHRASE) == 1
    assert all(SCHEDULED_PHRASE in entry.progress + entry.reason for entry in scheduled)
    assert sum(WITHDRAWN_PHRASE in entry.progress + entry.reason for entry in withdrawn) == 1
    unaccepted = Report.objects.exclude(state__in=["accepted", "not_started", "excused"])
    heads = DraftSave.objects.filter(pk__in=Entry.objects.filter(report__in=unaccepted).values("head"))
    in_work = heads.exclude(entry__report__round__closed_at__isnull=False)
    assert in_work.count() == 36
    assert all(UNPUBLISHED_PHRASE in save.progress + save.reason for save in in_work)
    (correction,) = heads.filter(entry__report__round__closed_at__isnull=False, base__isnull=False)
    assert UNPUBLISHED_PHRASE in correction.progress


# Both -------------------------------------------------------------------------------------------------


def test_no_token_is_left(seeded: datetime) -> None:
    for event in Event.objects.all():
        assert not re.search(r"\{(?:Y|month|unpublished)", event.data)
    for entry in EditionEntry.objects.all():
        assert "{" not in all_text(entry)


def test_short_names_fit(seeded: datetime) -> None:
    assert Action.objects.count() == 24
    assert all(len(action.short_name) <= 24 for action in Action.objects.all())


def test_chain_is_sound_and_in_the_order_of_time(seeded: datetime) -> None:
    assert audit.verify().faults == []
    times = list(Event.objects.order_by("sequence").values_list("at", flat=True))
    assert times == sorted(times)
    assert times[-1] == seeded


def test_everybody_can_sign_in_and_two_people_stand_behind_each_report(seeded: datetime) -> None:
    for user in User.objects.filter(is_system=False):
        assert user.check_password(PASSWORD)
        validate_password(PASSWORD, user)
    assert all(user.email.endswith(".invalid") for user in User.objects.all())
    accepted = Report.objects.filter(round__strategy__code=INVENTED, state="accepted")
    assert all(report.submitted_by_id and report.submitted_by_id != report.accepted_by_id for report in accepted)


def test_somebody_has_each_role_and_every_body_that_reports_has_a_digital_leader(seeded: datetime) -> None:
    roles = Counter(Membership.objects.values_list("role", flat=True))
    assert (roles["reviewer"], roles["auditor"], roles["leader"]) == (2, 1, 11)
    assert [user.name for user in User.objects.filter(is_staff=True)] == ["Odo Larch"]
    given = Membership.objects.get(some_actions=True)
    assert [action.number for action in given.actions.all()] == [3, 6]
    led = Department.objects.filter(memberships__role="leader")
    signed_off = Report.objects.exclude(submitted_by=None).select_related("department", "submitted_by")
    for report in signed_off.filter(round__strategy__code=INVENTED):
        assert report.submitted_by.memberships.filter(department=report.department, role="leader").exists()
    assert led.count() == led.distinct().count() == 11


def test_refused_where_the_demonstration_is(seeded: datetime) -> None:
    before = Event.objects.count()
    with pytest.raises(NotPossible, match="already here"):
        seed()
    assert Event.objects.count() == before


def test_imports_are_refused(seeded: datetime, tmp_path: Path) -> None:
    table = tmp_path / "departments.csv"
    table.write_text("name,acronym,slug\nMinistry of Fog,FOG,fog\n", encoding="utf-8")
    with pytest.raises(NotPossible, match="make run DEMO=no DATA_DIR="):
        import_departments(table, actor=User.objects.system("importer"))
    assert not Department.objects.filter(code="FOG").exists()


# What only a full world can show of the service ---------------------------------------------------------


def test_no_event_ever_held_a_name_or_an_address_of_a_person(seeded: datetime) -> None:
    named = [part.casefold() for one in User.objects.filter(is_system=False) for part in (one.email, one.name)]
    assert len(named) > 30
    texts = [(event.sequence, event.canonical.casefold()) for event in Event.objects.all()]
    assert len(texts) > 500
    assert [(sequence, part) for sequence, text in texts for part in named if part in text] == []


def test_every_event_has_words_and_all_that_it_says_is_shown_or_a_digest(seeded: datetime) -> None:
    shown = {*history.LABELS, "assessment", "digest", "head", "asks_status", "asks_answers"}
    events = list(Event.objects.all())
    assert {(event.verb, name) for event in events for name in json.loads(event.data) if name not in shown} == set()
    for event in events:
        assert history.words_of(event) != event.verb
        assert all(isinstance(value, str) and value for _, value in history.details_of(event))


def test_history_is_sound_without_the_names_of_all_of_them(seeded: datetime) -> None:
    administrator = User.objects.filter(is_staff=True, is_system=False)[0]
    checkpoints.write()
    for person in User.objects.filter(is_system=False).exclude(pk=administrator.pk):
        people.remove_name(actor=administrator, person=person, reason="Nobody is here for ever.")
    verdict = audit.verify()
    assert (verdict.faults, verdict.checkpoints) == ([], 1)


def test_each_kind_of_page_can_be_reached_and_opened(seeded: datetime, client: Client) -> None:
    """In a browser: tests/browser/test_other_sites.py."""
    kinds, waiting = {"home"}, ["/"]
    while waiting:
        response = client.get(path := waiting.pop())
        asked_who = response.status_code == 302 and response["Location"].startswith("/account/sign-in/")
        assert response.status_code == 200 or asked_who, path
        if response["Content-Type"].startswith("text/html"):
            for link in re.findall(r'href="(/[^"#?]*)', response.content.decode()):
                if not link.startswith("/static/") and (kind := str(resolve(link).url_name)) not in kinds:
                    kinds.add(kind)
                    waiting.append(link)
    assert kinds >= {"strategy", "action", "report", "story", "year", "edition", "department", "departments"}
