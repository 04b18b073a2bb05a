"""What a screen reader is told of any page: title, language, headings, landmarks, names."""

from collections import Counter
from itertools import pairwise

from playwright.sync_api import Page

OUTLINE = """() => {
  const BEFORE = ".govuk-error-summary, .govuk-notification-banner"; // they stand before the h1, with an h2 of their own
  const all = (selector) => [...document.querySelectorAll(selector)];
  const name = (one) => one.getAttribute("aria-label")
    || (document.getElementById(one.getAttribute("aria-labelledby") || "-") || {}).textContent || "";
  return {
    language: document.documentElement.lang,
    headings: all("h1, h2, h3, h4, h5, h6").filter((one) => !one.closest(BEFORE)).map((one) => [Number(one.tagName[1]), one.textContent.trim()]),
    landmarks: all("body > header, main, body > footer").map((one) => one.tagName),
    navigation: all("nav").map(name),
    sections: all("section").map(name),
    ids: all("[id]").map((one) => one.id),
    pointed: [
      ...all("a[href^='#']").map((one) => decodeURIComponent(one.getAttribute("href").slice(1))),
      ...all("[aria-labelledby], [aria-describedby], [aria-controls]").flatMap((one) =>
        ["aria-labelledby", "aria-describedby", "aria-controls"].flatMap((which) => (one.getAttribute(which) || "").split(" "))),
      ...all("label[for]").map((one) => one.htmlFor),
    ].filter(Boolean),
    first: document.querySelector("a, button, input, select, summary").textContent.trim(),
    inline: all("[style], style, script:not([src], [type='application/ld+json'])").length + all("*").filter(
      (one) => [...one.attributes].some((attribute) => attribute.name.startsWith("on"))).length,
  };
}"""


def assert_told_in_order(page: Page) -> None:
    outline = page.evaluate(OUTLINE)
    subject, _, service = page.title().rpartition(" - ")
    assert service == "Stocktake"
    assert subject.strip() == subject != ""
    assert outline["language"] == "en"
    levels = [level for level, _ in outline["headings"]]
    assert [level for level in levels if level == 1] == [1]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels)), outline["headings"]
    assert all(words for _, words in outline["headings"])
    assert outline["landmarks"] == ["HEADER", "MAIN", "FOOTER"]
    assert all(outline["navigation"] + outline["sections"])
    assert len(set(outline["navigation"])) == len(outline["navigation"])
    assert [one for one, times in Counter(outline["ids"]).items() if times > 1] == []
    assert set(outline["pointed"]) - set(outline["ids"]) == set()
    assert outline["first"] == "Skip to main content"
    assert outline["inline"] == 0
