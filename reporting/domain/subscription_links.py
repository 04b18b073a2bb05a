"""The signed links in mails to subscribers. Who has one may confirm what is followed, or stop the mails."""

import uuid
from datetime import timedelta

from django.core.signing import BadSignature, SignatureExpired, Signer, TimestampSigner
from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils import timezone

from reporting.models import Subscriber, Subscription
from strategy.models import Department

VALID = timedelta(days=7)  # a link that confirms; what nobody confirms is deleted then


class Expired(Exception):
    """The link was good, and is no more."""


def _confirming() -> TimestampSigner:
    return TimestampSigner(sep=".", salt="reporting.subscriptions.confirm")


def _stopping() -> Signer:
    return Signer(sep=".", salt="reporting.subscriptions.stop")


def confirm_address(subscription: Subscription) -> str:
    return reverse("alerts-confirm", args=[_confirming().sign(subscription.pk.hex)])


def stop_address(subscriber: Subscriber) -> str:
    """Good for ever: whoever finds an old mail can still stop the new ones."""
    return reverse("alerts-stop", args=[_stopping().sign(subscriber.pk.hex)])


def to_confirm(token: str) -> Subscription | None:
    """None where we never made this link; `Expired` where its time is over or its subscription is gone."""
    try:
        key = uuid.UUID(hex=_confirming().unsign(token, max_age=VALID))
    except SignatureExpired:
        raise Expired
    except (BadSignature, ValueError):
        return None
    found = named(Subscription.objects.filter(pk=key)).first()
    if found is None:
        raise Expired
    return found


def to_stop(token: str) -> Subscriber | None:
    """None where we never made this link; `Expired` where nothing is sent to that reader any more."""
    try:
        key = uuid.UUID(hex=_stopping().unsign(token))
    except (BadSignature, ValueError):
        return None
    found = Subscriber.objects.filter(pk=key).first()
    if found is None:
        raise Expired
    return found


def followed(subscriber: Subscriber) -> list[Subscription]:
    """In the order in which it was asked for."""
    return list(named(subscriber.subscriptions.order_by("asked_at", "pk")))


def named(rows: QuerySet[Subscription]) -> QuerySet[Subscription]:
    """With what is followed, and departments as they are called today."""
    departments = Prefetch("department", Department.objects.named(timezone.localdate()))
    return rows.select_related("strategy", "action__strategy").prefetch_related(departments)


def words(subscription: Subscription) -> str:
    """What is followed: “Fenland plan, action 3: Open records”."""
    if action := subscription.action:
        return f"{action.strategy.title}, action {action.number}: {action.short_name}"
    if subscription.strategy:
        return subscription.strategy.title
    if subscription.department:
        return str(getattr(subscription.department, "name", None) or subscription.department)
    return "everything that is published here"
