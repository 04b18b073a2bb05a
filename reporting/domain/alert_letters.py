"""What the mails to subscribers say: made when they are sent, from what is public then."""

from typing import Any

from django.utils import timezone

from reporting.domain import alerts, letters, subscription_links
from reporting.domain.letters import Letter, Outdated
from reporting.domain.subscription_links import words
from reporting.models import Alert, Announcement, Publication, Subscription
from strategy.models import Strategy

MOST = 40  # reports named in one mail


def compose(alert: Alert) -> Letter:
    if alert.announcement is None:
        return _confirm(alert)
    return _told(alert, alert.announcement)


def _confirm(alert: Alert) -> Letter:
    try:
        wanted = subscription_links.named(Subscription.objects.all()).get(pk=alert.data["subscription"])
    except Subscription.DoesNotExist:
        raise Outdated("The reader does not want it any more.")
    return _written(
        alert,
        what=words(wanted),
        link=letters.absolute(subscription_links.confirm_address(wanted)),
        is_confirmed=wanted.confirmed_at is not None,
        days=subscription_links.VALID.days,
    )


def _told(alert: Alert, announcement: Announcement) -> Letter:
    mine = [one for one in subscription_links.followed(alert.subscriber) if one.confirmed_at]
    rows = [
        row for row in alerts.told(announcement, timezone.now()) if any(alerts.concerns(one, row) for one in mine)
    ]
    if not rows:
        raise Outdated("Nothing that this reader follows is public of it any more.")
    strategy = Strategy.objects.get(pk=rows[0].strategy)
    said: dict[str, Any] = {
        "strategy": strategy.title,
        "year": rows[0].year,
        "reports": [
            (row, letters.url("edition", strategy.slug, row.slug, row.year, row.number)) for row in rows[:MOST]
        ],
        "more": len(rows) - MOST,
        "all": letters.url("year", strategy.slug, rows[0].year),
        "at": announcement.due_at,
        "reason": _reason(announcement.withdrawn),
        "follows": sorted({words(one) for one in mine if any(alerts.concerns(one, row) for row in rows)}),
    }
    return _written(alert, **said)


def _reason(window: Publication | None) -> str:
    return window.reason if window else ""


def _written(alert: Alert, **said: Any) -> Letter:
    """With the link that ends it, which programs for mail show as a button of their own (RFC 8058)."""
    stop = letters.absolute(subscription_links.stop_address(alert.subscriber))
    headers = {
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Precedence": "bulk",
    }
    return letters.written(f"alerts/{alert.template}", headers, stop=stop, **said)
