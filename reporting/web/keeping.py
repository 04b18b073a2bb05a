"""No typed word is lost: whatever happens to a request, its text is kept for its author or given back."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone

KEPT = "kept"  # in the session: by address, what was posted there
MOST_KEPT = 8 * 1024 * 1024  # bytes in one session; what is more is given back on the page
WAS_HERE = "signed_in_before"  # a signed cookie, never for public pages: who had signed in on this browser
REMEMBERED = timedelta(days=30)
FILING = "/filing/"
WRITTEN_ON = (FILING, "/review/", "/publishing/")  # where people write, and text is kept or given back
TECHNICAL = {"csrfmiddlewaretoken", "save_id", "base", "head", "author", "seen", "do"}
SHORT = 60  # characters; what is longer stands in a text box


def wants_json(request: HttpRequest) -> bool:
    """Asked for by the page's own script, not by the browser."""
    return "application/json" in request.headers.get("Accept", "")


# Signed out meanwhile --------------------------------------------------------------------------------


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
            path=next((place for place in WRITTEN_ON if request.path.startswith(place)), FILING),
        )


def _was_here(request: HttpRequest) -> int | None:
    try:
        return int(request.get_signed_cookie(WAS_HERE, max_age=REMEMBERED))
    except (KeyError, BadSignature, ValueError):
        return None


def signed_out(request: HttpRequest, *, has_text: bool) -> HttpResponse:
    """To the sign-in page and back. Posted text waits in the session, for the person who posted it."""
    sentence = "You are signed out. Sign in again to go on: your text is not saved yet, and stays on this page."
    if wants_json(request):
        return JsonResponse({"problem": sentence, "signed_out": True}, status=401)
    if has_text and request.method == "POST":
        person = _was_here(request)
        if person is None or not keep(request, person):
            return given_back(request, sentence, status=403, sign_in=True)
    return redirect_to_login(request.path if request.method == "POST" else request.get_full_path())


def keep(request: HttpRequest, person: int) -> bool:
    """Until this person is back at this address. False where the session holds too much already."""
    waiting = {path: one for path, one in request.session.get(KEPT, {}).items() if path != request.path}
    body = request.POST.urlencode()
    if len(body) + sum(len(one["body"]) for one in waiting.values()) > MOST_KEPT:
        return False
    now = timezone.now().isoformat()
    one = {"person": person, "at": now, "words": _words(request), "body": body}
    request.session[KEPT] = {**waiting, request.path: one}
    return True


def _words(request: HttpRequest) -> str:
    """What the text was for, from its address alone."""
    given = request.resolver_match.kwargs if request.resolver_match else {}
    if "number" in given:
        return f"Action {given['number']} of the report for {given['year']}"
    return f"The report for {given['year']}" if "year" in given else "What you entered"


@dataclass(frozen=True, slots=True)
class Kept:
    body: QueryDict
    at: datetime


def kept(request: HttpRequest) -> Kept | None:
    """What this person had posted to this address when the session ended, and when that was."""
    found: dict[str, Any] | None = request.session.get(KEPT, {}).get(request.path)
    if not found or found["person"] != request.user.pk:
        return None
    return Kept(QueryDict(found["body"]), datetime.fromisoformat(found["at"]))


def posted_or_kept(request: HttpRequest) -> QueryDict | None:
    if request.method == "POST":
        return request.POST
    found = kept(request)
    return found.body if found else None


def newest_kept(request: HttpRequest) -> dict[str, Any] | None:
    """For the sign-in page: what it was for, and when. Not the text: nobody is signed in."""
    return max(request.session.get(KEPT, {}).values(), key=lambda one: one["at"], default=None)


def forget(request: HttpRequest) -> None:
    """The text of this address is saved now."""
    waiting = request.session.get(KEPT, {})
    if request.path in waiting:
        request.session[KEPT] = {path: one for path, one in waiting.items() if path != request.path}


# Not saved: given back -------------------------------------------------------------------------------


def given_back(
    request: HttpRequest,
    sentence: str,
    *,
    status: int,
    sign_in: bool = False,
    posted: QueryDict | None = None,
    again: bool = True,
) -> HttpResponse:
    """What was posted, all of it in sight, and what to do next. Asks no database.

    `again`: with a button that sends it again. Never where somebody else's page may have sent it.
    """
    if wants_json(request):
        return JsonResponse({"problem": sentence}, status=status)
    body = request.POST if posted is None else posted
    rows = [(name, value) for name, values in body.lists() for value in values]
    context = {
        "sentence": sentence,
        "rows": [(name, value, _label(name), _is_long(value)) for name, value in rows if name not in TECHNICAL],
        "technical": [(name, value) for name, value in rows if name in TECHNICAL - {"csrfmiddlewaretoken"}],
        "again": again and any(_is_long(value) for name, value in rows if name not in TECHNICAL),
        "sign_in": sign_in,
        "path": request.path,
        "crumbs": [],
    }
    return render(request, "errors/given_back.html", context, status=status)


def _is_long(value: str) -> bool:
    return len(value) > SHORT or "\n" in value or " " in value


def _label(name: str) -> str:
    words = name.replace("_", " ").replace("-", " ")
    return words[:1].upper() + words[1:]


def posts_text(request: HttpRequest) -> bool:
    return request.method == "POST" and request.path.startswith(WRITTEN_ON)


def is_from_here(request: HttpRequest) -> bool:
    """Whether a page of our own sent it, as the browser says. What says nothing may come from anywhere."""
    said = request.headers.get("Origin") or request.headers.get("Referer", "")
    parts = urlsplit(said)
    own = f"{request.scheme}://{request.get_host()}"
    return f"{parts.scheme}://{parts.netloc}" in {own, *settings.CSRF_TRUSTED_ORIGINS}


def given_back_in_vain(request: HttpRequest, sentence: str) -> HttpResponse | None:
    """What was kept for this page while somebody was signed out, where the page has no use for it any more."""
    if found := kept(request):
        return given_back(request, sentence, status=200, posted=found.body, again=False)
    return None
