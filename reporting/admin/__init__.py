"""The administration, for both apps, over the domain's verbs. Django finds it when it starts."""

from reporting.admin import actions, departments, mail, people, records, reviews, rounds, site, strategies, windows

__all__ = [
    "actions",
    "departments",
    "mail",
    "people",
    "records",
    "reviews",
    "rounds",
    "site",
    "strategies",
    "windows",
]
