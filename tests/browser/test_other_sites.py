"""An empty database, and the demonstration."""

from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.urls import Resolver404, resolve

from reporting.domain.demonstration import is_demonstration
from tests.browser import axe
from tests.browser.axe import Record
from tests.browser.conftest import Open
from tests.browser.layout import open_details, sideways

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

LINKS = "() => [...document.querySelectorAll('a[href]')].map((one) => one.href.split('#')[0])"
OF_EACH_KIND = 2 if axe.EVERYTHING else 1


def test_home_of_an_empty_database_is_sound(own_site: str, open_at: Open, record_property: Record) -> None:
    page = open_at(own_site, "/")
    assert page.get_by_role("heading", name="Nothing is here yet").is_visible()
    axe.assert_sound(page, record_property)


@pytest.mark.long  # tests/management/test_demonstration.py opens its pages every day
def test_demonstration_is_sound(own_site: str, open_at: Open, record_property: Record) -> None:
    """A page of each kind; AXE_EVERYTHING=yes: the first and the last that a page before them leads to."""
    call_command("seed_demo", verbosity=0)
    assert is_demonstration()
    found: dict[str, list[str]] = {"home": ["/"]}
    waiting, checks, faults = ["/"], 0, list[str]()
    while waiting:
        page = open_at(own_site, path := waiting.pop(0))
        if axe.EVERYTHING:
            faults += [f"{path}: {fault}" for fault in axe.violations(page)]
        open_details(page)
        page.set_viewport_size({"width": 320, "height": 900})
        faults += [f"{path}: {fault}" for fault in axe.violations(page) + sideways(page)]
        checks += 1 + axe.EVERYTHING
        for kind, paths in _leads_to(page.evaluate(LINKS), own_site).items():
            known = found.setdefault(kind, [])
            new = [one for one in dict.fromkeys([paths[0], paths[-1]]) if one not in known]
            known += (more := new[: OF_EACH_KIND - len(known)])
            waiting += more
    record_property("axe_checks", checks)
    record_property("axe_violations", len(faults))
    assert faults == []
    assert set(found) >= {"strategy", "action", "report", "story", "year", "edition", "department", "departments"}


def _leads_to(links: list[str], site: str) -> dict[str, list[str]]:
    """The service's own addresses among the links, by the kind of page."""
    kinds: dict[str, list[str]] = {}
    for path in (urlsplit(link).path for link in links if link.startswith(site)):
        if not path.endswith("/"):
            continue  # a file, to be saved
        try:
            kinds.setdefault(str(resolve(path).url_name), []).append(path)
        except Resolver404:
            pytest.fail(f"A link leads nowhere: {path}")
    return kinds
