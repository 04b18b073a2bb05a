"""A round with reports that wait for their publication, and somebody who publishes."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.test import Client
from lxml import html

from reporting.domain import people, releases
from reporting.models import Edition, Release, Round, User
from tests.world import World, at

CANARY = "canary-of-the-embargo"
HOUR = at("2098-02-25 09:30")
WHEN = {"when": "later", "day": "25", "month": "2", "year": "2098", "time": "9:30am"}
SLUG = "fenland-better-services-plan"
PAGE = f"/publishing/{SLUG}/2021/"


@dataclass
class Stage:
    world: World
    round: Round
    reviewer: User
    _client: Client | None = None

    @classmethod
    def set(cls, world: World, waiting: Iterable[int] = (1, 2)) -> "Stage":
        """Last year is public; this year these departments' reports are accepted."""
        reviewer = User.objects.create_user("rita@example.invalid", name="Rita Release")
        people.give_role(actor=world.reviewer, person=reviewer, role="reviewer")
        world.full((2020,))
        round = world.open(2021)
        made = cls(world, round, reviewer)
        for number in waiting:
            made.accepted(number)
        return made

    def accepted(self, number: int) -> Edition:
        report = self.world.report(2021, self.world.departments[number - 1])
        return self.world.file(report, progress=f"{CANARY} of {number}", answers=[])

    def client(self) -> Client:
        """Signed in once: that is written down, too."""
        if self._client is None:
            self._client = Client()
            self._client.force_login(self.reviewer)
        return self._client

    def editions(self) -> list[Edition]:
        return list(Edition.objects.filter(report__round=self.round).order_by("pk"))

    def scheduled(self, **fields: Any) -> Release:
        return releases.release(actor=self.reviewer, round=self.round, **{"starts": HOUR, **fields})

    def confirmed(self, **changed: Any) -> Any:
        """As the page that asks to confirm sends it."""
        expected = ",".join(str(edition.pk) for edition in self.editions())
        fields = {**WHEN, "expected": expected, "previewed": "on", **changed}
        return self.client().post(f"{PAGE}confirm/", fields)


def text(response: Any) -> str:
    """The words of the page's main part, on one line."""
    main = html.fromstring(response.content).find(".//main")
    return " ".join(main.text_content().split())


def errors(response: Any) -> list[str]:
    rows = html.fromstring(response.content).findall('.//*[@class="govuk-list govuk-error-summary__list"]/li')
    return [row.text_content().strip() for row in rows]
