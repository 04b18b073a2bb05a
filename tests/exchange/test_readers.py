"""One small report in every format gives one list of blocks."""

import codecs
import subprocess
from pathlib import Path

import pytest

from reporting.domain import text
from reporting.exchange.blocks import Block, to_markdown
from reporting.exchange.errors import Unreadable
from reporting.exchange.readers import office, plain_blocks, read

pytestmark = pytest.mark.once

REPORT = """<h1>The Ministry of Kites: how we did</h1>
<p>Updated 3 May 2031</p>
<h2>Action 1: every kite has a string</h2>
<p>All <strong>kites</strong> were <em>measured</em>; see <a href="https://kites.example/a_b?c=1&amp;d=2">the list</a>.</p>
<h3>Progress during 2030</h3>
<p>We wound 3,000 strings &amp; tied them<br>(twice over):</p>
<ul>
<li>long strings<ul><li>for windy days</li><li>for calm ones</li></ul></li>
<li>short strings</li>
</ul>
<p>The minister’s kite – a gift – has none.</p>
<h3>Planned activities in 2031</h3>
<ol>
<li>Buy scissors.</li>
<li>Cut.</li>
</ol>
<p><strong>Further kites</strong></p>
<p>1986. A year to remember; __init__ and &lt;b&gt; are words here.</p>
"""
TXT = """The Ministry of Kites: how we did
Updated 3 May 2031

Action 1: every kite has a string
All kites were measured; see the list.
Progress during 2030
We wound 3,000 strings & tied them (twice over):
- long strings
  • for windy days
  • for calm ones
- short strings
The minister’s kite – a gift – has none.
Planned activities in 2031
1. Buy scissors.
2. Cut.
Further kites
1986. A year to remember; __init__ and <b> are words here.
"""
SAVED_PAGE = """<!DOCTYPE html>
<!-- saved from url=(0027)https://kites.example/report -->
<html lang="en"><head><meta charset="utf-8"><title>Kites - Government</title><style>p {{ color: red }}</style>
<script>if (1<2) document.write("<h2>Action 9</h2>")</script></head>
<body class="js-enabled cookies-accepted">
<a href="#content" class="skip">Skip to main content</a>
<div id="global-cookie-message" class="banner"><h2>Cookies</h2><p>We use some. <a href="/cookies">More</a></p></div>
<header role="banner"><a href="/">Government</a><form role="search"><input name="q"><button>Search</button></form></header>
<nav><ol><li><a href="/">Home</a></li><li><a href="/kites">Kites</a></li></ol></nav>
{start}
<div><h2>Contents</h2><ul><li><a href="https://kites.example/report#a1">Action 1</a>
<ul><li><a href="#p">Progress</a></li></ul></li><li><a href="#b">More</a></li></ul></div>
<button>Print this page</button>
{report}
<p><a href="#content">Back to top</a></p>
<p hidden>Not shown</p><p style="display: none">Nor this</p><noscript>Scripts are off.</noscript>
<aside><h2>Related content</h2><ul><li><a href="/b">Boats</a></li></ul></aside>
<form><h2>Is this page useful?</h2><label>Yes <input type="radio"></label></form>
<template><p>Never</p></template>
{end}
<div role="complementary"><h2>Explore</h2></div>
<footer><h2>Support</h2><ul><li><a href="/help">Help</a></li></ul></footer>
</body></html>"""


def pandoc(source: str, target: Path, *options: str) -> Path:
    command = [office.PANDOC, "--from=html", *options, "-o", target]
    subprocess.run(command, input=source.encode(), check=True, timeout=30)
    return target


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def shape(blocks):
    return [(b.level, b.kind, b.plain, b.text, b.depth, b.number, b.strong) for b in blocks]


@pytest.fixture
def expected(tmp_path):
    """What the HTML gives; the first test below says in full what that is."""
    return shape(read(write(tmp_path, "expected.html", REPORT)).blocks)


def refusal(path: Path) -> str:
    with pytest.raises(Unreadable) as caught:
        read(path)
    return str(caught.value)


# The same report in every format ---------------------------------------------------------------------


def test_html_gives_blocks_with_their_lines(tmp_path):
    document = read(write(tmp_path, "report.html", REPORT))
    found = [(b.line, b.level, b.kind, b.depth, b.number, b.text) for b in document.blocks]
    assert found == [
        (1, 1, "heading", 0, 0, "The Ministry of Kites: how we did"),
        (2, 0, "paragraph", 0, 0, "Updated 3 May 2031"),
        (3, 2, "heading", 0, 0, "Action 1: every kite has a string"),
        (
            4,
            0,
            "paragraph",
            0,
            0,
            "All **kites** were *measured*; see [the list](https://kites.example/a_b?c=1&d=2).",
        ),
        (5, 3, "heading", 0, 0, "Progress during 2030"),
        (6, 0, "paragraph", 0, 0, "We wound 3,000 strings & tied them\\\n(twice over):"),
        (8, 0, "bullet", 0, 0, "long strings"),
        (8, 0, "bullet", 1, 0, "for windy days"),
        (8, 0, "bullet", 1, 0, "for calm ones"),
        (9, 0, "bullet", 0, 0, "short strings"),
        (11, 0, "paragraph", 0, 0, "The minister’s kite – a gift – has none."),
        (12, 3, "heading", 0, 0, "Planned activities in 2031"),
        (14, 0, "number", 0, 1, "Buy scissors."),
        (15, 0, "number", 0, 2, "Cut."),
        (17, 0, "paragraph", 0, 0, "**Further kites**"),
        (18, 0, "paragraph", 0, 0, "1986\\. A year to remember; \\_\\_init\\_\\_ and <b> are words here."),
    ]
    assert [b.plain for b in document.blocks if b.strong] == ["Further kites"]
    assert document.blocks[5].plain == "We wound 3,000 strings & tied them (twice over):"
    assert (document.name, document.place, document.marked_up) == ("report.html", "line", True)
    assert len(document.sha256) == 64


@pytest.mark.parametrize("extension", ["docx", "odt"])
def test_office_documents_give_the_same(extension, tmp_path, expected):
    document = read(pandoc(REPORT, tmp_path / f"report.{extension}"))
    assert shape(document.blocks) == expected
    assert [b.line for b in document.blocks] == list(range(1, 17))
    assert (document.place, document.marked_up) == ("paragraph", True)


@pytest.mark.parametrize("writer", ["gfm", "commonmark", "markdown-smart"])
def test_markdown_gives_the_same(writer, tmp_path, expected):
    document = read(pandoc(REPORT, tmp_path / "report.md", "-t", writer))
    assert shape(document.blocks) == expected
    lines = (tmp_path / "report.md").read_text().split("\n")
    assert [lines[b.line - 1].lstrip("# ") for b in document.blocks if b.level == 3] == [
        b.plain for b in document.blocks if b.level == 3
    ]


def test_plain_text_gives_the_same_words_and_lists(tmp_path, expected):
    document = read(write(tmp_path, "report.TXT", TXT))
    assert [(b.kind, b.plain, b.depth, b.number) for b in document.blocks] == [
        ("paragraph" if kind == "heading" else kind, plain, depth, number)
        for _, kind, plain, _, depth, number, _ in expected
    ]
    assert {b.level for b in document.blocks} == {0}
    assert not document.marked_up
    assert [b.line for b in document.blocks] == [1, 2, *range(4, 18)]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("<main id=content>", "</main>"),
        ("<div role='main'>", "</div>"),
        ("<div><article><header>", "</header></article></div>"),
        ("<div>", "</div>"),
    ],
)
def test_a_saved_page_gives_the_same(start, end, tmp_path, expected):
    page = SAVED_PAGE.format(report=REPORT, start=start, end=end)
    assert shape(read(write(tmp_path, "page.htm", page)).blocks) == expected


def test_a_header_with_the_only_title_is_kept(tmp_path):
    page = "<body><header><h1>Kites</h1></header><p>Words.</p><footer>x</footer>"
    assert [b.plain for b in read(write(tmp_path, "a.html", page)).blocks] == ["Kites", "Words."]


def test_a_form_around_the_page_and_a_button_in_a_heading_hide_nothing(tmp_path):
    page = "<form><h1>Kites</h1><h2><button>Action 1</button></h2><p>Words.<button>Print</button></p><form>x</form></form>"
    assert [b.plain for b in read(write(tmp_path, "a.html", page)).blocks] == ["Kites", "Action 1", "Words."]


def test_an_article_that_is_a_quotation_hides_nothing(tmp_path):
    page = "<body><h2>Action 1</h2><p>Many words about all the kites.</p><article><p>Quoted.</p></article>"
    assert len(read(write(tmp_path, "a.html", page)).blocks) == 3


# Markdown sources --------------------------------------------------------------------------------------


def test_blocks_make_one_source_that_reads_the_same(tmp_path):
    blocks = read(write(tmp_path, "report.html", REPORT)).blocks
    source = to_markdown(b for b in blocks if not b.level)
    assert "- long strings\n  - for windy days\n  - for calm ones\n- short strings\n\nThe minister’s" in source
    assert "1. Buy scissors.\n2. Cut.\n\n**Further" in source
    assert [s.plain for s in text.statements(source)] == [b.plain for b in blocks if not b.level]


def item(plain, kind="bullet", depth=0, number=0):
    return Block(1, 0, kind, text.escape(plain), plain, depth, number)


def test_lists_that_follow_one_another_stay_apart():
    blocks = [item(w, "number", number=n) for w, n in [("a", 1), ("b", 2), ("c", 1), ("d", 2), ("e", 7)]]
    html = text.render(to_markdown([*blocks, item("f"), item("g", "number", number=1)]))
    assert html.count("<ol") == 4
    assert html.count("<ul") == 1
    assert 'start="7"' in html


def test_paragraphs_and_lists_inside_items_stay_there():
    blocks = [
        item("a"),
        item("more of a", "paragraph", depth=1),
        item("b", "number", depth=1, number=5),
        item("more of b", "paragraph", depth=2),
        item("c", depth=2),
        item("end of a", "paragraph", depth=1),
        item("d"),
        item("apart", "paragraph"),
    ]
    html = text.render(to_markdown(blocks)).replace("\n", "")
    p = '<p class="govuk-body">'
    ul = '<ul class="govuk-list govuk-list--bullet">'
    assert html == (
        f'{ul}<li>a{p}more of a</p><ol class="govuk-list govuk-list--number" start="5"><li>b{p}more of b</p>{ul}<li>c</li></ul>'
        f"</li></ol>{p}end of a</p></li><li>d</li></ul>{p}apart</p>"
    )


def test_an_item_deeper_than_its_list_is_put_where_it_can_stand():
    html = text.render(to_markdown([item("a", depth=3), item("b", depth=9), item("c", "number", 2, 2)]))
    assert [s.plain for s in text.statements(to_markdown([item("a", depth=3), item("b", depth=9)]))] == ["a", "b"]
    assert html.count("<li>") == 3


def test_a_paragraph_of_several_lines_in_an_item_stays_in_it():
    blocks = [item("x"), Block(1, 0, "bullet", "one\\\n\\- two", "one - two", 1), item("y")]
    assert "<li>one<br>- two</li>" in text.render(to_markdown(blocks))


# Details of formats ------------------------------------------------------------------------------------


def test_plain_text_numbers_count_only_in_order():
    kinds = [
        (b.kind, b.plain) for b in plain_blocks("1. One year.\n1986. A year\n\n1) a\n2) b\n3. c\n1. x\n2) y\n2. z")
    ]
    assert kinds == [
        ("paragraph", "1. One year."),
        ("paragraph", "1986. A year"),
        ("number", "a"),
        ("number", "b"),
        *(("paragraph", words) for words in ("3. c", "1. x", "2) y", "2. z")),
    ]


def test_plain_text_bullets():
    blocks = plain_blocks("- a\n    * b\n\t• c\n  – d\n– e\n-f\n-\n*g*")
    assert [(b.kind, b.depth, b.plain) for b in blocks] == [
        ("bullet", 0, "a"),
        ("bullet", 1, "b"),
        ("bullet", 1, "c"),
        ("bullet", 1, "d"),
        ("bullet", 0, "e"),
        ("paragraph", 0, "-f"),
        ("paragraph", 0, "-"),
        ("paragraph", 0, "*g*"),
    ]


def test_links_of_a_cell_stay_links_where_asked():
    cell = "See [Action *3*](http://a.example/x_(y)#z), [no](javascript:x) and <b>.\n\nMore"
    linked, more = plain_blocks(cell, links=True)
    assert linked.plain == "See Action *3*, [no](javascript:x) and <b>."
    assert '<a class="govuk-link" href="http://a.example/x_(y)#z">Action *3*</a>, [no]' in text.render(linked.text)
    assert more.line == 3
    assert plain_blocks(cell)[0].plain == "See [Action *3*](http://a.example/x_(y)#z), [no](javascript:x) and <b>."


def test_emphasis_gives_way_to_words(tmp_path):
    html = "<p>a<b>“b”</b>c <i>d</i>e<b>f</b><i>g</i> <b> h </b><b><i>i</i></b> <b>!</b>j <a href='http://k.example'><b>k]</b></a></p>"
    (block,) = read(write(tmp_path, "a.html", html)).blocks
    assert block.plain == "a“b”c def" + "g h i !j k]"
    assert text.plain(block.text) == block.plain
    rendered = text.render(block.text)
    assert "<em>d</em>e" in rendered
    assert "<strong>k]</strong></a>" in rendered
    assert "a“b”c" in rendered


def test_html_details(tmp_path):
    html = (
        "<div>Loose <!-- remark -->words<p>One<br><br>Two<img alt='no' src='http://a.example/x.png'></p>"
        "<dl><dt>Term<dd>Meaning</dl><details><summary>More</summary>Inside</details><blockquote>Said</blockquote>"
        "<figure><figcaption>Caption</figcaption></figure><pre>a  b\n c</pre><p><a href='/x'>here</a> <a href='#y'>there</a></p>"
        "<div hidden=until-found><p>Folded</p></div><ol start=3><li value=5><p>five</p><p>still</p><li>six</ol>tail"
        "<h2>A <a href='http://b.example'>linked</a><br>heading</h2><p>&nbsp;</p><p><svg><text>no</text></svg></p></div>"
    )
    blocks = read(write(tmp_path, "a.html", html)).blocks
    assert [(b.kind, b.depth, b.number, b.text) for b in blocks] == [
        *(
            ("paragraph", 0, 0, words)
            for words in ("Loose words", "One", "Two", "Term", "Meaning", "More", "Inside")
        ),
        *(("paragraph", 0, 0, words) for words in ("Said", "Caption", "a b\\\nc", "here there", "Folded")),
        ("number", 0, 5, "five"),
        ("paragraph", 1, 0, "still"),
        ("number", 0, 6, "six"),
        ("paragraph", 0, 0, "tail"),
        ("heading", 0, 0, "A [linked](http://b.example) heading"),
    ]


def test_a_link_in_the_page_is_a_way_around_only_where_it_is_one(tmp_path):
    html = (
        "<h2><a href='#a'>Heading</a></h2><p><a href='#b'>Action 3</a> is done</p><p><a href='#c'>Return to contents</a></p>"
        "<p><a href='#d'>A lone line</a></p><ul><li><a href='#e'>One</a><li>Two</ul><p>x</p><p><a href='#f'>F</a></p><p><a href='#g'>G</a></p>"
    )
    found = [b.plain for b in read(write(tmp_path, "a.html", html)).blocks]
    assert found == ["Heading", "Action 3 is done", "One", "Two", "x"]


def test_encodings(tmp_path):
    words = "café “kites”"
    for name, data in {
        "mark.txt": codecs.BOM_UTF8 + words.encode(),
        "wide.txt": words.encode("utf-16"),
        "big.html": codecs.BOM_UTF16_BE + f"<p>{words}".encode("utf-16-be"),
        "meta.html": f"<meta charset='windows-1252'><p>{words}".encode("cp1252"),
        "label.html": f'<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1"><p>{words}'.encode(
            "cp1252"
        ),
        "xml.html": f'<?xml version="1.0" encoding="utf-8"?><html><body><p>{words}</p></body></html>'.encode(),
        "none.html": f"<p>{words}".encode(),
        "crlf.md": f"\r\n{words}\r\n".encode(),
    }.items():
        assert [b.plain for b in read(write(tmp_path, name, data)).blocks] == [words], name


def test_markdown_details(tmp_path):
    source = (
        "# Title {#title .big}\n\nSecond\n======\n\n> quoted\n> words\n\n`code *x*` &amp; \\*star\\* ![alt](x.png) <!-- no -->a<br>b\n\n"
        "    indented *code*\n\n<!-- only a\nremark -->\n\n- a\n\n  b\n- c\n\n<https://a.example> [d][r] [e] ~~f~~ H~2~O\n\n---\n\n"
        '[r]: https://r.example "t"\n[e]: tbc\n[unused]: https://u.example\n'
    )
    found = [(b.line, b.level, b.kind, b.depth, b.plain) for b in read(write(tmp_path, "a.md", source)).blocks]
    assert found == [
        (1, 1, "heading", 0, "Title"),
        (3, 1, "heading", 0, "Second"),
        (6, 0, "paragraph", 0, "quoted words"),
        (9, 0, "paragraph", 0, "code *x* & *star* a b"),
        (11, 0, "paragraph", 0, "indented *code*"),
        (16, 0, "bullet", 0, "a"),
        (18, 0, "paragraph", 1, "b"),
        (19, 0, "bullet", 0, "c"),
        (21, 0, "paragraph", 0, "https://a.example d [e] ~~f~~ H~2~O"),
        (26, 0, "paragraph", 0, "[e]: tbc [unused]: https://u.example"),
    ]
