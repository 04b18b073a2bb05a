"""The text of answers: words go in and come out unchanged, and nothing but the allowed markup comes out."""

import re
from html import unescape

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reporting.domain import text

pytestmark = pytest.mark.once

NASTY = [
    "__init__", "1986. A year", "1986) A year", "<b>", "<b>bold</b>", "*", "**", "***", "*a*", "_a_", "a_b_c", "|", "| a | b |",
    "- x", "-", "+ x", "+", "* x", "# x", "## x ##", "> x", "~~~", "```", "`code`", "~~struck~~", "---", "- - -", "===",
    "&amp;", "&lt;b&gt;", "&#42;", "&copy;", "[a](b)", "[a](http://a.example/)", "![x](http://y.example/)", "[a][b]", "[a]: http://a.example/",
    "<http://a.example/>", "http://a.example/a_b_(c)*d*", "\\", "\\\\", "a\\", "\\*", "C:\\Users\\_me_", "\\[a](b)", "[[a](b)](c)",
    "*[a](http://b.example)*", "😀 *smile*", "👩‍👩‍👧", "שלום *עולם*", "مرحبا (1986) .", "\u202eright to left\u202c", "a\tb", "\u00a0x\u00a0", "‘a’ “b” – c…",
    "departmentsí", "10.", "1.", "1)", "0. a", "999999999. a", "1234567890. a", "1.a", "(1) a", "a  b", "e.g. *this*", "5 * 3 * 2", "!",
    "![", "](", "](x)", "[", "]", "[]()", "[](", "{#id}", "$x$", "a^b^", ":::", "<!-- x -->", "<script>alert(1)</script>", "¹ ½ Ⓐ _x_ ²_",
]  # fmt: skip
MARKUP = st.text(alphabet="*_[]()\\!<>&;`~#+-.1 \t|a:/é“\u00a0😀", max_size=40)
ANY_TEXT = st.text(max_size=60) | MARKUP | st.sampled_from(NASTY)
TAGS = re.compile(r'</?(?:strong|em)>|<br>|<a class="govuk-link" href="(?:https?://|mailto:)[^"<>]*">|</a>')


def folded(words: str) -> list[str]:
    return text.clean(words)[0].split()


# Words in, words out ---------------------------------------------------------------------------------


@settings(deadline=None)  # other processes may keep it waiting
@given(ANY_TEXT)
@example("1986\x01. A")
@example("Ⓐ_Ⓐ_")
def test_escaped_words_come_back(words):
    assert text.plain(text.escape(words)).split() == folded(words)


@pytest.mark.parametrize("words", NASTY)
def test_nasty_words_come_back_in_html_too(words):
    html = text.render(text.escape(words))
    assert unescape(re.sub(r"<[^>]*>", "", html)).split() == folded(words)


@pytest.mark.parametrize(
    "words",
    [
        "MOD’s plan (as agreed in 2014) is on-line; it's “done” – see https://www.example.org/a_b?c=[1]&d=2.",
        "Costs fell by £3.5m (12%), from 1986 to 2014 & beyond!",
        "snake_case, C:\\Users\\me, a/b, #1, 50 < 60 > 40, e-mail a.b@example.org, x = y + z, {a} | ~b~ `c`",
        "[square brackets] (and round ones)",
    ],
)
def test_ordinary_prose_stays_readable(words):
    assert text.escape(words) == words


def test_escape_uses_few_backslashes():
    assert text.escape("__init__ and a_b") == "\\_\\_init\\_\\_ and a_b"
    assert text.escape("1986. A year") == "1986\\. A year"
    assert text.escape("[a](b)") == "[a]\\(b)"


def test_clean_says_what_it_changed():
    assert text.clean("a\r\nb\rc") == ("a\nb\nc", [])
    assert text.clean("a\0b\0") == ("ab", ["2 NUL characters were removed."])
    assert text.clean("a\x07b\x0cc") == ("ab c", ["2 control characters were removed."])
    assert text.clean("x\ud800y") == ("x\ufffdy", ["1 broken character was replaced by \ufffd."])
    assert text.clean("\ud83d\ude00 \ufffd") == ("😀 \ufffd", [])


def test_surrogates_and_controls_never_stop_the_renderer():
    assert text.render("a\ud800\0\x0b*b*") == '<p class="govuk-body">a\ufffd <em>b</em></p>\n'
    assert len(text.digest("\ud800")) == 64


# HTML --------------------------------------------------------------------------------------------------


def test_render_of_everything_that_is_allowed():
    source = "One **two** *three*  \nfour\\\nfive [six](http://a.example/?b=1&c=2)\n\n- a\n  - b\n    1. c\n- d\n\n3) e\n4) f"
    assert text.render(source) == (
        '<p class="govuk-body">One <strong>two</strong> <em>three</em><br>four<br>five '
        '<a class="govuk-link" href="http://a.example/?b=1&amp;c=2">six</a></p>\n'
        '<ul class="govuk-list govuk-list--bullet">\n<li>a<ul class="govuk-list govuk-list--bullet">\n'
        '<li>b<ol class="govuk-list govuk-list--number">\n<li>c</li>\n</ol>\n</li>\n</ul>\n</li>\n<li>d</li>\n</ul>\n'
        '<ol class="govuk-list govuk-list--number" start="3">\n<li>e</li>\n<li>f</li>\n</ol>\n'
    )


def test_references_follow_the_words_of_their_statement():
    source = "One.\n\n- two\n\n  three\n  - four"
    html = text.render(source, after=lambda i: f"<sup>{i}</sup>", id_for=lambda i: f's"{i}' if i else None)
    assert html == (
        '<p class="govuk-body">One.<sup>0</sup></p>\n<ul class="govuk-list govuk-list--bullet">\n'
        '<li id="s&quot;1">two<sup>1</sup><p class="govuk-body" id="s&quot;2">three<sup>2</sup></p>\n'
        '<ul class="govuk-list govuk-list--bullet">\n<li id="s&quot;3">four<sup>3</sup></li>\n</ul>\n</li>\n</ul>\n'
    )
    assert [statement.plain for statement in text.statements(source)] == ["One.", "two", "three", "four"]


@pytest.mark.parametrize(
    "source",
    ["# a", "a\n===", "> a", "```\na\n```", "`a`", "    a", "| a |\n|---|", "![a](http://b.example)", "<b>a</b>", "a\n---", "***\n",
     "http://a.example", "<http://a.example>", "[a]\n\n[a]: http://b.example", "&amp;", "~~a~~", "[a]()", "[a](/b)", "[a](ftp://b)"],
)  # fmt: skip
def test_other_markup_stays_as_typed(source):
    shown = unescape(re.sub(r"<[^>]*>", "", text.render(source)))
    expected = source.replace("[a](http://b.example)", "a")  # after a "!", a link is still a link
    assert shown.split() == expected.split()
    assert text.plain(source).split() == expected.split()


HOSTILE = [
    "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "[x](java\nscript:alert(1))", "[x](&#106;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)", "[x](vbscript:x)", "[x](file:///etc/passwd)", "[x](//evil.example)",
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "![x](javascript:alert(1))", "<javascript:alert(1)>",
    '[x](http://a.example/" onmouseover="alert(1))', "[x](http://a.example 'onload=alert(1)')", '[x](<http://a.example/"><script>>)',
    "[[x](http://a.example)](http://b.example)", "[*x](http://a.example)*", "**[x**](http://a.example)", "[<b>](http://a.example/<b>)",
    "&lt;script&gt;", "&#60;script&#62;", "\\<script>", "[x]: javascript:alert(1)\n\n[x]", "*<*b>", "- <ul>\n- </ul>", "[x](http://a.example/\\\")",
    "[" * 300, "[a](" * 300, "*a_" * 300, "- " * 300 + "x", "\\" * 301, "[x](http://\x00a.example)", "[x](http:\\\\a.example)", "[x](mailto:a@b.example?body=<b>)",
]  # fmt: skip


def assert_safe(source):
    for statement in text.statements(source):
        assert "<" not in TAGS.sub("", statement.html)
        assert ">" not in TAGS.sub("", statement.html)
    outer = re.sub(r"</?(?:p|ul|ol|li)(?: class=\"govuk-[a-z -]+\")?(?: start=\"\d+\")?>", "", text.render(source))
    assert "<" not in TAGS.sub("", outer)


@pytest.mark.parametrize("source", HOSTILE)
def test_hostile_markdown_gives_only_allowed_tags(source):
    assert_safe(source)


@settings(deadline=None)  # other processes may keep it waiting
@given(st.lists(st.sampled_from(HOSTILE) | MARKUP, max_size=4).map("\n".join))
def test_any_mixture_gives_only_allowed_tags(source):
    assert_safe(source)


def test_links_keep_only_known_schemes():
    assert 'href="http://a.example/"' in text.render("[x](http://a.example/)")
    assert 'href="https://a.example/"' in text.render("[x](https://a.example/)")
    assert 'href="mailto:a@b.example"' in text.render("[x](mailto:a@b.example)")
    for source in (
        "[x](javascript:alert(1))",
        "[x](/relative)",
        "[x](#place)",
        "[x](ftp://a.example)",
        "[x](http:a)",
    ):
        assert "<a" not in text.render(source)


# Size and depth ----------------------------------------------------------------------------------------


def test_lists_beyond_the_depth_stay_words():
    source = "- " * 50 + "deep"
    assert text.plain(source) == "- " * (50 - text.MAX_LIST_DEPTH) + "deep"
    nested = "\n".join("  " * level + "- item" for level in range(text.MAX_LIST_DEPTH))
    deepest = "  " * (text.MAX_LIST_DEPTH - 1) + "- item"
    assert len(text.statements(f"{nested}\n{deepest}\n- last")) == text.MAX_LIST_DEPTH + 2


def test_a_longer_text_than_is_parsed_keeps_its_words():
    long = "A *word* \\* and\n[x](http://a.example).\n\n" * (text.LONGEST_MARKDOWN // 30)
    found = text.statements(long)
    assert len(found) == text.LONGEST_MARKDOWN // 30
    assert found[0].plain == "A *word* * and [x](http://a.example)."
    assert_safe("<script>" * text.LONGEST_MARKDOWN)


# Comparing and counting --------------------------------------------------------------------------------


def test_same_compares_what_is_read():
    assert text.same("a  b\r\nc", "a b c")
    assert text.same("a\\_b", "a_b")
    assert text.same("- a\n- b", "* a\n\n* b")
    assert not text.same("a", "b")
    assert not text.same("a\n\nb", "a b")
    assert not text.same("- a", "a")
    assert not text.same("[a](http://b.example)", "[a](http://c.example)")


def test_words_counts_what_is_visible():
    assert text.words("One **two** [three](http://a.example/b) \n\n- four\n- ") == 4
    assert text.words("") == 0


def test_parse_gives_nothing_for_nothing():
    assert text.parse("") == text.parse(" \n\n\t") == ()
    assert text.render("") == ""


@pytest.mark.parametrize(
    ("paragraph", "expected"),
    [
        ("The board met in May. It has also:", ("The board met in May.", "It has also:")),
        ("It will:", ("", "It will:")),
        ("It will: publish the plan.", ("It will: publish the plan.", "")),
        ("", ("", "")),
        ("We did it! Did we? Next we will (from 2015):", ("We did it! Did we?", "Next we will (from 2015):")),
        ("It saw No. 10, e.g. Mr. Smith and eg. others at GOV.UK for 3.5 days:", ("", "It saw No. 10, e.g. Mr. Smith and eg. others at GOV.UK for 3.5 days:")),
        ("It ended in 2014. 3 teams will:", ("It ended in 2014.", "3 teams will:")),
        ("They said “no.” The plan is:", ("They said “no.”", "The plan is:")),
        ("Teams, tools, etc. These are:  ", ("Teams, tools, etc.", "These are:")),
        ("In the U.K. Parliament we:", ("", "In the U.K. Parliament we:")),
        ("See para. 4 (p. 12) for approx. 20 cases:", ("", "See para. 4 (p. 12) for approx. 20 cases:")),
    ],
)  # fmt: skip
def test_lead_in(paragraph, expected):
    assert text.lead_in(paragraph) == expected
