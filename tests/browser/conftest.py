"""Chromium, the invented world on a server of its own, and a reader who notes what a page complains of."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connections
from django.test import override_settings
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, sync_playwright

from config import oidc
from reporting.domain.demonstration import is_empty
from tests.browser.staff_world import StaffWorld
from tests.browser.world import every_state
from tests.conftest import CHROMIUM, empty_database

Open = Callable[..., Page]
PATIENCE = 15_000  # milliseconds; a machine that does two things at once needs some
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    # Playwright runs an event loop in this thread, beside which Django would refuse to ask the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "yes"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Reader:
    """Opens pages and notes what they complain of."""

    browser: Browser
    server: str = ""
    expected: int = 200
    complaints: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)
    kept: Page | None = None  # a page without options is read again and again: public pages leave nothing behind

    def open(self, server: str, path: str, *, width: int = 1280, status: int = 200, **options: Any) -> Page:
        self.server, self.expected = server, status
        if options:
            page = self._new(self.contexts, **options)
        else:
            page = self.kept = self.kept or self._new([])
        page.set_viewport_size({"width": width, "height": 900})
        response = page.goto(server + path)
        assert response
        assert response.status == status
        return page

    def leave(self) -> None:
        """Close the kept page, and so its connections to the server."""
        if self.kept:
            self.kept.context.close()
        self.kept = None

    def _new(self, contexts: list[BrowserContext], **options: Any) -> Page:
        contexts.append(self.browser.new_context(**options))
        contexts[-1].set_default_timeout(PATIENCE)
        page = contexts[-1].new_page()
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("request", self._asked)
        page.on("requestfailed", self._failed)
        page.on("response", self._answered)
        return page

    def _console(self, message: ConsoleMessage) -> None:
        expected = self.expected != 200 and f"status of {self.expected}" in message.text
        if message.type in ("error", "warning") and not expected:
            self.complaints.append(f"Console: {message.text}")

    def _asked(self, request: Request) -> None:
        if urlsplit(request.url).netloc != urlsplit(self.server).netloc:
            self.complaints.append(f"Another host is asked: {request.url}")

    def _failed(self, request: Request) -> None:
        left_too_soon = request.failure == "net::ERR_ABORTED" and not request.is_navigation_request()
        if not left_too_soon:  # a picture that was still to come, a save while typing
            self.complaints.append(f"{request.url}: {request.failure}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.status != self.expected:
            self.complaints.append(f"{response.url} answers {response.status}")


@pytest.fixture(scope="session")
def reader(chromium: Browser) -> Reader:
    return Reader(chromium)


@contextmanager
def serving(reader: Reader) -> Iterator[str]:
    """The service at an address of its own. Its static files come from the middleware, as in production."""
    in_memory = {one.alias: one for one in connections.all() if one.vendor == "sqlite" and one.is_in_memory_db()}
    for connection in in_memory.values():
        connection.inc_thread_sharing()
    server = LiveServerThread("127.0.0.1", lambda application: application, connections_override=in_memory)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    if server.error:
        raise server.error
    try:
        yield f"http://{server.host}:{server.port}"
    finally:
        reader.leave()
        server.terminate()
        for thread in threading.enumerate():
            if "process_request_thread" in thread.name:
                thread.join(10)  # it still has to let go of the database
        for connection in in_memory.values():
            connection.dec_thread_sharing()


@contextmanager
def world_served(make: Callable[[], Any], reader: Reader) -> Iterator[tuple[str, Any]]:
    """Its address and the world, made once, outside any test's transaction, and gone afterwards."""
    assert is_empty(), "This is not the tests' own database."
    world = make()
    try:
        with serving(reader) as address:
            yield address, world
    finally:
        empty_database()


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: Any, reader: Reader) -> Iterator[str]:
    """The address of the invented world. It is made once, outside any test's transaction, and only read.

    Its tests are marked `django_db` all the same: pytest-django makes a test database only where one is.
    """
    settings = override_settings(ROOT_URLCONF="tests.browser.urls")
    with django_db_blocker.unblock(), settings, world_served(every_state, reader) as (address, _):
        yield address


@pytest.fixture(scope="module")
def staff_site(django_db_setup: None, django_db_blocker: Any, reader: Reader) -> Iterator[tuple[str, StaffWorld]]:
    """The address of the invented world of people who are signed in, and the world. Nobody signs off in it."""
    provider = oidc.providers("http://127.0.0.1:9", "the Ferry Board", "stocktake", "secret")
    settings = {
        "ROOT_URLCONF": "tests.browser.urls",
        "SOCIALACCOUNT_PROVIDERS": provider,  # where nobody answers
        "OIDC_NAME": "the Ferry Board",
    }
    with django_db_blocker.unblock(), override_settings(**settings), world_served(StaffWorld.make, reader) as made:
        yield made


@pytest.fixture
def own_site(transactional_db: None, reader: Reader) -> Iterator[str]:
    """The address of a service whose database holds what the test puts there. Not beside `site` in one module."""
    with serving(reader) as address:
        yield address


@pytest.fixture
def open_at(reader: Reader) -> Iterator[Open]:
    """Opens a path of a server. What the page complains of fails the test."""
    reader.complaints.clear()
    yield reader.open
    while reader.contexts:
        reader.contexts.pop().close()
    assert reader.complaints == []


@pytest.fixture
def open_page(site: str, open_at: Open) -> Open:
    """Opens a path of the invented world; with options (of Playwright's contexts) in a context of its own."""

    def open_here(path: str, **options: Any) -> Page:
        return open_at(site, path, **options)

    return open_here
