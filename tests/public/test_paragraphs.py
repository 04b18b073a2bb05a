"""Each published paragraph has an address of its own, which stays what it was; and repeated words are marked."""

from urllib.parse import quote

import pytest
from django.conf import settings
from django.test import Client, TestCase
from lxml import html

from reporting.domain import publication, review
from reporting.domain.editions import Content
from tests.exchange.pages import page, visible, words
from tests.world import SECRET, World, day

SAME = "We have begun to look at it with care."


def words_at(address: str) -> str:
    return visible(page(Client(), address).xpath("//blockquote")[0])


class TestParagraphs(TestCase):
    """Edition 1 gave way to edition 2; that of the second body was withdrawn; that of the third waits."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.world = world = World.small(3, actions=2)
        world.publish(world.commit("Licences will be sold at the quay."), "2019-06")
        world.publish(world.commit("Licences will be sold.\n\n- Online", known_from="2020-01"), "2020-01")
        world.open(2020)
        one, two, three = (world.report(2020, body) for body in world.departments)
        said = Content(
            "on_track",
            f"First.\n\n{SAME}",
            "In this year:\n\n- Paint the ferry.\n- Ring the bell.",
            "A note.",
            category="",
        )
        other = Content(progress="Second <b>thing</b> & [a link](https://example.org/).", planned=said.planned)
        for report, contents in (
            (one, {1: said, 2: other}),
            (two, {1: said}),
            (three, {1: Content(progress=SECRET)}),
        ):
            edition = review.accept_published(
                actor=world.reviewer, report=report, contents=contents, known_from=day("2021-02-01")
            )
            if report != three:
                world.publish(edition, "2021-02-01")
            if report == two:
                publication.withdraw(edition, actor=world.reviewer, reason="It named a ferryman.")
        corrected = review.accept_published(
            actor=world.reviewer,
            report=one,
            contents={1: Content("on_track", "Corrected.", said.planned), 2: other},
            known_from=day("2021-03-01"),
        )
        world.publish(corrected, "2021-03-01")

    def at(self, place: str) -> str:
        return self.world.address(f"editions/ministry-1/2020/{place}/")

    def test_every_paragraph_leads_to_a_page_of_its_words(self) -> None:
        """On each page where they stand, by links whose names tell them apart."""
        known = set()
        for name in ("departments/ministry-1/", "editions/ministry-1/2020/1/", "actions/1/", "actions/2/"):
            tree = page(Client(), self.world.address(name))
            links = tree.xpath("//a[contains(@class, 'st-cite') or contains(@class, 'st-ref')]")
            assert len({link.get("aria-label") for link in links}) == len(links) >= 3
            for link in links:
                before = link.xpath("preceding-sibling::node()")
                own = "".join(one if isinstance(one, str) else one.text_content() for one in before)
                assert words_at(link.get("href")) == words(own)
                known.add(link.get("href"))
        assert len(known) == 10 + 8 + 2  # of two editions, and of a commitment

    def test_page_says_who_said_it_when_and_how_to_cite_it(self) -> None:
        tree = page(Client(), self.at("1/1-progress-2"))
        assert words_at(self.at("1/1-progress-2")) == SAME
        address = f"{settings.SITE_ADDRESS}{self.at('1/1-progress-2')}"
        assert visible(tree.xpath("//*[@id='citation-words']")[0]) == (
            "Ministry 1, report for 2020 on the Fenland Better Services Plan, edition 1 (FEN/D01/2020/e1, published"
            f" 1 February 2021), action 1, progress during 2020, paragraph 2. {address}"
        )
        assert tree.xpath("//*[@id='address-words']/a/@href") == [address]
        assert "Edition 2 stands in its place" in visible(tree)
        place = tree.xpath("//a[text()='Read it in its edition']/@href")[0]
        assert page(Client(), place.partition("#")[0]).xpath(f"//*[@id='{place.partition('#')[2]}']")

    def test_replaced_edition_keeps_its_paragraphs_and_the_new_one_has_its_own(self) -> None:
        assert words_at(self.at("1/1-progress-1")) == "First."
        assert words_at(self.at("2/1-progress-1")) == "Corrected."
        assert "stands in its place" not in visible(page(Client(), self.at("2/1-progress-1")))

    def test_withdrawn_is_gone_and_what_waits_was_never_there(self) -> None:
        gone = Client().get(self.world.address("editions/ministry-2/2020/1/1-progress-1/"))
        assert (gone.status_code, SAME in gone.content.decode()) == (410, False)
        assert "It named a ferryman." in gone.content.decode()
        assert Client().get(self.world.address("editions/ministry-3/2020/1/1-progress-1/")).status_code == 404

    def test_places_that_no_paragraph_has(self) -> None:
        wrong = [
            "1-progress-3",
            "1-progress-0",
            "3-progress-1",
            "1-secret-1",
            "1-status-1",
            "progress-1",
            "1-notes",
        ]
        wrong += ["99999-progress-99999", "1-progress-" + "9" * 10_000, quote("1-progress-\0"), "1-progress-１"]
        answers = {Client().get(self.at(f"1/{place}")).status_code for place in wrong}
        assert answers == {404}
        version = self.world.address("commitments/ministry-1/1/")
        for place in ("3/", "1/commitment-2/", "1/1-commitment-1/", "1/progress-1/", f"{'9' * 40}/"):
            assert Client().get(f"{version}{place}").status_code == 404

    def test_versions_of_a_commitment(self) -> None:
        version = self.world.address("commitments/ministry-1/1/")
        assert words_at(f"{version}1/commitment-1/") == "Licences will be sold at the quay."
        assert "Version 2 stands in its place" in visible(page(Client(), f"{version}1/"))
        tree = page(Client(), f"{version}2/commitment-2/")
        assert "FEN-1/D01/v2, published January 2020), paragraph 2." in visible(tree)
        version_2 = self.world.actions[0].commitments.get().versions.get(number=2)
        publication.withdraw(version_2, actor=self.world.reviewer, reason="It named a quay.")
        answers = [Client().get(f"{version}{place}") for place in ("2/", "2/commitment-2/", "1/commitment-1/")]
        assert [(one.status_code, b"It named a quay." in one.content) for one in answers][:2] == [(410, True)] * 2
        assert b"Online" not in answers[1].content
        assert (answers[2].status_code, b"at the quay" in answers[2].content) == (410, False)


def notes(tree: html.HtmlElement) -> list[tuple[str, list[str]]]:
    return [(visible(one), one.xpath(".//a/@href")) for one in tree.xpath("//*[@class='st-note']")]


@pytest.mark.django_db
def test_repeated_words_are_marked_on_every_page_where_they_stand(client: Client) -> None:
    """From another year, another action of the same department and, on the action's page, another department."""
    world = World.small(3, actions=2)
    one, two, waiting = world.departments
    for year in (2020, 2021):
        world.open(year)
    said = {
        (2020, one): {1: SAME, 2: "Something else was done."},
        (2021, one): {1: "This is new this year.", 2: SAME},
        (2021, two): {1: f"{SAME.upper()}", 2: SAME},
        (2021, waiting): {1: SAME, 2: SAME},
    }
    for (year, body), texts in said.items():
        edition = review.accept_published(
            actor=world.reviewer,
            report=world.report(year, body),
            contents={number: Content(progress=progress, planned="") for number, progress in texts.items()},
            known_from=day(f"{year + 1}-02-01"),
        )
        if body != waiting:
            world.publish(edition, f"{year + 1}-02-01")
    story = world.address("departments/ministry-1/actions/{}/#year-{}")
    other = world.address("departments/ministry-2/actions/{}/#year-{}")
    in_2021 = ("The same text stands in progress during 2021, action 2.", [story.format(2, 2021)])
    in_2020 = ("The same text stands in progress during 2020, action 1.", [story.format(1, 2020)])
    assert notes(page(client, world.address("departments/ministry-1/actions/1/"))) == [in_2021]
    assert notes(page(client, world.address("departments/ministry-1/actions/2/"))) == [in_2020]
    assert notes(page(client, world.address("departments/ministry-1/"))) == [
        (in_2021[0], ["#action-2-2021"]),
        (in_2020[0], ["#action-1-2020"]),
    ]
    of_two = "The same text stands in progress during 2021, action {}."
    assert notes(page(client, world.address("actions/2/"))) == [
        (
            "The same text stands in progress during 2020, action 1 and in Ministry 2’s progress during 2021.",
            [story.format(1, 2020), other.format(2, 2021)],
        ),
        ("The same text stands in Ministry 1’s progress during 2021.", [story.format(2, 2021)]),
    ]
    # In capitals: where both texts are shown they are the same words.
    assert notes(page(client, world.address("departments/ministry-2/"))) == [
        (of_two.format(2), ["#action-2-2021"]),
        (of_two.format(1), ["#action-1-2021"]),
    ]
