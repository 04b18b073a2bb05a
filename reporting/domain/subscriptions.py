"""Readers follow what is published by e-mail: asked for, confirmed by a link, and ended by one click.

Nothing of it goes into the history: it is nobody's business who reads.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from reporting.domain import delivery
from reporting.domain.subscription_links import VALID
from reporting.models import Alert, Subscriber, Subscription
from strategy.models import Action, Department, Strategy

READ_ANEW = set("ßς\u200c\u200d")  # in the DNS of today another domain, with another owner, than by Python's codec


@dataclass(frozen=True, slots=True)
class Scope:
    """What is followed; everything where nothing is named."""

    strategy: Strategy | None = None
    action: Action | None = None
    department: Department | None = None


def normal(address: str) -> str:
    """One spelling for one address, so that it is counted once: no capitals, and the domain as in the DNS.

    Where that is not plain the domain stays as it was typed, and is refused for it.
    """
    local, _, domain = address.strip().lower().rpartition("@")
    if not READ_ANEW & set(domain):
        with suppress(UnicodeError):
            domain = domain.encode("idna").decode()
    return f"{local}@{domain}"


@transaction.atomic
def ask(*, address: str, scope: Scope, at: datetime | None = None) -> None:
    """Write to the address and ask whether it is meant. Who asks is told the same, whatever the address follows.

    `address` is `normal`. How often this may be asked is for the caller to limit.
    """
    at = at or timezone.now()
    # Held: who stops the mails at this moment waits, or has deleted the row before it is looked for.
    subscriber, _ = Subscriber.objects.select_for_update().get_or_create(address=address)
    subscription, _ = Subscription.objects.get_or_create(
        subscriber=subscriber,
        strategy=scope.strategy,
        action=scope.action,
        department=scope.department,
        defaults={"asked_at": at},
    )
    if subscription.confirmed_at is None:
        subscription.asked_at = at
        subscription.save(update_fields=["asked_at"])
    Alert.objects.create(
        subscriber=subscriber,
        template="confirm",
        data={"subscription": str(subscription.pk)},
        written_at=at,
        due_at=at,
    )
    delivery.wake()
    delivery.wake(at + VALID)  # to delete it, where nobody confirms


@transaction.atomic
def confirm(subscription: Subscription, *, at: datetime | None = None) -> None:
    """Once: a second time changes nothing."""
    Subscription.objects.filter(pk=subscription.pk, confirmed_at=None).update(confirmed_at=at or timezone.now())


@transaction.atomic
def stop(subscriber: Subscriber, *, only: Subscription | None = None) -> None:
    """No mails any more, or none about one thing. With the last thing the address is deleted."""
    if only:
        Subscription.objects.filter(pk=only.pk, subscriber=subscriber).delete()
    if only is None or not subscriber.subscriptions.exists():
        Subscriber.objects.filter(pk=subscriber.pk).delete()
