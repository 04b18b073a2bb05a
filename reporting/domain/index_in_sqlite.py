"""The library's search in SQLite, asked in an order that needs no statistics to be quick."""

from typing import Any

from django.db.models import QuerySet
from modelsearch.backends.database.sqlite.query import MatchExpression
from modelsearch.backends.database.sqlite.sqlite import SQLiteIndex, SQLiteSearchBackend, SQLiteSearchQueryCompiler
from modelsearch.models import IndexEntry, SQLiteFTSIndexEntry
from modelsearch.utils import get_content_type_pk


class Compiler(SQLiteSearchQueryCompiler):  # type: ignore[misc]  # the library has no types
    def search(
        self, config: Any, start: int | None, stop: int | None, score_field: str | None = None
    ) -> QuerySet[Any]:
        """Plain words, not by relevance: its rank takes hidden texts into account.

        The library joins its two tables, and where nobody has run ANALYZE SQLite begins at the wrong end: with
        every passage there is, each looked up in the index. Two subqueries leave it no choice.
        """
        match = MatchExpression(self.FTS_TABLE_FIELDS, self.build_search_query(self.query, config=config))
        found = IndexEntry.objects.filter(
            pk__in=SQLiteFTSIndexEntry.objects.filter(match).values("pk"),
            content_type=get_content_type_pk(self.queryset.model),
        )
        return self.queryset.filter(pk__in=found.values("object_id"))[start:stop]  # type: ignore[no-any-return]


class Index(SQLiteIndex):  # type: ignore[misc]
    def _refresh_title_norms(self, full: bool = False) -> None:
        """For its rank, which nobody asks for: it would read the whole index at every edition."""


class SearchBackend(SQLiteSearchBackend):  # type: ignore[misc]
    query_compiler_class = Compiler
    index_class = Index
