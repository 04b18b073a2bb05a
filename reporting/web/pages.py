"""What every page has in common."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from reporting import rules
from reporting.domain.errors import NotPossible
from reporting.web import keeping
from reporting.web.access import lacks_second_factor

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


def staff(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page to read, for people who are signed in."""
    return require_safe(_signed_in(view))


def staff_form(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page that people who are signed in write on."""
    return require_http_methods(["GET", "HEAD", "POST"])(_signed_in(view))


def _signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """With a second factor where they need one.

    What somebody had typed when they were signed out is kept for them. What the domain refuses is said on
    a page that gives the typed text back.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return keeping.signed_out(request)
        if lacks_second_factor(request.user):
            return redirect("mfa_activate_totp")
        try:
            response = view(request, *args, **kwargs)
        except NotPossible as refusal:
            response = keeping.given_back(request, str(refusal), status=409)
        response.headers["Cache-Control"] = "private, no-cache"
        keeping.remember(request, response)
        return response

    return wrapped


def show_staff(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    back: Crumb | None = None,
    section: str = "reports",
    status: int = 200,
) -> HttpResponse:
    led = [one.department for one in request.user.memberships.select_related("department") if rules.leads(one)]
    said = list(messages.get_messages(request))
    context = {"back": back, "section": section, "led": led, "user": request.user, "messages": said, **context}
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
    return render(request, template, context, status=status)
