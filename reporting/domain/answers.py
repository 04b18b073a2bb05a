"""What became of planned activities, as public reports answer."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, F, OuterRef, Q, Subquery, When

from reporting.domain import references
from reporting.models import EditionActivity, EditionAnswer, Publication
from reporting.models.publication import public_at
from strategy.models import Strategy

HIDDEN = "This plan is not public."  # its edition was withdrawn


@dataclass(frozen=True, slots=True)
class Given:
    """One answer, with what its references are made of."""

    activity: int
    entry: int
    answer: str
    reason: str
    said_in: int
    to_year: int | None
    to_number: int | None
    action: int
    of: str  # the code of the department whose plan it was
    by: str  # and of the one that answers
    year: int
    number: int
    words: str | None

    def reference(self, strategy: Strategy) -> str:
        return references.activity(strategy.code, self.action, self.of, self.year, self.number)

    def carried_to(self, strategy: Strategy) -> str:
        """A reference, or ''."""
        if not (self.to_year and self.to_number):
            return ""
        return references.activity(strategy.code, self.action, self.by, self.to_year, self.to_number)


def given(
    planned: Iterable[int], entries: Iterable[int], answering: Iterable[int], at: datetime
) -> Iterator[Given]:
    """One's own to these activities; a public successor's to them; and those that these entries give for others.

    `answering`: ids of the editions whose own answers are wanted.
    """
    of_another = ~Q(entry__edition__report__department=F("activity__department"))
    wanted = Q(activity_id__in=list(planned))
    rows = EditionAnswer.objects.filter(
        wanted & Q(entry__edition_id__in=list(answering))
        | wanted & of_another & public_at(at, "entry__edition__publication__")
        | Q(entry_id__in=list(entries)) & of_another
    )
    # As the predecessor's readers see them: never those of an edition whose time has not come.
    seen = public_at(at, "entry__edition__publication__") | Q(
        entry__edition__publication__starts__lte=at,
        entry__edition__publication__ending=Publication.Ending.SUPERSEDED,
    )
    words = EditionActivity.objects.filter(seen, activity=OuterRef("activity")).order_by("-entry__edition__number")
    # One's own comes last, and stands; of several successors' that of the first by its code does.
    own = Case(When(of_another, then=0), default=1)
    rows = rows.order_by(own, "-entry__edition__report__department__code", "activity")
    for row in rows.annotate(words=Subquery(words.values("text")[:1])).values_list(
        "activity_id",
        "entry_id",
        "answer",
        "reason",
        "entry__edition__report__round__year",
        "carried_to__year",
        "carried_to__number",
        "activity__action__number",
        "activity__department__code",
        "entry__edition__report__department__code",
        "activity__year",
        "activity__number",
        "words",
    ):
        yield Given(*row)
