"""The same published report in every format, and as a page saved from a browser: the same rows."""

from pathlib import Path
from typing import Any

import pypandoc
import pytest
from django.test import Client

from reporting.models import EditionActivity, EditionEntry
from strategy.models import CommitmentVersion
from tests.exchange.commands import prepare, run
from tests.exchange.pages import page, visible, words
from tests.exchange.test_real_report import SECTION

pytestmark = [pytest.mark.django_db, pytest.mark.real]

SAVED = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Report</title><style>p {{ color: red }}</style>
<script>document.title = "Action 1: Progress during 2013"</script></head>
<body><a href="#content">Skip to main content</a>
<div id="global-cookie-message"><p>We use cookies</p><form><button>Accept</button></form></div>
<header role="banner"><a href="/">Home of everything</a><form role="search"><input name="q"><button>Search</button></form></header>
<nav aria-label="Breadcrumb"><ol><li><a href="/a">Publications</a></li><li><a href="/b">Reports</a></li></ol></nav>
<main id="content">
<nav role="navigation"><h2>Contents</h2><ul><li><a href="#action-1">Action 1</a></li></ul></nav>
{body}
<p><a href="#contents">Back to contents</a></p>
<aside><h2>Related content</h2><ul><li><a href="/c">Progress during 2013</a></li></ul></aside>
<form><h2>Is this page useful?</h2><button>Yes</button><button>No</button></form>
</main>
<footer role="contentinfo"><h2>Support links</h2><p>All content is available under a licence</p></footer>
<script src="/all.js"></script></body></html>"""


def as_html(source: Path) -> str:
    """The plain text with the headings, paragraphs and bullets that a web page would give it."""
    parts, in_list = [], False
    for number, line in enumerate(source.read_text(encoding="utf-8").splitlines()):
        said = words(line).replace("&", "&amp;").replace("<", "&lt;")
        bullet = said.startswith("- ")
        if in_list and not bullet:
            parts.append("</ul>")
        if bullet and not in_list:
            parts.append("<ul>")
        in_list = bullet
        if bullet:
            parts.append(f"<li>{said[2:]}</li>")
        elif number == 0:
            parts.append(f"<h1>{said}</h1>")
        elif said.startswith("Action ") and ": " in said[:11]:
            parts.append(f"<h2>{said}</h2>")
        elif SECTION.fullmatch(said):
            parts.append(f"<h3>{said}</h3>")
        else:
            parts.append(f"<p>{said}</p>")
    return "\n".join(parts)


def rows() -> dict[str, list[tuple[Any, ...]]]:
    """What the report says, without the name and the digest of the file that it came in."""
    return {
        "commitments": sorted(
            CommitmentVersion.objects.values_list(
                "commitment__action__number", "state", "text", "category", "reason", "notes", "dated"
            ),
            key=str,
        ),
        "entries": sorted(
            EditionEntry.objects.values_list(
                "edition__report__round__year", "action__number", "progress", "planned", "notes"
            )
        ),
        "activities": sorted(
            EditionActivity.objects.values_list(
                "activity__year", "activity__action__number", "activity__number", "statement", "text"
            )
        ),
    }


@pytest.fixture
def expected(shared_data: Path, transactional_db: None) -> dict[str, list[tuple[Any, ...]]]:
    prepare(shared_data)
    from django.db import transaction

    with transaction.atomic():
        run("import_report", shared_data / "mod-report-2015.txt", "--strategy", "GDS")
        found = rows()
        transaction.set_rollback(True)
    assert rows()["entries"] == []
    return found


@pytest.mark.parametrize("kind", ["html", "saved.html", "md", "docx", "odt"])
def test_report_in_another_format_gives_the_same_rows(
    kind: str, shared_data: Path, tmp_path: Path, expected: dict[str, list[tuple[Any, ...]]]
) -> None:
    body = as_html(shared_data / "mod-report-2015.txt")
    path = tmp_path / f"report.{kind}"
    if kind == "html":
        path.write_text(f"<!doctype html><html><body>{body}</body></html>", encoding="utf-8")
    elif kind == "saved.html":
        path.write_text(SAVED.format(body=body), encoding="utf-8")
    else:
        target = "gfm" if kind == "md" else kind
        pypandoc.convert_text(body, target, format="html", outputfile=str(path), extra_args=["--wrap=none"])
    run("import_report", path, "--strategy", "GDS")
    assert rows() == expected


NASTY = [
    "__init__ and **stars** and `ticks` and ~~tildes~~",
    "1986. A year",
    "<b>not bold</b> & &amp; &lt;",
    "* a star | a pipe | # a hash",
    "[a link](https://example.com) ![a picture](x.png)",
    "\U0001f680 emoji and \u05e9\u05dc\u05d5\u05dd right to left",
    "back\\slash and trailing \\",
    "- a hyphen in front",
    "+ plus, > greater, = equals",
    "100% of \u00a35 ... 'quotes' \"double\" \u2018curly\u2019 -- dash",
]


@pytest.mark.parametrize("kind", ["html", "docx", "odt"])
def test_any_text_goes_in_and_comes_out_word_for_word(
    kind: str, shared_data: Path, tmp_path: Path, client: Client, db: None
) -> None:
    prepare(shared_data)
    escaped = [line.replace("&", "&amp;").replace("<", "&lt;") for line in NASTY]
    body = "<h1>MOD</h1><h2>Action 1</h2><h3>Progress during 2014</h3>" + "".join(
        f"<p>{line}</p>" for line in escaped
    )
    body += "<h3>Planned activities in 2015</h3><ul>" + "".join(f"<li>{line}</li>" for line in escaped) + "</ul>"
    path = tmp_path / f"report.{kind}"
    if kind == "html":
        path.write_text(body, encoding="utf-8")
    else:
        pypandoc.convert_text(body, kind, format="html", outputfile=str(path))
    run("import_report", path, "--strategy", "GDS")
    tree = page(client, "/strategies/government-digital-strategy/departments/ministry-of-defence/")
    shown = [visible(part) for part in tree.xpath("//div[contains(@class, 'st-say')]//*[self::p or self::li]")]
    assert shown == NASTY + NASTY
