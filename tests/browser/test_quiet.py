"""Pages ask nobody else, break nothing and leave nothing behind. `open_page` watches every page of every test for it."""

import pytest

from tests.browser.conftest import Open, Reader
from tests.browser.world import FEN

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def test_reading_leaves_nothing_behind(open_page: Open) -> None:
    page = open_page("/", reduced_motion="reduce")
    for words in ("Fenland Better Services Plan", "Letters are short and plain", "D01’s story on action 2"):
        page.get_by_role("link", name=words, exact=True).first.click()
    assert page.context.cookies() == []
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0


FAULTS = {
    "Content Security Policy": "main.append(Object.assign(document.createElement('script'), { textContent: '1' }))",
    "Another host is asked": "main.append(Object.assign(new Image(), { src: 'https://elsewhere.invalid/one.png' }))",
    "answers 404": "main.append(Object.assign(new Image(), { src: '/static/images/absent.png' }))",
    "Console: mind": "console.warn('mind')",
    ": broken": "setTimeout(() => { throw new Error('broken'); })",
}


@pytest.mark.parametrize("complaint", FAULTS)
def test_planted_fault_is_noticed(open_page: Open, reader: Reader, complaint: str) -> None:
    lax = complaint == "Another host is asked"  # the policy would keep it from being asked
    page = open_page(f"{FEN}actions/1/", bypass_csp=lax)
    assert reader.complaints == []
    page.evaluate(f"() => {{ const main = document.querySelector('main'); {FAULTS[complaint]}; }}")
    for _ in range(50):
        if any(complaint in one for one in reader.complaints):
            break
        page.wait_for_timeout(100)
    else:
        pytest.fail(f"Not noticed; only {reader.complaints}")
    page.context.close()
    reader.contexts.clear()
    reader.complaints.clear()
