"""What an import does with what is already there: editions, currency, other people's work, several files."""

from datetime import date
from pathlib import Path

import pytest
from django.test import Client

from reporting.domain import demonstration
from reporting.models import Edition, Event, Report, Round
from strategy.models import CommitmentVersion
from tests.exchange.commands import everything, refusal, run, run_json
from tests.exchange.pages import page, visible
from tests.world import SECRET, World

pytestmark = pytest.mark.django_db
DONE = "Ministry 1 and the plan\nAction 1: Boats online\nProgress in 2020\n"


@pytest.fixture
def given(world: World, tmp_path: Path) -> Path:
    """A folder for files; the invented world is in the database."""
    return tmp_path


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def take(path: Path, *more: str | Path) -> dict:  # type: ignore[type-arg]
    return run_json("import_report", path, *more, "--strategy", "FEN")


def shown(client: Client, address: str = "departments/ministry-1/") -> str:
    return visible(page(client, f"/strategies/fenland-better-services-plan/{address}"))


def test_rounds_are_opened_and_closed_as_history(given: Path) -> None:
    outcome = take(write(given, "a.txt", DONE + "It is done.\nPlanned activities in 2021\nMore boats.\n"))
    assert outcome["rounds_opened"] == [2020]
    made = Round.objects.get()
    assert (made.year, made.due, made.asks_status, made.asks_answers) == (2020, None, False, False)
    assert made.closed_at is not None
    assert Report.objects.filter(round=made).count() == 4


def test_publication_date_is_the_option_then_the_document_s_then_today(given: Path) -> None:
    option = write(given, "option.txt", DONE.replace("Action", "Updated 5 May 2021\nAction", 1) + "One.\n")
    take(option, "--published", "2021-03")
    stated = write(given, "stated.txt", option.read_text().replace("Ministry 1", "Ministry 2"))
    take(stated)
    undated = write(given, "undated.txt", DONE.replace("Ministry 1", "Ministry 3") + "Three.\n")
    take(undated)
    rows = Edition.objects.order_by("report__department").values_list(
        "publication__dated", "publication__date_stated"
    )
    assert [(str(dated), known) for dated, known in rows[:2]] == [("March 2021", True), ("5 May 2021", True)]
    assert (rows[2][0].first_day, rows[2][1]) == (date.today(), False)


def test_older_document_later_is_on_record_and_not_current(given: Path, client: Client) -> None:
    take(write(given, "new.txt", DONE + "The new words.\n"), "--published", "2022-01-10")
    outcome = take(write(given, "old.txt", DONE + "The old words.\n"), "--published", "2021-01-10")
    assert [(row["new"], row["current"]) for row in outcome["editions"]] == [(True, False)]
    assert "The new words." in shown(client)
    assert "The old words." not in shown(client)
    assert "The old words." in shown(client, "editions/ministry-1/2020/2/")


def test_undated_correction_becomes_current(given: Path, client: Client) -> None:
    take(write(given, "a.txt", DONE + "The frist words.\n"), "--published", "2021-01-10")
    take(write(given, "b.txt", DONE + "The first words.\n"))
    assert "The first words." in shown(client)
    assert "frist" not in shown(client)


def test_undated_document_of_an_earlier_round_never_becomes_current(given: Path, client: Client) -> None:
    both = DONE + "Twenty, as told later.\nProgress in 2021\nTwenty-one.\n"
    take(write(given, "b.txt", both), "--published", "2022-01-10")
    take(write(given, "a.txt", DONE + "Twenty, as told first.\n"))
    assert "Twenty, as told later." in shown(client)
    assert "Twenty, as told first." not in shown(client)


def test_slice_by_action_keeps_what_it_does_not_speak_of(given: Path, client: Client) -> None:
    take(write(given, "a.txt", DONE + "Boats.\nAction 2: Plain letters\nProgress in 2020\nLetters.\n"))
    pages = (
        "Action 1: Boats online\nMinistry 1\nProgress in 2020\nBetter boats.\nMinistry 2\nProgress in 2020\nNone.\n"
    )
    outcome = take(write(given, "slice.txt", pages))
    assert [(row["edition"], row["entries"], row["changes"]) for row in outcome["editions"]] == [
        ("FEN/D01/2020/e2", 2, ["action 1: progress changed"]),
        ("FEN/D02/2020/e1", 1, []),
    ]
    assert "Better boats." in shown(client)
    assert "Letters." in shown(client)


def test_whole_report_leaves_out_what_it_no_longer_says(given: Path) -> None:
    take(write(given, "a.txt", DONE + "Boats.\nAction 2: Plain letters\nProgress in 2020\nLetters.\n"))
    outcome = take(write(given, "b.txt", DONE + "Boats.\n"))
    assert [row["changes"] for row in outcome["editions"]] == [["action 2: left out"]]


def test_several_files_give_one_edition(given: Path) -> None:
    one = write(
        given, "1.txt", "Action 1: Boats online\nMinistry 1\nProgress in 2020\nA.\nMinistry 2\nProgress in 2020\nB."
    )
    two = write(
        given,
        "2.txt",
        "Action 2: Plain letters\nMinistry 1\nProgress in 2020\nC.\nMinistry 2\nProgress in 2020\nD.",
    )
    take(one, two)
    assert sorted(Edition.objects.values_list("report__department__code", "number")) == [("D01", 1), ("D02", 1)]
    assert {edition.entries.count() for edition in Edition.objects.all()} == {2}


def test_files_that_contradict_each_other_are_refused(given: Path) -> None:
    one, two = write(given, "1.txt", DONE + "A.\n"), write(given, "2.txt", DONE + "B.\n")
    before = everything()
    said = refusal("import_report", one, two, "--strategy", "FEN")
    assert "2.txt, line 3: D01's progress under action 1 differs from that in 1.txt." in said
    assert everything() == before


@pytest.mark.parametrize("state", ["draft", "submitted", "in_review", "accepted"])
def test_import_is_refused_beside_somebody_s_unpublished_work(world: World, state: str, given: Path) -> None:
    world.open(2020, due=date(2099, 1, 1))
    report = world.report(2020)
    if state == "accepted":
        world.file(report)
    else:
        world.draft(report, progress=f"{SECRET} words")
        Report.objects.filter(pk=report.pk).update(state=state, submitted_by=world.leader)
    before = everything()
    said = refusal("import_report", write(given, "a.txt", DONE + "Imported.\n"), "--strategy", "FEN")
    assert "Somebody's work on FEN/D01/2020 is not published yet" in said
    assert everything() == before


def test_notes_belong_to_the_newest_round(given: Path) -> None:
    text = (
        DONE.replace("Progress", "A note under the title.\nProgress") + "Twenty.\nProgress in 2021\nTwenty-one.\n"
    )
    take(write(given, "a.txt", text))
    rows = Edition.objects.order_by("report__round__year").values_list("report__round__year", "entries__notes")
    assert list(rows) == [(2020, ""), (2021, "A note under the title.")]


def test_pair_without_a_section_gets_no_row(given: Path) -> None:
    take(write(given, "a.txt", DONE + "Only this.\nAction 2: Plain letters\n"))
    assert Edition.objects.get().entries.count() == 1
    assert not CommitmentVersion.objects.exists()


@pytest.mark.parametrize(
    ("words", "state"),
    [
        ("Awaiting D01 confirmation", "not_received"),
        ("Not yet received.", "not_received"),
        ("Not applicable, as we have no boats.", "not_applicable"),
        ("This is not applicable to us.", "not_applicable"),
        ("This is not directly applicable to us, but we help.", "made"),
        ("Awaiting a new boat, we will row and confirmation of the budget will follow in the spring.", "made"),
    ],
)
def test_commitment_is_the_state_that_its_words_stand_for(given: Path, words: str, state: str) -> None:
    take(
        write(given, "a.txt", f"Ministry 1 and the plan\nAction 1: Boats online\nCommitment (May 2019)\n{words}\n")
    )
    version = CommitmentVersion.objects.get()
    assert (version.state, str(version.dated)) == (state, "May 2019")
    assert version.text == (words if state == "made" else "")


def test_department_option_names_whose_report_it_is(given: Path) -> None:
    path = write(given, "a.txt", "Action 1: Boats online\nProgress in 2020\nDone.\n")
    assert "name it with --department" in refusal("import_report", path, "--strategy", "FEN")
    take(path, "--department", "d02")
    assert Edition.objects.get().report.department.code == "D02"


def test_keep_unplaced_files_it_as_notes(given: Path) -> None:
    path = write(given, "a.txt", DONE + "Done.\nOutlook for 2030\nBright.\n")
    assert "a.txt, line 5: “Outlook for 2030”" in refusal("import_report", path, "--strategy", "FEN")
    take(path, "--keep-unplaced")
    assert Edition.objects.get().entries.get().notes == "Outlook for 2030\n\nBright."


def test_import_writes_events_as_the_importer(given: Path) -> None:
    before = Event.objects.count()
    take(write(given, "a.txt", DONE + "Done.\n"), "--note", "From the archive")
    rows = Event.objects.filter(sequence__gt=before).values_list("verb", "subject", "actor__name")
    assert list(rows) == [
        ("round.opened", "FEN/2020", "Importer"),
        ("round.closed", "FEN/2020", "Importer"),
        ("report.taken_in", "FEN/D01/2020", "Importer"),
        ("edition.cut", "FEN/D01/2020/e1", "Importer"),
        ("publication.set", "FEN/D01/2020/e1", "Importer"),
    ]
    assert Edition.objects.get().change_note == "From the archive"


def test_import_is_refused_in_the_demonstration(world: World, given: Path) -> None:
    from django.db import transaction

    with transaction.atomic():
        demonstration.mark(actor=world.reviewer)
    said = refusal("import_report", write(given, "a.txt", DONE + "Done.\n"), "--strategy", "FEN")
    assert "make run DEMO=no DATA_DIR=" in said


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("name,acronym\nA,B\n", "t.csv, line 1: no column slug"),
        ("name,acronym,slug\n", "there is no row under the header"),
        ("name,acronym,slug\nA,B,b\nC,b,c\n", "line 3: acronym “b” stands there twice: the first is in line 2"),
        ("name,acronym,slug\nA,B,b\nC,D,b\n", "line 3: slug “b” belongs to B"),
        ("name,acronym,slug\nA,,a\n", "line 2: acronym is empty"),
        ("name,acronym,slug\nA,B,a b!\n", "line 2: slug “a b!” may only hold"),
        ("name,acronym,slug\nA,B\n", "line 2: 2 cells under 3 columns"),
        ('name,acronym,slug\n"A,B,b\n', "it is no CSV"),
        ("name,acronym,slug,opened\nA,B,b,2012-13\n", "line 2: opened: 13/2012 is not a day of the calendar"),
        ("name,acronym,slug\nOther,D01,ministry-1\n", "D01 is already here as “Ministry 1”"),
    ],
)
def test_bad_table_of_departments_is_refused(given: Path, text: str, fragment: str) -> None:
    before = everything()
    assert fragment in refusal("import_departments", write(given, "t.csv", text))
    assert everything() == before


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("number,added_on,short_name,words\n0,2020-01,A,B\n", "number “0” is not a whole number"),
        ("number,added_on,short_name,words\n1,,A,B\n", "added_on is empty"),
        ("number,added_on,short_name,words\n1,soon,A,B\n", "added_on: “soon” is not a date"),
        (
            "number,added_on,short_name,words\n1,2020-01,A name that is much too long,B\n",
            "longer than 24 characters",
        ),
        ("number,added_on,short_name,words\n1,2020-01,A,\n", "no wording is given"),
        ("number,added_on,short_name,words\n1,2020-01,A,B\n1,2020-01,C,D\n", "number “1” stands there twice"),
        ("number,added_on,words\n1,2020-01,B\n", "no column short_name"),
    ],
)
def test_bad_table_of_actions_is_refused(given: Path, text: str, fragment: str) -> None:
    before = everything()
    options = ("--code", "NEW", "--title", "New plan", "--wording", "2020-01=words")
    assert fragment in refusal("import_strategy", write(given, "t.csv", text), *options)
    assert everything() == before


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("action,department,text\n9,D01,Words\n", "line 2: FEN has no action “9”"),
        ("action,department,text\n1,XX,Words\n", "line 2: no department has the acronym “XX”"),
        ("action,department,text\n1,D01,\n", "line 2: text is empty"),
        ("action,department,text\n1,D01,A\n1,D01,B\n", "stands there twice"),
        ("action,department,text,source_url\n1,D01,A,javascript:alert(1)\n", "is not a web address"),
    ],
)
def test_bad_table_of_commitments_is_refused(given: Path, text: str, fragment: str) -> None:
    before = everything()
    options = ("--strategy", "FEN", "--made", "2019-06")
    assert fragment in refusal("import_commitments", write(given, "t.csv", text), *options)
    assert everything() == before


@pytest.mark.parametrize(
    ("command", "fragment"),
    [
        (("import_report", "{file}", "--strategy", "NOPE"), "There is no strategy NOPE"),
        (("import_report", "{file}", "--strategy", "FEN", "--department", "NOPE"), "There is no department NOPE"),
        (("import_report", "{file}", "--strategy", "FEN", "--published", "2015-02-31"), "31/2/2015 is not a day"),
        (("import_commitments", "{file}", "--strategy", "FEN", "--made", "soon"), "--made: “soon” is not a date"),
        (("import_strategy", "{file}", "--code", "X", "--title", "Y", "--wording", "2020"), "is not DATE=COLUMN"),
        (("import_strategy", "{file}", "--code", "X", "--title", "Y", "--wording", "20=a"), "“20” is not a date"),
    ],
)
def test_bad_option_is_refused_in_a_sentence(given: Path, command: tuple[str, ...], fragment: str) -> None:
    before = everything()
    path = write(given, "t.csv" if "report" not in command[0] else "t.txt", "Some words\n")
    assert fragment in refusal(*[part.format(file=path) for part in command])
    assert everything() == before


def test_formula_cells_of_our_own_tables_are_restored(given: Path) -> None:
    text = "action,department,text\n1,D01,'=1+1 boats are enough\n"
    run("import_commitments", write(given, "t.csv", text), "--strategy", "FEN", "--made", "2019-06")
    assert CommitmentVersion.objects.get().text == "=1+1 boats are enough"
