"""Nothing of an edition is seen before its hour, and all of it from the hour on: the short form of `make torture`."""

import re
from datetime import datetime
from typing import Any
from unittest.mock import Mock

import pytest
from django.db.models import Q
from django.test import TestCase
from django.utils import timezone

from reporting.domain import answers, audit, publication, published, standing
from reporting.models import Edition
from reporting.web import pages
from tests.public.embargo import HOURS, MINUTE, Embargo, Readers, addresses, baseline, changed, get, without_a_word

HOUR = HOURS["31 October, 01:30 the second time"]
# By the word of each column that readers see. Names of sources and reasons for what waits are for nobody.
SHOWN = {"address", "answer", "assessed", "bullet", "change", "date", "imported", "inherited", "name", "nil"}
SHOWN |= {"acronym", "note", "notes", "planned", "progress", "reason", "title"}


@pytest.mark.once  # the whole form asks both engines
class TestEmbargo(TestCase):
    """Of each kind of page a few; a look at the doubled hour of the autumn."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.embargo = Embargo.before()
        before = baseline(addresses(bodies=3, years=1, numbers=2), HOUR)
        cls.embargo.arrange(HOUR)
        cls.readers = Readers.of(before, HOUR)

    def test_every_text_of_what_waits_has_a_word_that_can_be_found(self) -> None:
        assert without_a_word() == set()
        assert audit.verify().faults == []

    def test_nothing_before_the_hour_and_everything_from_it_on(self) -> None:
        readers = self.readers
        readers.at_the_hour()
        readers.around(60, seed=1)
        assert (readers.seen.faults, readers.seen.examples) == (0, [])
        assert {re.sub(r"^kestrel|\d+x$", "", word) for word in readers.seen.shown} == SHOWN

    def test_stopped_nothing_is_ever_seen(self) -> None:
        self.embargo.stop()
        before = {address: page.before for address, page in self.readers.pages.items()}
        after = Readers.of(before, HOUR).pages
        assert [address for address, page in after.items() if page.after != page.before] == []

    def test_plan_that_was_withdrawn_is_not_in_the_report_of_the_successor(self) -> None:
        world = self.embargo.world
        address = next(one for one in self.readers.pages if "editions/ministry-2" in one)
        plan = b"D01 will do more of Boats online."
        assert plan in get(address, HOUR - MINUTE)[2]
        edition = Edition.objects.get(report=world.report(2025), number=1)
        publication.withdraw(edition, actor=world.reviewer, reason="It names a person.", at=HOUR - 2 * MINUTE)
        body = get(address, HOUR - MINUTE)[2]
        assert (plan in body, b"This plan is not public." in body) == (False, True)

    def test_filter_that_lets_all_through_is_found(self) -> None:
        readers = self.readers
        with changed(published, "public_at", lambda at, through="publication__": Q(**{f"{through}isnull": False})):
            readers.at_the_hour(most=10)
        assert (readers.seen.early > 0, readers.seen.never > 0) == (True, True)

    def test_words_of_a_plan_that_are_read_without_their_window_are_found(self) -> None:
        """A successor that is public answers a plan whose correction waits."""
        real = answers.EditionActivity.objects.filter
        unfiltered = Mock(
            **{"objects.filter": lambda *seen, **of: real(*(seen if "activity" not in of else ()), **of)}
        )
        readers = self.readers
        with changed(answers, "EditionActivity", unfiltered):
            readers.at_the_hour(most=10)
        assert readers.seen.early > 0

    def test_clock_of_its_own_in_one_question_of_a_page_is_found(self) -> None:
        readers, real = self.readers, standing.standings

        def ahead(rounds: Any, editions: Any, at: datetime, **said: Any) -> Any:
            later = published.editions(self.embargo.world.strategy, at + MINUTE)
            return real(rounds, later, at + MINUTE, **said)

        with changed(standing, "standings", ahead):
            readers.at_the_hour(most=10)
        assert readers.seen.mixed > 0

    def test_server_whose_clock_is_an_hour_off_is_found(self) -> None:
        """As one that takes the first 01:30 of that night for the second; and one that comes too late."""
        readers, now = self.readers, timezone.now
        for hours, fault in ((1, "early"), (-1, "late")):
            with changed(pages.timezone, "now", lambda hours=hours: now() + hours * 60 * MINUTE):
                readers.at_the_hour(most=10)
            assert getattr(readers.seen, fault) > 0
