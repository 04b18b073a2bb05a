"""The windows in which editions and commitment versions are public."""

from datetime import datetime, time

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from reporting.domain import checkpoints, events, mail, references
from reporting.domain.errors import NotPossible
from reporting.models import Edition, Publication, Release, User
from strategy.dates import PartialDate
from strategy.models import CommitmentVersion

Content = Edition | CommitmentVersion


def first_moment(dated: PartialDate) -> datetime:
    """When a stated day, month or year begins, in the service's time zone."""
    return timezone.make_aware(datetime.combine(dated.first_day, time.min))


def reference_of(content: Content) -> str:
    if isinstance(content, Edition):
        report = content.report
        return references.edition(
            report.round.strategy.code, report.department.code, report.round.year, content.number
        )
    pair = content.commitment
    return references.version(pair.action.strategy.code, pair.action.number, pair.department.code, content.number)


def _windows(content: Content) -> QuerySet[Publication]:
    """Of all editions of the same report, or versions of the same commitment."""
    if isinstance(content, Edition):
        return Publication.objects.filter(edition__report=content.report_id)
    return Publication.objects.filter(version__commitment=content.commitment_id)


def hold(windows: QuerySet[Publication], editions: QuerySet[Edition] | None = None) -> None:
    """Nobody else changes these windows, or opens one of these editions, until the transaction ends.

    Always in this order and before the chain is locked: so nobody waits in a circle.
    """
    if editions is not None:
        list(editions.order_by("pk").select_for_update(of=("self",)))
    list(windows.order_by("pk").select_for_update(of=("self",)))


def _siblings(content: Content) -> list[Publication]:
    """The other windows, without those of what was withdrawn."""
    windows = _windows(content).exclude(ending=Publication.Ending.WITHDRAWN)
    if isinstance(content, Edition):
        windows = windows.exclude(edition=content)
    else:
        windows = windows.exclude(version=content)
    return list(windows.select_related("edition", "version").order_by("pk").select_for_update(of=("self",)))


def _known_from(window: Publication) -> PartialDate:
    content = window.edition or window.version
    assert content
    return content.known_from


def _place_among(
    content: Content, others: list[Publication], starts: datetime, at: datetime
) -> tuple[datetime, datetime | None]:
    """When the new window starts and ends; the windows that it follows are ended where it starts."""
    later = [window for window in others if _known_from(window) > content.known_from]
    earlier = [window for window in others if _known_from(window) <= content.known_from]
    if not later and any(
        window.ends is None and _known_from(window) == content.known_from and starts <= window.starts
        for window in earlier
    ):
        starts = max(at, *(window.starts for window in earlier))  # a correction of words of the same date
    for window in earlier:
        if window.ends is None or window.ends > starts:
            window.ends, window.ending = max(window.starts, starts), Publication.Ending.SUPERSEDED
            window.save(update_fields=["ends", "ending"])
    return starts, max(starts, min(window.starts for window in later)) if later else None


@transaction.atomic
def publish(
    content: Content,
    *,
    actor: User,
    dated: PartialDate | None = None,
    starts: datetime | None = None,
    date_stated: bool = True,
    reason: str = "",
    release: Release | None = None,
    note: str = "",
    at: datetime | None = None,
) -> Publication:
    """Open the window of an edition or a version, and end the one before it, in one transaction.

    Without `starts` the window opens when `dated` begins, and without both now. Words known from a
    later publication stay current: an older text is public only up to where the later one starts.
    """
    editions = Edition.objects.filter(pk=content.pk) if isinstance(content, Edition) else None
    hold(_windows(content), editions)
    events.lock()
    at = at or timezone.now()
    window = set_window(
        content,
        at=at,
        dated=dated,
        starts=starts,
        date_stated=date_stated,
        reason=reason,
        release=release,
        note=note,
    )
    events.record(
        "publication.set",
        reference_of(content),
        actor=actor,
        at=at,
        starts=window.starts.isoformat(),
        ends=window.ends.isoformat() if window.ends else None,
        dated=window.dated.iso,
        date_stated=date_stated,
        reason=reason,
        **({"note": note} if note else {}),
    )
    return window


def set_window(
    content: Content,
    *,
    at: datetime,
    dated: PartialDate | None = None,
    starts: datetime | None = None,
    date_stated: bool = True,
    reason: str = "",
    release: Release | None = None,
    note: str = "",
) -> Publication:
    """The window alone, without its event: for `publish`, and for a preview that is undone."""
    if hasattr(content, "publication"):
        raise NotPossible(f"{reference_of(content)} already has its time of publication.")
    starts = starts or (first_moment(dated) if dated and date_stated else at)
    starts, ends = _place_among(content, _siblings(content), starts, at)
    window = Publication(
        starts=starts,
        ends=ends,
        ending=Publication.Ending.SUPERSEDED if ends else "",
        reason=reason,
        release=release,
        note=note,
        dated=dated or PartialDate.of_day(timezone.localdate(starts)),
        date_stated=date_stated,
    )
    if isinstance(content, Edition):
        window.edition = content
    else:
        window.version = content
    window.save()
    return window


def move(window: Publication, *, starts: datetime) -> None:
    """A window that has not begun to another moment, with the end of the one before it: for a release's verb."""
    content = window.edition or window.version
    assert content
    if window.ends and starts > window.ends:
        raise NotPossible(
            f"Another edition takes the place of {reference_of(content)} before: choose an earlier time."
        )
    for other in _siblings(content):
        if other.ends == window.starts and other.ending == Publication.Ending.SUPERSEDED:
            if other.starts > starts:
                raise NotPossible(
                    f"The edition that {reference_of(content)} replaces is not public by then: choose a later time."
                )
            other.ends = starts
            other.save(update_fields=["ends"])
    window.starts, window.dated = starts, PartialDate.of_day(timezone.localdate(starts))
    window.save(update_fields=["starts", "dated"])


def take_back(window: Publication) -> None:
    """A window that has not begun, as if it had never been set: for a release's verb."""
    content = window.edition or window.version
    assert content
    _give_back(content, window)
    window.delete()


@transaction.atomic
def correct_note(edition: Edition, *, actor: User, note: str, at: datetime | None = None) -> Publication:
    """Mend a typing error in what readers are told of an edition. The edition itself stays as it was cut."""
    window = Publication.objects.select_for_update(of=("self",)).filter(edition=edition).first()
    if window is None:
        raise NotPossible(f"{reference_of(edition)} is not published: there is no note to mend.")
    if not note.strip():
        raise NotPossible("Write the change note: it can't be empty.")
    before, window.note = window.note or edition.change_note, note
    if before != note:
        window.save(update_fields=["note"])
        events.record(
            "publication.note_corrected", reference_of(edition), actor=actor, at=at, before=before, note=note
        )
    return window


def _give_back(content: Content, window: Publication) -> None:
    before = [other for other in _siblings(content) if other.ends == window.starts]
    if before:
        other = max(before, key=lambda other: other.starts)
        other.ends, other.ending = window.ends, window.ending
        other.save(update_fields=["ends", "ending"])


@transaction.atomic
def withdraw(content: Content, *, actor: User, reason: str, at: datetime | None = None) -> Publication:
    """End the window now. The edition stays as it is; an earlier one does not come back by itself.

    One that was replaced can be read at its address until it is withdrawn: its window ends now, too.
    Where the window has not begun, the one that it would have ended goes on as if it had not been set.
    """
    hold(_windows(content))
    events.lock()
    at = at or timezone.now()
    if not reason.strip():
        raise NotPossible("Say why it is withdrawn: readers are told the reason.")
    of = "edition" if isinstance(content, Edition) else "version"
    window = Publication.objects.filter(**{of: content}).first()
    if window is None or window.ending == Publication.Ending.WITHDRAWN:
        raise NotPossible(f"{reference_of(content)} is not public: there is nothing to withdraw.")
    had_been_public = window.starts <= at
    if not had_been_public:
        _give_back(content, window)
    window.ends, window.ending, window.reason = max(window.starts, at), Publication.Ending.WITHDRAWN, reason
    window.save(update_fields=["ends", "ending", "reason"])
    event = events.record("publication.withdrawn", reference_of(content), actor=actor, at=at, reason=reason)
    if window.edition_id and had_been_public:
        mail.announce(event, at=at, withdrawn=window)
    checkpoints.after_commit()
    return window
