"""What every page has in common."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from reporting import rules
from reporting.domain.errors import NotPossible
from reporting.web import found, keeping
from reporting.web.access import lacks_second_factor

READ_AND_WRITTEN = require_http_methods(["GET", "HEAD", "POST"])
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

    made = csrf_exempt(require_safe(wrapped))
    made.page = view  # as it would be at another moment: for a preview
    return made


def public_form(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page for anyone that is also written to, without a cookie or a token.

    So what is sent to it may do no more than what every stranger may do: a page elsewhere can send it too.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, at=timezone.now(), **kwargs)
        response.headers["Cache-Control"] = "no-store" if request.method == "POST" else KEPT
        return response

    made = csrf_exempt(READ_AND_WRITTEN(wrapped))
    made.page = view
    return made


def public_link(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page that a signed link in a mail leads to: the link is all that it takes, so nothing keeps the page.

    Looking at it changes nothing, because programs look at links in mails before people do.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "private, no-store"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return csrf_exempt(READ_AND_WRITTEN(wrapped))


View = Callable[..., HttpResponse]


def staff(view: View) -> View:
    """A page to read, for people who are signed in."""
    return require_safe(_signed_in(view, has_text=False))


def staff_form(view: View) -> View:
    """A page that people who are signed in write on. It asks keeping.kept for what waits for them."""
    return READ_AND_WRITTEN(_signed_in(view, has_text=True))


def staff_button(view: View) -> View:
    """A page with a button and no text: who was signed out presses it again."""
    return READ_AND_WRITTEN(_signed_in(view, has_text=False))


def _signed_in(view: View, *, has_text: bool) -> View:
    """With a second factor where they need one.

    What somebody had typed when they were signed out is kept for them. What the domain refuses is said on
    a page that gives the typed text back.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return keeping.signed_out(request, has_text=has_text)
        if lacks_second_factor(request.user):
            return _to_second_factor(request, has_text=has_text)
        try:
            response = view(request, *args, **kwargs)
        except NotPossible as refusal:
            response = keeping.given_back(request, str(refusal), status=409)
        response.setdefault("Cache-Control", "private, no-cache")
        keeping.remember(request, response)
        return response

    return wrapped


def _to_second_factor(request: HttpRequest, *, has_text: bool) -> HttpResponse:
    """It may have become necessary while somebody was writing."""
    sentence = "Set up your second factor first, in another tab: your text is not saved yet."
    if keeping.wants_json(request):
        return JsonResponse({"problem": sentence, "signed_out": True}, status=401)
    if has_text and request.method == "POST" and not keeping.keep(request, request.user.pk):
        return keeping.given_back(request, sentence, status=403)
    return redirect("mfa_activate_totp")


def show_staff(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    back: Crumb | None = None,
    section: str = "reports",
    status: int = 200,
) -> HttpResponse:
    memberships = list(request.user.memberships.select_related("department"))
    roles = {one.role for one in memberships}
    context = {
        "led": [one.department for one in memberships if rules.leads(one)],
        "is_reviewer": rules.Role.REVIEWER in roles,
        "is_auditor": rules.Role.AUDITOR in roles,
        **context,
    }
    said = list(messages.get_messages(request))
    context = {"back": back, "section": section, "user": request.user, "messages": said, **context}
    return render(request, template, context, status=status)


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
    if status == 200 and (address := found.canonical(request)):
        context |= {"canonical": address, "described": found.described(request, address, crumbs, context)}
    return render(request, template, context, status=status)
