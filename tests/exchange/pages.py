"""What a reader of a page sees: its words, statement by statement."""

import re

from django.test import Client
from lxml import html


def words(text: str) -> str:
    return " ".join(text.split())


def page(client: Client, address: str) -> html.HtmlElement:
    response = client.get(address)
    assert response.status_code == 200, address
    return html.document_fromstring(response.content.decode())


def visible(element: html.HtmlElement) -> str:
    """The words of an element, without references after them and without what is only for screen readers."""
    copy = html.fromstring(html.tostring(element, encoding="unicode"))
    for hidden in copy.xpath(
        "//*[contains(concat(' ', @class, ' '), ' st-ref ') or contains(@class, 'govuk-visually-hidden')"
        " or contains(concat(' ', @class, ' '), ' st-answer ')]"
    ):
        hidden.drop_tree()
    return words(copy.text_content())


def statements(element: html.HtmlElement) -> list[str]:
    """The words of each heading, paragraph and list item, in order."""
    return [visible(part) for part in element.xpath(".//h2|.//h3|.//h4|.//p|.//li[not(p)]")]


def without_marker(line: str) -> str:
    return words(re.sub(r"^- ", "", line))
