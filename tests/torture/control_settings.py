"""The control: a server that acknowledges a save before it commits it. The crash tests must report its losses."""

import time
from collections.abc import Callable
from threading import Thread

from django.db import connections
from django.http import HttpRequest, HttpResponse, JsonResponse

from config.settings import *  # noqa: F403
from tests.torture.clients import receipt

MIDDLEWARE = [*MIDDLEWARE, "tests.torture.control_settings.acknowledge_early"]  # noqa: F405
LATER = 0.3  # seconds


def acknowledge_early(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def commit(request: HttpRequest) -> None:
        time.sleep(LATER)
        try:
            get_response(request)
        finally:
            connections.close_all()

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            return get_response(request)
        Thread(target=commit, args=(request,), daemon=True).start()
        return JsonResponse(
            {
                "id": request.POST["save_id"],
                "receipt": receipt(request.POST.items()),
                "beside": False,
                "removed": [],
            }
        )

    return middleware
