"""What the eye sees, measured."""

from playwright.sync_api import Page

# The distances of WCAG's success criterion 1.4.12.
SPACED_OUT = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
    p { margin-bottom: 2em !important; }`);
  document.adoptedStyleSheets = [sheet];
}"""


def open_details(page: Page) -> int:
    """Unfold everything; how many parts were folded."""
    return int(
        page.evaluate(
            "() => { const all = document.querySelectorAll('details:not([open])');"
            " all.forEach((part) => { part.open = true; }); return all.length; }"
        )
    )


def sideways(page: Page) -> list[str]:
    """What makes the page scroll sideways: empty where it doesn't."""
    found: list[str] = page.evaluate(
        """() => {
          const root = document.documentElement;
          if (root.scrollWidth <= root.clientWidth) return [];
          const wide = (one) => one.getBoundingClientRect().left + one.scrollWidth > root.clientWidth + 0.5;
          return [`${root.scrollWidth} px`, ...[...document.body.querySelectorAll("*")].filter(wide)
            .map((one) => `${one.tagName}.${one.className} ${one.textContent.slice(0, 60)}`)];
        }"""
    )
    return found


def clipped(page: Page) -> list[str]:
    """Elements whose words are cut off by their own box."""
    found: list[str] = page.evaluate(
        """() => [...document.body.querySelectorAll("*")]
          .filter((one) => !one.closest("svg, textarea, .govuk-visually-hidden, .govuk-skip-link, thead"))
          .filter((one) => one.checkVisibility() && one.textContent.trim())
          .filter((one) => getComputedStyle(one).overflow !== "visible" && getComputedStyle(one).display !== "inline")
          .filter((one) => one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1)
          .map((one) => `${one.tagName}.${one.className} ${one.textContent.slice(0, 60)}`)"""
    )
    return found
