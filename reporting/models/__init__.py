from reporting.models.comment import Comment
from reporting.models.edition import Edition, EditionActivity, EditionAnswer, EditionEntry
from reporting.models.entry import Answer, Assessment, Category, DraftSave, Entry, PlannedActivity, Status
from reporting.models.event import ChainHead, Event
from reporting.models.mail import Mail
from reporting.models.membership import Membership
from reporting.models.passage import Part, Passage
from reporting.models.publication import Publication, Release
from reporting.models.report import ChangeKind, Coverage, Report
from reporting.models.review import Return, ReturnedEntry, ReturnReason
from reporting.models.round import Round
from reporting.models.subscription import Alert, Announcement, Subscriber, Subscription
from reporting.models.user import User

__all__ = [
    "Alert",
    "Announcement",
    "Answer",
    "Assessment",
    "Category",
    "ChainHead",
    "ChangeKind",
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
    "Part",
    "Passage",
    "PlannedActivity",
    "Publication",
    "Release",
    "Report",
    "Return",
    "ReturnReason",
    "ReturnedEntry",
    "Round",
    "Status",
    "Subscriber",
    "Subscription",
    "User",
]
