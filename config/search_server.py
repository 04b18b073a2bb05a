"""SEARCH_URL, read into the settings of the search library. Without one the database itself is searched."""

from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured


def from_url(url: str, engine: str) -> dict[str, dict[str, Any]]:
    """`https://user:password@search.example.org:9200/stocktake`: the path is where the indices’ names begin."""
    if not url:
        kind = "postgresql" if engine.endswith("postgresql") else "sqlite"
        return {"default": {"BACKEND": f"reporting.domain.index_in_{kind}", "SEARCH_CONFIG": "english"}}
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ImproperlyConfigured("SEARCH_URL: write https:// and the host of an OpenSearch, or leave it out.")
    if find_spec("opensearchpy") is None:
        raise ImproperlyConfigured(
            "SEARCH_URL needs a package that is not installed: pip install 'opensearch-py>=3'."
        )
    return {
        "default": {
            "BACKEND": "modelsearch.backends.opensearch3",
            "URLS": [parts._replace(path="", query="", fragment="").geturl()],
            "INDEX_PREFIX": f"{parts.path.strip('/') or 'stocktake'}_",
            "TIMEOUT": 5,
        }
    }
