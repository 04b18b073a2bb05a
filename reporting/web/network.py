"""From where somebody asks."""

from allauth.core.internal import ratelimit
from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """Who asked, or whom our own proxies say they were asked by. What the asker wrote itself counts for nothing."""
    proxies = settings.TRUSTED_PROXIES
    chain = [one.strip() for one in request.headers.get("X-Forwarded-For", "").split(",")]
    if proxies and len(chain) >= proxies and chain[-proxies]:
        return ratelimit.truncate_ip(chain[-proxies])
    return ratelimit.truncate_ip(request.META.get("REMOTE_ADDR", ""))
