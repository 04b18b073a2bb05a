"""Passages that the search finds, written in the transaction of the rows whose words they are.

Nothing is left to run by hand: what is scheduled is found from its hour on because each search asks the clock.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from modelsearch.backends import get_search_backends

from reporting.domain import text
from reporting.models import Edition, EditionEntry, Part, Passage
from strategy.models import Action, ActionWording, CommitmentVersion

LONGEST = 50_000  # characters of one passage: PostgreSQL refuses an index entry of more than a megabyte
BATCH = 500
logger = logging.getLogger(__name__)


def add_entries(edition: Edition, entries: Iterable[EditionEntry]) -> None:
    _add(passage for entry in entries for passage in _of_entry(edition, entry))


def add_version(version: CommitmentVersion) -> None:
    _add(_of_version(version))


def add_wording(wording: ActionWording) -> None:
    _add(_of_wording(wording))


def correct_short_name(action: Action) -> None:
    """It is found with each of the action's wordings."""
    changed = list(Passage.objects.filter(wording__action=action))
    for passage in changed:
        passage.title = action.short_name
    Passage.objects.bulk_update(changed, ["title"])
    _index(changed)


def _of_entry(edition: Edition, entry: EditionEntry) -> Iterator[Passage]:
    report = edition.report
    year = report.round.year
    said = {
        Part.PROGRESS: text.plain(entry.progress),
        Part.PLANNED: text.plain(entry.planned),
        Part.NOTES: text.plain(entry.notes),
        Part.REASON: text.plain(entry.reason),
        Part.EVIDENCE: "\n".join(one.get("title", "") for one in entry.evidence),
        Part.ASSESSMENT: text.plain(entry.assessment_reason),
    }
    for part, words in said.items():
        yield Passage(
            part=part,
            strategy_id=report.round.strategy_id,
            action_id=entry.action_id,
            department_id=report.department_id,
            year=year + 1 if part == Part.PLANNED else year,
            status=entry.status,
            edition=edition,
            entry=entry,
            title=f"{edition.department_name} {edition.department_acronym}",
            words=words,
        )


def _of_version(version: CommitmentVersion) -> Iterator[Passage]:
    of, department = version.commitment, version.commitment.department
    said = {Part.COMMITMENT: version.text, Part.REASON: version.reason, Part.NOTES: version.notes}
    for part, source in said.items():
        yield Passage(
            part=part,
            strategy_id=of.action.strategy_id,
            action_id=of.action_id,
            department_id=of.department_id,
            year=(version.dated or version.known_from).year,
            version=version,
            # Code and slug never change, and no name that is still to come shows.
            title=f"{department.slug.replace('-', ' ')} {department.code}",
            words=text.plain(source),
        )


def _of_wording(wording: ActionWording) -> Iterator[Passage]:
    yield Passage(
        part=Part.WORDING,
        strategy_id=wording.action.strategy_id,
        action_id=wording.action_id,
        year=wording.dated.year,
        wording=wording,
        title=wording.action.short_name,
        words=wording.text,
    )


@transaction.atomic
def _add(made: Iterable[Passage]) -> None:
    passages = [passage for passage in made if passage.words.strip()]
    for passage in passages:
        passage.words = passage.words[:LONGEST]
    Passage.objects.bulk_create(passages, batch_size=BATCH)
    _index(passages)


def _index(passages: Sequence[Passage]) -> None:
    """The database's own index is part of the transaction; a search server hears of it when that holds."""
    for backend in get_search_backends(with_auto_update=True) if passages else []:
        if backend.catch_indexing_errors:
            transaction.on_commit(partial(_index_elsewhere, backend, passages))
        else:
            backend.add_bulk(Passage, passages)


def _index_elsewhere(backend: Any, passages: Sequence[Passage]) -> None:
    try:
        backend.add_bulk(Passage, passages)
    except Exception:
        # What a department reports must not wait for a search server.
        logger.exception("%s passages are not indexed: run rebuild_modelsearch_index.", len(passages))


def catch_up() -> None:
    """Write the passages of rows that have none: made before there was a search, or straight in the tables."""
    report = "edition__report"
    for entries in _without(EditionEntry.objects.select_related(f"{report}__round", f"{report}__department")):
        _add(passage for entry in entries for passage in _of_entry(entry.edition, entry))
    for versions in _without(
        CommitmentVersion.objects.select_related("commitment__department", "commitment__action")
    ):
        _add(passage for version in versions for passage in _of_version(version))
    for wordings in _without(ActionWording.objects.select_related("action")):
        _add(passage for wording in wordings for passage in _of_wording(wording))


def _without(rows: QuerySet[Any]) -> Iterator[list[Any]]:
    """A batch at a time, those that no passage belongs to."""
    of = {EditionEntry: "entry", CommitmentVersion: "version", ActionWording: "wording"}[rows.model]
    missing = rows.filter(~Exists(Passage.objects.filter(**{of: OuterRef("pk")}))).order_by("pk")
    keys = list(missing.values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH):
        yield list(rows.filter(pk__in=keys[start : start + BATCH]))
