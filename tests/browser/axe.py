"""axe-core, whole: every rule that it has, on every element of a page."""

import os
from collections.abc import Callable, Sequence

from django.conf import settings
from playwright.sync_api import Page

from tests.browser.layout import open_details

SCRIPT = settings.BASE_DIR / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = (1280, 320)
EVERYTHING = bool(os.environ.get("AXE_EVERYTHING"))  # at every width, folded and unfolded: `make torture` does
Record = Callable[[str, object], None]

# Naming all rules runs those too that axe leaves out by itself: experimental ones and those of level AAA.
RUN = """async () => {
  const rules = axe.getRules().map((rule) => rule.ruleId);
  const found = await axe.run(document, { runOnly: { type: "rule", values: rules }, resultTypes: ["violations"] });
  const ran = new Set(["passes", "violations", "incomplete", "inapplicable"].flatMap((kind) => found[kind].map((one) => one.id)));
  return {
    missed: rules.filter((rule) => !ran.has(rule)),
    violations: found.violations.flatMap((rule) => rule.nodes.map(
      (node) => `${rule.id}: ${node.html.slice(0, 200)} ${node.failureSummary.replace(/\\s+/g, " ")}`)),
  };
}"""


def violations(page: Page) -> list[str]:
    """What axe finds on the page as it stands."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(SCRIPT.read_text(encoding="utf-8"))
    found = page.evaluate(RUN)
    assert found["missed"] == []
    return [str(sentence) for sentence in found["violations"]]


def assert_sound(page: Page, record: Record) -> None:
    """At the narrow width with everything unfolded. AXE_EVERYTHING=yes: at each width, folded and unfolded."""
    states = [("closed", WIDTHS), ("open", WIDTHS)] if EVERYTHING else [("unfolded", WIDTHS[-1:])]
    _assert_sound(page, record, states)


def _assert_sound(page: Page, record: Record, states: Sequence[tuple[str, Sequence[int]]]) -> None:
    """`open` is only looked at where something was folded; `unfolded` in any case."""
    checks, found = 0, list[str]()
    for state, widths in states:
        if state != "closed" and not open_details(page) and state == "open":
            break
        for width in widths:
            page.set_viewport_size({"width": width, "height": 900})
            checks += 1
            found += [f"{width} px, {state}: {sentence}" for sentence in violations(page)]
    record("axe_checks", checks)
    record("axe_violations", len(found))
    assert not found, "\n".join(found)
