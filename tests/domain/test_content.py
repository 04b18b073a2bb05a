"""What stands under the chain by its digest: editions with all their rows, and commitment versions."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.test import TestCase

from reporting.domain import audit, editions, publication
from reporting.models import Edition, EditionActivity, EditionAnswer, EditionEntry, Event, PlannedActivity
from strategy.dates import PartialDate
from strategy.models import CommitmentVersion
from tests.conftest import lift_frozen
from tests.domain.chain import recorded_world, remove, rewrite, undone, verdict

SAID = re.compile(r"Event \d+ does not fit: ")
CONTENT = [Edition, EditionEntry, EditionActivity, EditionAnswer, PlannedActivity, CommitmentVersion]


def other_values(field: models.Field, value: Any) -> Iterator[Any]:
    """Values that the column might be set to, until one is allowed."""
    if isinstance(field, models.ForeignKey):
        yield from (
            field.related_model._base_manager.exclude(pk=value).order_by("pk").values_list("pk", flat=True)[:20]
        )
    elif field.choices:
        yield from [choice for choice, _ in field.choices if choice != value]
    elif isinstance(field, models.DateTimeField):
        yield value + timedelta(microseconds=1)
    elif isinstance(field, models.IntegerField):
        yield value + 70
    elif isinstance(value, PartialDate):
        yield PartialDate("2001-01")
    else:
        yield f"x{value[1:]}"


def of_content() -> list[str]:
    """What the verdict says of content alone: a part of the work."""
    return [sentence for _, sentence in sorted([*audit._editions(), *audit._versions()])]


def edited(model: type[models.Model], field: models.Field, said: Callable[[], list[str]]) -> list[str]:
    """What is said after the column was set to something else in one row that allows it."""
    also = {"text": "", "reason": "", "category": ""} if (model, field.name) == (CommitmentVersion, "state") else {}
    for row in model._base_manager.order_by("pk"):
        for value in other_values(field, getattr(row, field.attname)):
            with undone():
                try:
                    with transaction.atomic():
                        rewrite(model, row.pk, **{field.attname: value}, **also)
                        connection.check_constraints([model._meta.db_table])
                except IntegrityError:
                    continue
                return said()
    raise AssertionError(f"No row of {model._meta.label} could be edited in {field.name}.")


def cut(reference: str) -> int:
    """The sequence of the event with which an edition or a version was recorded."""
    return Event.objects.get(subject=reference, verb__in=["edition.cut", "commitment.recorded"]).sequence


def no_longer(*references: str) -> list[str]:
    return [
        f"Event {cut(reference)} does not fit: {reference} no longer says what was recorded."
        for reference in sorted(references, key=cut)
    ]


FIRST_EDITION = {"edition__report__department__code": "D01", "edition__report__round__year": 2020}


class TestAltered(TestCase):
    """With the triggers lifted."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.world = recorded_world()

    def setUp(self) -> None:
        lift_frozen()

    def test_nothing_altered(self) -> None:
        assert verdict() == []

    def unseen(self, said: Callable[[], list[str]]) -> set[str]:
        """Of every column: what is added to a model later is under the chain too, or stands here."""
        columns = {
            (model, field) for model in CONTENT for field in model._meta.concrete_fields if not field.primary_key
        }
        verdicts = {f"{model.__name__}.{field.name}": edited(model, field, said) for model, field in columns}
        return {name for name, found in verdicts.items() if not SAID.match("".join(found[:1]))}

    def test_content_with_any_column_edited(self) -> None:
        assert self.unseen(of_content) == set()

    @pytest.mark.long
    def test_content_with_any_column_edited_asking_for_the_whole_verdict(self) -> None:
        assert self.unseen(verdict) == set()

    def test_content_with_a_row_deleted(self) -> None:
        for model in CONTENT:
            self.without(model._base_manager.earliest("pk"), of_content)

    @pytest.mark.long
    def test_content_with_many_a_row_deleted(self) -> None:
        for model in CONTENT:
            for row in model._base_manager.order_by("pk")[::3]:
                self.without(row, verdict)

    def without(self, row: models.Model, said: Callable[[], list[str]]) -> None:
        with undone():
            remove(type(row), pk=row.pk)
            assert SAID.match(said()[0]), row

    def test_entry_with_its_text_edited(self) -> None:
        entry = EditionEntry.objects.filter(**FIRST_EDITION)[0]
        rewrite(EditionEntry, entry.pk, progress="D01 did it all.")
        assert verdict() == no_longer("FEN/D01/2020/e1")

    def test_entry_deleted(self) -> None:
        entry = EditionEntry.objects.filter(**FIRST_EDITION)[0]
        remove(EditionActivity, entry=entry)
        remove(EditionEntry, pk=entry.pk)
        connection.check_constraints()
        assert verdict() == no_longer("FEN/D01/2020/e1")

    def test_edition_with_its_digest_edited(self) -> None:
        edition = Edition.objects.get(report__department__code="D01", report__round__year=2020)
        rewrite(Edition, edition.pk, digest="f" * 64)
        assert verdict() == no_longer("FEN/D01/2020/e1")

    def test_edition_with_text_and_digest_edited_alike(self) -> None:
        edition = Edition.objects.get(report__department__code="D01", report__round__year=2020)
        rewrite(Edition, edition.pk, change_note="Nothing changed.")
        edition.refresh_from_db()
        rewrite(Edition, edition.pk, digest=editions.digest_of(edition, editions.rows_of(edition)))
        assert verdict() == no_longer("FEN/D01/2020/e1")

    def test_activity_with_its_words_edited(self) -> None:
        activity = EditionActivity.objects.filter(
            **{f"entry__{name}": value for name, value in FIRST_EDITION.items()}
        )[0]
        rewrite(EditionActivity, activity.pk, text="D01 will do less.")
        assert verdict() == no_longer("FEN/D01/2020/e1")

    def test_activity_given_another_identity(self) -> None:
        """Every edition that names it no longer fits; the first one is named first."""
        activity = PlannedActivity.objects.get(action__number=1, department__code="D01", year=2021, number=1)
        rewrite(PlannedActivity, activity.pk, number=7)
        assert verdict() == no_longer("FEN/D01/2020/e1", "FEN/D01/2021/e1", "FEN/D01/2021/e2")

    def test_answer_edited(self) -> None:
        answer = EditionAnswer.objects.get(answer="carried_forward", activity__action__number=1)
        rewrite(EditionAnswer, answer.pk, reason="Never.")
        assert verdict() == no_longer("FEN/D01/2021/e2")

    def test_version_edited(self) -> None:
        version = CommitmentVersion.objects.get(text="We will do it twice.")
        rewrite(CommitmentVersion, version.pk, text="We will do it once.")
        assert verdict() == no_longer("FEN-1/D01/v2")

    def test_version_and_edition_edited_the_earlier_event_first(self) -> None:
        version = CommitmentVersion.objects.get(
            commitment__department__code="D01", commitment__action__number=1, number=1
        )
        entry = EditionEntry.objects.filter(**FIRST_EDITION)[0]
        rewrite(EditionEntry, entry.pk, progress="D01 did it all.")
        rewrite(CommitmentVersion, version.pk, notes="A note.")
        assert verdict() == no_longer("FEN-1/D01/v1", "FEN/D01/2020/e1")

    def test_edition_deleted(self) -> None:
        edition = Edition.objects.get(report__department__code="D01", number=2)
        with undone():
            remove(Edition, pk=edition.pk)
            sequence = cut("FEN/D01/2021/e2")
            assert verdict() == [f"Event {sequence} does not fit: the edition FEN/D01/2021/e2 is gone."]

    def test_version_deleted(self) -> None:
        remove(CommitmentVersion, text="We will do it twice.")
        connection.check_constraints()
        sequence = cut("FEN-1/D01/v2")
        assert verdict() == [f"Event {sequence} does not fit: the commitment version FEN-1/D01/v2 is gone."]


class TestAdded(TestCase):
    """With the triggers on: they let rows be added, that are of no edition that was cut."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.world = recorded_world()

    def test_rows_added_to_an_edition(self) -> None:
        """Rows can be added with the triggers on; they belong to no edition that was cut."""
        edition = Edition.objects.get(report__department__code="D01", report__round__year=2020)
        entry = edition.entries.get(action__number=1)
        activity = PlannedActivity.objects.get(action__number=1, department__code="D01", year=2022, number=1)
        added = [
            EditionEntry(edition=edition, action=self.world.actions[2], progress="And this."),
            EditionActivity(entry=entry, activity=activity, statement=9, text="And this."),
            EditionAnswer(entry=entry, activity=activity, answer="done"),
        ]
        for row in added:
            with undone():
                row.save(force_insert=True)
                assert verdict() == no_longer("FEN/D01/2020/e1")

    def test_edition_added(self) -> None:
        edition = Edition.objects.get(report__department__code="D01", report__round__year=2020)
        edition.pk, edition.number = None, 2
        edition.save(force_insert=True)
        assert verdict() == ["FEN/D01/2020/e2 has no event: it was not made by the service."]

    def test_version_added(self) -> None:
        version = CommitmentVersion.objects.get(text="We will do it twice.")
        version.pk, version.number = None, 3
        version.save(force_insert=True)
        assert verdict() == ["FEN-1/D01/v3 has no event: it was not made by the service."]

    def test_windows_are_not_frozen_and_their_changes_are_events(self) -> None:
        edition = Edition.objects.get(report__department__code="D01", report__round__year=2020)
        publication.withdraw(edition, actor=self.world.reviewer, reason="It names a person.")
        last = Event.objects.order_by("-sequence")[0]
        assert (last.verb, last.subject) == ("publication.withdrawn", "FEN/D01/2020/e1")
        assert json.loads(last.data) == {"reason": "It names a person."}
        assert verdict() == []

    def test_name_of_a_person_removed_leaves_all_sound(self) -> None:
        """Events name persons by id alone."""
        self.world.leader.name, self.world.leader.email = "", "removed-1@example.invalid"
        self.world.leader.save()
        assert verdict() == []
        words = " ".join(Event.objects.values_list("canonical", flat=True))
        assert [name for name in ("Lea Leader", "leader@", "Ray Reviewer", "reviewer@") if name in words] == []
