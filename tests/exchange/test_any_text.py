"""Whatever a department writes goes in by a file and comes out on its page, word for word."""

import html
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from reporting.domain.text import clean
from tests.exchange.commands import run
from tests.exchange.pages import page, visible, words
from tests.world import World

pytestmark = pytest.mark.django_db

# What a browser shows of a paragraph: control characters and lone surrogates have no place in a file.
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=200)


@given(said=st.lists(TEXT, min_size=1, max_size=8), planned=st.lists(TEXT, min_size=1, max_size=5))
@example(
    said=["__init__", "1986. A year", "<b>", "*", "|", "\U0001f600", "\u05e9\u05dc\u05d5\u05dd"],
    planned=["- x", "a:"],
)
@example(
    said=["&amp; &lt; &#42;", "![a](b) [c](d) <http://e.f>", "\\* \\", "```", "---", "# h"], planned=["1) a", "+ b"]
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_comes_out_as_it_went_in(
    said: list[str], planned: list[str], world: World, tmp_path: Path, client: Client
) -> None:
    wanted = [words(clean(text)[0]) for text in said], [words(clean(text)[0]) for text in planned]
    paragraphs = "".join(f"<p>{html.escape(text)}</p>" for text in said)
    bullets = "".join(f"<li>{html.escape(text)}</li>" for text in planned)
    path = tmp_path / "report.html"
    path.write_text(
        '<meta charset="utf-8"><h1>Ministry 1</h1><h2>Action 1</h2><h3>Progress in 2020</h3><p>First.</p>'
        f"{paragraphs}<h3>Planned activities in 2021</h3><p>First.</p><ul>{bullets}</ul>",
        encoding="utf-8",
    )
    with transaction.atomic():
        run("import_report", path, "--strategy", "FEN")
        tree = page(client, "/strategies/fenland-better-services-plan/departments/ministry-1/")
        transaction.set_rollback(True)
    boxes = tree.xpath("//div[contains(@class, 'st-say')]")
    shown = [[visible(part) for part in box.xpath(".//*[self::p or self::li]")][1:] for box in boxes]
    expected = [[text for text in texts if text] for texts in wanted]
    by_kind = {box.xpath("string(*[1])").split()[0]: texts for box, texts in zip(boxes, shown, strict=True)}
    assert by_kind["Progress"] == expected[0]
    assert by_kind["Planned"] == expected[1]
