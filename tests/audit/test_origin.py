"""From the words of an edition to who wrote them, who signed them off, who accepted and who published them."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from lxml import html

from reporting.domain import filing, people, provenance, publication, releases, review
from reporting.domain.editions import Content
from reporting.models import DraftSave, Edition, User
from tests.filing.cast import Cast
from tests.world import day

FIRST, SECOND, PLAN = "Twelve lamps were lit.", "Six more were cleaned.", "Light the others."


def write(cast: Cast, author: User, base: DraftSave | None, **fields: Any) -> DraftSave:
    return filing.save_draft(
        author=author, report=cast.report, action=cast.world.actions[0], base=base, status="behind", **fields
    )


@pytest.fixture
def published(cast: Cast) -> Edition:
    """Written by two, signed off by the leader, accepted and published by the reviewer."""
    one, leader, reviewer = (cast.people[name] for name in ("contributor", "leader", "reviewer"))
    base = write(cast, one, cast.save, progress=FIRST, settles=cast.beside)
    base = write(cast, one, base, progress=f"{FIRST}\n\n{SECOND}")
    base = write(cast, leader, base, progress=f"{SECOND}\n\n{FIRST}", planned=f"- {PLAN}")  # moved, not written
    answers = [{"activity": 1, "answer": "done"}, {"activity": 2, "answer": "dropped", "reason": "No money."}]
    cast.world.leader = leader
    cast.world.write(cast.world.report(2021), progress=f"{SECOND}\n\n{FIRST}", planned=f"- {PLAN}", answers=answers)
    report = filing.sign_off(actor=leader, report=cast.world.report(2021))
    report = review.start_review(actor=reviewer, report=report)
    edition = review.accept_report(actor=reviewer, report=report)
    releases.release(actor=reviewer, round=report.round, only=[report.department_id])
    return edition


def test_each_paragraph_leads_to_the_first_save_of_its_words(cast: Cast, published: Edition) -> None:
    found = provenance.origin(published, 1)
    rows = [(one.field, one.words, one.save.author if one.save else None) for one in found.paragraphs]
    one, leader = cast.people["contributor"], cast.people["leader"]
    assert rows == [("progress", SECOND, one), ("progress", FIRST, one), ("planned", PLAN, leader)]
    saves = DraftSave.objects.filter(entry__action__number=1, entry__report=cast.report).order_by("saved_at")
    assert found.paragraphs[1].save == saves.get(progress=FIRST)
    assert found.paragraphs[0].save == saves.get(progress=f"{FIRST}\n\n{SECOND}")


def test_steps_are_those_that_led_to_this_edition(cast: Cast, published: Edition) -> None:
    found = provenance.origin(published, 1)
    leader, reviewer = cast.people["leader"], cast.people["reviewer"]
    assert [one and one.actor for one in (found.signed_off, found.review_started, found.accepted)] == [
        leader,
        reviewer,
        reviewer,
    ]
    assert found.window
    assert [(one.verb, one.actor) for one in found.published] == [
        ("publication.set", reviewer),
        ("release.set", reviewer),
    ]


def test_correction_has_steps_of_its_own_and_words_keep_their_first_author(cast: Cast, published: Edition) -> None:
    """The edition before it keeps its steps, too."""
    world, other = (
        cast.world,
        people.invite(
            actor=cast.people["leader"],
            email="second@staff.invalid",
            department=cast.report.department,
            role="leader",
        ).person,
    )
    review.reopen(actor=cast.people["reviewer"], report=cast.world.report(2021), reason="A correction.")
    world.leader = other
    report = world.submit(world.report(2021), progress=f"{FIRST}\n\nNone was cleaned.", answers=[])
    report = review.start_review(actor=world.reviewer, report=report)
    second = review.accept_report(actor=world.reviewer, report=report)
    later = timezone.now() + timedelta(days=1)
    publication.publish(second, actor=world.reviewer, starts=later)
    found = provenance.origin(second, 1)
    assert [one.save.author for one in found.paragraphs if one.save][:2] == [cast.people["contributor"], other]
    assert [one and one.actor for one in (found.signed_off, found.accepted)] == [other, world.reviewer]
    before = provenance.origin(published, 1)
    assert [one and one.actor for one in (before.signed_off, before.accepted)] == [
        cast.people["leader"],
        cast.people["reviewer"],
    ]


def test_edition_that_was_taken_in_says_where_it_comes_from(cast: Cast) -> None:
    world = cast.world
    edition = world.taken_in(world.report(2021, world.departments[2]))
    found = provenance.origin(edition, 1)
    assert found.accepted is None
    assert found.signed_off is None
    assert found.cut
    assert found.cut.actor == world.reviewer
    assert [one.save for one in found.paragraphs] == [None] * len(found.paragraphs)
    assert found.window is None


def test_edition_taken_in_after_one_of_our_own_was_accepted_by_nobody_here(cast: Cast, published: Edition) -> None:
    contents = {1: Content(progress="Thirteen lamps were lit.")}
    report = cast.world.report(2021)
    taken_in = review.accept_published(
        actor=cast.world.reviewer, report=report, contents=contents, known_from=day("2098-01-01")
    )
    found = provenance.origin(taken_in, 1)
    assert (found.signed_off, found.review_started, found.accepted) == (None, None, None)
    assert [one.save for one in found.paragraphs] == [None]
    assert provenance.origin(published, 1).accepted


def test_words_in_another_spelling_or_only_similar_are_not_taken_for_the_same(
    cast: Cast, published: Edition
) -> None:
    wanted = {("progress", "Twelve lamps were lit")}
    saves = DraftSave.objects.filter(entry__report=cast.report).order_by("saved_at")
    assert provenance._first_saves(wanted, saves) == {}
    assert provenance._first_saves({("planned", FIRST)}, saves) == {}


def test_long_history_is_read_in_little_time(
    cast: Cast, published: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only saves that hold all the words of a paragraph are read; autosaves in between are passed over."""
    read = []
    statements = provenance.text.statements

    def counted(source: str) -> Any:
        read.append(source)
        return statements(source)

    monkeypatch.setattr(provenance.text, "statements", counted)
    words = ["One", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten."]
    saves = [DraftSave(progress=" ".join(words[:number])) for number in range(len(words) + 1)]
    found = provenance._first_saves({("progress", " ".join(words))}, saves)
    assert list(found.values()) == [saves[-1]]
    assert read == [" ".join(words)]


# On the pages ---------------------------------------------------------------------------------------------


def links(path: str) -> list[str]:
    tree = html.fromstring(Client().get(path).content.decode())
    return [one.get("href") for one in tree.iter("a") if "How this came about" in one.text_content()]


def test_public_pages_link_each_entry_to_its_origin(cast: Cast, published: Edition) -> None:
    """The report has one for each entry of each year, with the number of the edition that is public."""
    of = cast.report
    base = f"/audit/{of.round.strategy.slug}"
    wanted = [
        f"{base}/{year}/{of.department.slug}/actions/{n}/?edition=1" for n in (1, 2, 3) for year in (2020, 2021)
    ]
    report = links(cast.world.address(f"departments/{of.department.slug}/"))
    assert set(report) == {one for one in wanted if "2020/ministry-1/actions/3" not in one}
    assert links(cast.world.address(f"editions/{of.department.slug}/2021/1/")) == [
        one for one in wanted if "/2021/" in one
    ]


def test_public_page_is_the_same_for_everybody_and_sets_no_cookie(cast: Cast, published: Edition) -> None:
    path = cast.world.address(f"departments/{cast.report.department.slug}/")
    for actor in ("anonymous", "auditor"):
        response = cast.client(actor).get(path)
        assert not response.cookies
        assert response.content == Client().get(path).content


def test_preview_of_a_draft_has_no_link_to_an_edition_that_is_none(cast: Cast) -> None:
    body = cast.client("leader").get(cast.address("filing-preview")).content.decode()
    assert "2021/ministry-1/actions/1/?edition" not in body


def test_page_says_who_wrote_signed_off_accepted_and_published(cast: Cast, published: Edition) -> None:
    response = cast.client("auditor").get(f"{cast.address('audit-entry', 1)}?edition=1")
    text = " ".join(html.fromstring(response.content.decode()).text_content().split())
    start = text.index("How edition 1 came about")
    top = text[start : text.index("newest first")]
    assert f"{SECOND}First saved by Contributor" in top
    assert f"{FIRST}First saved by Contributor" in top
    assert f"{PLAN}First saved by Leader" in top
    for words in (
        "Signed offLeader",
        "Review startedReviewer",
        "AcceptedReviewer",
        "Time of publication setReviewer",
    ):
        assert words in top, words
    assert "PublicFrom" in top


def test_page_of_an_edition_that_is_not_published_says_so(cast: Cast) -> None:
    cast.submitted()
    reviewer = cast.people["reviewer"]
    report = review.start_review(actor=reviewer, report=cast.world.report(2021))
    review.accept_report(actor=reviewer, report=report)
    text = cast.client("auditor").get(f"{cast.address('audit-entry', 1)}?edition=1").content.decode()
    assert "Not published" in text
    assert (
        "How edition 1 came about"
        not in cast.client("auditor").get(cast.address("audit-entry", 1)).content.decode()
    )
