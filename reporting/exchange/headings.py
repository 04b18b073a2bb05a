"""Headings of published reports: what a line names, however a department put it.

Every function is pure. The catalogue says which actions and departments exist and what they are called.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from strategy.dates import PartialDate

YEAR = r"(?:19|20|21)\d{2}"
LEAD = r"(?:(?:the|our|its|departmental|department['’]?s['’]?|digital|strategy|original|published|overall)\s+)*"
LINK = (
    r"\s*(?:\b(?:during|in|for|over|throughout|of|from|made\s+in|by|to|since)\b\s*)?"
    r"(?:the\s+)?(?:calendar\s+)?(?:year\s+)?"
)
OPENING = r"[\s,:;(\[–—-]*"
COMMITMENT_WORDS = r"commitments?(?:\s+(?:made|given|published|set\s+out))?"
PROGRESS_WORDS = (
    r"(?:progress|achievements?|what\s+(?:we|the\s+department|was)\s+(?:did|done|achieved|have\s+done|has\s+done))"
    r"(?:\s+(?:made|report|reported|update|achieved|so\s+far))?"
)
PLANNED_WORDS = (
    r"(?:(?:planned|future|proposed|forthcoming)\s+(?:activity|activities|actions?|work|plans?)"
    r"|activit(?:y|ies)\s+planned|work\s+planned|plans|next\s+steps"
    r"|what\s+(?:we|the\s+department)\s+(?:will|plans?\s+to)\s+do)"
)
WORDS = {"commitment": COMMITMENT_WORDS, "progress": PROGRESS_WORDS, "planned": PLANNED_WORDS}
WHEN = rf"(?P<when>(?:[A-Za-z]{{3,9}}\s+)?{YEAR})"
SECTIONS = {
    kind: re.compile(
        rf"{LEAD}{words}{LINK}{OPENING}{WHEN}[)\]]?"
        + ("" if kind == "commitment" else rf"|(?P<year_first>{YEAR})[\s:–—-]+{LEAD}{words}"),
        re.IGNORECASE,
    )
    for kind, words in WORDS.items()
}
# Begins like one of them and goes on like a heading, not like a sentence.
LIKE_A_SECTION = re.compile(
    rf"{LEAD}(?:{'|'.join(WORDS.values())})(?:[\s,:;(\[–—-]*"
    r"(?:during|in|for|over|throughout|of|from|since|to|so|on|this|next|last|against|made)\b.*|[\s,:;()\[\]–—-]*|[\s(\[,:–—-]+\d.*)",
    re.IGNORECASE,
)
ACTION = re.compile(r"action\s+(?P<number>\d{1,3})\b(?P<mark>\s*[:.)–—-]+\s*|\s+|$)(?P<title>.*)", re.IGNORECASE)
NUMBERED = re.compile(r"(?P<number>\d{1,3})\s*[.):]\s+(?P<title>.+)")
DATED = re.compile(
    r"(?:first\s+|last\s+)?(?:published|updated|issued|dated?|publication\s+date)\b\s*(?:on\b)?\s*:?\s*"
    r"(?P<date>.*\d.*?)[.]?",
    re.IGNORECASE,
)
LONGEST_HEADING = 400  # characters; no wording of an action comes near it
SIMILAR = 60  # of 100: the words of a numbered heading against the action's recorded wordings
ALMOST_SAME = 92  # of 100: for a heading without a number


@dataclass(frozen=True, slots=True)
class Heading:
    """What a line names. `kind`: action, department, commitment, progress, planned, theme or unknown."""

    kind: str
    action: int = 0
    department: str = ""
    when: PartialDate | None = None
    why: str = ""  # for unknown: what keeps it from being placed
    fatal: bool = False  # it names something that doesn't exist or can't be: no choice of ours helps


@dataclass(frozen=True, slots=True)
class Catalogue:
    strategy: str  # its code
    title: str
    wordings: dict[int, tuple[str, ...]]  # by action, the short name last
    departments: dict[str, tuple[str, ...]]  # names and acronyms by code
    themes: tuple[str, ...] = ()
    by_name: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        strategy: str,
        title: str,
        wordings: dict[int, tuple[str, ...]],
        departments: dict[str, tuple[str, ...]],
        themes: Sequence[str] = (),
    ) -> "Catalogue":
        by_name = {plain_name(name): code for code, names in departments.items() for name in names}
        return cls(strategy, title, wordings, departments, tuple(plain_name(t) for t in themes), by_name)


def plain_name(name: str) -> str:
    """Without what differs from page to page: “The”, “&”, apostrophes, commas, case, HM."""
    words = re.sub(r"[’'`´]", "", name.lower().replace("&", " and "))
    words = re.sub(r"\([^)]*\)", " ", words)
    words = " ".join(re.findall(r"\w+", words))
    words = re.sub(r"\b(?:hm|his majestys)\b", "her majestys", words)
    return re.sub(r"^the ", "", words)


def department(line: str, catalogue: Catalogue) -> str:
    """The code of the department that the whole line names, or ''."""
    line = line.strip().rstrip(":").strip()
    return catalogue.by_name.get(plain_name(line), "") if line else ""


def departments_in(line: str, catalogue: Catalogue) -> set[str]:
    """The codes of the departments whose name or acronym stands within the line; longer names win."""
    said = f" {plain_name(line)} "
    found = set()
    for name, code in sorted(catalogue.by_name.items(), key=lambda row: -len(row[0])):
        if len(name) > 5 and f" {name} " in said:
            found.add(code)
            said = said.replace(f" {name} ", " ")
    if not found:
        words = set(re.findall(r"\w+", re.sub(r"[’']s?\b", " ", line)))
        found = {
            code
            for code, names in catalogue.departments.items()
            for name in names
            if " " not in name and name in words
        }
    return found


def section(line: str) -> Heading | None:
    """Progress, planned or commitment with its year; or a line that only begins like one of them."""
    line = " ".join(line.split()).rstrip(":").rstrip()
    for kind, pattern in SECTIONS.items():
        if match := pattern.fullmatch(line):
            said = match["when"] or match["year_first"]
            try:
                when = PartialDate.parse(said)
            except ValueError:  # “Planned work Xyz 2014”: a word that is no month
                return Heading("unknown", why=f"“{said}” is not a date of the calendar")
            return Heading(kind, when=when if kind == "commitment" else PartialDate.of(when.year))
    if len(line.split()) <= 9 and line[-1:] not in ".!?;" and LIKE_A_SECTION.fullmatch(line):
        return Heading("unknown", why="it starts like a section heading but names no year")
    return None


def action(line: str, catalogue: Catalogue, *, marked: bool) -> Heading | None:
    """The action that a line names: by its number, or by its words in any recorded or a shortened wording.

    `marked`: the document says that the line is a heading. Unmarked prose (“Action 15 was added …”) is none.
    """
    line = " ".join(line.split())
    if match := ACTION.fullmatch(line):
        return _numbered(int(match["number"]), match["title"], match["mark"].strip(), catalogue, marked=marked)
    if match := NUMBERED.fullmatch(line):
        number, title = int(match["number"]), match["title"]
        if number in catalogue.wordings and _likeness(title, catalogue.wordings[number]) >= ALMOST_SAME:
            return Heading("action", action=number)
    return _by_words(line, catalogue, marked=marked)


def _numbered(number: int, title: str, mark: str, catalogue: Catalogue, *, marked: bool) -> Heading | None:
    is_heading = marked or bool(mark) or not title
    wordings = catalogue.wordings.get(number)
    if wordings is None:
        why = f"{catalogue.strategy} has no action {number}"
        return Heading("unknown", why=why, fatal=True) if is_heading else None
    if title:
        others = [n for n, said in catalogue.wordings.items() if n != number and plain_name(title) in _plain(said)]
        if others and plain_name(title) not in _plain(wordings):
            why = f"it says action {number}, and its words are those of action {others[0]}"
            return Heading("unknown", why=why, fatal=True)
        if _likeness(title, wordings) < SIMILAR:
            why = f"its words are no wording of action {number}"
            return Heading("unknown", why=why) if is_heading else None
    return Heading("action", action=number)


def _by_words(line: str, catalogue: Catalogue, *, marked: bool) -> Heading | None:
    said = plain_name(line)
    if not said or (len(said) < 12 and not marked):
        return None
    shortened = line.rstrip().endswith(("…", "..."))
    for number, wordings in catalogue.wordings.items():
        known = _plain(wordings if marked else wordings[:-1])
        if said in known or (shortened and len(said) >= 12 and any(word.startswith(said) for word in known)):
            return Heading("action", action=number)
    if not marked:
        return None
    scores = sorted(
        ((max(fuzz.ratio(said, word) for word in _plain(words)), n) for n, words in catalogue.wordings.items()),
        reverse=True,
    )
    return Heading("action", action=scores[0][1]) if scores and scores[0][0] >= ALMOST_SAME else None


def _plain(wordings: Iterable[str]) -> list[str]:
    return [plain_name(wording) for wording in wordings]


def _likeness(title: str, wordings: Iterable[str]) -> float:
    said = plain_name(title)
    return max(max(fuzz.token_set_ratio(said, word), fuzz.partial_ratio(said, word)) for word in _plain(wordings))


def stated_date(line: str) -> PartialDate | None:
    """The date of a line such as “Updated 16 January 2015”; None where the line states none.

    Raises ValueError with a sentence where it states a day that is not in the calendar.
    """
    line = " ".join(line.split())
    match = DATED.fullmatch(line)
    said = match["date"] if match else line
    if match is None and not re.fullmatch(rf"(?:\d{{1,2}}(?:st|nd|rd|th)?\s+)?[A-Za-z]+\s+{YEAR}", line):
        return None
    parts = re.split(
        r"[,;]?\s*(?:last\s+)?(?:and\s+)?(?:updated|published)\s*(?:on\b)?\s*:?\s*", said, flags=re.IGNORECASE
    )
    return max(PartialDate.parse(part.strip(" ,;.")) for part in parts if part.strip(" ,;."))


def stated_date_or_none(line: str) -> PartialDate | None:
    try:
        return stated_date(line)
    except ValueError:
        return None
