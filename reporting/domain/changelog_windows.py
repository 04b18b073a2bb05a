"""Changes that have an hour: editions and commitment versions as their windows open, and as they are withdrawn.

What a withdrawn edition had said of itself is gone with it: of it stands the reason.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Concat, Substr
from django.utils import timezone

from reporting.domain import text
from reporting.domain.changelog import Change, Place, Row, Rows, Source, Wanted, values
from reporting.domain.corrections import WITHDRAWN, had_been_public
from reporting.domain.tracing import moves
from reporting.domain.wordings import A_YEAR, READ, STATES, compared, shortened
from reporting.models import ChangeKind, EditionEntry, Publication
from reporting.models.publication import public_at
from strategy.dates import PartialDate
from strategy.models import CommitmentVersion, Milestone


def _gone(at: datetime) -> Q:
    return Q(ending=WITHDRAWN, ends__lte=at)


def _opened(rows: QuerySet[Publication], whole: str, at: datetime) -> QuerySet[Any]:
    """Windows that opened, while something of the same report or commitment is public."""
    alike = Publication.objects.filter(**{whole: OuterRef(whole)})
    before = alike.filter(had_been_public(""), starts__lt=OuterRef("starts"))
    return rows.filter(
        Exists(alike.filter(public_at(at, ""))), ~_gone(at), had_been_public(""), starts__lte=at
    ).annotate(follows=Exists(before))


def _withdrawn(rows: QuerySet[Publication], at: datetime) -> QuerySet[Publication]:
    return rows.filter(_gone(at), had_been_public(""))


def _why(row: Row) -> str:
    return shortened(row["why"] or "")


# Editions ----------------------------------------------------------------------------------------------


def _editions(wanted: Wanted) -> QuerySet[Publication]:
    rows = Publication.objects.filter(edition__isnull=False)
    if wanted.strategy:
        rows = rows.filter(edition__report__round__strategy=wanted.strategy)
    if wanted.department:
        rows = rows.filter(edition__report__department=wanted.department)
    if wanted.action is not None:
        answers = EditionEntry.objects.filter(edition=OuterRef("edition_id"), action__number=wanted.action)
        rows = rows.filter(Q(Exists(answers)) | ~Q(edition__nil_reason=""))  # a nil return answers them all
    return rows


EDITION: dict[str, Any] = {
    "strategy_code": F("edition__report__round__strategy__code"),
    "strategy_slug": F("edition__report__round__strategy__slug"),
    "strategy_title": F("edition__report__round__strategy__title"),
    "department_code": F("edition__report__department__code"),
    "department_slug": F("edition__report__department__slug"),
    "name": F("edition__department_name"),
    "year": F("edition__report__round__year"),
    "number": F("edition__number"),
}
EDITION_KEYS = {"strategy_code": str, "department_code": str, "year": int, "number": int}


def _opened_editions(wanted: Wanted, at: datetime) -> Rows:
    rows = _opened(_editions(wanted), "edition__report", at)
    if wanted.kind:
        rows = rows.filter(follows=wanted.kind != "report")
    if wanted.kind in ChangeKind.values:
        rows = rows.filter(edition__change_kind=wanted.kind)
    told = {"note_": Substr("note", 1, READ), "change_note": Substr("edition__change_note", 1, READ)}
    columns = ("starts", "dated", "date_stated", "follows", "edition__change_kind")
    return values(rows, *columns, of=EDITION, **told)


def _edition(row: Row, place: Place, names: Mapping[str, str]) -> Change:
    kind = row["edition__change_kind"] if row["follows"] else ""
    label = "Report published" if not row["follows"] else "Correction"
    if kind:
        label += f", {ChangeKind(kind).label.lower()}"
    what = f"corrected, edition {row['number']}" if row["follows"] else "published"
    return Change(
        place=place,
        kind="correction" if row["follows"] else "report",
        label=label,
        title=f"{row['name']}: report for {row['year']} {what}",
        dated=row["dated"],
        date_stated=row["date_stated"],
        why=shortened(row["note_"] or row["change_note"]),
        **_of_edition(row),
    )


def _withdrawn_editions(wanted: Wanted, at: datetime) -> Rows:
    why = {"why": Substr("reason", 1, READ)}
    return values(_withdrawn(_editions(wanted), at), "ends", of=EDITION, **why)


def _withdrawn_edition(row: Row, place: Place, names: Mapping[str, str]) -> Change:
    return Change(
        place=place,
        kind="withdrawal",
        label="Withdrawn",
        title=f"{row['name']}: report for {row['year']}, edition {row['number']}, withdrawn",
        dated=PartialDate.of_day(timezone.localdate(row["ends"])),
        why=_why(row),
        **_of_edition(row),
    )


def _of_edition(row: Row) -> dict[str, Any]:
    return {
        "body": row["name"],
        "strategy": row["strategy_slug"],
        "strategy_title": row["strategy_title"],
        "department": row["department_slug"],
        "year": row["year"],
        "number": row["number"],
    }


# Commitments -------------------------------------------------------------------------------------------


def _versions(wanted: Wanted) -> QuerySet[Publication]:
    rows = Publication.objects.filter(version__isnull=False)
    if wanted.strategy:
        rows = rows.filter(version__commitment__action__strategy=wanted.strategy)
    if wanted.department:
        rows = rows.filter(version__commitment__department=wanted.department)
    if wanted.action is not None:
        rows = rows.filter(version__commitment__action__number=wanted.action)
    return rows


VERSION: dict[str, Any] = {
    "strategy_code": F("version__commitment__action__strategy__code"),
    "strategy_slug": F("version__commitment__action__strategy__slug"),
    "strategy_title": F("version__commitment__action__strategy__title"),
    "action_number": F("version__commitment__action__number"),
    "short_name": F("version__commitment__action__short_name"),
    "department_code": F("version__commitment__department__code"),
    "department_slug": F("version__commitment__department__slug"),
    "number": F("version__number"),
}
VERSION_KEYS = {"strategy_code": str, "action_number": int, "department_code": str, "number": int}


def _opened_versions(wanted: Wanted, at: datetime) -> Rows:
    rows = _opened(_versions(wanted), "version__commitment", at)
    if wanted.kind:
        rows = rows.filter(follows=wanted.kind != "commitment")
    recorded = Exists(Milestone.objects.filter(commitment=OuterRef("version__commitment")))
    if wanted.kind == "date":
        rows = rows.filter(~recorded, version__text__regex=A_YEAR)
    before = (
        Publication.objects.filter(version__commitment=OuterRef("version__commitment"))
        .filter(had_been_public(""), ~_gone(at), starts__lt=OuterRef("starts"))
        .order_by("-starts")
    )
    said = {
        "before": Subquery(before.values(said=_said())[:1]),
        "state_before": Subquery(before.values("version__state")[:1]),
        "after": _said(),
        "has_dates": recorded,
    }
    columns = ("starts", "dated", "date_stated", "follows", "version__state")
    return values(rows, *columns, of=VERSION, **said)


def _said() -> Substr:
    """One of the two is empty: a reason stands where nothing was promised."""
    return Substr(Concat("version__text", "version__reason"), 1, READ)


def _version(row: Row, place: Place, names: Mapping[str, str]) -> Change:
    name, state = names[row["department_code"]], row["version__state"]
    before = row["state_before"] or ""
    made = "made" if state == CommitmentVersion.State.MADE else f"recorded as {STATES[state]}"
    what = "changed" if row["follows"] else made
    words, after = text.plain(row["before"] or ""), text.plain(row["after"])
    # Where its dates are recorded, what the words say of them is not told twice.
    moved = () if row["has_dates"] else moves([(row["dated"], words), (row["dated"], after)])
    return Change(
        place=place,
        kind="commitment-changed" if row["follows"] else "commitment",
        label="Commitment changed" if row["follows"] else f"Commitment {STATES[state]}",
        title=f"{name}: commitment to action {row['action_number']} ({row['short_name']}) {what}",
        dated=row["dated"],
        date_stated=row["date_stated"],
        texts=compared(words, after),
        moves=tuple(moved),
        date_moved=bool(moved),
        states=(STATES.get(before, ""), STATES[state]),
        **_of_version(row, name),
    )


def _withdrawn_versions(wanted: Wanted, at: datetime) -> Rows:
    why = {"why": Substr("reason", 1, READ)}
    return values(_withdrawn(_versions(wanted), at), "ends", of=VERSION, **why)


def _withdrawn_version(row: Row, place: Place, names: Mapping[str, str]) -> Change:
    name = names[row["department_code"]]
    return Change(
        place=place,
        kind="withdrawal",
        label="Withdrawn",
        title=f"{name}: commitment to action {row['action_number']}, version {row['number']}, withdrawn",
        dated=PartialDate.of_day(timezone.localdate(row["ends"])),
        why=_why(row),
        **_of_version(row, name),
    )


def _of_version(row: Row, name: str) -> dict[str, Any]:
    return {
        "body": name,
        "strategy": row["strategy_slug"],
        "strategy_title": row["strategy_title"],
        "department": row["department_slug"],
        "action": row["action_number"],
        "number": row["number"],
    }


SOURCES = [
    Source(
        "edition-withdrawn",
        frozenset({"withdrawal"}),
        _withdrawn_editions,
        "ends",
        EDITION_KEYS,
        _withdrawn_edition,
        has_hour=True,
    ),
    Source(
        "commitment-withdrawn",
        frozenset({"withdrawal"}),
        _withdrawn_versions,
        "ends",
        VERSION_KEYS,
        _withdrawn_version,
        has_hour=True,
    ),
    Source(
        "edition",
        frozenset({"report", "correction", *ChangeKind.values}),
        _opened_editions,
        "starts",
        EDITION_KEYS,
        _edition,
        has_hour=True,
    ),
    Source(
        "commitment",
        frozenset({"commitment", "commitment-changed", "date"}),
        _opened_versions,
        "starts",
        VERSION_KEYS,
        _version,
        has_hour=True,
    ),
]
