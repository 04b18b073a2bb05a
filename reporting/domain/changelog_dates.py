"""Changes that have a date and no hour: what is recorded of actions, promised dates and departments is public."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Substr

from reporting.domain.changelog import Change, Place, Row, Rows, Source, Wanted, values
from reporting.domain.tracing import Move, moves
from reporting.domain.wordings import A_YEAR, READ, compared, shortened
from reporting.models import Report
from strategy.models import (
    Action,
    ActionWording,
    Department,
    DepartmentName,
    Milestone,
    MilestoneDate,
    Succession,
)


def _strategy(path: str) -> dict[str, Any]:
    return {
        "strategy_code": F(f"{path}code"),
        "strategy_slug": F(f"{path}slug"),
        "strategy_title": F(f"{path}title"),
        "owner": F(f"{path}owner__code"),
    }


def _owner(row: Row, names: Mapping[str, str]) -> str:
    return names[row["owner"]] if row["owner"] else "Government"


# Actions -----------------------------------------------------------------------------------------------


def _actions(wanted: Wanted, at: datetime) -> Rows:
    rows = Action.objects.all()
    if wanted.strategy:
        rows = rows.filter(strategy=wanted.strategy)
    if wanted.action is not None:
        rows = rows.filter(number=wanted.action)
    first = ActionWording.objects.filter(action=OuterRef("pk")).order_by("dated")
    words = Substr(Subquery(first.values("text")[:1]), 1, READ)
    return values(rows, "added_on", "number", "short_name", of=_strategy("strategy__"), words=words)


def _action(row: Row, place: Place, names: Mapping[str, str]) -> Change:
    return Change(
        place=place,
        kind="action",
        label="Action added",
        title=f"Action {row['number']} ({row['short_name']}) added",
        body=_owner(row, names),
        dated=row["added_on"],
        strategy=row["strategy_slug"],
        strategy_title=row["strategy_title"],
        action=row["number"],
        texts=compared("", row["words"]),
    )


def _wordings(wanted: Wanted, at: datetime) -> Rows:
    earlier = ActionWording.objects.filter(action=OuterRef("action"), dated__lt=OuterRef("dated"))
    rows = ActionWording.objects.filter(Exists(earlier))
    if wanted.strategy:
        rows = rows.filter(action__strategy=wanted.strategy)
    if wanted.action is not None:
        rows = rows.filter(action__number=wanted.action)
    recorded = Exists(Milestone.objects.filter(action=OuterRef("action")))
    if wanted.kind == "date":
        rows = rows.filter(~recorded, text__regex=A_YEAR)
    said = {
        "before": Substr(Subquery(earlier.order_by("-dated").values("text")[:1]), 1, READ),
        "after": Substr("text", 1, READ),
        "why": Substr("reason", 1, READ),
        "has_dates": recorded,
    }
    columns = ("dated", "authority", "action__number", "action__short_name")
    return values(rows, *columns, of=_strategy("action__strategy__"), **said)


def _wording(row: Row, place: Place, names: Mapping[str, str]) -> Change:
    # Where its dates are recorded, what the words say of them is not told twice.
    moved = [] if row["has_dates"] else moves([(row["dated"], row["before"]), (row["dated"], row["after"])])
    what = "wording and date changed" if moved else "wording changed"
    return Change(
        place=place,
        kind="wording",
        label="Wording changed",
        title=f"Action {row['action__number']} ({row['action__short_name']}): {what}",
        body=_owner(row, names),
        dated=row["dated"],
        why=shortened(row["why"]),
        authority=row["authority"],
        strategy=row["strategy_slug"],
        strategy_title=row["strategy_title"],
        action=row["action__number"],
        texts=compared(row["before"], row["after"]),
        moves=tuple(moved),
        date_moved=bool(moved),
    )


# Dates that were promised ------------------------------------------------------------------------------


def _either(field: str) -> Coalesce:
    """Of the action that a milestone belongs to: by itself, or through a department's commitment."""
    return Coalesce(F(f"milestone__action__{field}"), F(f"milestone__commitment__action__{field}"))


MILESTONE: dict[str, Any] = {
    "strategy_code": _either("strategy__code"),
    "strategy_slug": _either("strategy__slug"),
    "strategy_title": _either("strategy__title"),
    "owner": _either("strategy__owner__code"),
    "action_number": _either("number"),
    "short_name": _either("short_name"),
    "department_code": Coalesce(F("milestone__commitment__department__code"), Value("")),
    "department_slug": Coalesce(F("milestone__commitment__department__slug"), Value("")),
}


def _moves(wanted: Wanted, at: datetime) -> Rows:
    """Each but the first date of a milestone, which is kept for ever."""
    rows = MilestoneDate.objects.filter(number__gt=1)
    through = ("milestone__action", "milestone__commitment__action")
    if wanted.strategy:
        rows = rows.filter(_any([f"{path}__strategy" for path in through], wanted.strategy))
    if wanted.action is not None:
        rows = rows.filter(_any([f"{path}__number" for path in through], wanted.action))
    if wanted.department:
        rows = rows.filter(milestone__commitment__department=wanted.department)
    of_one = _same("action") | _same("commitment")
    before = Milestone.objects.filter(of_one, pk__lte=OuterRef("milestone")).order_by()
    said = {
        "before": Subquery(
            _dates().filter(number__lt=OuterRef("number")).order_by("-number").values("promised")[:1]
        ),
        "first": Subquery(_dates().order_by("number").values("promised")[:1]),
        "why": Substr("reason", 1, READ),
    }
    # Which of the milestones of one action or commitment it is: a row's id is nobody's business.
    place = Subquery(before.annotate(of=Value(1)).values("of").annotate(count=Count("pk")).values("count"))
    columns = ("recorded_on", "promised", "number", "authority", "milestone__title")
    return values(rows, *columns, of={**MILESTONE, "place": place}, **said)


def _any(paths: Iterable[str], value: object) -> Q:
    return reduce(or_, (Q(**{path: value}) for path in paths))


def _same(name: str) -> Q:
    return Q(**{name: OuterRef(f"milestone__{name}")})


def _dates(**of: object) -> QuerySet[MilestoneDate]:
    return MilestoneDate.objects.filter(milestone=OuterRef("milestone"), **of)


def _move(row: Row, place: Place, names: Mapping[str, str]) -> Change:
    code = row["department_code"]
    body = names[code] if code else _owner(row, names)
    whose = f"{body}, action" if code else "Action"
    move = Move(row["before"], row["promised"], row["recorded_on"])
    return Change(
        place=place,
        kind="date",
        label="Date moved",
        title=f"{whose} {row['action_number']} ({row['short_name']}): date of “{row['milestone__title']}” moved",
        body=body,
        dated=row["recorded_on"],
        why=shortened(row["why"]),
        authority=row["authority"],
        strategy=row["strategy_slug"],
        strategy_title=row["strategy_title"],
        department=row["department_slug"],
        action=row["action_number"],
        moves=(move,),
        total=Move(row["first"], row["promised"], row["recorded_on"]) if row["number"] > 2 else None,
    )


# Departments -------------------------------------------------------------------------------------------


def _reporting(rows: QuerySet[Any], wanted: Wanted, *paths: str) -> QuerySet[Any]:
    """Of those bodies, and of those that a strategy asks for reports."""
    if wanted.department:
        rows = rows.filter(_any(paths, wanted.department.pk))
    if wanted.strategy:
        asked = [
            Report.objects.filter(department=OuterRef(path), round__strategy=wanted.strategy) for path in paths
        ]
        rows = rows.filter(reduce(or_, (Q(Exists(one)) for one in asked)))
    return rows


def _names(wanted: Wanted, at: datetime) -> Rows:
    before = DepartmentName.objects.filter(
        Q(since=None) | Q(since__lt=OuterRef("since")), department=OuterRef("department")
    ).order_by(F("since").desc(nulls_last=True))
    rows = _reporting(DepartmentName.objects.filter(Exists(before), since__isnull=False), wanted, "department")
    of = {"department_code": F("department__code"), "department_slug": F("department__slug")}
    was = {f"{name}_before": Subquery(before.values(name)[:1]) for name in ("name", "acronym")}
    return values(rows, "since", "name", "acronym", of=of, **was)


def _name(row: Row, place: Place, names: Mapping[str, str]) -> Change:
    title = f"{row['name_before']} is now called {row['name']}"
    if row["name_before"] == row["name"]:
        title = f"{row['name']} is now {row['acronym']} for short, and was {row['acronym_before']}"
    return Change(
        place=place,
        kind="department",
        label="Department renamed",
        title=title,
        body=row["name"],
        dated=row["since"],
        department=row["department_slug"],
    )


def _closings(wanted: Wanted, at: datetime) -> Rows:
    rows = _reporting(Department.objects.filter(closed__isnull=False), wanted, "pk")
    return values(rows, "closed", "slug", "code", of={})


def _closing(row: Row, place: Place, names: Mapping[str, str]) -> Change:
    name = names[row["code"]]
    return Change(
        place=place,
        kind="department",
        label="Department closed",
        title=f"{name} closed",
        body=name,
        dated=row["closed"],
        department=row["slug"],
    )


def _successions(wanted: Wanted, at: datetime) -> Rows:
    rows = _reporting(Succession.objects.all(), wanted, "old", "new")
    of = {"department_code": F("old__code"), "department_slug": F("old__slug"), "new_code": F("new__code")}
    return values(rows, "on", "kind", of=of)


def _succession(row: Row, place: Place, names: Mapping[str, str]) -> Change:
    old, new = names[row["department_code"]], names[row["new_code"]]
    return Change(
        place=place,
        kind="department",
        label="Department succeeded",
        title=f"{old}: {Succession.Kind(row['kind']).label} {new}",
        body=old,
        dated=row["on"],
        department=row["department_slug"],
    )


SOURCES = [
    Source("closed", frozenset({"department"}), _closings, "closed", {"code": str}, _closing, of_action=False),
    Source(
        "succession",
        frozenset({"department"}),
        _successions,
        "on",
        {"department_code": str, "new_code": str},
        _succession,
        of_action=False,
    ),
    Source("name", frozenset({"department"}), _names, "since", {"department_code": str}, _name, of_action=False),
    Source(
        "date",
        frozenset({"date"}),
        _moves,
        "recorded_on",
        {"strategy_code": str, "action_number": int, "department_code": str, "place": int, "number": int},
        _move,
    ),
    Source(
        "wording",
        frozenset({"wording", "date"}),
        _wordings,
        "dated",
        {"strategy_code": str, "action__number": int},
        _wording,
        of_department=False,
    ),
    Source(
        "action",
        frozenset({"action"}),
        _actions,
        "added_on",
        {"strategy_code": str, "number": int},
        _action,
        of_department=False,
    ),
]
