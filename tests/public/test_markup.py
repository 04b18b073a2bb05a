"""Every page is HTML5 that a parser has nothing to say against, and no link leads nowhere."""

import io
from collections import Counter
from collections.abc import Iterable
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client, override_settings
from django.urls import Resolver404, resolve
from lxml import html
from tinyhtml5.parser import HTMLParser

from reporting.public.urls import urlpatterns
from tests.browser.pages import NAMES, PAGES, STATUS
from tests.browser.world import every_state

pytestmark = [pytest.mark.django_db, pytest.mark.once]  # what is on the pages, not what is stored

PUBLIC = {pattern.name for pattern in urlpatterns}
GONE = 410  # with the reason of the withdrawal: linked where it happened
SIGN_IN = "/account/sign-in/"
VARIANTS = 12  # of one page, by what follows the question mark: filters can be put together without end


def faults(page: bytes) -> list[str]:
    """What an HTML5 parser complains of, with the place."""
    parser = HTMLParser()
    parser.parse(io.BytesIO(page), override_encoding="utf-8")
    return [f"line {place[0]}, {place[1]}: {code} {more}" for place, code, more in parser.errors]


@pytest.mark.parametrize(
    "planted", ["<p>One<ul><li>two</ul></p>", "<b><i>three</b></i>", "<p id=a id=b>", "&nosuch;"]
)
def test_planted_fault_is_noticed(planted: str) -> None:
    sound = "<!DOCTYPE html><html lang=en><head><title>A</title></head><body>{}</body></html>"
    assert faults(sound.format("<p>One</p>").encode()) == []
    assert faults(sound.format(planted).encode()) != []


class Site:
    """The pages of the service as anyone gets them, each asked for once, and what is wrong with them."""

    def __init__(self) -> None:
        self.client = Client(raise_request_exception=False)
        self.ids: dict[str, set[str]] = {}  # of each page that was read, by its address
        self.wrong: list[str] = []

    def read(self, address: str, status: int = 200) -> list[str]:
        """Where its links lead, within the service."""
        response = self.client.get(address)
        self.ids[address] = set()
        if response.status_code not in {status, GONE}:
            self.wrong.append(f"{address} answers {response.status_code}")
        if response.status_code not in {status, GONE} or not response.headers["Content-Type"].startswith(
            "text/html"
        ):
            return []
        self.wrong += [f"{address} {fault}" for fault in faults(response.content)]
        tree = html.fromstring(response.content)
        self.ids[address] = set(tree.xpath("//@id"))
        links = tree.xpath("//a/@href | //link[@rel='alternate']/@href | //form[not(@method='post')]/@action")
        there = (urljoin(address, link.removeprefix(settings.SITE_ADDRESS)) for link in links)
        return [link for link in there if not urlsplit(link).scheme and not urlsplit(link).netloc]

    def crawl(self, starts: Iterable[str]) -> None:
        """All that can be reached; staff addresses only as far as the sign-in page."""
        waiting = list(starts)
        known, pointed, variants = set(waiting), set[str](), Counter[str]()
        while waiting:
            for link in self.read(address := waiting.pop()):
                target, place = urldefrag(link)
                if place:
                    pointed.add(link)
                if target in known:
                    continue
                known.add(target)
                path = urlsplit(target).path
                variants[path] += path != target
                if self.leads_on(path, target, address) and variants[path] <= VARIANTS:
                    waiting.append(target)
        for link in sorted(pointed):
            target, place = urldefrag(link)
            if place not in self.ids.get(target, {place}):
                self.wrong.append(f"{link}: no such place on that page")

    def leads_on(self, path: str, target: str, page: str) -> bool:
        """Whether to go there: to every public page. A link to where nothing is, is a fault."""
        try:
            if resolve(path).url_name in PUBLIC:
                return True
        except Resolver404:
            self.wrong.append(f"{page}: a link leads nowhere, {target}")
            return False
        if not path.startswith(settings.STATIC_URL):
            response = self.client.get(target)
            if response.status_code != 200 and not getattr(response, "url", "").startswith(SIGN_IN):
                self.wrong.append(f"{page}: {target} answers {response.status_code}")
        return False


@override_settings(ROOT_URLCONF="tests.browser.urls")
def test_pages_in_every_state(db: None) -> None:
    every_state()
    site = Site()
    for name, address in PAGES.items():
        for link in site.read(address, STATUS.get(name, 200)):
            try:
                resolve(urlsplit(link).path)
            except Resolver404:
                if not link.startswith(f"{address}#"):
                    site.wrong.append(f"{address}: a link leads nowhere, {link}")
    assert site.wrong == []


@pytest.mark.long
@override_settings(ROOT_URLCONF="tests.browser.urls")
def test_world_of_every_state_whole(db: None) -> None:
    every_state()
    site = Site()
    site.crawl(PAGES[name] for name in NAMES if name not in STATUS)
    assert site.wrong == []


@pytest.mark.long
def test_demonstration_whole(db: None) -> None:
    """Every page that can be reached from the home page."""
    call_command("seed_demo", verbosity=0)
    site = Site()
    site.crawl(["/"])
    print(f"{len(site.ids)} pages read")
    assert site.wrong == []
    assert len(site.ids) > 500
