"""Verbs on what was promised: strategies, themes, actions, their wordings and dates."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from reporting.domain import events, passages, references
from reporting.domain.errors import NotPossible
from reporting.models import User
from strategy.dates import PartialDate
from strategy.models import (
    Action,
    ActionWording,
    Commitment,
    Department,
    Milestone,
    MilestoneDate,
    Strategy,
    Theme,
)


@transaction.atomic
def add_strategy(
    *,
    actor: User,
    code: str,
    title: str,
    departments: Iterable[Department] = (),
    at: datetime | None = None,
    **fields: Any,
) -> Strategy:
    """`fields`: summary, owner, mode, theme_word, starts, ends, notice. The slug is that of the title."""
    slug = slugify(title)
    if not slug:
        raise NotPossible("The title has no letter for its address: give one with letters.")
    if Strategy.objects.filter(code__iexact=code).exists():
        raise NotPossible(f"The code {code} belongs to another strategy: codes are never reused.")
    if Strategy.objects.filter(slug=slug).exists():
        raise NotPossible(f"The address {slug} belongs to another strategy: choose another title.")
    strategy = Strategy.objects.create(code=code, slug=slug, title=title, **fields)
    strategy.departments.set(departments)
    events.record("strategy.added", code, actor=actor, at=at, title=title, slug=slug, mode=strategy.mode)
    return strategy


CHANGEABLE = {"summary", "starts", "ends", "notice", "theme_word"}


@transaction.atomic
def change_strategy(*, actor: User, strategy: Strategy, at: datetime | None = None, **fields: Any) -> Strategy:
    """Code, slug and title stand in references and addresses and don't change."""
    if unknown := set(fields) - CHANGEABLE:
        raise NotPossible(f"A strategy's {', '.join(sorted(unknown))} can't be changed.")
    for name, value in fields.items():
        setattr(strategy, name, value)
    strategy.save(update_fields=list(fields))
    said = {name: getattr(value, "iso", value) for name, value in fields.items()}
    events.record("strategy.changed", strategy.code, actor=actor, at=at, **said)
    return strategy


@transaction.atomic
def choose_departments(
    *, actor: User, strategy: Strategy, departments: Iterable[Department], at: datetime | None = None
) -> Strategy:
    """Who reports from the next round on; none: every department. Rounds already open stay as they are."""
    chosen = sorted(departments, key=lambda department: department.code)
    strategy.departments.set(chosen)
    codes = [department.code for department in chosen]
    events.record("strategy.departments_chosen", strategy.code, actor=actor, at=at, departments=codes)
    return strategy


@transaction.atomic
def add_theme(*, actor: User, strategy: Strategy, title: str, at: datetime | None = None) -> Theme:
    if strategy.themes.filter(title=title).exists():
        raise NotPossible(f"{strategy.code} already has the {strategy.theme_word} “{title}”.")
    number = strategy.themes.count() + 1
    theme = Theme.objects.create(strategy=strategy, number=number, title=title)
    events.record("theme.added", strategy.code, actor=actor, at=at, number=number, title=title)
    return theme


@transaction.atomic
def add_action(
    *,
    actor: User,
    strategy: Strategy,
    number: int,
    short_name: str,
    wording: str,
    added_on: PartialDate,
    theme: Theme | None = None,
    at: datetime | None = None,
) -> Action:
    if strategy.actions.filter(number=number).exists():
        raise NotPossible(f"{strategy.code} already has an action {number}: numbers are never reused.")
    _refuse_taken(strategy, short_name)
    action = Action.objects.create(
        strategy=strategy, number=number, short_name=short_name, theme=theme, added_on=added_on
    )
    passages.add_wording(ActionWording.objects.create(action=action, text=wording, dated=added_on))
    reference = references.action(strategy.code, number)
    events.record("action.added", reference, actor=actor, at=at, wording=wording, added_on=added_on.iso)
    return action


def _refuse_taken(strategy: Strategy, short_name: str) -> None:
    if taken := strategy.actions.filter(short_name=short_name).first():
        raise NotPossible(f"“{short_name}” is the short name of action {taken.number}: choose another.")


@transaction.atomic
def correct_short_name(*, actor: User, action: Action, short_name: str, at: datetime | None = None) -> Action:
    """The name for contents lists and table heads. What was promised stands in the wordings."""
    if short_name != action.short_name:
        _refuse_taken(action.strategy, short_name)
    before, action.short_name = action.short_name, short_name
    action.save(update_fields=["short_name"])
    passages.correct_short_name(action)
    reference = references.action(action.strategy.code, action.number)
    events.record(
        "action.short_name_corrected", reference, actor=actor, at=at, before=before, short_name=short_name
    )
    return action


@transaction.atomic
def reword_action(
    *,
    actor: User,
    action: Action,
    text: str,
    dated: PartialDate,
    reason: str = "",
    authority: str = "",
    at: datetime | None = None,
) -> ActionWording:
    """A new wording from that date on; the earlier ones stay on record."""
    reference = references.action(action.strategy.code, action.number)
    if action.wordings.filter(dated=dated).exists():
        raise NotPossible(f"{reference} already has a wording of {dated}: choose another date.")
    wording = ActionWording.objects.create(
        action=action, text=text, dated=dated, reason=reason, authority=authority
    )
    passages.add_wording(wording)
    events.record(
        "action.reworded",
        reference,
        actor=actor,
        at=at,
        wording=text,
        dated=dated.iso,
        reason=reason,
        authority=authority,
    )
    return wording


@transaction.atomic
def promise_date(
    *,
    actor: User,
    title: str,
    promised: PartialDate,
    recorded_on: PartialDate,
    action: Action | None = None,
    commitment: Commitment | None = None,
    at: datetime | None = None,
) -> Milestone:
    """A milestone with its first date, which is kept for ever."""
    milestone = Milestone.objects.create(title=title, action=action, commitment=commitment)
    MilestoneDate.objects.create(milestone=milestone, number=1, promised=promised, recorded_on=recorded_on)
    events.record(
        "milestone.promised", milestone_of(milestone), actor=actor, at=at, title=title, promised=promised.iso
    )
    return milestone


@transaction.atomic
def move_date(
    *,
    actor: User,
    milestone: Milestone,
    promised: PartialDate,
    recorded_on: PartialDate,
    reason: str,
    authority: str = "",
    at: datetime | None = None,
) -> MilestoneDate:
    if not reason.strip():
        raise NotPossible("Say why the date moves: a date never moves without a reason.")
    last = milestone.dates.order_by("-number")[0]
    moved = MilestoneDate.objects.create(
        milestone=milestone,
        number=last.number + 1,
        promised=promised,
        recorded_on=recorded_on,
        reason=reason,
        authority=authority,
    )
    events.record(
        "milestone.moved",
        milestone_of(milestone),
        actor=actor,
        at=at,
        title=milestone.title,
        before=last.promised.iso,
        promised=promised.iso,
        reason=reason,
    )
    return moved


def milestone_of(milestone: Milestone) -> str:
    """The reference of the action or the pair that it belongs to."""
    if milestone.commitment:
        pair = milestone.commitment
        return references.pair(pair.action.strategy.code, pair.action.number, pair.department.code)
    assert milestone.action
    return references.action(milestone.action.strategy.code, milestone.action.number)
