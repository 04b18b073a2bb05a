"""What axe-core has to find."""

import pytest

from tests.browser import axe
from tests.browser.conftest import Open

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


PLANTED = {
    "image-alt": "main.append(new Image())",
    "color-contrast": "main.insertAdjacentHTML('beforeend', '<p>pale words</p>'); main.lastChild.style.color = '#999'",
    "color-contrast-enhanced": "main.insertAdjacentHTML('beforeend', '<p>grey words</p>'); main.lastChild.style.color = '#666'",
    "label": "main.insertAdjacentHTML('beforeend', '<input>')",
    "heading-order": "main.insertAdjacentHTML('beforeend', '<h6>too deep</h6>')",
    "region": "document.body.insertAdjacentHTML('beforeend', '<p>beside every landmark</p>')",
    "label-content-name-mismatch": "main.insertAdjacentHTML('beforeend', '<button aria-label=\"Away\">Send</button>')",
    "td-has-header": "main.insertAdjacentHTML('beforeend', `<table>${'<tr><td>1</td><td>2</td><td>3</td><td>4</td></tr>'.repeat(4)}</table>`)",
    "target-size": "main.insertAdjacentHTML('beforeend', '<div><button>a</button><button>b</button></div>'); main.querySelectorAll('div:last-child > button').forEach((one) => { one.style = 'all: unset; width: 9px; height: 9px; display: inline-block; overflow: hidden'; })",
}


@pytest.mark.parametrize("rule", PLANTED)
def test_planted_fault_is_caught(open_page: Open, rule: str) -> None:
    page = open_page("/accessibility/")
    assert axe.violations(page) == []
    page.evaluate(f"() => {{ const main = document.querySelector('main'); {PLANTED[rule]}; }}")
    assert rule in {sentence.split(":")[0] for sentence in axe.violations(page)}
