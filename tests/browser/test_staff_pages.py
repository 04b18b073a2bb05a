"""Pages for people who are signed in, each in every state: axe-core, small screens, and what a screen reader is told."""

import re

import pytest
from django.urls import get_resolver, resolve
from playwright.sync_api import Page

from reporting.accounts import urls as accounts
from reporting.filing import urls as filing
from tests.browser import axe
from tests.browser.axe import Record
from tests.browser.conftest import Open, Reader
from tests.browser.layout import clipped, open_details, sideways
from tests.browser.staff_pages import NO_PAGES, STATES, State
from tests.browser.staff_world import StaffWorld
from tests.browser.structure import assert_told_in_order
from tests.browser.test_fit import SPACED_OUT

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

UNLABELLED = """() => [...document.querySelectorAll("input:not([type=hidden]), select, textarea")]
  .filter((one) => !one.hidden && !one.labels.length && !one.getAttribute("aria-label")).map((one) => one.outerHTML)"""
"""EOF
python3 - <<'EOF'
s=open('/work/main/tests/browser/test_staff_pages.py').read()
s=s.rsplit('"""',1)[0]
s+='''

@pytest.mark.parametrize("name", STATES)
def test_state_is_sound(
    staff_site: tuple[str, StaffWorld], reader: Reader, open_at: Open, record_property: Record, name: str
) -> None:
    state, (server, world) = STATES[name], staff_site
    page = bring_about(state, server, world, reader, open_at)
    assert_told_in_order(page)
    assert page.evaluate(UNLABELLED) == []
    assert_errors_are_told(page, state)
    assert_fits(page)
    axe.assert_sound(page, record_property)


def bring_about(state: State, server: str, world: StaffWorld, reader: Reader, open_at: Open) -> Page:
    """The page in its state, in the kept window with the cookies of whoever it is."""
    page = reader.kept or open_at(server, "/")
    page.context.clear_cookies()
    if state.who:
        key = world.stale_session(state.who) if state.stale else world.session(state.who)
        page.context.add_cookies([{"name": "sessionid", "value": key, "url": server}])
    open_at(server, state.address(world), status=200 if state.act else state.status)
    if state.act:
        reader.expected = state.status
        answers = list[int]()
        page.on("response", lambda answer: answers.append(answer.status) if answer.request.is_navigation_request() else None)
        state.act(page, world)
        assert answers[-1] == state.status
    path = page.evaluate("location.pathname")
    if state.ends:
        assert resolve(path).url_name == state.ends
    return page


def assert_errors_are_told(page: Page, state: State) -> None:
    """In the title, too; every sentence of the summary that is a link leads to an id, which axe doesn't ask."""
    summary = page.locator(".govuk-error-summary").count()
    given_back = state.status in {400, 403, 409, 422, 503} and state.act is not None
    assert page.title().startswith("Error: ") == bool(summary or given_back)
    assert page.locator(".govuk-error-message").count() == 0 or summary == 1
    assert summary + page.locator(".govuk-notification-banner").count() <= 1


def assert_fits(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 900})
    assert sideways(page) == []
    assert clipped(page) == []


@pytest.mark.parametrize("name", ["entry-full", "entry-comments", "both", "sign-off-warnings", "people", "sign-in"])
def test_state_fits_with_text_spaced_out(
    staff_site: tuple[str, StaffWorld], reader: Reader, open_at: Open, name: str
) -> None:
    page = bring_about(STATES[name], *staff_site, reader, open_at)
    open_details(page)
    page.evaluate(SPACED_OUT)
    assert_fits(page)


def test_every_address_has_a_state() -> None:
    named = {one.name for one in (*filing.urlpatterns, *accounts.urlpatterns)}
    assert named - NO_PAGES == {state.ends for state in STATES.values()} - {""}


def test_links_of_the_error_summary_lead_to_where_it_is_mended(
    staff_site: tuple[str, StaffWorld], reader: Reader, open_at: Open
) -> None:
    """From sign-off, to the entries' own pages."""
    for name in ("sign-off-problems", "sign-off-reasons-missing", "sign-off-warnings"):
        page = bring_about(STATES[name], *staff_site, reader, open_at)
        links = page.evaluate(
            "() => [...document.querySelectorAll('.govuk-error-summary a, .st-advice a')].map((one) => one.href)"
        )
        assert links
        for link in links:
            page.goto(link)
            assert page.locator(":target").count() == 1, link
'''
s=s.replace("import re\n\n","").replace("from django.urls import get_resolver, resolve","from django.urls import resolve")
open('/work/main/tests/browser/test_staff_pages.py','w').write(s)
p='/work/main/tests/browser/desk.py'; s=open(p).read()
s=s.replace('''def sign_in(page: Page, person: User) -> None:''','''def sign_in(page: Page, person: User, button: str = "Sign in") -> None:''').replace('''    press(page, "Sign in")''','''    press(page, button)''')
open(p,'w').write(s)
p='/work/main/tests/browser/staff_world.py'; s=open(p).read()
s=s.replace('''    invited: Membership | None = None

    @''','''    settled: DraftSave | None = None  # beside a text that says the same now
    invited: Membership | None = None

    @''')
s=s.replace('''        world.draft(doubtful, 2, status="not_applicable", evidence=full["evidence"])
''','''        world.draft(doubtful, 2, status="not_applicable", evidence=full["evidence"])
        first = world.draft(doubtful, 3, progress="One.")
        second = world.draft(doubtful, 3, base=first, progress="Two.")
        self.settled = world.draft(doubtful, 3, base=first, progress="Three.")
        world.draft(doubtful, 3, base=second, progress="Three.")
''')
s=s.replace('''        self._person("nora", "contributor", [])
''','''        self._person("nora", "contributor", [])
        self._person("neil", "contributor", [newcomer])
''').replace('''        first, everywhere = world''','''        newcomer = departments.add_department(
            actor=world.reviewer, code="NEW", slug="new-ministry", name="New Ministry"
        )
        first, everywhere = world''').replace("import filing, links","import departments, filing, links").replace('''        role: str, departments: list''','''        role: str, bodies: list''').replace("name: str, role: str, departments: list,","name: str, role: str, bodies: list,").replace("for department in departments:\n            people","for department in bodies:\n            people")
s=s.replace('''        world.open(2021, due=date(2099, 1, 31))
        world.leader''','''        world.open(2021, due=date(2099, 1, 31), bodies_on=None)
        world.leader''').replace(", bodies_on=None","")
open(p,'w').write(s)
