"""Headings that are in no sample: pages differ from department to department and from year to year."""

import pytest

from reporting.exchange import headings
from reporting.exchange.blocks import Block, Document
from reporting.exchange.headings import Catalogue
from reporting.exchange.readers.plain_text import plain_blocks
from reporting.exchange.recogniser import Placement, recognise

pytestmark = pytest.mark.once

CATALOGUE = Catalogue.of(
    "FEN",
    "Fenland Better Services Plan",
    {
        1: ("Every boat licence can be renewed online by March 2021", "Boats online"),
        2: (
            "Letters are written plainly",
            "Letters & forms are written so that everybody understands them by July 2022",
            "Plain letters",
        ),
        3: ("Records of the drainage boards are open to all", "Open records"),
    },
    {
        "MOW": ("The Ministry of Waterways & Locks", "MOW"),
        "DLF": ("Department for Letters, Forms and Signs", "DLF", "Her Majesty's Letter Office"),
        "DfB": ("Department for Boats", "DfB"),
    },
    ["Simpler services for people"],
)


def text(source: str, name: str = "report.txt") -> Document:
    return Document(name, "line", False, plain_blocks(source), "0" * 64)


def marked(*blocks: tuple[int, str]) -> Document:
    """Pairs of a heading level (0: a paragraph) and words."""
    rows = tuple(
        Block(line, level, "heading" if level else "paragraph", words, words)
        for line, (level, words) in enumerate(blocks, start=1)
    )
    return Document("page.html", "line", True, rows, "0" * 64)


def placed(placement: Placement) -> list[tuple[str, int, str, str, list[str]]]:
    return [
        (one.department, one.action, one.kind, str(one.when or ""), [block.plain for block in one.blocks])
        for one in placement.sections
    ]


@pytest.mark.parametrize(
    ("line", "kind", "when"),
    [
        ("Progress during 2013", "progress", "2013"),
        ("Progress in 2014", "progress", "2014"),
        ("Progress made in 2014:", "progress", "2014"),
        ("PROGRESS FOR 2021", "progress", "2021"),
        ("Progress report, 2020", "progress", "2020"),
        ("Progress (2019)", "progress", "2019"),
        ("2018 progress", "progress", "2018"),
        ("Departmental progress throughout the year 2015", "progress", "2015"),
        ("Achievements in 2016", "progress", "2016"),
        ("What we did in 2017", "progress", "2017"),
        ("Planned activities in 2014", "planned", "2014"),
        ("Planned activity for 2015", "planned", "2015"),
        ("Our plans for 2022", "planned", "2022"),
        ("Planned work during 2020", "planned", "2020"),
        ("Activities planned for 2019", "planned", "2019"),
        ("2021: planned actions", "planned", "2021"),
        ("Next steps for 2023", "planned", "2023"),
        ("What the department will do in 2018", "planned", "2018"),
        ("Departmental digital strategy commitments (December 2012)", "commitment", "December 2012"),
        ("Department’s commitment, May 2013", "commitment", "May 2013"),
        ("Commitments made in 2011", "commitment", "2011"),
        ("Commitment (2012)", "commitment", "2012"),
    ],
)
def test_section_heading_in_any_wording_is_recognised(line: str, kind: str, when: str) -> None:
    found = headings.section(line)
    assert found is not None
    assert (found.kind, str(found.when)) == (kind, when)


@pytest.mark.parametrize(
    "line",
    [
        "Progress",
        "Progress so far",
        "Progress during the year",
        "Planned activities",
        "Planned activities in",
        "Plans for next year",
        "Commitments:",
        "Progress during 20l4",
        "Progress in 2013-14",
        "Next steps",
    ],
)
def test_section_heading_without_its_year_is_unknown(line: str) -> None:
    found = headings.section(line)
    assert found is not None
    assert (found.kind, found.why) == ("unknown", "it starts like a section heading but names no year")


@pytest.mark.parametrize(
    "line",
    [
        "Progress in 2014 was slower than we hoped because the boats were late.",
        "Plans for the new lock were drawn up and shown to everybody who lives near the canal in 2013.",
        "Planned activities in 2014 were not carried out; they will be taken up again.",
        "Commitments of this size take years.",
        "We made progress in 2013.",
    ],
)
def test_sentence_that_starts_like_a_heading_is_text(line: str) -> None:
    assert headings.section(line) is None


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("Action 1: Every boat licence can be renewed online by March 2021", 1),
        ("ACTION 1 – Boats online", 1),
        ("Action 1. Every boat licence can be renewed online…", 1),
        ("Action 2: Letters are written plainly", 2),
        ("Action 2: Letters and forms are written so that everyone understands them", 2),
        ("Action 3", 3),
        ("Records of the Drainage Boards are open to all", 3),
        ("3. Records of the drainage boards are open to all", 3),
        ("Records of the drainage...", 3),
    ],
)
def test_action_heading_older_or_shortened_is_recognised(line: str, number: int) -> None:
    found = headings.action(line, CATALOGUE, marked=True)
    assert found is not None
    assert (found.kind, found.action) == ("action", number)


@pytest.mark.parametrize(
    "line", ["Action 3 was added in November 2020, so nothing is due for 2020.", "Boats online", "1. We did it"]
)
def test_prose_that_mentions_an_action_is_no_heading_in_plain_text(line: str) -> None:
    assert headings.action(line, CATALOGUE, marked=False) is None


def test_action_heading_of_another_action_s_words_is_fatal() -> None:
    found = headings.action("Action 1: Records of the drainage boards are open to all", CATALOGUE, marked=False)
    assert found is not None
    assert (found.kind, found.fatal) == ("unknown", True)
    assert found.why == "it says action 1, and its words are those of action 3"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("Ministry of Waterways and Locks", "MOW"),
        ("THE MINISTRY OF WATERWAYS & LOCKS", "MOW"),
        ("Ministry of Waterways and Locks (MOW)", "MOW"),
        ("Department for Letters Forms & Signs", "DLF"),
        ("HM Letter Office", "DLF"),
        ("Her Majesty’s Letter Office:", "DLF"),
        ("DfB", "DfB"),
        ("Department for Bridges", ""),
    ],
)
def test_department_heading_in_any_spelling_is_recognised(line: str, code: str) -> None:
    assert headings.department(line, CATALOGUE) == code


REPORT = """MOW's actions in response to the plan
Updated 16 January 2022
Action 1: Boats online
Renewals open in March.
Departmental commitments (June 2019)
We will put renewals online.
- for boats
- for rafts
Progress during 2020
Half of it is online.
Planned activities in 2021
The rest: rafts and punts.
Action 3
Progress in 2020
Action 3 was added late in the year.
"""


def test_department_report_is_placed_by_action_and_section() -> None:
    placement = recognise(text(REPORT), CATALOGUE)
    assert placement.unplaced == []
    assert (placement.across, str(placement.stated)) == (False, "16 January 2022")
    assert placed(placement) == [
        ("MOW", 1, "notes", "", ["Renewals open in March."]),
        ("MOW", 1, "commitment", "June 2019", ["We will put renewals online.", "for boats", "for rafts"]),
        ("MOW", 1, "progress", "2020", ["Half of it is online."]),
        ("MOW", 1, "planned", "2021", ["The rest: rafts and punts."]),
        ("MOW", 3, "progress", "2020", ["Action 3 was added late in the year."]),
    ]


def test_action_across_departments_is_told_from_a_report() -> None:
    placement = recognise(
        marked(
            (1, "Action 2: Letters are written plainly"),
            (0, "This is what departments answer:"),
            (2, "The Department for Boats"),
            (3, "Commitment (2019)"),
            (0, "Not applicable: boats get no letters."),
            (2, "Ministry of Waterways and Locks"),
            (3, "Progress in 2020"),
            (0, "All letters are plain."),
        ),
        CATALOGUE,
    )
    assert placement.unplaced == []
    assert placement.across is True
    assert placement.left_out == ["line 2: This is what departments answer:"]
    assert placed(placement) == [
        ("DfB", 2, "commitment", "2019", ["Not applicable: boats get no letters."]),
        ("MOW", 2, "progress", "2020", ["All letters are plain."]),
    ]


def test_action_across_departments_in_plain_text_is_recognised() -> None:
    source = (
        "Action 1: Boats online\nThe Department for Boats\nProgress in 2020\nDone.\nDLF\nProgress in 2020\nNone."
    )
    assert placed(recognise(text(source), CATALOGUE)) == [
        ("DfB", 1, "progress", "2020", ["Done."]),
        ("DLF", 1, "progress", "2020", ["None."]),
    ]


def test_several_departments_with_their_actions_are_placed() -> None:
    placement = recognise(
        marked(
            (2, "Department for Boats"),
            (3, "Action 1: Boats online"),
            (4, "Progress in 2020"),
            (0, "Boats did it."),
            (2, "MOW"),
            (3, "Action 1"),
            (4, "Progress in 2020"),
            (0, "Locks did it."),
        ),
        CATALOGUE,
    )
    assert placement.unplaced == []
    assert placed(placement) == [
        ("DfB", 1, "progress", "2020", ["Boats did it."]),
        ("MOW", 1, "progress", "2020", ["Locks did it."]),
    ]


def test_theme_headings_are_passed_over() -> None:
    placement = recognise(
        marked(
            (1, "MOW and the plan"),
            (2, "Simpler services for people"),
            (3, "Action 1: Boats online"),
            (4, "Progress in 2020"),
            (0, "Done."),
        ),
        CATALOGUE,
    )
    assert placement.unplaced == []
    assert placed(placement) == [("MOW", 1, "progress", "2020", ["Done."])]


def test_bold_lines_are_headings_where_the_document_has_others() -> None:
    rows = marked((2, "Action 1: Boats online"), (0, "Progress in 2020"), (0, "Done.")).blocks
    bold = Block(2, 0, "paragraph", "**Progress in 2020**", "Progress in 2020", strong=True)
    document = Document("page.docx", "paragraph", True, (rows[0], bold, rows[2]), "0")
    assert placed(recognise(document, CATALOGUE, department="MOW")) == [("MOW", 1, "progress", "2020", ["Done."])]


def test_plain_line_that_reads_like_a_section_is_doubtful_in_a_marked_up_document() -> None:
    placement = recognise(
        marked((2, "Action 1: Boats online"), (3, "Progress in 2020"), (0, "Done."), (0, "Plans for 2021")),
        CATALOGUE,
        department="MOW",
    )
    assert [(item.line, item.why) for item in placement.unplaced] == [
        (4, "it reads like a section heading and is not marked as one")
    ]


def test_document_whose_only_heading_is_its_title_is_read_by_its_lines() -> None:
    placement = recognise(
        marked((1, "MOW and the plan"), (0, "Action 1: Boats online"), (0, "Progress in 2020"), (0, "Done.")),
        CATALOGUE,
    )
    assert placement.unplaced == []
    assert placed(placement) == [("MOW", 1, "progress", "2020", ["Done."])]


@pytest.mark.parametrize(
    ("lines", "line", "why"),
    [
        (["MOW plan", "Action 9: Buy boats"], 2, "FEN has no action 9"),
        (["MOW plan", "Hello to all readers of this.", "Action 1: Boats online"], 2, "it stands before the first"),
        (["MOW plan", "Action 1: Boats online", "Progress", "Done."], 3, "names no year"),
        (["MOW plan", "Action 1: Boats online", "Outlook for 2021", "Bright."], 3, "not known"),
        (
            ["MOW plan", "Action 1: Boats online", "Action 1: Boats online"],
            3,
            "a second time; the first is in line 2",
        ),
        (["MOW plan", "Action 1", "Progress in 2020", "A.", "Progress in 2020", "B."], 5, "a second time"),
        (["MOW plan", "Progress in 2020", "Done."], 2, "before the first heading of an action"),
        (["Plan", "Action 1: Boats online", "Progress in 2020", "Done."], 2, "name it with --department"),
        (
            ["MOW plan", "Updated 31 February 2015", "Action 1: Boats online"],
            2,
            "31/2/2015 is not a day of the calendar",
        ),
        (["MOW plan", "Action 1: Eat more fish and chips", "Progress in 2020"], 2, "no wording of action 1"),
        (["MOW plan", "Nothing here."], 1, "no heading of an action was found"),
        (["MOW plan", "Action 1: Boats online", "Only notes."], 1, "no commitment and no year"),
    ],
)
def test_what_cannot_be_placed_is_listed_with_its_line(lines: list[str], line: int, why: str) -> None:
    placement = recognise(text("\n".join(lines)), CATALOGUE)
    assert any(item.line == line and why in item.why for item in placement.unplaced), placement.unplaced


@pytest.mark.parametrize("words", ["Department for Bridges", "Lessons learned", "Background"])
def test_unknown_heading_in_a_marked_up_document_is_unplaced(words: str) -> None:
    placement = recognise(
        marked(
            (1, "Action 1: Boats online"),
            (2, "Department for Boats"),
            (3, "Progress in 2020"),
            (0, "Done."),
            (2, words),
            (0, "And this."),
        ),
        CATALOGUE,
    )
    assert [(item.line, item.why) for item in placement.unplaced] == [
        (5, "it is no action, department or known section")
    ]


def test_unplaced_lines_are_kept_as_notes_when_asked() -> None:
    source = REPORT.replace("Updated", "Welcome to this report of ours.\nUpdated").replace(
        "Progress during 2020", "Outlook for 2030\nVery bright.\nProgress during 2020"
    )
    placement = recognise(text(source), CATALOGUE, keep_unplaced=True)
    assert placed(placement)[0] == (
        "MOW",
        1,
        "notes",
        "",
        ["Welcome to this report of ours.", "Renewals open in March.", "Outlook for 2030", "Very bright."],
    )


def test_another_department_s_part_is_refused_where_the_report_is_said_to_be_one_s() -> None:
    document = marked(
        (1, "Action 1: Boats online"), (2, "Department for Boats"), (3, "Progress in 2020"), (0, "Done.")
    )
    placement = recognise(document, CATALOGUE, department="MOW")
    assert [item.fatal for item in placement.unplaced] == [True]


def test_own_heading_is_passed_over_where_the_department_is_given() -> None:
    document = marked(
        (1, "Action 1: Boats online"), (2, "Department for Boats"), (3, "Progress in 2020"), (0, "Done.")
    )
    placement = recognise(document, CATALOGUE, department="DfB")
    assert placement.unplaced == []
    assert placed(placement) == [("DfB", 1, "progress", "2020", ["Done."])]
