"""The service's addresses, and some that break."""

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import path

from config.urls import handler400, handler404, handler500
from config.urls import urlpatterns as service
from reporting.accounts import oidc

__all__ = ["handler400", "handler404", "handler500"]


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("broken on purpose")


def without_database(request: HttpRequest) -> HttpResponse:
    raise OperationalError("down on purpose")


urlpatterns = [
    path("broken/", broken),
    path("filing/without-database/", without_database),
    path("account/unknown/", oidc.unknown),  # how signing in with a provider ends for whom nobody invited
    *service,
]
