"""A session ends when nothing was done for SESSION_COOKIE_AGE seconds.

Django would do that by a cookie with every answer. Here only pages that ask who is signed in send one, and
not more often than every few minutes: public pages never ask, so they stay the same for everybody.
"""

import time
from collections.abc import Callable

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse

SEEN = "seen"
EVERY_SECONDS = 300


def idle_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        session, now = request.session, int(time.time())
        if session.accessed and SESSION_KEY in session and now - session.get(SEEN, 0) > EVERY_SECONDS:
            session[SEEN] = now
        return response

    return middleware
