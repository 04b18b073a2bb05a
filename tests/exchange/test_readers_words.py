"""No format loses or changes a word, whatever the words look like."""

import html
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.domain import text
from reporting.exchange.blocks import to_markdown
from reporting.exchange.readers import html as html_reader
from reporting.exchange.readers import inline, markdown, plain_blocks, read
from reporting.exchange.readers.inline import Run
from reporting.exchange.readers.limits import Budget
from tests.domain.test_text import ANY_TEXT, MARKUP, NASTY, folded
from tests.exchange.test_readers import pandoc, write

pytestmark = pytest.mark.once

LINES = st.lists(ANY_TEXT.filter(lambda line: line.split()), min_size=1, max_size=5)


def of_html(source: str):
    # The declared encoding keeps what UTF-8 cannot hold from stopping the test itself.
    return html_reader.read(source.encode("utf-8", "replace"), Budget("a.html", "line"))


def shown(blocks) -> list[list[str]]:
    """The words as a page shows them in the end: through one Markdown source and its HTML."""
    rendered = text.render(to_markdown(blocks))
    parts = re.findall(r"<(?:p|li)[^>]*>(.*?)(?=</p>|</li>|<ul|<ol|<p)", rendered, re.DOTALL)
    return [html.unescape(re.sub(r"<[^>]*>", " " if "<br>" in part else "", part)).split() for part in parts]


def without_surrogates(lines: list[str]) -> list[str]:
    return [text.clean(line)[0].replace("\n", " ") for line in lines]


@settings(deadline=None)
@given(LINES)
def test_plain_text(lines):
    lines = without_surrogates(lines)
    blocks = plain_blocks("\n".join(lines))
    marked = [re.sub(r"^[-*•–][ \t\u00a0]+(?=\S)", "", line.strip()) for line in lines if line.strip()]
    for block, line in zip(blocks, marked, strict=True):
        assert block.plain.split() == (line if block.kind != "number" else re.sub(r"^\d+[.)]\s+", "", line)).split()
        assert text.plain(to_markdown([block])) == block.plain
    assert shown(blocks) == [block.plain.split() for block in blocks]


@settings(deadline=None)
@given(LINES)
def test_html_paragraphs_and_items(lines):
    lines = without_surrogates(lines)
    source = "<main><i></i>" + "".join(
        f"<p>{html.escape(line)}</p><ul><li>{html.escape(line)}</ul>" for line in lines
    )
    blocks = of_html(source + "<p>end</p></main>")
    expected = [line.split() for line in lines if line.split() for _ in range(2)]
    assert [block.plain.split() for block in blocks] == [*expected, ["end"]]
    assert all(text.plain(to_markdown([block])) == block.plain for block in blocks)
    assert shown(blocks) == [*expected, ["end"]]


@settings(deadline=None)
@given(LINES)
def test_markdown_with_every_sign_escaped(lines):
    lines = without_surrogates(lines)
    escaped = [re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", " ".join(line.split())) for line in lines]
    blocks = markdown.read("\n\n".join(escaped), Budget("a.md", "line"))
    assert [block.plain.split() for block in blocks] == [line.split() for line in lines if line.split()]
    assert all(text.plain(to_markdown([block])) == block.plain for block in blocks)


@settings(deadline=None)
@given(LINES)
def test_our_own_markdown_read_again(lines):
    """A source that we wrote, rendered: what a person copies out of the product and gives back."""
    lines = without_surrogates(lines)
    blocks = plain_blocks("\n".join(lines))
    again = of_html("<main>" + text.render(to_markdown(blocks)) + "</main>")
    assert [(b.kind, b.plain.split()) for b in again] == [(b.kind, b.plain.split()) for b in blocks]


RUNS = st.lists(
    st.builds(
        Run,
        MARKUP | st.sampled_from(["word", " ", "\n", "a\nb", "(x)", "“y”", "!", "1.", "-", *NASTY]),
        st.booleans(),
        st.booleans(),
        st.sampled_from(["", "", "", "#", "http://a.example/b_(c)?d=&copy;&e=\\f <g>", "mailto:a@b.example"]),
    ),
    max_size=6,
)


@settings(max_examples=300, deadline=None)
@given(RUNS)
def test_formatted_words(runs):
    for part in inline.paragraphs(runs):
        source, words = inline.markdown(part)
        expected = "".join(run.words for run in part).split()
        assert words.split() == expected
        assert text.plain(source) == words
        assert [s.plain for s in text.statements(source)] == ([words] if words else [])


@settings(deadline=None)
@given(RUNS.filter(lambda runs: any(run.words.strip() for run in runs)))
def test_formatted_blocks_in_lists(runs):
    parts = inline.paragraphs(runs)
    blocks = [inline.block(part, 1, kind="bullet", depth=depth % 8) for depth, part in enumerate(parts)]
    statements = text.statements(to_markdown(blocks))
    assert [statement.plain for statement in statements] == [block.plain for block in blocks if block.plain]


NESTING = st.tuples(
    st.sampled_from(["paragraph", "bullet", "number"]), st.integers(0, 8), st.integers(0, 4), st.sampled_from(NASTY)
)


@settings(deadline=None)
@given(st.lists(NESTING, max_size=12))
def test_any_sequence_of_blocks_keeps_its_words_and_numbers(sequence):
    from tests.exchange.test_readers import item

    blocks = [item(" ".join(words.split()), kind, depth, number) for kind, depth, number, words in sequence]
    parsed = text.parse(to_markdown(blocks))
    assert [s.plain.split() for s in text.statements(to_markdown(blocks))] == [b.plain.split() for b in blocks]
    assert kinds(parsed) == [(b.kind, b.number if b.kind == "number" else 0) for b in blocks]


def kinds(blocks, marker=("paragraph", 0)) -> list[tuple[str, int]]:
    found = []
    for block in blocks:
        if isinstance(block, text.Paragraph):
            found.append(marker)
            marker = ("paragraph", 0)
        else:
            for number, one in enumerate(block.items, block.start):
                found += kinds(one.blocks, ("number", number) if block.ordered else ("bullet", 0))
    return found


@pytest.mark.parametrize("extension", ["docx", "odt"])
def test_office_documents(extension, tmp_path):
    nasty = [" ".join(words.split()) for words in NASTY]
    source = "".join(f"<p>{html.escape(words)}</p><ul><li>{html.escape(words)}</li></ul>" for words in nasty)
    blocks = read(pandoc(source, tmp_path / f"a.{extension}")).blocks
    # An OpenDocument marks every space by its own element; pandoc gives runs of them as they were.
    assert [block.plain.split() for block in blocks] == [folded(words) for words in nasty for _ in range(2)]
    assert all(text.plain(to_markdown([block])) == block.plain for block in blocks)


@pytest.mark.real
@pytest.mark.parametrize(
    "name",
    [
        "mod-report-2015.txt",
        *(f"action-pages-2012/action-{n:02}.html" for n in (1, 2, 3, 4, 5, 7, 8, 10, 11, 12, 14)),
    ],
)
def test_published_material(name):
    path = Path(__file__).parents[3] / "shared" / "data" / name
    if not path.exists():
        pytest.skip("the published material is not here: ../shared/data")
    document = read(path)
    lines = path.read_text(encoding="utf-8").split("\n")
    for block in document.blocks:
        stands = (
            html.unescape(re.sub(r"<[^>]*>", "", lines[block.line - 1]))
            if path.suffix == ".html"
            else lines[block.line - 1]
        )
        assert block.plain.split() == re.sub(r"^- ", "", stands).split()
        assert text.plain(to_markdown([block])) == block.plain
    content = [line for line in lines if re.search(r"^<(?:h\d|p)" if path.suffix == ".html" else r"\S", line)]
    assert len(document.blocks) == len(content)


def test_a_file_of_every_nasty_string(tmp_path):
    path = write(tmp_path, "a.txt", "\n".join(f"x {words}" for words in NASTY))
    assert [block.plain.split() for block in read(path).blocks] == [["x", *folded(words)] for words in NASTY]
