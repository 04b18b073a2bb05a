"""Pages for what went wrong. They need no database; where somebody had typed, they give the text back."""

import sys

from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from reporting.domain import nearest
from reporting.web import keeping

HOME = ("Home", "/")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if keeping.posts_text(request):
        return keeping.given_back(
            request,
            "This page isn’t there, or isn’t yours any more, so nothing was saved. Copy your text, and ask your "
            "digital leader.",
            status=404,
        )
    response = render(request, "errors/404.html", {"crumbs": [HOME], "near": _near(request.path)}, status=404)
    response.headers["Cache-Control"] = "public, no-cache"  # what isn't there now may be there in a moment
    return response


def _near(path: str) -> list[tuple[str, str]]:
    """Words and addresses of pages that may have been meant; none where nobody can say, or the database can't."""
    of, word, *rest = [*path.strip("/").split("/"), "", ""]
    try:
        if of == "strategies" and word:
            found = [(title, reverse("strategy", args=[slug])) for slug, title in nearest.strategies(word)]
            return found + (_departments(rest[1]) if rest[0] in {"departments", "editions", "commitments"} else [])
        return _departments(word) if of == "departments" else []
    except DatabaseError:
        return []


def _departments(word: str) -> list[tuple[str, str]]:
    found = nearest.departments(word) if word else []
    return [(name, reverse("department", args=[slug])) for slug, name in found]


def broken(request: HttpRequest) -> HttpResponse:
    """Also where the database doesn't answer: what was being typed then comes back."""
    down = isinstance(sys.exc_info()[1], (OperationalError, InterfaceError))
    status = 503 if down else 500
    if keeping.posts_text(request):
        why = "The service can’t reach its database just now" if down else "Something went wrong here"
        sentence = f"{why}, so nothing was saved. Your text is below: wait a minute, then send it again."
        return keeping.given_back(request, sentence, status=status)
    response = render(request, "errors/500.html", {"crumbs": [HOME], "down": down}, status=status)
    if down:
        response.headers["Retry-After"] = "60"
    return response


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A page that was open for long, in a browser whose cookies have changed since. Its text is not lost."""
    sentence = "This page was open for a long time, so nothing was saved yet. Check what it says and send it again."
    if keeping.posts_text(request):
        return keeping.given_back(request, sentence, status=403, again=keeping.is_from_here(request))
    return render(request, "errors/stale.html", {"crumbs": [HOME], "path": request.path}, status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    too_big = isinstance(exception, RequestDataTooBig)
    if keeping.wants_json(request):
        sentence = "It is larger than 8 MB: shorten it." if too_big else "It could not be read."
        return JsonResponse({"problem": sentence}, status=400)
    return render(request, "errors/400.html", {"crumbs": [HOME], "too_big": too_big}, status=400)
