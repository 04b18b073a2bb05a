"""The library's search in PostgreSQL."""

from modelsearch.backends.database.postgres.postgres import PostgresIndex, PostgresSearchBackend


class Index(PostgresIndex):  # type: ignore[misc]  # the library has no types
    def _refresh_title_norms(self, full: bool = False) -> None:
        """For its rank, which nobody asks for: it would read the whole index at every edition."""


class SearchBackend(PostgresSearchBackend):  # type: ignore[misc]
    index_class = Index
