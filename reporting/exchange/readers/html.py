"""HTML, also a page saved from a browser: the part of it that is the document, as a tree."""

import codecs
import re
from collections.abc import Callable, Iterator

from lxml import etree

from reporting.domain.text import clean
from reporting.exchange.blocks import Block
from reporting.exchange.readers.files import decode
from reporting.exchange.readers.limits import (
    HTML_ATTRIBUTES,
    HTML_TAG_ATTRIBUTES,
    HTML_TAGS,
    Budget,
)
from reporting.exchange.readers.walk import Walk, is_left_out

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]+)", re.IGNORECASE)
# As browsers do: the Latin-1 labels mean Windows' code page, and UTF-16 is never said inside the file.
_ENCODINGS = {"utf-8": "utf-8", "cp1252": "cp1252", "iso8859-1": "cp1252", "ascii": "cp1252", "utf-16": "utf-8"}
_ENTITY = re.compile(r"<!ENTITY", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z]")
_TAG_NAME = re.compile(r"<[a-zA-Z][^\s/>]*+")
_ATTRIBUTE = re.compile(
    r"[\s/]*+(?:=[^\s/>=]*+|[^\s/>=]++)"  # its name
    r"(?:\s*+=\s*+(?:\"[^\"]*+\"?|'[^']*+'?|[^\s>\"'][^\s>]*+)?)?+"
)
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(\S+)")


def read(data: bytes, budget: Budget) -> tuple[Block, ...]:
    source = clean(decode(data, budget.name, _declared_encoding(data, budget)))[0]
    if not _TAG.search(source):
        raise budget.fault("there is no HTML in it; rename it to .txt if it is plain text.")
    root = tree(source, budget)
    return blocks(content_of(root), budget, own_addresses=_own_addresses(source, root))


def blocks(
    content: list[etree._Element], budget: Budget, *, own_addresses: frozenset[str] = frozenset()
) -> tuple[Block, ...]:
    walk = Walk(budget, own_addresses)
    for element in content:
        walk.through(element)
    return walk.finished()


def _declared_encoding(data: bytes, budget: Budget) -> str:
    found = _XML_ENCODING.match(data) or _CHARSET.search(data[:4096])
    if not found:
        return "utf-8"
    label = found[1].decode("ascii", "replace")
    try:
        known = _ENCODINGS.get(codecs.lookup(label).name)
    except LookupError:
        known = None
    if not known:
        raise budget.fault(f"its encoding, {label[:40]}, cannot be read; save the file as UTF-8.")
    return known


# The tree --------------------------------------------------------------------------------------------


def tree(source: str, budget: Budget) -> etree._Element:
    _check(source, budget)
    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=False, no_network=True, recover=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(source.encode(), parser)
    except etree.XMLSyntaxError:
        root = None
    # The parser stops at 256 elements within one another, and would silently drop the rest.
    stopped = next((error for error in parser.error_log if error.level == etree.ErrorLevels.FATAL), None)
    if stopped is not None:
        raise budget.fault("elements are nested too deep from here on.", _line(stopped.line, budget))
    if root is None:
        raise budget.fault("there is no text in the file.")
    return root


def _line(number: int | None, budget: Budget) -> int:
    return number or 0 if budget.place == "line" else 0


def _check(source: str, budget: Budget) -> None:
    """What would cost the parser too much time or memory. It's linear, and so is what it lets pass."""
    if found := _ENTITY.search(source):
        line = _line(source.count("\n", 0, found.start()) + 1, budget)
        raise budget.fault("an entity is declared; files with entities are refused.", line)
    starts = [found.start() for found in _TAG.finditer(source)]
    if len(starts) > HTML_TAGS:
        raise budget.fault(f"there are more than {HTML_TAGS:,} HTML tags; split the file.")
    total = 0
    for start in starts:
        count = _attributes(source, start)
        total += count
        if count > HTML_TAG_ATTRIBUTES or total > HTML_ATTRIBUTES:
            line = _line(source.count("\n", 0, start) + 1, budget)
            raise budget.fault("there are too many attributes in the HTML tags.", line)


def _attributes(source: str, start: int) -> int:
    """How many the tag there has, or would have: also in scripts and comments, so that nothing hides."""
    name = _TAG_NAME.match(source, start)
    count, place = 0, name.end() if name else start
    while name and count <= HTML_TAG_ATTRIBUTES and (found := _ATTRIBUTE.match(source, place)):
        count, place = count + 1, found.end()
    return count


# The document in it ----------------------------------------------------------------------------------


def content_of(root: etree._Element) -> list[etree._Element]:
    """The main part if the page marks one, else an article that is most of it, else the body."""
    mains = _outermost(root, lambda element: element.tag == "main" or element.get("role", "").strip() == "main")
    if mains and _size(mains):
        return mains
    body = root.find("body")
    body = root if body is None else body
    articles = _outermost(body, lambda element: element.tag == "article")
    # Half of the words at least: an article that is only a quotation must not hide the rest.
    if len(articles) == 1 and 2 * _size(articles) >= _size([body]):
        return articles
    _drop_page_furniture(body)
    return [body]


def _outermost(root: etree._Element, wanted: Callable[[etree._Element], bool]) -> list[etree._Element]:
    found, walker = list[etree._Element](), etree.iterwalk(root, events=("start",))
    for _, element in walker:
        if is_left_out(element):
            walker.skip_subtree()
        elif wanted(element):
            found.append(element)
            walker.skip_subtree()
    return found


def _size(elements: list[etree._Element]) -> int:
    return sum(len(words.strip()) for element in elements for words in _visible(element))


def _visible(root: etree._Element) -> Iterator[str]:
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        if event == "end":
            yield element.tail or "" if element is not root else ""
        elif is_left_out(element):
            walker.skip_subtree()
        else:
            yield element.text or ""


def _drop_page_furniture(body: etree._Element) -> None:
    """Where no main part is marked: the page's header and a notice about cookies."""
    headers = _outermost(body, lambda element: element.tag == "header")
    title_elsewhere = any(
        not any(ancestor.tag == "header" for ancestor in heading.iterancestors()) for heading in body.iter("h1")
    )
    for header in headers:
        if title_elsewhere or header.find(".//h1") is None:
            _empty(header)
    for notice in _outermost(body, _is_cookie_notice):
        _empty(notice)


def _is_cookie_notice(element: etree._Element) -> bool:
    names = f"{element.get('id', '')} {element.get('class', '')}".lower()
    return "cookie" in names and element.tag != "body" and element.find(".//h1") is None


def _empty(element: etree._Element) -> None:
    """Removes what is in it and leaves the text behind it."""
    tail = element.tail
    element.clear()
    element.tail = tail


def _own_addresses(source: str, root: etree._Element) -> frozenset[str]:
    """The page's own address: a browser that saves it writes it before every link within the page."""
    found = [match[1] for match in _SAVED_FROM.finditer(source[:4096])]
    found += [element.get("href", "") for element in root.iter("link") if element.get("rel") == "canonical"]
    found += [element.get("content", "") for element in root.iter("meta") if element.get("property") == "og:url"]
    found += [element.get("href", "") for element in root.iter("base")]
    return frozenset(address.split("#")[0] for address in found if address)
