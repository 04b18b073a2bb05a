"""Help from the text itself: what stands elsewhere too is shown as typed, and what is vague is said without blame."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.domain import text
from reporting.domain.advice import COMPARED, Passage, Remark, Text, remarks, vague, word_count
from reporting.domain.similarity import Place

pytestmark = pytest.mark.once

PROGRESS, BEFORE = Place(1, 2021, "progress"), Place(1, 2020, "progress")
PLAN, PLAN_BEFORE = Place(1, 2022, "planned"), Place(1, 2021, "planned")
ELSEWHERE = Place(2, 2021, "progress")

HERONS = "Counting of herons at the seven upper locks waits for the arrival of the new boats."
LICENCES = "Most licence holders along the canal now pay their yearly fee from a telephone."


def of(texts: dict[Place, str], about: Place | None = None) -> list[Remark]:
    return remarks([Text(*pair) for pair in texts.items()], [about] if about else None)


def shown(remark: Remark) -> list[str]:
    return [passage.words for passage in remark.passages]


# Words that stand elsewhere too ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind, place, other, sentence",
    [
        ("same_as_last_year", PROGRESS, BEFORE, "100% of progress during 2021 stands word for word in progress during 2020."),
        ("same_as_last_year", PLAN, PLAN_BEFORE, "100% of the plan for 2022 stands word for word in the plan for 2021."),
        ("same_as_own_other_box", PLAN, PROGRESS, "100% of the plan for 2022 stands word for word in progress during 2021."),
        ("same_as_plan", PROGRESS, PLAN_BEFORE, "100% of progress during 2021 stands word for word in the plan for 2021."),
        ("same_as_other_entry", PROGRESS, ELSEWHERE, "100% of progress during 2021 stands word for word in progress during 2021 under action 2."),
        ("same_as_other_entry", PROGRESS, Place(2, 2020, "progress"), "100% of progress during 2021 stands word for word in progress during 2020 under action 2."),
    ],
)  # fmt: skip
def test_word_for_word(kind: str, place: Place, other: Place, sentence: str) -> None:
    assert of({place: HERONS, other: HERONS}, place) == [
        Remark(kind, place, other, 100, (Passage(HERONS),), sentence)
    ]


@pytest.mark.parametrize(
    "place, other",
    [
        (PROGRESS, Place(1, 2019, "progress")),  # two years ago
        (PROGRESS, PLAN),  # said once, at the plan
        (PLAN, BEFORE),
        (PROGRESS, Place(2, 2021, "planned")),
        (PROGRESS, Place(2, 2022, "progress")),  # what came later
    ],
)
def test_places_that_are_not_compared(place: Place, other: Place) -> None:
    assert of({place: HERONS, other: HERONS}, place) == []


def test_other_words_are_not_flagged() -> None:
    assert of({PROGRESS: HERONS, BEFORE: LICENCES, ELSEWHERE: "", PLAN: LICENCES, PLAN_BEFORE: HERONS[:20]}) == []


def test_slightly_reworded_is_alike_and_shows_what_is_the_same() -> None:
    now = "Counting of herons at all seven upper locks still waits for the arrival of the new boats!"
    [remark] = of({PROGRESS: now, BEFORE: HERONS}, PROGRESS)
    assert shown(remark) == ["Counting of herons at", "waits for the arrival of the new boats!"]
    assert remark.share == 70  # 12 of 17 words: a run of three is no passage
    assert remark.sentence == "70% of progress during 2021 stands word for word in progress during 2020."


def numbered(word: str, count: int) -> str:
    return " ".join(f"{word}{number}" for number in range(count))


@pytest.mark.parametrize("shared, flagged", [(5, False), (6, True)])
def test_alike_from_six_words_in_ten(shared: int, flagged: bool) -> None:
    same = numbered("same", shared)
    texts = {PROGRESS: f"{same} {numbered('new', 10 - shared)}", BEFORE: f"{same} {numbered('old', 10 - shared)}"}
    assert [remark.share for remark in of(texts, PROGRESS)] == [60] * flagged


@pytest.mark.parametrize("shared, flagged", [(7, False), (8, True)])
def test_passage_from_eight_words_in_a_row(shared: int, flagged: bool) -> None:
    same = numbered("same", shared)
    texts = {PROGRESS: f"{LICENCES} {same} {HERONS}", ELSEWHERE: f"{numbered('old', 40)} {same}."}
    found = of(texts, PROGRESS)
    assert [shown(remark) for remark in found] == [[same]] * flagged
    if flagged:
        assert found[0].share == 21
        assert found[0].sentence == (
            "8 of 38 words of progress during 2021 stand word for word in progress during 2021 under action 2."
        )


@pytest.mark.parametrize(
    "now, before, flagged",
    [
        ("No progress made.", "No progress made.", False),  # three words may well be alike
        ("No progress was made.", "No progress was MADE", True),
        ("Herons are counted at seven locks.", "Herons are counted at seven locks each spring.", False),
    ],
)
def test_short_texts_are_flagged_only_where_all_is_the_same(now: str, before: str, flagged: bool) -> None:
    assert bool(of({PROGRESS: now, BEFORE: before}, PROGRESS)) is flagged


def test_passages_are_shown_as_typed_and_in_parts_where_a_paragraph_ends() -> None:
    now = "We  say: “The **locks** – all 7 – are\n[painted](https://example.org), at last”.\n\n* In green and white\n* by Sue’s crew"
    before = "the locks all 7 are painted at last in green and white by sues crew"
    [remark] = of({PROGRESS: now, BEFORE: before}, PROGRESS)
    assert shown(remark) == ["“The locks – all 7 – are painted, at last”.", "In green and white", "by Sue’s crew"]
    assert remark.share == 88  # all but “We say”


def test_share_is_rounded_down() -> None:
    texts = {PROGRESS: f"{numbered('same', 1000)} more", BEFORE: numbered("same", 1000)}
    assert [remark.share for remark in of(texts, PROGRESS)] == [99]
    assert [remark.share for remark in of({**texts, Place(1, 2022, "progress"): texts[BEFORE]})] == [99, 100]


def test_many_alike_are_one_remark_that_names_them() -> None:
    texts = {Place(action, year, "progress"): HERONS for action in (1, 2, 3, 4) for year in (2020, 2021)}
    del texts[BEFORE]
    [remark] = of(texts, PROGRESS)
    assert remark.other == ELSEWHERE
    assert {(place.action, place.year) for place in remark.also} == {
        (3, 2021),
        (4, 2021),
        (2, 2020),
        (3, 2020),
        (4, 2020),
    }
    assert remark.sentence == (
        "100% of progress during 2021 stands word for word in progress during 2021 under action 2. Some or all of"
        " these words stand in progress during 2021 under actions 3 and 4 and"
        " progress during 2020 under actions 2, 3 and 4 too."
    )


def test_other_passages_in_another_text_are_a_remark_of_their_own() -> None:
    texts = {PROGRESS: f"{HERONS}\n\n{LICENCES}", ELSEWHERE: HERONS, Place(3, 2021, "progress"): LICENCES}
    assert [(remark.other, shown(remark)) for remark in of(texts, PROGRESS)] == [
        (ELSEWHERE, [HERONS]),
        (Place(3, 2021, "progress"), [LICENCES]),
    ]


def test_planted_repetitions_are_found_and_nothing_else() -> None:
    places = [
        Place(action, year, kind)
        for action in range(1, 17)
        for year in (2020, 2021)
        for kind in ("progress", "planned")
    ]
    texts = {place: numbered(f"own{number}words", 60) for number, place in enumerate(places)}
    texts[Place(3, 2021, "progress")] += f" {HERONS}"
    texts[Place(8, 2020, "progress")] = f"{HERONS} {texts[Place(8, 2020, 'progress')]}"
    texts[Place(5, 2021, "planned")] = texts[Place(5, 2020, "progress")].replace("words30", "otherwise")
    texts[Place(9, 2021, "progress")] = texts[Place(9, 2020, "progress")]
    assert [(remark.kind, remark.place, remark.other) for remark in of(texts)] == [
        ("same_as_other_entry", Place(3, 2021, "progress"), Place(8, 2020, "progress")),
        ("same_as_own_other_box", Place(5, 2021, "planned"), Place(5, 2020, "progress")),
        ("same_as_last_year", Place(9, 2021, "progress"), Place(9, 2020, "progress")),
    ]


def test_the_most_alike_is_the_one_that_is_shown() -> None:
    texts = {PROGRESS: HERONS, ELSEWHERE: HERONS[:60], Place(3, 2021, "progress"): HERONS}
    assert [(remark.other, remark.also) for remark in of(texts, PROGRESS)] == [
        (Place(3, 2021, "progress"), (ELSEWHERE,))
    ]


def test_remarks_about_all_texts_and_about_none() -> None:
    texts = {PROGRESS: HERONS, BEFORE: HERONS, ELSEWHERE: LICENCES}
    assert [remark.place for remark in of(texts)] == [PROGRESS]
    assert of(texts, Place(9, 2021, "progress")) == []
    assert remarks([Text(*pair) for pair in texts.items()], []) == []
    assert remarks([]) == []


@given(st.text(alphabet="ab c\n*-.1"), st.text(alphabet="ab c\n*-.1"))
def test_passages_of_any_text_stand_in_both(one: str, other: str) -> None:
    def bare(words: str) -> str:
        return " " + " ".join(filter(None, (re.sub(r"[\W_]", "", word) for word in words.split()))) + " "

    for remark in of({PROGRESS: one, BEFORE: other}, PROGRESS):
        assert 0 < remark.share <= 100
        for words in shown(remark):
            assert words in text.plain(one)
            assert bare(words) in bare(text.plain(other))


# Hostile sizes ---------------------------------------------------------------------------------------

LONG = 200_000
HOSTILE = {
    "one letter": "a " * (LONG // 2),
    "one word": "x" * LONG,
    "markup": "*_[(" * (LONG // 4),
    "bullets": "- a b c d e f\n" * (LONG // 14),
    "five words": "we will be kept by " * (LONG // 19),
    "sentences": ". A" * (LONG // 3),
    "new words": numbered("w", LONG // 7),
    "spaces": " " * LONG,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_sizes_take_a_moment(name: str) -> None:
    places = [
        Place(action, year, kind)
        for action in range(1, 17)
        for year in (2020, 2021, 2022)
        for kind in ("progress", "planned")
    ]
    started = time.process_time()
    found = remarks([Text(place, HOSTILE[name]) for place in places], [PROGRESS, PLAN])
    found += vague(Text(PLAN, HOSTILE[name]))
    assert time.process_time() - started < 10  # 1 second here
    assert all(len(passage.words) <= COMPARED for remark in found for passage in remark.passages)


def test_what_comes_late_in_a_long_text_is_not_looked_at_and_no_word_is_cut() -> None:
    early = f"{HERONS} They were seen by the lock"
    filler = "x" * (COMPARED - len(f" {early} keep"))
    texts = {PROGRESS: f"{filler} {early} keepers. {LICENCES}", BEFORE: f"{early} keep {LICENCES}"}
    assert [shown(remark) for remark in of(texts, PROGRESS)] == [[early]]


def test_a_department_is_compared_quickly() -> None:
    """16 actions, 3 years, both boxes, 120 words each, nothing read before."""
    places = [
        Place(action, year, kind)
        for action in range(1, 17)
        for year in (2020, 2021, 2022)
        for kind in ("progress", "planned")
    ]
    texts = [Text(place, f"{numbered(f'w{number}', 100)} {HERONS}") for number, place in enumerate(places)]
    started = time.process_time()
    assert remarks(texts, [PROGRESS, PLAN])
    assert time.process_time() - started < 0.5  # 0.03 here


# Plans without a date or a name ----------------------------------------------------------------------


def kinds(planned: str, *own: str) -> list[str]:
    return [remark.kind.removeprefix("vague_") for remark in vague(Text(PLAN, planned), own)]


@pytest.mark.parametrize(
    "planned, phrase",
    [
        ("We will continue to count herons.", "continue to count"),
        ("Continue to count herons at locks.", "Continue to count"),
        ("Continued support for the lock keepers.", "Continued support"),
        ("The small boats team will also carry on with painting.", "carry on with painting"),
        ("The department plans to keep improving its locks.", "keep improving"),
        ("MOW is going to keep on dredging canals.", "keep on dredging"),
        ("The ministry continues to dredge canals.", "continues to dredge"),
        ("Dredging of canals will be continued.", "continued"),
    ],
)
def test_going_on_is_seen_at_the_beginning(planned: str, phrase: str) -> None:
    remark = vague(Text(PLAN, planned))[0]
    assert remark.kind == "vague_continues"
    assert remark.passages == (Passage(phrase, planned),)


@pytest.mark.parametrize(
    "planned",
    [
        "We will dredge the canal so that boats continue to pass.",
        "We will keep a register of herons.",
        "We will paint locks, and continue to dredge canals.",
        "Herons that continue were to be counted.",
        "We will go live with the licence register.",
    ],
)
def test_going_on_later_in_the_sentence_is_not(planned: str) -> None:
    assert "continues" not in kinds(planned)


@pytest.mark.parametrize(
    "when",
    ["by June", "in May", "in Sept", "by spring", "by the third quarter", "in Q3", "within 6 months", "every week", "in 2022",
     "by 2022/23", "by 31/03/22", "on the first anniversary", "annually", "this year"],
)  # fmt: skip
def test_any_time_is_a_date(when: str) -> None:
    assert kinds(f"The locks team will paint seven locks {when}.") == []


@pytest.mark.parametrize(
    "when", ["soon", "as we may wish", "when they march", "once boats are there", "for 2,000 boats", "in 20221"]
)
def test_what_is_no_time_is_no_date(when: str) -> None:
    assert kinds(f"The locks team will paint seven locks {when}.") == ["no_date"]


@pytest.mark.parametrize(
    "planned",
    [
        "We will paint seven locks in June.",
        "It will also paint seven locks in June.",
        "We also will paint seven locks in June.",
        "By June 2022, the department will paint seven locks.",
        "MOW will paint seven locks in June.",
        "The Ministry of Waterways intends to paint seven locks in June.",
        "Seven locks will be painted by June.",
        "Seven locks are to be fully rebuilt by draining them by the end of 2022.",
        "We will paint seven locks in June. It will open 2 more.",
    ],
)
def test_ourselves_and_the_passive_name_nobody(planned: str) -> None:
    assert kinds(planned, "MOW", "Ministry of Waterways") == ["no_owner"]


@pytest.mark.parametrize(
    "planned",
    [
        "The locks team will paint seven locks in June.",
        "We will paint seven locks in June. Sue Lock will choose the green.",
        "Seven locks will be painted by Canal Painters in June.",
        "MOW and the Heron Society will paint seven locks in June.",
        "We will paint seven locks in June with the director of boats.",
        "Seven painted locks in June, all green.",  # no verb that is known: silence
        "Paint seven locks in June 2022.",
        "They will paint seven locks in June.",
    ],
)
def test_whoever_may_do_it_is_enough(planned: str) -> None:
    assert kinds(planned, "MOW", "Ministry of Waterways") == []


def test_one_remark_of_a_kind_with_each_passage_as_typed() -> None:
    planned = (
        "We will  dredge *two* canals.\n\nThe locks team will paint 7 locks in June.\n\n- We will count herons"
    )
    undated, nobody = vague(Text(PLAN, planned))
    assert (undated.place, undated.other, undated.share) == (PLAN, None, 0)
    assert undated.sentence == "No date is given in 2 of 3 planned activities."
    assert nobody.sentence == "No team or person is named in 2 of 3 planned activities."
    assert shown(undated) == shown(nobody) == ["We will  dredge two canals.", "We will count herons"]


def test_sentences_about_a_single_activity() -> None:
    assert [remark.sentence for remark in vague(Text(PLAN, "We will continue to dredge canals."))] == [
        "Words like “continue to” open the planned activity.",
        "No date is given in the planned activity.",
        "No team or person is named in the planned activity.",
    ]


def test_lead_in_gives_its_date_and_its_name_to_what_follows() -> None:
    bullets = "\n\n- seven locks will be painted\n- two canals will be dredged"
    assert kinds(f"By June the locks team will see that:{bullets}") == []
    assert kinds(f"We will see to it that:{bullets}") == ["no_date", "no_owner"]
    assert kinds(f"The boats team has also:{bullets}") == []  # done: nothing is planned


@pytest.mark.parametrize(
    "planned",
    ["", "None.", "No further activities are planned.", "Not applicable to our boats at all.", "Paint the locks"],
)
def test_no_plan_is_not_vague(planned: str) -> None:
    assert kinds(planned) == []


def test_progress_is_never_vague() -> None:
    assert vague(Text(PROGRESS, "We will continue to dredge canals.")) == []


@pytest.mark.parametrize(
    "source, count", [("", 0), ("**Two** words", 2), ("- one\n- [two three](https://example.org)", 3)]
)
def test_word_count_is_of_what_readers_see(source: str, count: int) -> None:
    assert word_count(source) == count
