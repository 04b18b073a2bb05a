"""No typed word is lost: whatever happens to a request, its text is kept for its author or given back."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone

KEPT = "kept"
WAS_HERE = "signed_in_before"  # a signed cookie, for filing pages only: who had signed in on this browser
REMEMBERED = timedelta(days=30)
FILING = "/filing/"
NEVER_SHOWN = {"csrfmiddlewaretoken"}
SHORT = 60  # characters; what is longer stands in a text box


def wants_json(request: HttpRequest) -> bool:
    """Asked for by the page's own script, not by the browser."""
    return "application/json" in request.headers.get("Accept", "")


def remember(request: HttpRequest, response: HttpResponse) -> None:
    """Only who has signed in here before has text kept after a session ended, and gets it back: nobody else."""
    if _was_here(request) != request.user.pk:
        response.set_signed_cookie(
            WAS_HERE,
            str(request.user.pk),
            max_age=REMEMBERED,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure(),
            path=FILING,
        )


def _was_here(request: HttpRequest) -> int | None:
    try:
        return int(request.get_signed_cookie(WAS_HERE, max_age=REMEMBERED))
    except (KeyError, BadSignature, ValueError):
        return None


def signed_out(request: HttpRequest) -> HttpResponse:
    """To the sign-in page and back. Posted text waits in the session, for the person who posted it."""
    sentence = "You were signed out. Sign in again to go on: your text is kept on this page until then."
    if wants_json(request):
        return JsonResponse({"problem": sentence, "signed_out": True}, status=401)
    if request.method == "POST":
        person = _was_here(request)
        if person is None:
            return given_back(request, sentence, status=403, sign_in=True)
        request.session[KEPT] = {
            "person": person,
            "path": request.path,
            "at": timezone.now().isoformat(),
            "words": _words(request),
            "body": request.POST.urlencode(),
        }
    return redirect_to_login(request.get_full_path() if request.method != "POST" else request.path)


def _words(request: HttpRequest) -> str:
    """What the text was for, from its address alone."""
    given = request.resolver_match.kwargs if request.resolver_match else {}
    if "number" in given:
        return f"Action {given['number']} of the report for {given['year']}"
    return f"The report for {given['year']}" if "year" in given else "What you entered"


def kept(request: HttpRequest) -> tuple[QueryDict, datetime] | None:
    """What this person had posted to this address when the session ended, and when that was."""
    found: dict[str, Any] | None = request.session.get(KEPT)
    if not found or (found["person"], found["path"]) != (request.user.pk, request.path):
        return None
    return QueryDict(found["body"]), datetime.fromisoformat(found["at"])


def forget(request: HttpRequest) -> None:
    """The text is saved now, or its author doesn't want it."""
    request.session.pop(KEPT, None)


def given_back(request: HttpRequest, sentence: str, *, status: int, sign_in: bool = False) -> HttpResponse:
    """What was posted, in a form that sends it again, and what to do next. Asks no database."""
    if wants_json(request):
        return JsonResponse({"problem": sentence}, status=status)
    rows = [
        (name, value, _label(name), len(value) > SHORT or "\n" in value)
        for name, values in request.POST.lists()
        if name not in NEVER_SHOWN
        for value in values
    ]
    context = {
        "sentence": sentence,
        "texts": [row for row in rows if row[3]],
        "others": [row for row in rows if not row[3]],
        "sign_in": sign_in,
        "path": request.path,
        "crumbs": [],
    }
    return render(request, "errors/given_back.html", context, status=status)


def _label(name: str) -> str:
    words = name.replace("_", " ").replace("-", " ")
    return words[:1].upper() + words[1:]


def posts_text(request: HttpRequest) -> bool:
    return request.method == "POST" and request.path.startswith(FILING)


def back_to(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(request.path)
