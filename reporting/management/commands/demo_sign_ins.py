from typing import Any

from django.core.management.base import BaseCommand

from reporting.domain.demonstration import is_demonstration
from reporting.management.demonstration import PASSWORD
from reporting.models import Membership, User


class Command(BaseCommand):
    help = "Lists who can sign in to the demonstration, and as what; prints nothing where there is none."

    def handle(self, *args: Any, **options: Any) -> None:
        if not is_demonstration():
            return
        people = User.objects.filter(email__endswith="@demonstration.invalid", is_system=False)
        rows = [self.row(person) for person in people.prefetch_related("memberships__department").order_by("pk")]
        self.stdout.write(f"Sign in with any of these addresses and the password “{PASSWORD}”:\n\n")
        wide = max(len(email) for email, _ in rows)
        for email, role in rows:
            self.stdout.write(f"  {email:<{wide}}  {role}")

    @staticmethod
    def row(person: User) -> tuple[str, str]:
        said = ["administrator"] if person.is_staff else []
        return person.email, ", ".join(said + [_role(one) for one in person.memberships.all()])


def _role(membership: Membership) -> str:
    of = f" of {membership.department.code}" if membership.department else ""
    return f"{membership.get_role_display()}{of}{', some actions' if membership.some_actions else ''}"
