"""Search over what is public: the query cleaned, the newest hits ranked, the words in them marked.

Counts and ranks come from what is public at the moment of the search and from nothing else. The index's own
statistics (how rare a word is, how long texts are) know hidden texts too: nothing here asks for them.
"""

import logging
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import log2
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.search import SearchHeadline, SearchQuery
from django.db import connection
from django.db.models import F
from modelsearch.backends import get_search_backend
from modelsearch.models import IndexEntry
from modelsearch.query import PlainText

from reporting.domain import published, references, text
from reporting.models import Passage, Round
from strategy.models import Action

logger = logging.getLogger(__name__)
LONGEST_QUERY = 200  # characters of it that are read
MOST_WORDS = 12
LONGEST_WORD = 50
MOST_RANKED = 200
PER_PAGE = 20
SNIPPET = 300  # characters

FTS = "modelsearch_indexentry_fts"  # the library's, on SQLite
START, END = "\x02", "\x03"  # around a word that was found: no text has these characters
_WORD = re.compile(r"[^\W_]+")
_SPLIT = re.compile(r"([^\W_]+)")
_POSSESSIVE = re.compile(r"(?<=\w)['’]s\b")
_MARKED = re.compile(f"{START}(.*?){END}", re.DOTALL)
_TOGETHER = re.compile(rf"{END}\W{{1,3}}{START}")


def cleaned(query: str) -> str:
    """As it can be shown again, and no longer than it is read."""
    whole = unicodedata.normalize("NFC", " ".join(text.clean(query[: 10 * LONGEST_QUERY])[0].split()))
    if len(whole) <= LONGEST_QUERY:
        return whole
    return whole[:LONGEST_QUERY].rpartition(" ")[0] or whole[:LONGEST_QUERY]


def words_of(query: str) -> list[str]:
    """Its words, each once. Signs part words, and none of them commands anything."""
    return _all_words(cleaned(query))[:MOST_WORDS]


def is_cut(query: str) -> bool:
    """Whether more was asked for than is read."""
    return len(query.strip()) > LONGEST_QUERY or len(_all_words(cleaned(query))) > MOST_WORDS


def _all_words(query: str) -> list[str]:
    return list(dict.fromkeys(word[:LONGEST_WORD] for word in _WORD.findall(_POSSESSIVE.sub("", query))))


class Unavailable(Exception):
    """The search server does not answer."""


@dataclass(frozen=True, slots=True)
class Offered:
    """What a search can be narrowed to: by its word in addresses, the key of its row and its name."""

    strategies: dict[str, tuple[int, str]]
    departments: dict[str, tuple[int, str]]
    actions: dict[str, tuple[int, str]]
    years: list[int]


def offered(at: datetime, strategy: str = "") -> Offered:
    """Actions of that strategy alone, where one is chosen."""
    strategies = {one.slug: (one.pk, one.title) for one in published.strategies()}
    actions, years = {}, set()
    for key, slug, code, number, name, added in Action.objects.order_by("strategy__title", "number").values_list(
        "pk", "strategy__slug", "strategy__code", "number", "short_name", "added_on"
    ):
        years.add(added.year)
        reference = references.action(code, number)
        if strategy == slug or strategy not in strategies:
            actions[reference] = (key, f"{reference} {name}")
    for year in Round.objects.values_list("year", flat=True).distinct():
        years |= {year, year + 1}
    bodies = sorted(published.bodies(at).values(), key=lambda body: body.name.casefold())
    departments = {body.slug: (body.id, body.name) for body in bodies}
    return Offered(strategies, departments, actions, sorted(years, reverse=True))


@dataclass(frozen=True, slots=True)
class Hit:
    passage: Passage
    snippet: list[tuple[str, bool]]  # pieces, and whether each is a word that was looked for
    names: frozenset[str]  # words of who says it that were looked for, in small letters


@dataclass(frozen=True, slots=True)
class Found:
    total: int
    hits: list[Hit]  # of one page, the best first
    page: int = 1

    @property
    def ranked(self) -> int:
        return min(self.total, MOST_RANKED)

    @property
    def pages(self) -> int:
        return -(-self.ranked // PER_PAGE)


def search(words: Sequence[str], at: datetime, *, page: int = 1, **filters: Any) -> Found:
    """Passages that hold all the words. `filters` are columns: strategy, department, action, year, status."""
    if not words:
        return Found(0, [])
    # Wordings first, then the newest: of more hits than are ranked, these are.
    rows = Passage.objects.public(at).filter(**filters)
    rows = rows.order_by(F("wording").desc(nulls_last=True), F("year").desc(), F("id").desc()).only("id")
    backend = get_search_backend()
    hits = backend.search(PlainText(" ".join(words)), rows, order_by_relevance=not _in_database())
    try:
        newest = list(hits[: MOST_RANKED + 1])
        total = len(newest) if len(newest) <= MOST_RANKED else hits.count()
    except Exception as error:  # each search server has its own
        if _in_database():
            raise
        logger.exception("The search server does not answer.")
        raise Unavailable from error
    ranked = newest[:MOST_RANKED]
    if _in_database():
        marked = _marked([passage.pk for passage in ranked], words)
        # What only the name of who says it has comes after what the words themselves have: its score is nothing.
        ranked.sort(key=lambda one: _score(marked.get(one.pk, ("", ""))[0], words), reverse=True)
    else:
        marked = {}
    page = page if 1 <= page <= -(-len(ranked) // PER_PAGE) else 1
    shown = [passage.pk for passage in ranked[(page - 1) * PER_PAGE : page * PER_PAGE]]
    passages = _with_places(shown)
    return Found(total, [_hit(one, marked.get(one.pk), words) for one in passages], page)


def _hit(passage: Passage, marked: tuple[str, str] | None, words: Sequence[str]) -> Hit:
    said, title = marked or (_by_words(passage.words, words), _by_words(passage.title, words))
    names = frozenset(word.casefold() for marks in _MARKED.findall(title) for word in _WORD.findall(marks))
    return Hit(passage, snippet(said), names)


def pieces(source: str, found: frozenset[str]) -> list[tuple[str, bool]]:
    """A line in pieces, and whether each is one of the words."""
    return [(piece, piece.casefold() in found) for piece in _SPLIT.split(source) if piece]


def _in_database() -> bool:
    return str(settings.MODELSEARCH_BACKENDS["default"]["BACKEND"]).startswith("reporting.")


def _with_places(keys: list[int]) -> list[Passage]:
    of = ("strategy", "action", "department", "edition", "version", "wording")
    found = Passage.objects.select_related(*of).in_bulk(keys)
    return [found[key] for key in keys]


# Marks and ranks ---------------------------------------------------------------------------------------


def _marked(keys: list[int], words: Sequence[str]) -> dict[int, tuple[str, str]]:
    """The words and the titles of these passages, what was found marked as the engine found it: by its stem."""
    if connection.vendor == "postgresql":
        query = SearchQuery(" ".join(words), config="english")
        marks: dict[str, Any] = {"start_sel": START, "stop_sel": END, "highlight_all": True}
        said, title = (SearchHeadline(name, query, config="english", **marks) for name in ("words", "title"))
        rows = Passage.objects.filter(pk__in=keys).values_list("pk", said, title)
        return {key: (words, title) for key, words, title in rows}
    entries = IndexEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Passage), object_id__in=[str(key) for key in keys]
    )
    places = {row: int(key) for row, key in entries.values_list("pk", "object_id")}
    # The plus keeps SQLite from asking the index once for each row.
    sql = (  # of constants and of places for values
        f'SELECT rowid, highlight("{FTS}", 1, char(2), char(3)), highlight("{FTS}", 2, char(2), char(3)) '  # noqa: S608
        f'FROM "{FTS}" '
        f'WHERE "{FTS}" MATCH %s AND +rowid IN ({", ".join(["%s"] * len(places))})'
    )
    match = "{title body} : (" + " AND ".join(f'"{word}"' for word in words) + ")"
    with connection.cursor() as cursor:
        cursor.execute(sql, [match, *places])
        return {places[row]: (said, title) for row, said, title in cursor.fetchall()}


def _by_words(source: str, words: Sequence[str]) -> str:
    """Where a search server has found them: whole words, in any case."""
    either = "|".join(re.escape(word) for word in words)
    return re.sub(rf"\b({either})\b", rf"{START}\1{END}", source, flags=re.IGNORECASE)


def _score(marked: str, words: Sequence[str]) -> float:
    """More for words as they were typed and for words side by side, less in a long text."""
    found = [word.casefold() for word in _MARKED.findall(marked)]
    exact = sum(word.casefold() in found for word in words)
    return (len(found) + 2 * exact + 2 * len(_TOGETHER.findall(marked))) / log2(8 + marked.count(" "))


def snippet(marked: str) -> list[tuple[str, bool]]:
    """The stretch with the most words that were found, in pieces."""
    pieces = [(piece, index % 2 == 1) for index, piece in enumerate(_MARKED.split(marked.replace("\n", " ")))]
    plain = "".join(piece for piece, _ in pieces)
    spans, place = [], 0
    for piece, is_found in pieces:
        if is_found:
            spans.append((place, place + len(piece)))
        place += len(piece)
    start = _best_start([first for first, _ in spans], plain)
    end = _word_end(plain, start + SNIPPET)
    cut = ["… "] if start else []
    found = [(words, False) for words in cut]
    for first, last in spans:
        if start <= first and last <= end:
            found += [(plain[start:first], False), (plain[first:last], True)]
            start = last
    found.append((plain[start:end] + (" …" if end < len(plain) else ""), False))
    return [(words, is_found) for words, is_found in found if words]


def _best_start(places: list[int], plain: str) -> int:
    if not places or places[-1] < SNIPPET - 40:
        return 0
    first = max(places, key=lambda place: (sum(place <= one < place + SNIPPET - 100 for one in places), -place))
    wanted = max(0, min(first - 60, len(plain) - SNIPPET))
    return plain.rfind(" ", 0, wanted) + 1 if wanted else 0


def _word_end(plain: str, place: int) -> int:
    if place >= len(plain):
        return len(plain)
    space = plain.rfind(" ", place - 40, place)
    return space if space > 0 else place
