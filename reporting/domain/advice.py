"""Help from the text itself: words that stand elsewhere too, and plans without a date or a name.

Advice only says what is there and shows the passages. It judges nobody and stops nothing.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, groupby

from reporting.domain import activities, text
from reporting.domain.similarity import WORTH_A_REMARK, Place
from strategy.dates import MONTHS

ALIKE = 60  # percent of a text's words that stand in the other: then the text as a whole is alike
PASSAGE = 8  # words in a row worth showing although the rest differs; a shorter text must be the same
SHORTEST_RUN = WORTH_A_REMARK  # words in a row; fewer stand in any two texts and count for nothing
COMPARED = 20_000  # characters of each text; what comes after them is not looked at
PLACES_TRIED = 8  # where a run may start in the other text; only hostile texts have more


@dataclass(frozen=True, slots=True)
class Text:
    place: Place
    source: str


@dataclass(frozen=True, slots=True)
class Passage:
    words: str  # as they stand in the text that is looked at
    within: str = ""  # the whole planned activity, where the words are only a part of it


@dataclass(frozen=True, slots=True)
class Remark:
    """Kinds: same_as_last_year, same_as_other_entry, same_as_own_other_box (a plan repeats the progress it
    stands beside), same_as_plan (progress repeats what was planned), vague_continues, vague_no_date,
    vague_no_owner."""

    kind: str
    place: Place
    other: Place | None
    share: int  # percent of the words that stand in the passages; 0 where nothing is compared
    passages: tuple[Passage, ...]
    sentence: str
    also: tuple[Place, ...] = ()  # where the same passages, or parts of them, stand too


def word_count(source: str) -> int:
    """As a reader counts: Markdown is no word."""
    return text.words(source)


# Words that stand elsewhere too ----------------------------------------------------------------------


class _Words:
    """The words of a text without case and punctuation, and where its runs of words start."""

    def __init__(self, source: str) -> None:
        self.statements = [statement.plain for statement in text.statements(_head(source))]
        self.bare = [bare for plain in self.statements for word in plain.split() if (bare := _bare(word))]

    @property
    def runs(self) -> list[tuple[str, ...]]:
        return list(zip(*(self.bare[offset:] for offset in range(SHORTEST_RUN)), strict=False))

    @cached_property
    def starts(self) -> dict[tuple[str, ...], list[int]]:
        found: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for index, run in enumerate(self.runs):
            if len(found[run]) < PLACES_TRIED:
                found[run].append(index)
        return found

    @cached_property
    def spans(self) -> list[tuple[int, int, int]]:
        """For each word its statement, and its start and end there."""
        return [
            (number, match.start(), match.end())
            for number, plain in enumerate(self.statements)
            for match in re.finditer(r"\S+", plain)
            if _bare(match[0])
        ]

    def typed(self, run: range) -> Iterator[Passage]:
        """As typed; a run that goes on in the next paragraph or bullet is shown in parts."""
        for number, of in groupby((self.spans[index] for index in run), key=lambda span: span[0]):
            spans = list(of)
            yield Passage(self.statements[number][spans[0][1] : spans[-1][2]])


def _bare(word: str) -> str:
    return (word if word.isalnum() else re.sub(r"[\W_]+", "", word)).casefold()


@dataclass(frozen=True, slots=True)
class _Likeness:
    other: Place
    runs: tuple[range, ...]  # of words of the text looked at
    covered: frozenset[int]  # these words, one by one


def remarks(texts: Sequence[Text], about: Sequence[Place] | None = None) -> list[Remark]:
    """What of each text, or of those at `about`, stands in the other texts of one department.

    Only the first COMPARED characters of a text are compared. One text gets one remark of a kind, and
    another only where another text shares other passages.
    """
    sources = {one.place: one.source for one in texts}
    read: dict[Place, _Words] = {}
    found = []
    for place in sources if about is None else about:
        if place not in sources:
            continue
        for kind, others in _compared_with(place, sources).items():
            read |= {one: _Words(sources[one]) for one in (place, *others) if one not in read}
            likenesses = [_likeness(read[place], other, read[other]) for other in others]
            found += _told(kind, place, read[place], [one for one in likenesses if one])
    return found


def _compared_with(place: Place, known: Collection[Place]) -> dict[str, list[Place]]:
    action, year, kind = place.action, place.year, place.kind
    before = [Place(action, year - 1, kind)]
    if kind == "planned":  # in one report with the progress of the year before
        box = {"same_as_own_other_box": [Place(action, year - 1, "progress")]}
    else:
        box = {"same_as_plan": [Place(action, year, "planned")]}
    elsewhere = [
        Place(other, one, kind) for one in (year, year - 1) for other in _actions(known) if other != action
    ]
    kinds = {"same_as_last_year": before, **box, "same_as_other_entry": elsewhere}
    return {name: [other for other in others if other in known] for name, others in kinds.items()}


def _actions(places: Iterable[Place]) -> list[int]:
    return sorted({place.action for place in places})


def _likeness(own: _Words, place: Place, other: _Words) -> _Likeness | None:
    """The shared runs if most of the text is shared, else the long ones alone; None where there is neither."""
    shared = _shared_runs(own, other)
    same = own.bare == other.bare
    if same or (len(own.bare) >= PASSAGE and _percent(shared, own) >= ALIKE):
        runs = shared
    else:
        runs = [run for run in shared if len(run) >= PASSAGE]
    return _Likeness(place, tuple(runs), frozenset(chain.from_iterable(runs))) if runs else None


def _shared_runs(own: _Words, other: _Words) -> list[range]:
    """From left to right, each as long as it goes. The work grows with the length, not with its square."""
    found, index, runs = [], 0, own.runs
    while index < len(runs):
        starts = other.starts.get(runs[index], ())
        length = max((_length(own.bare, index, other.bare, start) for start in starts), default=0)
        if length:
            found.append(range(index, index + length))
        index += length or 1
    return found


def _length(one: Sequence[str], at: int, other: Sequence[str], start: int) -> int:
    length, most = SHORTEST_RUN, min(len(one) - at, len(other) - start)
    while length < most and one[at + length] == other[start + length]:
        length += 1
    return length


def _percent(runs: Iterable[range], own: _Words) -> int:
    """Rounded down, so that 100 is said of nothing less than all."""
    return 100 * sum(map(len, runs)) // max(len(own.bare), 1)


def _told(kind: str, place: Place, own: _Words, likenesses: Sequence[_Likeness]) -> list[Remark]:
    """The most alike first. What has no passage of its own is only named in the remark that shows them."""
    kept: list[tuple[_Likeness, list[Place]]] = []
    for one in sorted(likenesses, key=lambda like: (-len(like.covered), len(like.runs))):
        within = next((also for like, also in kept if len(one.covered - like.covered) < SHORTEST_RUN), None)
        if within is None:
            kept.append((one, []))
        else:
            within.append(one.other)
    return [
        Remark(
            kind,
            place,
            like.other,
            _percent(like.runs, own),
            tuple(passage for run in like.runs for passage in own.typed(run)),
            _compared(place, own, like, also),
            tuple(also),
        )
        for like, also in kept
    ]


def _compared(place: Place, own: _Words, like: _Likeness, also: Sequence[Place]) -> str:
    here, there, share = _name(place), _named([like.other], place), _percent(like.runs, own)
    if share >= ALIKE:
        said = f"{share}% of {here} stands word for word in {there}."
    else:
        count = sum(map(len, like.runs))
        said = f"{count:,} of {len(own.bare):,} words of {here} stand word for word in {there}."
    return f"{said} Some or all of these words stand in {_named(also, place)} too." if also else said


def _name(place: Place) -> str:
    return f"progress during {place.year}" if place.kind == "progress" else f"the plan for {place.year}"


def _named(places: Iterable[Place], beside: Place) -> str:
    """Like “progress during 2013 under actions 5 and 6”; the action goes without saying where it is the same."""
    names = []
    for name, of in groupby(sorted(places, key=lambda place: (-place.year, place.action)), key=_name):
        numbers = [str(place.action) for place in of if place.action != beside.action]
        under = f" under action{'s' * (len(numbers) > 1)} {_listed(numbers)}" if numbers else ""
        names.append(name + under)
    return _listed(names)


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]


def _head(source: str) -> str:
    """The part that is looked at, without a word that would be cut in two."""
    return source if len(source) <= COMPARED else "".join(source[:COMPARED].rsplit(maxsplit=1)[:1])


# Plans without a date or a name ----------------------------------------------------------------------

_VERB = r"(?:will|shall|would|should|would|must|can|is|are|has|have|plans?|aims?|intends?|hopes?|expects?)"
_TO = r"(?:going\s+to|to|also|still|then|be)"
_GOING_ON = (
    r"(?:continu(?:e|es|ed|ing)(?:\s+(?:to|with))?|carry(?:ing)?\s+on(?:\s+with)?"
    r"|(?:keep|go)(?:\s+on)?(?=\s+\w+ing\b))(?:\s+\w+)?"
)
# At the beginning, or as the first verb behind a subject of a few words.
_CONTINUES = re.compile(
    rf"\W*(?:(?:(?!{_VERB}\s)[^\s.;:]+\s+){{1,6}}?{_VERB}\s+(?:{_TO}\s+){{0,2}}(?P<goes>{_GOING_ON})\b"
    rf"|(?P<opens>{_GOING_ON})\b"
    rf"|(?:(?!(?:{_VERB}|to)\s)[^\s.;:]+\s+){{1,4}}?(?P<plain>continues?\s+to\s+\w+))",
    re.IGNORECASE,
)
_MONTHS = "|".join(sorted(set(MONTHS) - {"may", "mar", "march"}, key=len, reverse=True))
_SEASONS = "spring|summer|autumn|winter|christmas|easter"
# Whatever tells a time is a date here. “May” and “March” are verbs too: only with a capital are they months.
_DATE = re.compile(
    rf"\b(?i:{_MONTHS}|{_SEASONS}|anniversary|annual(?:ly)?|daily|q[1-4]|(?:week|fortnight|month|quarter|year)(?:s|ly)?)\b"
    r"|\b(?:May|MAY|Mar|March|MARCH)\b|\b(?:19|20)\d\d(?!\d)|\b\d{1,2}[/.]\d{1,2}[/.]\d{2,4}\b"
)
# Whoever may be the one that does it, wherever the word stands.
_SOMEBODY = re.compile(
    r"\b(?:academy|agency|agencies|authority|board|branch|centre|champion|chief|commander|commissioner|committee"
    r"|contractor|council|deputy|directorate|director|division|executive|group|head|inspectorate|lead|leader|led"
    r"|manager|minister|office|officer|owner|panel|responsible for|secretary|supplier|task\s?force|team|unit"
    r"|he|she|they)s?\b",
    re.IGNORECASE,
)
_BY_SOMEBODY = re.compile(
    rf"\bby\s+(?!\w+ing\b|\d|default\b|(?:the\s+)?(?:{_MONTHS}|{_SEASONS}|may|march|end|start|middle|time|then)\b)\S",
    re.IGNORECASE,
)
_SUBJECT = re.compile(rf"(?P<subject>.*?)\b(?P<verb>{_VERB}\b.*)", re.IGNORECASE)
_PASSIVE = re.compile(
    r"(?:(?:will|shall|would|should|must|can)\s+(?:also\s+|then\s+)?be|(?:is|are)\s+(?:being|to\s+be))\s+(?:\w+ly\s+)?"
    r"(?:\w{2,}ed|begun|brought|built|chosen|done|drawn|found|given|held|kept|made|put|rebuilt|run|sent|set|shown"
    r"|taken|written)\b",
    re.IGNORECASE,
)
_NOTHING_PLANNED = re.compile(r"\W*(?:(?:this|it) is )?(?:no|not|none|nothing|n/a)\b", re.IGNORECASE)
_DONE_ALREADY = re.compile(r"\b(?:has|have)\b")
_OURSELVES = ("we", "it", "the department", "our department", "this department", "the ministry")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[^\w\s]?[A-Z])")


def vague(one: Text, own_names: Collection[str] = ()) -> list[Remark]:
    """Planned activities that open with “continue to” or the like, give no date, or name nobody who does it.

    `own_names`: what the department calls itself; its own name says as little as “we”. All three are
    looked for by plain patterns that rather miss a vague plan than call a clear one vague.
    """
    if one.place.kind != "planned":
        return []
    ourselves = {name.casefold() for name in (*_OURSELVES, *own_names, *(f"the {name}" for name in own_names))}
    source = _head(one.source)
    planned = list(_planned(source))
    going_on = [Passage(words, within) for within, _ in planned if (words := _going_on(within))]
    undated = [Passage(words) for words, before in planned if not _DATE.search(f"{before} {words}")]
    nobody = [Passage(words) for words, before in planned if not _says_who(words, before, ourselves)]
    number = len(activities.split(source))
    kinds = (
        ("vague_continues", going_on, "Words like “continue to” open {}."),
        ("vague_no_date", undated, "No date is given in {}."),
        ("vague_no_owner", nobody, "No team or person is named in {}."),
    )
    return [
        Remark(kind, one.place, None, 0, tuple(found), said.format(_of(len(found), number)))
        for kind, found, said in kinds
        if found
    ]


def _of(count: int, number: int) -> str:
    return f"{count} of {number} planned activities" if number > 1 else "the planned activity"


def _planned(source: str) -> Iterator[tuple[str, str]]:
    """Each activity that plans something, and the lead-in before it: what that says holds for all that follow."""
    words, before = {one.statement: one.words for one in activities.split(source)}, ""
    for index, statement in enumerate(text.statements(source)):
        said = words.get(index, "")
        is_plan = not (_NOTHING_PLANNED.match(said) or _DONE_ALREADY.search(before))
        if is_plan and len(said.split()) >= WORTH_A_REMARK:
            yield said, before
        before = text.lead_in(statement.plain)[1] or before


def _going_on(words: str) -> str:
    found = _CONTINUES.match(words)
    return next((group for group in found.groups() if group), "") if found else ""


def _says_who(words: str, before: str, ourselves: Collection[str]) -> bool:
    """Also true where the sentence can't be read: without a verb that is known here there is no subject."""
    if _SOMEBODY.search(f"{before} {words}"):
        return True
    return any(_has_a_doer(sentence, ourselves) for sentence in _SENTENCE_END.split(words))


def _has_a_doer(sentence: str, ourselves: Collection[str]) -> bool:
    found = _SUBJECT.match(sentence)
    if not found:
        return True
    subject = " ".join(found["subject"].rpartition(",")[2].split()).casefold().removesuffix(" also")
    if subject in ourselves:
        return False
    return not _PASSIVE.match(found["verb"]) or bool(_BY_SOMEBODY.search(sentence))
