"""The administration, for both apps, over the domain's verbs. Django finds it when it starts."""

from reporting.admin import actions, departments, mail, people, records, rounds, site, strategies

__all__ = ["actions", "departments", "mail", "people", "records", "rounds", "site", "strategies"]
