"""Signing in by the department's own OpenID Connect provider: for people who have an account here, and nobody else.

The library sends state and PKCE, and compares the issuer, the audience and the expiry of the identity token.
Added here: a nonce, the token's signature, that discovery speaks for the issuer that was set, and that the
token and the profile are of the same person.
"""

import secrets
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from allauth.utils import build_absolute_uri
from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from requests import RequestException

from reporting.domain import people
from reporting.models import User

# What a provider that answers otherwise than it should makes of the library.
BROKEN = (OAuth2Error, RequestException, KeyError, TypeError, ValueError)


class Conversation(OpenIDConnectOAuth2Adapter):
    """One sign-in, from here to the provider and back."""

    def get_provider(self) -> "Provider":
        return Provider(self.request, app=super().get_provider().app)

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return build_absolute_uri(request, reverse("oidc_callback"), self.redirect_uri_protocol)

    @property
    def openid_config(self) -> dict[str, Any]:
        found: dict[str, Any] = super().openid_config
        if found["issuer"].rstrip("/") != self.get_provider().app.settings["server_url"]:
            raise OAuth2Error("Discovery names another issuer than OIDC_ISSUER.")
        return found

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        try:
            login = super().complete_login(request, app, token, **kwargs)
        except BROKEN as error:
            raise OAuth2Error("The provider's answer is not what it should be.") from error
        # Names and addresses are compared, not stored.
        login.claims, login.account.extra_data = login.account.extra_data, {}
        return login

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        return jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
        )


class Provider(OpenIDConnectProvider):
    oauth2_adapter_class = Conversation


class ProviderAdapter(DefaultSocialAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """The last word before somebody is signed in."""
        token, profile = (sociallogin.claims.get(name) or {} for name in ("id_token", "userinfo"))
        nonce = sociallogin.state.get("nonce")
        if not nonce or token.get("nonce") != nonce or profile.get("sub", token["sub"]) != token["sub"]:
            raise ImmediateHttpResponse(failed(request))
        if not sociallogin.is_existing:
            person = _person_with(profile if "email" in profile else token)
            if person is None:
                raise ImmediateHttpResponse(unknown(request))
            with transaction.atomic():
                sociallogin.connect(request, person)
                people.record_provider(person=person, provider=settings.OIDC_NAME)
        if not sociallogin.user.is_active or sociallogin.user.is_system:
            raise ImmediateHttpResponse(unknown(request))


def _person_with(claims: dict[str, Any]) -> User | None:
    """Whose address the provider says it has checked."""
    if claims.get("email_verified") is not True or not claims.get("email"):
        return None
    return User.objects.filter(email__iexact=claims["email"], is_active=True, is_system=False).first()


def start(request: HttpRequest) -> HttpResponse:
    """To the provider. Nothing but the way back is taken from the address that was asked for."""
    conversation = _conversation(request)
    nonce = secrets.token_urlsafe(32)
    asked = request.GET.get("next", "")
    here = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    try:
        provider = conversation.get_provider()
        following = asked if here else reverse(settings.LOGIN_REDIRECT_URL)
        return provider.redirect(
            request, AuthProcess.LOGIN, next_url=following, auth_params={"nonce": nonce}, nonce=nonce
        )
    except BROKEN:
        return failed(request)


def callback(request: HttpRequest) -> HttpResponse:
    try:
        return OAuth2CallbackView.adapter_view(_conversation(request))(request)
    except BROKEN:
        return failed(request)


def cancelled(request: HttpRequest) -> HttpResponse:
    return redirect("account_login")


def failed(request: HttpRequest) -> HttpResponse:
    return render(request, "socialaccount/authentication_error.html", {}, status=401)


def unknown(request: HttpRequest) -> HttpResponse:
    return render(request, "socialaccount/unknown.html", {"provider": settings.OIDC_NAME}, status=403)


def configured() -> bool:
    return bool(settings.SOCIALACCOUNT_PROVIDERS)


def _conversation(request: HttpRequest) -> Conversation:
    if not configured():
        raise Http404
    return Conversation(request, settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["provider_id"])
