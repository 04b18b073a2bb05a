"""Two people write the same entry at the same time: whatever the order, both texts can be had back."""

import random
import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from lxml import html

from reporting.domain import filing, people, working
from reporting.domain.errors import NotPossible
from reporting.models import DraftSave, Entry, Report, User
from tests.domain.chain import undone
from tests.world import World

INTERLEAVINGS, BY_HTTP, STEPS = 30, 4, 7  # 500 in `make torture`
JSON = {"Accept": "application/json"}


@dataclass(frozen=True)
class Request:
    """One save as an author's page sends it."""

    id: uuid.UUID
    base: uuid.UUID | None
    text: str
    settles: uuid.UUID | None = None


Send = Callable[[User, Request], uuid.UUID]  # the id under which the text was kept


@dataclass
class Author:
    """Somebody with the entry open in a browser."""

    person: User
    send: Send
    base: uuid.UUID | None = None
    sent: list[Request] = field(default_factory=list)
    kept: list[tuple[uuid.UUID, str]] = field(default_factory=list)  # what they were told is saved

    def open(self, entry: "Shared") -> None:
        self.base = entry.head()

    def save(self, text: str, settles: uuid.UUID | None = None) -> None:
        self._send(Request(uuid.uuid4(), self.base, text, settles))

    def send_again(self) -> None:
        if self.sent:
            self._send(self.sent[-1])

    def go_back(self, text: str) -> None:
        """To the page as it was loaded, with its old id and base, and other words."""
        if self.sent:
            first = random.Random(text).choice(self.sent)
            self._send(Request(first.id, first.base, text))

    def _send(self, request: Request) -> None:
        kept = self.send(self.person, request)
        self.sent.append(request)
        self.kept.append((kept, request.text))
        self.base = kept


@dataclass
class Shared:
    """The entry that both write."""

    report: Report
    number: int = 1

    def row(self) -> Entry:
        return Entry.objects.get(report=self.report, action__number=self.number)

    def head(self) -> uuid.UUID | None:
        return Entry.objects.filter(report=self.report, action__number=self.number).values_list("head")[:1].get()[0]

    def waiting(self) -> list[DraftSave]:
        entry = self.row()
        return working.open_conflicts([entry]).get(entry.pk, [])


def interleave(entry: Shared, authors: list[Author], seed: int) -> None:
    """Some steps of each, in an order that the seed gives; the first of each is to open the page."""
    chance = random.Random(seed)
    for author in authors:
        if chance.random() < 0.5:
            author.open(entry)
    for step in range(STEPS):
        author, text = chance.choice(authors), f"Text {step} of interleaving {seed}."
        doing = chance.choices(["save", "again", "open", "back", "settle"], [6, 2, 2, 1, 1])[0]
        if doing == "save":
            author.save(text)
        elif doing == "again" and author.sent and author.kept[-1][0] == author.sent[-1].id:
            author.send_again()
        elif doing == "open":
            author.open(entry)
        elif doing == "back":
            author.go_back(text)
        elif waiting := entry.waiting():
            author.open(entry)
            author.save(text, chance.choice(waiting).pk)
    for author in authors:
        author.save(f"Last text of {author.person} in interleaving {seed}.")


def lost(entry: Shared, authors: list[Author]) -> list[str]:
    """What is wrong with how the texts are kept: nothing, where each of them can be had back."""
    rows = {row.pk: row for row in DraftSave.objects.filter(entry__report=entry.report)}
    words = [row.progress for row in rows.values()]
    acknowledged = {told for author in authors for told in author.kept}
    found = [
        f"acknowledged, but stored {words.count(text)} times: {text}"
        for _, text in acknowledged
        if words.count(text) != 1
    ]
    found += [
        f"acknowledged under another id: {text}"
        for key, text in acknowledged
        if key not in rows or rows[key].progress != text
    ]
    head = entry.row().head_id
    if head != [row.pk for row in sorted(rows.values(), key=lambda row: row.saved_at) if not row.beside][-1]:
        found.append("the head is not the latest save that was accepted")
    seen = ancestry(rows, [head, *(row.pk for row in entry.waiting())])
    return found + [f"in nobody's sight: {row.progress}" for key, row in rows.items() if key not in seen]


def ancestry(rows: dict[uuid.UUID, DraftSave], keys: list[uuid.UUID | None]) -> set[uuid.UUID]:
    """These saves, and all that somebody had before them when they wrote."""
    seen, left = set[uuid.UUID](), list(keys)
    while left:
        key = left.pop()
        if key is not None and key not in seen:
            seen.add(key)
            left += [rows[key].base_id, rows[key].settles_id]
    return seen


# The two ways in ---------------------------------------------------------------------------------------


def row(key: uuid.UUID | None) -> DraftSave | None:
    return DraftSave.objects.get(pk=key) if key else None


def through_the_domain(entry: Shared, world: World) -> Send:
    def send(author: User, request: Request) -> uuid.UUID:
        return filing.save_draft(
            author=author,
            report=entry.report,
            action=world.actions[entry.number - 1],
            base=row(request.base),
            save_id=request.id,
            settles=row(request.settles),
            progress=request.text,
        ).pk

    return send


def without_the_base(entry: Shared, world: World) -> Send:
    """The last save wins: as it would be if nobody asked what a text was begun from."""

    def send(author: User, request: Request) -> uuid.UUID:
        if found := DraftSave.objects.filter(pk=request.id, progress=request.text).first():
            return found.pk
        action = world.actions[entry.number - 1]
        written, _ = Entry.objects.get_or_create(report=entry.report, action=action)
        fields = filing.Draft(progress=request.text).fields()
        known = DraftSave.objects.filter(pk=request.id).exists()
        written.head = DraftSave.objects.create(
            id=uuid.uuid4() if known else request.id,
            entry=written,
            base=row(request.id if known else request.base),
            settles=row(request.settles),
            author=author,
            saved_at=timezone.now(),
            digest=filing.digest_of(fields),
            **fields,
        )
        written.save()
        return written.head.pk

    return send


def through_the_pages(clients: dict[int, Client], address: str) -> Send:
    def send(author: User, request: Request) -> uuid.UUID:
        client = clients[author.pk]
        if request.settles:
            return settled(client, address, request)
        body = {"save_id": str(request.id), "base": str(request.base or ""), "progress": request.text}
        answer = client.post(f"{address}actions/1/", body, headers=JSON)
        assert answer.status_code == 200
        return uuid.UUID(answer.json()["id"])

    return send


POSTED: dict[uuid.UUID, dict[str, str]] = {}  # what was sent from the page with both texts


def settled(client: Client, address: str, request: Request) -> uuid.UUID:
    """By the page with both texts; sent again, it is the same that was sent from there."""
    url = f"{address}actions/1/both/{request.settles}/"
    if request.id not in POSTED:
        body = {"save_id": str(request.id), "head": str(request.base or "")}
        for one in html.fromstring(client.get(url).content).xpath("//textarea"):
            body |= {one.get("name"): request.text, one.get("name").replace("text-", "choice-"): "text"}
        POSTED[request.id] = body
    assert client.post(url, POSTED[request.id]).status_code == 302
    return request.id


@pytest.fixture
def two(world: World) -> list[User]:
    """Two contributors of the department, whose round is open."""
    world.open(2020)
    made = []
    for name in ("Ann", "Ben"):
        person = User.objects.create_user(f"{name}@example.invalid".lower(), name=name)
        people.give_role(actor=world.reviewer, person=person, role="contributor", department=world.departments[0])
        made.append(person)
    return made


def of(
    world: World, two: list[User], send: Callable[[Shared, World], Send], number: int = INTERLEAVINGS
) -> Iterator[tuple[int, list[str]]]:
    """For each interleaving, what was lost."""
    for seed in range(number):
        with undone():
            entry = Shared(world.report(2020))
            Entry.objects.create(report=entry.report, action=world.actions[0])
            authors = [Author(person, send(entry, world)) for person in two]
            interleave(entry, authors, seed)
            yield seed, lost(entry, authors)


def test_both_texts_can_be_had_back_however_saves_interleave(world: World, two: list[User]) -> None:
    assert {seed: found for seed, found in of(world, two, through_the_domain) if found} == {}


def test_without_the_check_of_the_base_texts_are_lost_and_this_is_seen(world: World, two: list[User]) -> None:
    losses = [found for _, found in islice(of(world, two, without_the_base), 20)]
    assert sum(bool(found) for found in losses) > 15
    assert any("in nobody's sight" in sentence for found in losses for sentence in found)


def test_other_words_under_an_old_id_that_are_sent_twice_are_one_save(world: World, two: list[User]) -> None:
    entry = Shared(world.report(2020))
    author = Author(two[0], through_the_domain(entry, world))
    author.save("One.")
    author.go_back("Other words.")
    author.send_again()
    assert [row.progress for row in entry.row().saves.all()] == ["One.", "Other words."]


def test_both_texts_can_be_had_back_by_the_pages(world: World, two: list[User]) -> None:
    clients = {person.pk: Client() for person in two}
    for person in two:
        clients[person.pk].force_login(person)
    address = f"/filing/{world.strategy.slug}/2020/{world.departments[0].slug}/"
    for seed in range(BY_HTTP):
        with undone():
            entry = Shared(world.report(2020))
            Entry.objects.create(report=entry.report, action=world.actions[0])
            authors = [Author(person, through_the_pages(clients, address)) for person in two]
            interleave(entry, authors, seed)
            assert lost(entry, authors) == [], seed


# The page with both texts, and the history -------------------------------------------------------------

BASE = "The first boats went online.\n\nNobody complained."
MINE = "The first ten boats went online.\n\nNobody complained."
THEIRS = "The first boats went online.\n\nNobody complained about them."
MERGED = "The first ten boats went online.\n\nNobody complained about them."


@dataclass
class Conflict:
    """Ann's text stands; Ben began from the same one, and his is kept beside it."""

    entry: Shared
    ben: Client
    address: str
    first: DraftSave
    head: DraftSave
    beside: DraftSave

    @property
    def both(self) -> str:
        return f"{self.address}both/{self.beside.pk}/"

    def choose(self, **body: Any) -> HttpResponse:
        return self.ben.post(self.both, {"save_id": str(uuid.uuid4()), "head": str(self.head.pk), **body})

    def now(self) -> DraftSave:
        found = self.entry.row().head
        assert found
        return found


@pytest.fixture
def conflict(world: World, two: list[User]) -> Conflict:
    entry = Shared(world.report(2020))
    ann, ben = ({"author": person, "report": entry.report, "action": world.actions[0]} for person in two)
    first = filing.save_draft(**ann, status="behind", progress=BASE, planned="More boats.")
    head = filing.save_draft(**ann, base=first, status="on_track", progress=THEIRS, planned="More boats.")
    beside = filing.save_draft(**ben, base=first, status="behind", progress=MINE, planned="Many more boats.")
    client = Client()
    client.force_login(two[1])
    address = f"/filing/{world.strategy.slug}/2020/{world.departments[0].slug}/actions/1/"
    return Conflict(entry, client, address, first, head, beside)


def parts(conflict: Conflict) -> dict[str, str]:
    """The parts that differ, each with the name of its choice."""
    page = html.fromstring(conflict.ben.get(conflict.both).content)
    return {
        part.find(".//h2").text_content().partition(". ")[2]: part.xpath(".//input[@type='radio']")[0].get("name")
        for part in page.xpath("//section[@class='st-part']")
    }


def test_page_with_both_texts_shows_what_differs_and_suggests_both_changes(conflict: Conflict) -> None:
    assert list(parts(conflict)) == ["Planned activities", "Progress", "Status"]
    page = html.fromstring(conflict.ben.get(conflict.both).content)
    suggested = [box.text.removeprefix("\n").replace("\r\n", "\n") for box in page.xpath("//textarea")]
    assert suggested == ["Many more boats.", MERGED]
    checked = {one.get("name"): one.get("value") for one in page.xpath("//input[@type='radio'][@checked]")}
    names = parts(conflict)
    assert checked == {names["Planned activities"]: "text", names["Progress"]: "text"}
    assert "Ann saved this entry while you were writing" in page.text_content()


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (("mine", "mine", "mine"), ("behind", MINE, "Many more boats.")),
        (("theirs", "theirs", "theirs"), ("on_track", THEIRS, "More boats.")),
        (("mine", "theirs", "mine"), ("behind", THEIRS, "Many more boats.")),
        (("theirs", "text", "theirs"), ("on_track", MERGED, "More boats.")),
    ],
)
def test_choice_for_each_part_settles_it_and_keeps_both_texts(
    conflict: Conflict, chosen: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    names = parts(conflict)
    body = dict(zip((names["Status"], names["Progress"], names["Planned activities"]), chosen, strict=True))
    body[names["Progress"].replace("choice", "text")] = MERGED
    assert conflict.choose(**body).url == conflict.address
    now = conflict.now()
    assert (now.status, now.progress, now.planned) == expected
    assert (now.base, now.settles, now.beside) == (conflict.head, conflict.beside, False)
    assert conflict.entry.waiting() == []
    kept = DraftSave.objects.filter(entry__report=conflict.entry.report).values_list("progress", flat=True)
    assert list(kept) == [BASE, THEIRS, MINE, expected[1]]


def test_part_without_a_choice_is_asked_for_and_what_was_written_stays(conflict: Conflict) -> None:
    names = parts(conflict)
    answer = conflict.choose(
        **{names["Progress"]: "text", names["Progress"].replace("choice", "text"): "Written by hand."}
    )
    page = html.fromstring(answer.content)
    assert answer.status_code == 422
    links = page.xpath("//div[contains(@class, 'govuk-error-summary')]//a")
    assert [link.text_content() for link in links] == [
        "Choose a text for “Planned activities”",
        "Choose a text for “Status”",
    ]
    assert "Written by hand." in [box.text.strip() for box in page.xpath("//textarea")]
    assert conflict.now() == conflict.head


def test_choice_from_a_head_that_moved_is_kept_beside_it(world: World, conflict: Conflict) -> None:
    moved = world.draft(conflict.entry.report, base=conflict.head, status="stopped", progress="Ann again.")
    names = parts(conflict)
    answer = conflict.choose(**dict.fromkeys(names.values(), "mine"))
    assert conflict.now() == moved
    (waiting,) = conflict.entry.waiting()
    assert (waiting.progress, waiting.settles) == (MINE, conflict.beside)
    assert answer.url == f"{conflict.address}both/{waiting.pk}/"


def typed(conflict: Conflict) -> dict[str, str]:
    """Ben's answer, with a progress that he wrote himself; of the other parts he takes his own."""
    names = parts(conflict)
    body = dict.fromkeys(names.values(), "mine")
    return body | {names["Progress"]: "text", names["Progress"].replace("choice", "text"): "Written by Ben."}


def is_there(answer: HttpResponse) -> bool:
    """What Ben wrote is kept, or given back to him."""
    return DraftSave.objects.filter(progress="Written by Ben.").exists() or b"Written by Ben." in answer.content


def test_text_written_while_another_settled_it_is_not_lost(world: World, conflict: Conflict) -> None:
    body = typed(conflict)
    world.draft(conflict.entry.report, base=conflict.head, settles=conflict.beside, progress="Chosen by Ann.")
    assert is_there(conflict.choose(**body))


def test_text_written_while_the_head_moved_is_not_lost(world: World, conflict: Conflict) -> None:
    body = typed(conflict)
    fields = {"status": "on_track", "progress": THEIRS, "planned": "Many more boats."}  # one part differs no more
    world.draft(conflict.entry.report, base=conflict.head, **fields)
    assert is_there(conflict.choose(**body))


def test_head_that_is_no_id_is_not_a_fault(conflict: Conflict) -> None:
    conflict.ben.raise_request_exception = False
    answer = conflict.choose(**{**dict.fromkeys(parts(conflict).values(), "mine"), "head": "none"})
    assert answer.status_code < 500


def test_settled_texts_lead_back_to_the_entry(conflict: Conflict) -> None:
    conflict.choose(**dict.fromkeys(parts(conflict).values(), "mine"))
    assert conflict.ben.get(conflict.both).url == conflict.address


def test_history_names_every_save_and_what_became_of_it(conflict: Conflict) -> None:
    page = html.fromstring(conflict.ben.get(f"{conflict.address}saves/").content)
    rows = [" ".join(row.text_content().split()) for row in page.xpath("//ol[contains(@class, 'st-history')]/li")]
    assert [re.sub(r"^.* \d\d:\d\d(:\d\d)? | \d+ words$", "", row) for row in rows] == [
        "You Kept beside",
        "Ann Stands now",
        "Ann",
    ]
    links = page.xpath("//ol[contains(@class, 'st-history')]/li/a/@href")
    assert links == [
        f"{conflict.address}saves/{one.pk}/" for one in (conflict.beside, conflict.head, conflict.first)
    ]


def test_long_history_has_every_save_on_one_page_or_another(world: World, conflict: Conflict) -> None:
    for number in range(60):
        world.draft(conflict.entry.report, base=conflict.now(), progress=f"Text {number}.")
    found, address = [], f"{conflict.address}saves/"
    while address:
        page = html.fromstring(conflict.ben.get(address).content)
        found += page.xpath("//ol[contains(@class, 'st-history')]/li/a/@href")
        following = page.xpath("//a[text()='Earlier saves']/@href")
        address = f"{conflict.address}saves/{following[0]}" if following else ""
    assert len(found) == len(set(found)) == 63


def test_restored_text_is_a_new_save_and_what_stood_there_stays(conflict: Conflict) -> None:
    conflict.ben.post(f"{conflict.address}saves/{conflict.first.pk}/", {"save_id": str(uuid.uuid4())})
    now = conflict.now()
    assert (now.progress, now.status, now.base, now.author.name) == (BASE, "behind", conflict.head, "Ben")
    assert now.digest == conflict.first.digest
    assert conflict.entry.waiting() == [conflict.beside]
    assert DraftSave.objects.filter(entry__report=conflict.entry.report).count() == 4


def test_text_beside_that_is_restored_is_settled(conflict: Conflict) -> None:
    conflict.ben.post(f"{conflict.address}saves/{conflict.beside.pk}/", {"save_id": str(uuid.uuid4())})
    assert (conflict.now().progress, conflict.now().settles) == (MINE, conflict.beside)
    assert conflict.entry.waiting() == []


def test_report_with_two_texts_is_not_signed_off(world: World, conflict: Conflict) -> None:
    world.draft(conflict.entry.report, 2, status="behind", progress="Two.", ready=True)
    world.draft(conflict.entry.report, 1, status="behind", progress="One.", base=conflict.head, ready=True)
    with pytest.raises(NotPossible, match=r"^Action 1: choose between two texts that were saved.$"):
        filing.sign_off(actor=world.leader, report=conflict.entry.report)
