"""What must not be public is on no page: the rows that could leak are there in every state."""

from itertools import product

import pytest
from django.test import Client, TestCase
from lxml import html

from reporting.domain import departments, publication, review, strategies
from reporting.models import Edition, Publication, Report
from strategy.models import CommitmentVersion
from tests.public.pages import every_page
from tests.world import SECRET, World, at

STATES = [
    "draft",
    "accepted",
    "accepted",
    "submitted",
    "in_review",
    "returned",
    "draft",
    "draft",
    "accepted",
    "accepted",
]


def bodies(*queries: str) -> dict[str, str]:
    """Every page; with queries those of actions too as their filter shows them."""
    pages = every_page()
    addresses = [page.address for page in pages]
    addresses += [f"{page.address}?{query}" for page in pages if page.name == "action" for query in queries]
    return {address: Client().get(address).content.decode() for address in addresses}


class TestUnpublished(TestCase):
    """A department in each state that a report has before it is public, beside reports that are public."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.world = World.small(10, actions=2).full((2020,))
        cls.world.secrets()

    def test_every_state_before_publication_is_in_the_world(self) -> None:
        states = (
            Report.objects.filter(round__year=2022).order_by("department__code").values_list("state", flat=True)
        )
        assert list(states) == STATES
        assert Edition.objects.filter(entries__progress__contains=SECRET).distinct().count() == 4
        assert CommitmentVersion.objects.filter(text__contains=SECRET).count() == 2

    def test_nothing_unpublished_on_any_page(self) -> None:
        """Neither words, nor a date that is scheduled, nor who works on it."""
        assert Publication.objects.filter(starts=at("2098-01-01 09:30")).count() == 3
        pages = bodies("year=2022", "year=2022&status=on_track", "status=not_published")
        unpublished = [SECRET, "2098", self.world.leader.name, self.world.reviewer.name, "@example.invalid"]
        assert [(address, words) for address, body in pages.items() for words in unpublished if words in body] == []

    def test_unpublished_words_on_their_pages_once_published(self) -> None:
        """The same search finds them when their window is open."""
        edition = Edition.objects.filter(publication=None, entries__progress__contains=SECRET).first()
        assert edition
        publication.publish(edition, actor=self.world.reviewer)
        found = {address.removeprefix(self.world.address()) for address, body in bodies().items() if SECRET in body}
        of_actions = ["actions/{}/", "actions/{}/book/2022/", "actions/{}/plans/2023/"]
        assert found == {
            *(f"departments/ministry-2/{page}" for page in ("", "book/", "plans/2023/")),
            *(f"departments/ministry-2/actions/{number}/" for number in (1, 2)),
            *(page.format(number) for page in of_actions for number in (1, 2)),
            *(f"editions/ministry-2/2022/1/{paragraph}" for paragraph in ("", "1-progress-1/")),
        }

    def test_state_of_work_on_no_page(self) -> None:
        """Whatever the state of what is not public, the pages read the same but for whose they are.

        In the second group something is public, and a correction of it is at work or has its time.
        """
        groups = [[1, 2, 3, 4, 5, 6, 7], [8, 10]]  # the ninth had been public, and says that it was withdrawn
        for name, group in product(["departments/{}/", "departments/{}/actions/1/"], groups):
            pages = set()
            for number in group:
                body = Client().get(self.world.address(name.format(f"ministry-{number}"))).content.decode()
                for own in (f"inistry {number}", f"inistry-{number}", f"D{number:02}"):
                    body = body.replace(own, "—")
                pages.add(body)
            assert len(pages) == 1, name

    def test_departments_at_work_are_not_yet_due_on_the_page_of_the_year(self) -> None:
        rows = rows_of_year(self.world.address("years/2022/"))
        withdrawn = rows.pop("Ministry 9")
        assert withdrawn.startswith("Not yet due\nWithdrawn on ")
        assert withdrawn.endswith(": It named a person.")
        assert rows == {
            f"Ministry {number}": "Published" if number in (8, 10) else "Not yet due"
            for number in (1, 2, 3, 4, 5, 6, 7, 8, 10)
        }

    def test_addresses_of_editions_that_are_not_public_are_not_found(self) -> None:
        editions = Edition.objects.filter(report__round__year=2022)
        names = [
            f"{slug}/2022/{number}" for slug, number in editions.values_list("report__department__slug", "number")
        ]
        answers = {name: Client().get(self.world.address(f"editions/{name}/")).status_code for name in names}
        assert answers == {
            "ministry-2/2022/1": 404,
            "ministry-3/2022/1": 404,
            "ministry-8/2022/1": 200,
            "ministry-9/2022/1": 410,
            "ministry-10/2022/1": 200,
            "ministry-10/2022/2": 404,
        }


def test_reason_of_an_excuse_is_public_and_gone_when_reopened(world: World) -> None:
    world.full((2020,)).open(2021)
    report = review.excuse(actor=world.reviewer, report=world.report(2021), reason="Merged with another body.")
    pages = ["departments/ministry-1/", "departments/ministry-1/actions/1/", "years/2021/"]
    assert [says(world.address(page), "Merged with another body.") for page in pages] == [True, True, True]
    review.reopen(actor=world.reviewer, report=report, reason=SECRET)
    assert [says(world.address(page), "Merged with another body.") for page in pages] == [False, False, False]
    assert [says(world.address(page), SECRET) for page in pages] == [False, False, False]


def rows_of_year(address: str) -> dict[str, str]:
    """Each department's standing, as the table of a year shows it."""
    rows = html.fromstring(Client().get(address).content).findall(".//tbody/tr")
    return {row.find("th").text_content(): row.find("td").text_content().strip() for row in rows}


def says(address: str, words: str) -> bool:
    return words in Client().get(address).content.decode()


@pytest.fixture
def elsewhere(world: World) -> World:
    """Beside what is public: an edition that is not, a department that reports nowhere, a strategy without reports."""
    world.full((2020,)).open(2021)
    world.file(world.report(2021))
    departments.add_department(actor=world.reviewer, code="OUT", slug="outsider", name="Outsider")
    strategies.add_strategy(actor=world.reviewer, code="ISL", title="Islands Plan")
    return world


ABSENT = [
    "strategies/none/",
    "strategies/{strategy}/actions/4/",
    "strategies/{strategy}/actions/0/",
    "strategies/{strategy}/actions/99999999999999999999/",
    "strategies/{strategy}/actions/-1/",
    "strategies/{strategy}/actions/one/",
    "strategies/{strategy}/departments/none/",
    "strategies/{strategy}/departments/none/actions/1/",
    "strategies/{strategy}/departments/ministry-1/actions/4/",
    "strategies/{strategy}/departments/ministry-1/actions/99999999999999999999/",
    "strategies/{strategy}/departments/outsider/",
    "strategies/{strategy}/departments/outsider/actions/1/",
    "strategies/{strategy}/years/1999/",
    "strategies/{strategy}/years/99999999999999999999/",
    "strategies/{strategy}/editions/ministry-1/2020/2/",
    "strategies/{strategy}/editions/ministry-1/2021/1/",
    "strategies/{strategy}/editions/ministry-1/2020/99999999999999999999/",
    "strategies/{strategy}/editions/outsider/2020/1/",
    "strategies/{other}/departments/ministry-1/",
    "strategies/{other}/departments/ministry-1/actions/1/",
    "strategies/{other}/actions/1/",
    "strategies/{other}/editions/ministry-1/2020/1/",
    "departments/none/",
    "departments/D01/",
    "nothing/",
    "index.html",
]


def test_unknown_address_is_the_page_not_found(elsewhere: World) -> None:
    answers = {}
    for name in ABSENT:
        response = Client().get("/" + name.format(strategy=elsewhere.strategy.slug, other="islands-plan"))
        heading = html.fromstring(response.content).findtext(".//h1")
        answers[name] = (response.status_code, heading)
    assert answers == dict.fromkeys(ABSENT, (404, "Page not found"))


def test_known_addresses_beside_the_unknown_ones(elsewhere: World) -> None:
    names = ["", "actions/3/", "departments/ministry-1/actions/3/", "years/2021/", "editions/ministry-1/2020/1/"]
    assert [Client().get(elsewhere.address(name)).status_code for name in names] == [200] * 5


def test_page_not_found_says_nothing_of_what_was_asked(elsewhere: World) -> None:
    absent = Client().get(elsewhere.address("editions/ministry-1/2020/7/")).content
    secret = Client().get(elsewhere.address("editions/ministry-1/2021/1/")).content
    assert absent == secret
