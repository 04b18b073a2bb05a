"""How often something may be guessed: for an account from one address, and for an account from anywhere.

Never for an address alone: a whole department can stand behind one. What is typed counts as an account
whether it is one or not, so that the limits tell nobody which accounts there are.
"""

import math
import time
import unicodedata
from dataclasses import dataclass

from allauth.core.internal import ratelimit
from allauth.core.internal.cryptokit import normalize_user_code
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from reporting.web.network import address_of

TOO_MANY = "too_many"  # the code of the error
FROM_ONE_ADDRESS = "5/15m/key"
FROM_ANYWHERE = "20/1h/key"
CODE_SECONDS = 120  # longer than any code of a phone is right


@dataclass
class Guess:
    """Counted before it is looked at, so that many at once are counted too."""

    taken: list[ratelimit.RateLimitUsage]

    def was_right(self) -> None:
        for one in self.taken:
            one.rollback()


def guess(request: HttpRequest, what: str, account: str) -> Guess:
    """Take one guess, or raise a sentence that says how long to wait. `what`: password, code or reset."""
    taken: list[ratelimit.RateLimitUsage] = []
    for rate, key in _limits(request, account):
        usage = ratelimit.consume(
            request, app="accounts", action=what, config={what: rate}, key=key, limit_get=True
        )
        if usage is None:
            Guess(taken).was_right()  # this one isn't even looked at
            raise ValidationError(_sentence(_seconds_left(request, what, rate, key)), code=TOO_MANY)
        taken.append(usage)
    return Guess(taken)


def forget(request: HttpRequest, what: str, account: str) -> None:
    """After a new password by a link: who reads the person's mail is the person."""
    for rate, key in _limits(request, account):
        ratelimit.clear(request, app="accounts", action=what, config={what: rate}, key=key)


def first_use(person_id: int, code: str) -> bool:
    """A code of a phone counts once, for as long as it would be right."""
    return cache.add(f"code-used:{person_id}:{normalize_user_code(code)}", True, CODE_SECONDS)


def _limits(request: HttpRequest, account: str) -> list[tuple[str, str]]:
    # Up and down again, as the database compares: “ſ” and “s” are one account, and have one limit.
    account = unicodedata.normalize("NFKC", account).strip().upper().lower()
    return [(FROM_ONE_ADDRESS, f"{account} {address_of(request)}"), (FROM_ANYWHERE, account)]


def _seconds_left(request: HttpRequest, what: str, rate: str, key: str) -> float:
    """Until the oldest of the guesses no longer counts."""
    parsed = ratelimit.parse_rate(rate)
    history = cache.get(ratelimit.get_cache_key(request, app="accounts", action=what, rate=parsed, key=key))
    return history[-1] + parsed.duration - time.time() if history else 1


def _sentence(seconds: float) -> str:
    minutes = max(1, math.ceil(seconds / 60))
    return f"There were too many tries. Wait {minutes} minute{'' if minutes == 1 else 's'}, then try again."
