"""Atom feeds (RFC 4287), with links to the next page of a feed (RFC 5005)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

from django.conf import settings
from lxml import etree

NAMESPACE = "http://www.w3.org/2005/Atom"
TYPE = "application/atom+xml; charset=utf-8"
LICENCE = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
# What XML 1.0 can't hold, not even as a reference.
NO_CHARACTERS = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    name: str  # which never changes
    title: str
    address: str
    updated: datetime
    author: str
    summary: str
    category: tuple[str, str]  # term and label


@dataclass(frozen=True, slots=True)
class Feed:
    name: str
    title: str
    subtitle: str
    own: str  # addresses, as they stand after the host: its own, that of the page, and of the feed's next page
    page: str
    entries: Sequence[Entry]
    following: str = ""


def tag(name: str) -> str:
    """A name for ever (RFC 4151), wherever the service moves: of a fixed authority and what never changes."""
    return f"tag:{settings.FEED_AUTHORITY}:{quote(name, safe='/')}"


def written(feed: Feed, at: datetime) -> bytes:
    """`at`: what is dated later doesn't make the feed newer than it is."""
    root = etree.Element(f"{{{NAMESPACE}}}feed", nsmap={None: NAMESPACE})
    root.set("{http://www.w3.org/XML/1998/namespace}lang", "en-GB")
    _add(root, "id", tag(feed.name))
    _add(root, "title", feed.title)
    _add(root, "subtitle", feed.subtitle)
    newest = max((entry.updated for entry in feed.entries if entry.updated <= at), default=BEGINNING)
    _add(root, "updated", _moment(newest))
    _add(_add(root, "author"), "name", settings.SERVICE_NAME)
    _link(root, "self", feed.own, "application/atom+xml")
    _link(root, "alternate", feed.page, "text/html")
    if feed.following:
        _link(root, "next", feed.following, "application/atom+xml")
    _add(root, "link", rel="license", href=LICENCE)
    for entry in feed.entries:
        _entry(_add(root, "entry"), entry)
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8") + b"\n"


def _entry(element: etree._Element, entry: Entry) -> None:
    _add(element, "id", tag(entry.name))
    _add(element, "title", entry.title)
    _add(element, "updated", _moment(entry.updated))
    _add(_add(element, "author"), "name", entry.author)
    _link(element, "alternate", entry.address, "text/html")
    term, label = entry.category
    _add(element, "category", term=term, label=clean(label))
    _add(element, "summary", entry.summary)


def _add(parent: etree._Element, name: str, words: str = "", **attributes: str) -> etree._Element:
    made = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}", **attributes)
    made.text = clean(words) or None
    return made


def _link(parent: etree._Element, rel: str, address: str, kind: str) -> None:
    _add(parent, "link", rel=rel, type=kind, href=settings.SITE_ADDRESS + address)


def _moment(value: datetime) -> str:
    """RFC 3339, in UTC."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def clean(words: str) -> str:
    return NO_CHARACTERS.sub("�", words)
