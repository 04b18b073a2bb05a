"""What a table of commitments says, as the domain takes it."""

from typing import Any

from reporting.domain.commitments import Said
from strategy.dates import PartialDate
from strategy.models import CommitmentVersion

State = CommitmentVersion.State


def versions(said: dict[str, Any], dated: PartialDate) -> dict[int, Said]:
    """By the action's number. Where no category is named nobody stated one."""
    found = {
        int(number): Said(State.MADE, text=text.strip(), dated=dated)
        for number, text in said.get("made", {}).items()
    }
    for one in said.get("not_applicable", []):
        category = one.get("category", CommitmentVersion.Category.NOT_STATED)
        for number in one["actions"]:
            found[number] = Said(State.NOT_APPLICABLE, category=category, reason=one["reason"].strip(), dated=dated)
    for number in said.get("not_received", []):
        found[number] = Said(State.NOT_RECEIVED, dated=dated)
    return dict(sorted(found.items()))
