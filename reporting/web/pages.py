"""What every page has in common."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

Crumb = tuple[str, str]  # words and address
KEPT = "public, no-cache"  # may be kept, and is asked about each time: windows open and end at their moment


def public(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page for anyone: `now` is read once and handed on as `at`; it may be kept, and is asked about each time.

    It sets no cookie; what it shows depends on the moment and the address alone. It changes nothing, so it
    needs no token: whoever writes to it is told that it is for reading.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, at=timezone.now(), **kwargs)
        response.headers["Cache-Control"] = KEPT
        return response

    return csrf_exempt(require_safe(wrapped))


def show(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    crumbs: list[Crumb],
    section: str = "",
    notice: str = "",
    status: int = 200,
) -> HttpResponse:
    """`section`: the item of the navigation that the page belongs to. `notice`: a sentence above the heading."""
    context = {"crumbs": crumbs, "section": section, "notice": notice, **context}
    return render(request, template, context, status=status)
