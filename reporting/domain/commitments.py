"""What a department says that it will do for an action, in versions that are never edited."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from reporting.domain import events, passages, text
from reporting.domain.publication import reference_of
from reporting.models import User
from strategy.dates import PartialDate
from strategy.models import Action, Commitment, CommitmentVersion, Department

State = CommitmentVersion.State
# A missing answer was once stored as a sentence. A gap is a state.
STAND_IN = re.compile(
    r"(?:awaiting\b(?:\s+\S+){0,6}?\s+(?:confirmation|response|reply|return|answer|input|details)"
    r"|(?:no|not yet)\s+(?:response|reply|return|answer)\s+(?:has\s+been\s+)?received"
    r"|response\s+awaited|not\s+(?:yet\s+)?received|to\s+be\s+confirmed|tbc)[.…]*",
    re.IGNORECASE,
)
NOT_APPLICABLE = re.compile(r"(?:this\s+is\s+)?not\s+applicable\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Said:
    """What one publication says of one commitment."""

    state: str
    text: str = ""
    category: str = ""
    reason: str = ""
    notes: str = ""
    dated: PartialDate | None = None

    def same_as(self, other: "Said") -> bool:
        return (self.state, self.category, self.dated) == (other.state, other.category, other.dated) and all(
            text.same(getattr(self, name), getattr(other, name)) for name in ("text", "reason", "notes")
        )


def understand(source: str, *, dated: PartialDate | None, notes: str = "") -> Said:
    """The state that a published commitment text stands for: states are never prose."""
    words = " ".join(text.plain(source).split())
    if not words or STAND_IN.fullmatch(words):
        return Said(State.NOT_RECEIVED, notes=notes, dated=dated)
    if NOT_APPLICABLE.match(words):
        category = CommitmentVersion.Category.NOT_STATED
        return Said(State.NOT_APPLICABLE, category=category, reason=source, notes=notes, dated=dated)
    return Said(State.MADE, text=source, notes=notes, dated=dated)


def said(version: CommitmentVersion) -> Said:
    return Said(version.state, version.text, version.category, version.reason, version.notes, version.dated)


def digest_of(version: CommitmentVersion) -> str:
    """Under it stands every column of a version."""
    return events.content_digest(
        {
            "version": reference_of(version),
            "state": version.state,
            "text": version.text,
            "category": version.category,
            "reason": version.reason,
            "notes": version.notes,
            "dated": version.dated.iso if version.dated else None,
            "known_from": version.known_from.iso,
            "source": [version.source_name, version.source_address],
            "recorded_at": events.moment(version.recorded_at),
        }
    )


def already_recorded(
    versions: list[CommitmentVersion], new: Said, known_from: PartialDate
) -> CommitmentVersion | None:
    """The version that already says this: the one in force at that time, or one of the same date."""
    before = [version for version in versions if version.known_from <= known_from]
    before.sort(key=lambda version: (version.known_from, version.number))
    for version in before:
        if (version is before[-1] or version.known_from == known_from) and said(version).same_as(new):
            return version
    return None


@transaction.atomic
def record_version(
    *,
    actor: User,
    department: Department,
    action: Action,
    new: Said,
    known_from: PartialDate,
    source_name: str = "",
    source_address: str = "",
    at: datetime | None = None,
) -> CommitmentVersion:
    """The next version of the commitment; it is public once it is published."""
    at = at or timezone.now()
    commitment, _ = Commitment.objects.get_or_create(department=department, action=action)
    last = commitment.versions.order_by("-number").first()
    version = CommitmentVersion(
        commitment=commitment,
        number=(last.number if last else 0) + 1,
        state=new.state,
        text=new.text,
        category=new.category,
        reason=new.reason,
        notes=new.notes,
        dated=new.dated,
        known_from=known_from,
        source_name=source_name,
        source_address=source_address,
        recorded_at=at,
    )
    version.digest = digest_of(version)
    version.save(force_insert=True)
    passages.add_version(version)
    events.record(
        "commitment.recorded",
        reference_of(version),
        actor=actor,
        at=at,
        state=version.state,
        digest=version.digest,
        source=source_name,
    )
    return version
