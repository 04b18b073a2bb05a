"""Bad documents given to the command: one clear sentence naming file and place, and the database unchanged."""

from pathlib import Path

import pytest

from tests.exchange.commands import everything, refusal
from tests.exchange.hostile import BAD_FILES
from tests.world import World

pytestmark = pytest.mark.django_db

# Files that can be read and don't make a report: what stands in them, and a part of the sentence.
BAD_REPORTS = {
    "duplicate action": (
        "Ministry 1\nAction 1\nProgress in 2020\nA.\nAction 1\n",
        "line 5: “Action 1”: D01 under action 1",
    ),
    "unknown action": ("Ministry 1\nAction 77: Boats\n", "line 2: “Action 77: Boats”: FEN has no action 77"),
    "unknown department": (
        "<h1>Action 1</h1><h2>Ministry of Nothing</h2><h3>Progress in 2020</h3><p>A.</p>",
        "line 1",
    ),
    "text before the first action": (
        "Ministry 1 and the plan\nWelcome to you all.\nAction 1\n",
        "line 2: “Welcome",
    ),
    "no headings": ("Ministry 1 did a lot this year, and will do more.\nAll is well.\n", "no heading of an action"),
    "year missing": ("Ministry 1\nAction 1\nProgress during the year\nA.\n", "line 3: “Progress during the year”"),
    "year misspelt": ("Ministry 1\nAction 1\nProgress in 20l4\nA.\n", "line 3: “Progress in 20l4”"),
    "span of years": ("Ministry 1\nAction 1\nProgress in 2013-14\nA.\n", "line 3: “Progress in 2013-14”"),
    "unknown section": (
        "<h1>Ministry 1</h1><h2>Action 1</h2><h3>Lessons</h3><p>A.</p>",
        "“Lessons”: it is no action",
    ),
    "date that is none": (
        "Ministry 1\nUpdated 31 February 2015\nAction 1\nProgress in 2020\nA.\n",
        "31/2/2015 is not a day",
    ),
    "table in an answer": (
        "<h1>Ministry 1</h1><h2>Action 1</h2><h3>Progress in 2020</h3><table><tr><td>A</td></tr></table>",
        "table",
    ),
    "nobody's report": ("Action 1\nProgress in 2020\nA.\n", "name it with --department"),
    "section twice": ("Ministry 1\nAction 1\nProgress in 2020\nA.\nProgress in 2020\nB.\n", "line 5"),
    "words of another action": (
        "Ministry 1\nAction 1: Plain letters\nProgress in 2020\nA.\n",
        "are those of action 2",
    ),
    "section before an action": ("Ministry 1\nProgress in 2020\nA.\n", "before the first heading of an action"),
    "nothing said": ("Ministry 1\nAction 1\n", "no commitment and no year"),
}


@pytest.mark.once  # refused before anything is written
@pytest.mark.parametrize("name", sorted(BAD_FILES))
def test_bad_file_is_refused_in_one_sentence(name: str, world: World, tmp_path: Path) -> None:
    make, fragment = BAD_FILES[name]
    path = make(tmp_path)
    before = everything()
    said = refusal("import_report", path, "--strategy", "FEN")
    first, *rest = said.split("\n")
    assert fragment in first
    assert rest == ["Nothing was changed."]
    assert everything() == before


@pytest.mark.parametrize("name", sorted(BAD_REPORTS))
def test_bad_report_is_refused_with_its_place(name: str, world: World, tmp_path: Path) -> None:
    text, fragment = BAD_REPORTS[name]
    path = tmp_path / ("report.html" if text.startswith("<") else "report.txt")
    path.write_text(text, encoding="utf-8")
    before = everything()
    said = refusal("import_report", path, "--strategy", "FEN")
    assert said.startswith(f"{path.name}, line ")
    assert fragment in said
    assert said.endswith("Nothing was changed.")
    assert everything() == before
