"""Every invariant is a constraint with a name, and the database refuses the row that breaks it."""

import re
import uuid
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from reporting.domain import departments, people, review
from reporting.models import (
    Alert,
    Announcement,
    Edition,
    Event,
    PlannedActivity,
    Publication,
    Subscriber,
    Subscription,
)
from strategy.models import Action, Department, Strategy
from tests.domain.chain import recorded_world
from tests.world import World, at, day

ANY = uuid.UUID(int=7)
Value = Callable[[Any], Any]
NEW_DEPARTMENT: Value = lambda row: Department.objects.get(code="NEW").pk  # noqa: E731
UNPUBLISHED: Value = lambda row: Edition.objects.get(publication=None).pk  # noqa: E731
UNANSWERED: Value = lambda row: PlannedActivity.objects.exclude(answers__entry=row.entry_id).latest("pk").pk  # noqa: E731
STRATEGY: Value = lambda row: Strategy.objects.first().pk  # noqa: E731
NO_SUBJECT = {"strategy": None, "action": None, "department": None}
NAMED = {
    constraint.name: (model, constraint)
    for app in ("strategy", "reporting")
    for model in apps.get_app_config(app).get_models()
    for constraint in model._meta.constraints
}
# Each constraint with what makes a copy of a row of its table break it, and no other one.
BREAKS: dict[str, dict[str, Any]] = {
    "department_code_once": {"code": "d01", "slug": "new"},
    "department_slug_once": {"code": "OTHER"},
    "department_code_plain": {"code": "A/B", "slug": "new"},
    "department_name_once_a_date": {"since": day("2020")},
    "department_first_name_once": {"since": None},
    "department_name_given": {"name": "", "since": day("1999")},
    "succession_once": {},
    "succession_of_another": {"new_id": lambda row: row.old_id},
    "succession_kind_known": {"kind": "eaten", "old_id": lambda row: row.new_id, "new_id": lambda row: row.old_id},
    "strategy_code_once": {"code": "fen", "slug": "new"},
    "strategy_slug_once": {"code": "NEW"},
    "strategy_code_plain": {"code": "A/B", "slug": "new"},
    "strategy_mode_known": {
        "code": "NEW",
        "slug": "new",
        "mode": "none",
        "owner_id": lambda row: Department.objects.first().pk,
    },
    "strategy_of_owner_has_owner": {"code": "NEW", "slug": "new", "mode": "owner"},
    "theme_number_once": {"title": "Another"},
    "theme_title_once": {"number": 77},
    "action_number_once": {"short_name": "Another"},
    "action_short_name_once": {"number": 77},
    "action_named": {"number": 0, "short_name": "Another"},
    "wording_once_a_date": {},
    "wording_given": {"text": "", "dated": day("1999")},
    "commitment_once": {},
    "commitment_version_once": {},
    "commitment_version_is_its_state": {"number": 77, "reason": "And why."},
    "milestone_of_one": {"action": None, "commitment": None},
    "milestone_date_once": {},
    "milestone_move_has_reason": {"number": 77, "reason": ""},
    "user_email_once": {"email": "LEADER@example.invalid"},
    "round_once_a_year": {},
    "round_year_sensible": {"year": 1899},
    "report_once": {},
    "report_state_known": {"state": "published", "department_id": NEW_DEPARTMENT},
    "report_signed_and_accepted_by_two": {
        "submitted_by_id": lambda row: row.accepted_by_id,
        "department_id": NEW_DEPARTMENT,
    },
    "report_excused_has_reason": {"state": "excused", "department_id": NEW_DEPARTMENT},
    "report_submitted_by_someone": {"state": "submitted", "submitted_by": None, "department_id": NEW_DEPARTMENT},
    "coverage_once": {},
    "entry_once": {},
    "entry_assessment_known": {"assessment": "perhaps", "action_id": lambda row: Action.objects.get(number=3).pk},
    "returned_entry_once": {},
    "draft_status_known": {"pk": ANY, "status": "perhaps"},
    "draft_category_known": {"pk": ANY, "category": "perhaps"},
    "comment_says_something": {"text": ""},
    "comment_private_never_sent": {"private": True},
    "membership_once": {"role": "contributor"},
    "membership_central_once": {"role": "reviewer", "department": None},
    "membership_of_whom": {"role": "reviewer", "department_id": NEW_DEPARTMENT},
    "membership_some_actions": {"some_actions": True, "department_id": NEW_DEPARTMENT},
    "mail_once": {},
    "mail_sent_or_given_up": {
        "event_id": lambda row: Event.objects.filter(mails=None).latest("sequence").pk,
        "sent_at": at("2021-01-01"),
        "given_up_at": at("2021-01-01"),
    },
    "planned_activity_once": {},
    "edition_once": {},
    "edition_change_kind_known": {"change_kind": "huge", "number": 77},
    "edition_entry_once": {},
    "edition_status_known": {"status": "perhaps", "action_id": lambda row: Action.objects.get(number=3).pk},
    "edition_category_known": {"category": "perhaps", "action_id": lambda row: Action.objects.get(number=3).pk},
    "edition_assessment_known": {"assessment": "perhaps", "action_id": lambda row: Action.objects.get(number=3).pk},
    "edition_activity_once": {"statement": 77},
    "edition_statement_once": {"activity_id": lambda row: PlannedActivity.objects.latest("pk").pk},
    "edition_answer_once": {},
    "edition_answer_known": {"answer": "perhaps", "reason": "Why not.", "activity_id": UNANSWERED},
    "edition_carried_says_so": {
        "answer": "done",
        "carried_to_id": lambda row: row.activity_id,
        "activity_id": UNANSWERED,
    },
    "publication_of_one": {"edition": None, "version": None},
    "publication_ends_after_start": {"edition_id": UNPUBLISHED, "ends": at("2001-01-01"), "ending": "withdrawn"},
    "publication_ending_said": {"edition_id": UNPUBLISHED, "ends": None, "ending": "withdrawn"},
    "event_sequence_once": {"pk": ANY, "previous": "new", "digest": "new"},
    "event_chain_does_not_fork": {"pk": ANY, "sequence": 7777, "digest": "new"},
    "event_digest_once": {"pk": ANY, "sequence": 7777, "previous": "new"},
    "chain_head_once": {"pk": 2},
    "subscription_of_one": {"pk": ANY, **NO_SUBJECT, "strategy_id": STRATEGY, "department_id": NEW_DEPARTMENT},
    "subscription_to_all_once": {"pk": ANY, **NO_SUBJECT},
    "subscription_to_strategy_once": {"pk": ANY, **NO_SUBJECT, "strategy_id": STRATEGY},
    "subscription_to_action_once": {"pk": ANY, **NO_SUBJECT, "action_id": lambda row: Action.objects.first().pk},
    "subscription_to_department_once": {
        "pk": ANY,
        **NO_SUBJECT,
        "department_id": lambda row: Department.objects.first().pk,
    },
    "announcement_of_one": {"event_id": lambda row: Event.objects.latest("sequence").pk, "withdrawn": None},
    "alert_once": {"pk": ANY},
    "alert_sent_or_given_up": {
        "pk": ANY,
        "announcement": None,
        "sent_at": at("2021-01-01"),
        "given_up_at": at("2021-01-01"),
    },
    "passage_of_one": {"edition": None, "entry": None, "version": None, "wording": None},
    "passage_part_known": {"part": "gossip"},
}


def broken(name: str) -> str:
    """The constraint that refuses the row which should break this one."""
    model, _ = NAMED[name]
    rows = model._base_manager.order_by("pk")
    row = rows.filter(edition__isnull=False).first() if model is Publication else rows.first()
    changes = {"pk": None, **BREAKS[name]}
    values = {field: value(row) if callable(value) else value for field, value in changes.items()}
    for field, value in values.items():
        setattr(row, field, value)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        return refusing(model, error)
    return "none"


def refusing(model: type[models.Model], error: IntegrityError) -> str:
    """The name of the constraint. SQLite names a plain unique one by its columns."""
    if connection.vendor == "postgresql":
        return str(error.__cause__.diag.constraint_name)  # type: ignore[union-attr]
    said = str(error)
    if found := re.search(r"CHECK constraint failed: (\w+)|index '(\w+)'", said):
        return found[1] or found[2]
    columns = [column.split(".")[1] for column in said.partition(": ")[2].split(", ")]
    for constraint in model._meta.constraints:
        fields = [model._meta.get_field(name).column for name in getattr(constraint, "fields", ())]
        if fields == columns:
            return constraint.name
    return said


def people_at_work(world: World) -> None:
    """A leader who is a reviewer too, and a comment that came back to her."""
    department = world.departments[0]
    people.give_role(actor=world.reviewer, person=world.leader, role="leader", department=department)
    people.give_role(actor=world.reviewer, person=world.leader, role="reviewer")
    world.open(2022)
    report = world.review(world.report(2022))
    review.comment(actor=world.reviewer, report=report, action=world.actions[0], text="Say when.")
    review.return_report(actor=world.reviewer, report=report, message="See the comment.")


def readers(world: World) -> None:
    """Somebody who follows everything, and each kind of thing; and a mail to them."""
    now = timezone.now()
    reader = Subscriber.objects.create(address="reader@example.invalid")
    for of in (
        {},
        {"strategy": world.strategy},
        {"action": Action.objects.first()},
        {"department": Department.objects.first()},
    ):
        Subscription.objects.create(subscriber=reader, asked_at=now, **of)
    told = Announcement.objects.create(
        event=Event.objects.earliest("sequence"), withdrawn=Publication.objects.first(), due_at=now
    )
    Alert.objects.create(subscriber=reader, announcement=told, template="withdrawn", written_at=now, due_at=now)


def test_every_constraint_is_tried() -> None:
    assert sorted(BREAKS) == sorted(NAMED)


def test_row_that_breaks_a_constraint_refused_by_it(db: None) -> None:
    world = recorded_world().entangle()
    people_at_work(world)
    readers(world)
    departments.add_department(actor=world.reviewer, code="NEW", slug="new-body", name="New Body")
    assert {name: broken(name) for name in BREAKS} == {name: name for name in BREAKS}
