"""A world in which one hour makes much public at once, and readers who ask for all of it around that hour.

Every text of the embargoed editions holds words that stand nowhere else. The pages of the same world without
those editions are what readers have to get before the hour: to the last byte, header and status.
"""

import hashlib
import logging
import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count, product
from typing import Any

import time_machine
from django.db import models, transaction
from django.test import Client
from django.urls import URLPattern, reverse

from reporting.domain import departments, filing, publication, releases, review
from reporting.domain.editions import ActivityAnswer, Content
from reporting.models import (
    Edition,
    EditionActivity,
    EditionAnswer,
    EditionEntry,
    Publication,
    Release,
    Report,
    Round,
    User,
)
from reporting.public.urls import urlpatterns
from strategy.models import Department, DepartmentName, Strategy
from tests.world import World, at, day

AUTUMN, SPRING = date(2027, 10, 31), date(2027, 3, 28)
HOURS = {  # the moments that the clocks make most of
    "28 March, 00:59:59 to 02:00": releases.moment(SPRING, time(2, 0)),
    "31 October, 01:30 the first time": releases.moment(AUTUMN, time(1, 30), second=False),
    "31 October, 01:30 the second time": releases.moment(AUTUMN, time(1, 30), second=True),
}
INSTANT, MINUTE, HOUR = timedelta(microseconds=1), timedelta(minutes=1), timedelta(hours=1)
WORD = "kestrel"  # begins every word of what becomes public at the hour
NEVER = "nightjar"  # and of what never does
SECRETS = re.compile(rf"({WORD}|{NEVER})\w*".encode())


# The world ---------------------------------------------------------------------------------------------


def _evidence(words: Callable[[str], str]) -> list[dict[str, str]]:
    title = words("title")
    return [{"address": f"https://example.org/{words('address')}", "title": title, "date": words("date")}]


@dataclass
class Embargo:
    """`world` as it is public before; `arrange` adds what becomes public at one hour, or never."""

    world: World
    year: int  # the rounds are those of the two years before
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    waiting: list[Release] = field(default_factory=list)
    alone: Publication | None = None  # scheduled without a release

    @classmethod
    def before(cls, year: int = 2027) -> "Embargo":
        """Six departments and two rounds; the second body took over from the first, the third from the fifth."""
        with time_machine.travel(at(f"{year}-01-15 10:00"), tick=False):
            world = World.small(6, actions=2).full((year - 2,))
            one, two, three, _, five, _ = world.departments
            for old, new in ((one, two), (five, three)):
                departments.record_succession(
                    actor=world.reviewer, old=old, new=new, on=day(f"{year - 1}-04"), kind="merged"
                )
            world.open(year - 1, due=date(year, 1, 31))
            for number in (2, 4):
                report = world.report(year - 1, world.departments[number - 1])
                world.publish(_answering(world, report, one), f"{year}-01-10")
            world.publish(world.taken_in(world.report(year - 1, five)), f"{year}-01-12")
            withdrawn = world.taken_in(world.report(year - 2, world.departments[5]))
            world.publish(withdrawn, f"{year - 1}-03-01")
            publication.withdraw(withdrawn, actor=world.reviewer, reason="It named a person.")
        return cls(world, year)

    @classmethod
    def again(cls) -> "Embargo":
        """In another process, of what `before` has made."""
        leader, reviewer = (User.objects.get(email=f"{who}@example.invalid") for who in ("leader", "reviewer"))
        strategy = Strategy.objects.get()
        bodies = list(Department.objects.order_by("code"))
        world = World(strategy, leader, reviewer, list(strategy.actions.order_by("number")), bodies)
        return cls(world, max(Round.objects.values_list("year", flat=True)) + 1)

    def word(self, column: str) -> str:
        return f"{WORD}{column}{next(self.numbers)}x"

    def arrange(self, hour: datetime) -> None:
        world, first, second = self.world, self.year - 2, self.year - 1
        one, two, three, four, five, six = world.departments
        with time_machine.travel(at(f"{self.year}-02-01 10:00"), tick=False):
            self.never_public(world.report(first, three), hour)
            self.taken_in(world.report(first, four))
            self.filed(world.report(first, one))  # its plans are answered by its successor already
            self.filed(world.report(first, six))
            answers = [
                {"activity": 1, "answer": "dropped", "reason": self.word("answer")},
                {"activity": 2, "answer": "done", "department": five.code, "reason": self.word("inherited")},
            ]
            self.filed(world.report(second, three), answers=answers)
            self.filed(world.report(second, two))
            self.filed(world.report(second, five))
            self.renamed(six, lambda: self.not_applicable(world.report(second, six)))
            self.nil(world.report(second, one))
            self.scheduled_alone(self.filed(world.report(second, four)), hour)
            stopped = self.release(second, hour)
            releases.stop(actor=world.reviewer, release=stopped, reason=self.word("stopped"))
            self.waiting = [self.release(year, hour) for year in (first, second)]
            self.at_work(world.report(first, two))

    def release(self, year: int, hour: datetime) -> Release:
        round = Round.objects.get(year=year)
        return releases.release(actor=self.world.reviewer, round=round, starts=hour, note=self.word("note"))

    def move(self, hour: datetime) -> None:
        with time_machine.travel(at(f"{self.year}-02-02 10:00"), tick=False):
            for release in self.waiting:
                releases.move(actor=self.world.reviewer, release=release, starts=hour)
            assert self.alone
            with transaction.atomic():
                publication.move(self.alone, starts=hour)

    def stop(self) -> None:
        with time_machine.travel(at(f"{self.year}-02-03 10:00"), tick=False):
            for release in self.waiting:
                releases.stop(actor=self.world.reviewer, release=release, reason=self.word("stopped"))
            assert self.alone
            with transaction.atomic():
                publication.take_back(self.alone)

    # Reports, each in its own way to an edition

    def filed(self, report: Report, *, words: Callable[[str], str] | None = None, **said: Any) -> Edition:
        """Words of their own in every field; a correction where it has an edition already."""
        word = words or self.word
        # So like the words of before that they are the same activities, and have the same answers.
        code = report.department.code
        plans = f"{code} will do more of Boats online {word('planned')}.\n\n- And a second thing {word('bullet')}"
        texts = {
            "progress": word("progress"),
            "planned": plans,
            "notes": word("notes"),
            "evidence": _evidence(word),
        }
        world, report = self.world, Report.objects.get(pk=report.pk)
        if report.state == Report.State.ACCEPTED:
            review.reopen(actor=world.reviewer, report=report, reason=word("reopened"))
        report.refresh_from_db()
        world.write(report, **{**texts, **said})
        return self.accepted(report, word)

    def accepted(self, report: Report, word: Callable[[str], str]) -> Edition:
        world = self.world
        if filing.is_correction(report):
            filing.describe_change(actor=world.leader, report=report, note=word("change"), kind="major")
        filing.sign_off(actor=world.leader, report=report)
        review.start_review(actor=world.reviewer, report=report)
        said = {"assessment": "partly_evidenced", "reason": word("assessed")}
        for action in world.actions:
            review.assess(actor=world.reviewer, report=report, action=action, **said)
            comment = {"text": f"{NEVER}comment", "private": True}
            review.comment(actor=world.reviewer, report=report, action=action, **comment)
        return review.accept_report(actor=world.reviewer, report=report)

    def not_applicable(self, report: Report) -> None:
        self.filed(report, status="not_applicable", category="other", reason=self.word("reason"), planned="")

    def nil(self, report: Report) -> None:
        filing.set_nil(actor=self.world.leader, report=report, reason=self.word("nil"))
        self.accepted(report, self.word)

    def taken_in(self, report: Report) -> None:
        said = Content(progress=self.word("imported"), planned=self.word("planned"))
        source = {"source_name": self.word("source"), "source_sha256": self.word("sha")}
        contents = {action.number: said for action in self.world.actions}
        note = self.word("change")
        review.accept_published(
            actor=self.world.reviewer,
            report=report,
            contents=contents,
            known_from=day(f"{self.year}-02-01"),
            change_note=note,
            **source,
        )

    def renamed(self, department: Department, cut: Callable[[], None]) -> None:
        """The edition keeps a name that the department does not."""
        name = DepartmentName.objects.create(
            department=department,
            name=self.word("name"),
            acronym=self.word("acronym"),
            since=day(f"{self.year}-01"),
        )
        cut()
        name.delete()

    def scheduled_alone(self, edition: Edition, hour: datetime) -> None:
        said = {"reason": self.word("why"), "note": self.word("note")}
        self.alone = publication.publish(edition, actor=self.world.reviewer, starts=hour, **said)

    # What stays hidden

    def never_public(self, report: Report, hour: datetime) -> None:
        """Withdrawn before its hour."""
        edition = self.filed(report, words=lambda column: f"{NEVER}{column}")
        publication.publish(edition, actor=self.world.reviewer, starts=hour, note=f"{NEVER}note")
        publication.withdraw(edition, actor=self.world.reviewer, reason=f"{NEVER}withdrawn")

    def at_work(self, report: Report) -> None:
        review.reopen(actor=self.world.reviewer, report=report, reason=f"{NEVER}reopened")
        self.world.write(report, progress=f"{NEVER}progress", planned=f"{NEVER}planned")


def _answering(world: World, report: Report, predecessor: Department) -> Edition:
    """A report that answers its own plans; that of the second body its predecessor's, too."""
    answers = [ActivityAnswer(1, "done")]
    if report.department.code == "D02":
        answers.append(ActivityAnswer(1, "dropped", "No money.", department=predecessor.code))
    said = Content("on_track", f"{report.department.code} went on.", "It will go on.", answers=tuple(answers))
    contents = {action.number: said for action in world.actions}
    return review.accept_published(
        actor=world.reviewer, report=report, contents=contents, known_from=day(f"{report.round.year + 1}-01-10")
    )


COLUMNS: list[type[models.Model]] = [Edition, EditionEntry, EditionActivity, EditionAnswer, Publication, Release]
# Nobody writes words there. The digests are looked for on the pages beside the words.
MADE_UP = {"Edition.digest", "Edition.known_from", "Publication.dated"}


def without_a_word() -> set[str]:
    """Columns of text that no row has one of the words in: what is not there can't be seen to leak."""
    return {
        f"{model.__name__}.{column.name}"
        for model in COLUMNS
        for column in model._meta.concrete_fields
        if isinstance(column, models.CharField | models.TextField | models.JSONField) and not column.choices
        if not any(WORD in str(value) for value in model._base_manager.values_list(column.name, flat=True))
    } - MADE_UP


# The addresses -----------------------------------------------------------------------------------------


QUERIES = ("year={0}", "year={0}&status=on_track", "status=not_applicable&edition=2", "before=FEN/D05/{0}/e2", "before={0}-12-31T00:00:00Z/edition/FEN/D05/{0}/2", "at=2099-01-01T00:00", "format=json&page=2", "after=D03&as_at={0}-12-31", "after=ministry-3&year={0}")  # fmt: skip
# Words that stand in what waits, and in what is public too: a search that was typed is on its page.
SEARCHES = ("boats", "second+thing", "ministry", "ministry&page=2", "D03&year={0}", "D06&status=not_applicable", "online+more&page=9")  # fmt: skip
# Beside each other, and as at the day before the clocks go back.
COMPARED = ("department=ministry-2&department=ministry-3&year={0}", "department=ministry-6&year={0}&year={1}", "department=ministry-1&department=ministry-4&as_at={2}-10-30")  # fmt: skip


def addresses(bodies: int = 6, years: int = 3, numbers: int = 5) -> list[str]:
    """Every pattern of the public URL conf with every guess at what stands there, and with query strings.

    Whether there is such an edition is not asked: readers guess. The arguments say how far they do.
    """
    known = Round.objects.order_by("year").values_list("year", flat=True)
    guesses: dict[str, Sequence[Any]] = {
        "strategy": list(Strategy.objects.values_list("slug", flat=True)),
        "department": list(Department.objects.order_by("code").values_list("slug", flat=True)[:bodies]),
        "year": [*reversed(known), max(known) + 1][:years],
        "number": range(1, numbers + 1),
        "token": ["none"],
        "version": [1, 2],
        "anchor": ["1-progress-1", "1-planned-2", "2-notes-1", "2-reason-1", "commitment-1"],
    }
    found = []
    for pattern in urlpatterns:
        assert isinstance(pattern, URLPattern), f"Say in {__file__} how the addresses under {pattern} are found."
        names = list(pattern.pattern.converters)
        unknown = set(names) - set(guesses)
        assert not unknown, f"Say in {__file__} what to guess for {unknown} of the page {pattern.name}."
        rows = product(*(guesses[name] for name in names))
        found += [reverse(pattern.name, kwargs=dict(zip(names, row, strict=True))) for row in rows]
    asked = [f"{address}?{QUERIES[index % len(QUERIES)]}" for index, address in enumerate(found)]
    found += [f"{reverse('search')}?q={words.format(max(known))}" for words in SEARCHES]
    asked = [address.format(max(known)) for address in asked[::2]]
    for strategy, words in product(guesses["strategy"], COMPARED):
        query = words.format(max(known), min(known), max(known) + 1)
        asked.append(f"{reverse('compare', args=[strategy])}?{query}")
    return [*found, *asked]


# The readers -------------------------------------------------------------------------------------------

Answer = tuple[int, dict[str, str], bytes]  # status, headers, body


def get(address: str, moment: datetime, method: str = "get", **headers: str) -> Answer:
    with time_machine.travel(moment, tick=False), quiet():
        response = getattr(Client(), method)(address, headers=headers)
    # Where nothing may be kept, Expires is the moment itself.
    kept = {name: value for name, value in response.headers.items() if name != "Expires"}
    if response.status_code == 304:
        kept = {"ETag": kept["ETag"]}  # the others say nothing of the page
    return response.status_code, kept, response.content


def secrets_in(answer: Answer, digests: Iterable[str] = ()) -> set[str]:
    """Of the words in a body or its headers."""
    _status, headers, body = answer
    text = body + repr(headers).encode()
    return {found.group().decode() for found in SECRETS.finditer(text)} | {
        digest for digest in digests if digest.encode() in text
    }


KINDS = ("get", "head", "known before", "known after", "range")
WEIGHTS = (10, 2, 1, 1, 1)


@dataclass(frozen=True)
class Sides:
    """What an address gives before the hour and from it on."""

    before: Answer
    after: Answer

    def ask(self, address: str, kind: str, moment: datetime) -> Answer:
        if kind == "head":
            return get(address, moment, "head")
        if kind == "range":
            return get(address, moment, Range="bytes=0-99")
        if kind.startswith("known"):
            return get(
                address, moment, **{"If-None-Match": etag(self.before if kind == "known before" else self.after)}
            )
        return get(address, moment)

    def expected(self, kind: str, page: Answer) -> Answer:
        """What is given for this page, in these ways to ask for it."""
        status, headers, _body = page
        if kind == "head":
            return status, {name: value for name, value in headers.items() if name != "ETag"}, b""
        known = {"known before": self.before, "known after": self.after}.get(kind)
        if known and status == 200 and etag(known) == headers.get("ETag"):
            return 304, {"ETag": headers["ETag"]}, b""
        return page


def etag(page: Answer) -> str:
    return page[1].get("ETag") or f'"{hashlib.md5(page[2]).hexdigest()}"'


@dataclass
class Count:
    """What readers saw that they should not have; `shown` is what they saw from the hour on."""

    requests: int = 0
    early: int = 0  # answers before the hour that hold one of its words
    mixed: int = 0  # answers that are neither those of before nor those of after
    late: int = 0  # answers from the hour on that are still those of before
    never: int = 0  # answers that hold what is never public
    kinds: Counter[str] = field(default_factory=Counter)
    shown: set[str] = field(default_factory=set)
    examples: list[str] = field(default_factory=list)

    @property
    def faults(self) -> int:
        return self.early + self.mixed + self.late + self.never

    def __str__(self) -> str:
        ways = ", ".join(f"{kind} {number}" for kind, number in sorted(self.kinds.items()))
        found = (
            f"requests={self.requests} early={self.early} mixed={self.mixed} late={self.late} never={self.never}"
        )
        return f"{found} ({ways}; {len(self.shown)} words of the hour shown)"


@dataclass
class Readers:
    """They ask for `pages`: by address, what stands there before the hour and after it."""

    pages: dict[str, Sides]
    hour: datetime
    digests: frozenset[str]
    seen: Count = field(default_factory=Count)

    @classmethod
    def of(cls, before: dict[str, Answer], hour: datetime) -> "Readers":
        after = {address: get(address, hour + MINUTE) for address in before}
        digests = frozenset(Edition.objects.filter(publication__starts=hour).values_list("digest", flat=True))
        return cls({address: Sides(before[address], after[address]) for address in before}, hour, digests)

    def ask(self, address: str, kind: str, moment: datetime) -> None:
        page, count = self.pages[address], self.seen
        got = page.ask(address, kind, moment)
        words = secrets_in(got, self.digests)
        hidden = moment < self.hour
        count.requests += 1
        count.kinds[kind] += 1
        wrong = {
            "early": hidden and any(not word.startswith(NEVER) for word in words),
            "never": any(word.startswith(NEVER) for word in words),
            "mixed": got != page_of(page, kind, hidden) and got != page_of(page, kind, not hidden),
            "late": got != page_of(page, kind, hidden) and got == page_of(page, kind, not hidden),
        }
        for name, is_so in wrong.items():
            setattr(count, name, getattr(count, name) + is_so)
        if any(wrong.values()) and len(count.examples) < 5:
            count.examples.append(
                f"{moment.isoformat()} {kind} {address}: {[name for name in wrong if wrong[name]]}"
            )
        if not hidden:
            count.shown |= words

    def at_the_hour(self, most: int | None = None) -> None:
        """Every address, the moment before and the very moment; or so many of those that change then."""
        changing = [address for address, page in self.pages.items() if page.before != page.after]
        for address, moment in product(changing[:most] if most else self.pages, (self.hour - INSTANT, self.hour)):
            self.ask(address, "get", moment)

    def around(self, requests: int, seed: int) -> None:
        """Moments and addresses by chance, from a minute before to a minute after; a few an hour off."""
        chance, known = random.Random(seed), list(self.pages)
        for _ in range(requests):
            moment = self.hour + timedelta(microseconds=chance.randint(-60_000_000, 60_000_000))
            if chance.random() < 0.05:
                moment += chance.choice([-HOUR, HOUR])
            self.ask(chance.choice(known), chance.choices(KINDS, WEIGHTS)[0], moment)


def page_of(page: Sides, kind: str, hidden: bool) -> Answer:
    return page.expected(kind, page.before if hidden else page.after)


def baseline(known: Iterable[str], hour: datetime) -> dict[str, Answer]:
    """In the world without the embargoed editions, at that time."""
    return {address: get(address, hour - MINUTE) for address in known}


@contextmanager
def quiet() -> Iterator[None]:
    """Most guesses are wrong, and each would be a line of the log."""
    with changed(logging.getLogger("django.request"), "disabled", True):
        yield


@contextmanager
def changed(target: object, name: str, value: object) -> Iterator[None]:
    was = getattr(target, name)
    setattr(target, name, value)
    try:
        yield
    finally:
        setattr(target, name, was)
