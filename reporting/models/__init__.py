from reporting.models.comment import Comment
from reporting.models.edition import Edition, EditionActivity, EditionAnswer, EditionEntry
from reporting.models.entry import Answer, Category, DraftSave, Entry, PlannedActivity, Status
from reporting.models.event import ChainHead, Event
from reporting.models.mail import Mail
from reporting.models.membership import Membership
from reporting.models.publication import Publication
from reporting.models.report import Coverage, Report
from reporting.models.round import Round
from reporting.models.user import User

__all__ = [
    "Answer",
    "Category",
    "ChainHead",
    "Comment",
    "Coverage",
    "DraftSave",
    "Edition",
    "EditionActivity",
    "EditionAnswer",
    "EditionEntry",
    "Entry",
    "Event",
    "Mail",
    "Membership",
    "PlannedActivity",
    "Publication",
    "Report",
    "Round",
    "Status",
    "User",
]
