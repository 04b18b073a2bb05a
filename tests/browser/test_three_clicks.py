"""As a new reader would: from the home page to an answer in at most three clicks, on the real material."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.exchange.commands import prepare, run

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.real, pytest.mark.django_db]


@dataclass
class Newcomer:
    page: Page
    clicks: int = 0

    def follow(self, words: str) -> None:
        """Click the first link of the page's main part with these words in it."""
        self.page.get_by_role("main").get_by_role("link").filter(has_text=words).first.click()
        self.clicks += 1


def test_questions_of_a_new_reader(own_site: str, open_at: Open, shared_data: Path) -> None:
    prepare(shared_data)
    run("import_report", shared_data / "mod-report-2015.txt", "--strategy", "GDS")

    # What did the Ministry of Defence promise about digital skills, and what came of it?
    one = Newcomer(open_at(own_site, "/"))
    for words in ("Ministry of Defence", "Government Digital Strategy", "story on action 3"):
        one.follow(words)
    expect(one.page.get_by_role("heading", level=1)).to_contain_text("Ministry of Defence: In-house skills")
    years = one.page.locator(".st-story > li")
    assert years.locator("h2").all_inner_texts() == ["2012", "2013", "2014", "2015"]
    third = years.nth(2).locator(".st-say__title").all_inner_texts()
    assert third == ["Planned activities in 2014", "Progress during 2014"]
    assert one.clicks <= 3

    # Which departments have not published on assisted digital for 2014?
    two = Newcomer(open_at(own_site, "/"))
    two.follow("assisted digital")
    silent = two.page.get_by_role("navigation", name="Departments on this page").locator("h3", has_text="No answer")
    expect(silent).to_have_text("No answer published for 2014: 17")
    named = silent.locator("xpath=following-sibling::ul[1]/li").all_inner_texts()
    assert len(named) == 17
    assert any("Home Office" in name for name in named)
    assert not any("Ministry of Defence" in name for name in named)
    assert two.clicks <= 3

    # What changed in action 7 since 2012?
    three = Newcomer(open_at(own_site, "/"))
    for words in ("onto GOV.UK", "What changed"):
        three.follow(words)
    changes = three.page.get_by_role("main")
    expect(changes.locator("del", has_text="2014").or_(changes.locator("del", has_text="March"))).not_to_have_count(
        0
    )
    expect(changes).to_contain_text("March 2014 became July 2014: 4 months later")
    assert three.clicks <= 3
