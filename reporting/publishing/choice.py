"""What somebody is about to publish, kept in addresses alone: nothing is stored before it is confirmed."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils import timezone

from reporting.domain import releases
from reporting.domain.releases import Readiness
from reporting.models import Round
from strategy.models import Department

LAST_YEAR = 2200  # beyond is a slip of the keyboard
TYPED = ("when", "day", "month", "year", "time", "which", "note")


@dataclass(slots=True)
class Choice:
    """A round or one department of it, without what was left out; and the moment and note that were typed."""

    round: Round
    only: Department | None = None
    without: list[Department] = field(default_factory=list)
    typed: dict[str, str] = field(default_factory=dict)

    @classmethod
    def asked(cls, round: Round, department: str | None, given: QueryDict) -> "Choice":
        bodies = {
            body.slug: body for body in Department.objects.named(timezone.localdate()).filter(reports__round=round)
        }
        if department is not None and department not in bodies:
            raise Http404
        without = (
            [] if department else [bodies[slug] for slug in sorted(set(given.getlist("without")) & set(bodies))]
        )
        typed = {name: given[name] for name in TYPED if given.get(name)}
        return cls(round, bodies[department] if department else None, without, typed)

    def readiness(self, now: datetime) -> Readiness:
        return releases.readiness(self.round, now, **self.departments())

    def departments(self) -> dict[str, Any]:
        """As the release's verbs want to know it."""
        return {
            "only": [self.only.pk] if self.only else None,
            "leave_out": [body.pk for body in self.without],
        }

    # Addresses ------------------------------------------------------------------------------------------

    def address(self, name: str = "", **changed: Any) -> str:
        """Of the page, or of the one to confirm; with everything that was chosen and typed."""
        base = "publishing-department" if self.only else "publishing-round"
        given = [self.round.strategy.slug, self.round.year, *([self.only.slug] if self.only else [])]
        without = [body.slug for body in changed.get("without", self.without)]
        query = urlencode([*self.typed.items(), *(("without", slug) for slug in without)])
        path = reverse(f"{base}-{name}" if name else base, args=given)
        return f"{path}?{query}" if query else path

    def leave_out(self, body: Department) -> str:
        return self.address(without=[*self.without, body])

    def put_back(self, body: Department) -> str:
        return self.address(without=[one for one in self.without if one != body])

    def preview(self, starts: datetime | None) -> str:
        """The public site as it will be; what was chosen stands in the path, so that its links keep it."""
        chosen = {
            "at": starts.isoformat() if starts else "",
            "only": self.only.slug if self.only else "",
            "without": [body.slug for body in self.without],
            "typed": self.typed,
        }
        args = [self.round.strategy.slug, self.round.year]
        if not any(chosen.values()):
            return reverse("publishing-preview", args=args)
        return reverse("publishing-preview-as", args=[*args, encode(chosen)])


def encode(chosen: Mapping[str, Any]) -> str:
    written = json.dumps(chosen, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(written).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class Previewed:
    choice: Choice
    at: datetime | None

    @property
    def note(self) -> str:
        return self.choice.typed.get("note", "").strip()

    @property
    def back(self) -> str:
        """To where it was chosen: the page that asks to confirm, once there is an hour."""
        is_set = self.at is not None or self.choice.typed.get("when") == "now"
        return self.choice.address("confirm" if is_set else "")


def decode(round: Round, written: str) -> Previewed:
    """404 where nobody here made the address."""
    if not written:
        return Previewed(Choice(round), None)
    try:
        chosen = json.loads(base64.urlsafe_b64decode(written + "=" * (-len(written) % 4)))
        given = QueryDict(mutable=True)
        given.setlist("without", chosen["without"])
        given.update({name: _text(value) for name, value in chosen["typed"].items()})
        at = datetime.fromisoformat(chosen["at"]) if chosen["at"] else None
        if at is not None and at.tzinfo is None:
            raise ValueError("no moment of ours")
        at = at and at.astimezone(UTC)
        if at is not None and not 2000 <= at.year <= LAST_YEAR:
            raise ValueError("no moment of ours")
        return Previewed(Choice.asked(round, chosen["only"] or None, given), at)
    except (binascii.Error, ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        raise Http404


def _text(value: Any) -> str:
    """ValueError where no database, or no address, can hold it."""
    text = str(value)
    text.encode()
    if "\0" in text:
        raise ValueError("no text of ours")
    return text
