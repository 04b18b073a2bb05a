"""Following by e-mail: asked for here, confirmed and ended by the links in the mails. No cookie, no account."""

from datetime import datetime

from allauth.core.internal import ratelimit
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import salted_hmac

from reporting.domain import published, subscription_links, subscriptions
from reporting.domain.subscription_links import Expired
from reporting.public.alert_form import AlertForm, asked_action
from reporting.web.network import address_of
from reporting.web.pages import public, public_form, public_link, show

# How many mails may be asked for: to one address, whoever asks; from one network; and by everybody together.
# Nobody is told that a limit was reached: that would tell strangers who follows.
LIMITS = {"address": "1/1h/key,3/1d/key", "network": "60/1h/key", "everybody": "1000/1h/key"}


def _crumbs() -> list[tuple[str, str]]:
    return [("Home", reverse("home"))]


@public_form
def ask(request: HttpRequest, *, at: datetime) -> HttpResponse:
    is_sent = request.method == "POST"
    what = (request.POST if is_sent else request.GET).get("what", "")
    form = AlertForm(
        request.POST if is_sent else None,
        initial={"what": what},
        strategies=published.strategies(),
        action=asked_action(what),
        bodies=list(published.bodies(at).values()),
    )
    if is_sent and form.is_valid():
        if _may_write(request, form.cleaned_data["address"]):
            subscriptions.ask(address=form.cleaned_data["address"], scope=form.scope(), at=at)
        return redirect("alerts-sent", permanent=False)
    return show(request, "public/alerts.html", {"form": form}, crumbs=_crumbs())


def _may_write(request: HttpRequest, address: str) -> bool:
    """Counted whether a mail is written or not, by a key that gives no address back."""
    # The network first: who asks for too much from one is not counted against anybody else.
    keys = {"network": address_of(request), "address": _mailbox(address), "everybody": "everybody"}
    return all(
        ratelimit.consume(
            request,
            app="alerts",
            action=name,
            config=LIMITS,
            key=salted_hmac("reporting.alerts.limits", key).hexdigest(),
            limit_get=True,
        )
        for name, key in keys.items()
    )


def _mailbox(address: str) -> str:
    """Most servers put name+anything@ into the box of name@: nobody is to be written to under many names."""
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0] or local}@{domain}"


@public
def sent(request: HttpRequest, *, at: datetime) -> HttpResponse:
    """The same for everybody, whatever was asked for."""
    days = subscription_links.VALID.days
    return show(request, "public/alerts_sent.html", {"days": days}, crumbs=_crumbs())


@public_link
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    try:
        found = subscription_links.to_confirm(token)
    except Expired:
        return show(request, "public/alerts_expired.html", {}, crumbs=_crumbs(), status=410)
    if found is None:
        raise Http404
    if request.method == "POST":
        subscriptions.confirm(found)
    context = {
        "what": subscription_links.words(found),
        "is_done": request.method == "POST",
        "stop": subscription_links.stop_address(found.subscriber),
    }
    return show(request, "public/alerts_confirm.html", context, crumbs=_crumbs())


@public_link
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Programs for mail send it by themselves when their own button is pressed (RFC 8058): then all of them end."""
    try:
        subscriber = subscription_links.to_stop(token)
    except Expired:
        return show(request, "public/alerts_stop.html", {"rows": [], "is_done": True}, crumbs=_crumbs())
    if subscriber is None:
        raise Http404
    rows = subscription_links.followed(subscriber)
    is_done = request.method == "POST"
    if is_done:
        chosen = request.POST.get("only", "")
        only = next((one for one in rows if str(one.pk) == chosen), None)
        if chosen and only is None:  # it was stopped in another window
            return redirect(request.path)
        subscriptions.stop(subscriber, only=only)
        rows = [one for one in rows if only and one != only]
    context = {"rows": [(one.pk, subscription_links.words(one)) for one in rows], "is_done": is_done}
    return show(request, "public/alerts_stop.html", context, crumbs=_crumbs())
