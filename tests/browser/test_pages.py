"""Every public page in every state, opened once: what a screen reader is told, small screens, axe-core.

No rule of axe-core and no element is left out: what it finds is a fault. 320 px is also 400% zoom.
"""

import pytest

from tests.browser import axe
from tests.browser.axe import Record
from tests.browser.conftest import Open
from tests.browser.layout import SPACED_OUT, clipped, sideways
from tests.browser.pages import NAMES, address
from tests.browser.structure import assert_told_in_order

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.mark.parametrize("name", NAMES)
def test_page_is_sound(open_page: Open, record_property: Record, name: str) -> None:
    page = open_page(**address(name), width=320)
    assert_told_in_order(page)
    assert sideways(page) == []
    axe.assert_sound(page, record_property)  # leaves the page narrow, with everything unfolded
    assert sideways(page) == []
    page.evaluate(SPACED_OUT)
    assert sideways(page) == []
    assert clipped(page) == []
