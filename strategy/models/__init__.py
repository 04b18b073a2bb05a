from strategy.models.action import Action, ActionWording, Theme
from strategy.models.commitment import Commitment, CommitmentVersion
from strategy.models.department import Department, DepartmentName, Succession
from strategy.models.milestone import Milestone, MilestoneDate
from strategy.models.strategy import Strategy

__all__ = [
    "Action",
    "ActionWording",
    "Commitment",
    "CommitmentVersion",
    "Department",
    "DepartmentName",
    "Milestone",
    "MilestoneDate",
    "Strategy",
    "Succession",
    "Theme",
]
