from reporting.models.edition import Edition, EditionActivity, EditionAnswer, EditionEntry
from reporting.models.entry import Answer, DraftSave, Entry, PlannedActivity, Status
from reporting.models.event import ChainHead, Event
from reporting.models.publication import Publication
from reporting.models.report import Coverage, Report
from reporting.models.round import Round
from reporting.models.user import User

__all__ = [
    "Answer",
    "ChainHead",
    "Coverage",
    "DraftSave",
    "Edition",
    "EditionActivity",
    "EditionAnswer",
    "EditionEntry",
    "Entry",
    "Event",
    "PlannedActivity",
    "Publication",
    "Report",
    "Round",
    "Status",
    "User",
]
