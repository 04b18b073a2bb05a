"""OpenID Connect from three variables: all of them or none."""

import hashlib
from typing import Any

from django.core.exceptions import ImproperlyConfigured


def providers(issuer: str, name: str, client: str, secret: str) -> dict[str, Any]:
    """SOCIALACCOUNT_PROVIDERS. People are known by their issuer, too: another one's “42” is somebody else."""
    if not issuer and not client and not secret:
        return {}
    if not (issuer and client and secret):
        raise ImproperlyConfigured(
            "Set OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET together, or none of them."
        )
    app = {
        "provider_id": "oidc-" + hashlib.sha256(issuer.rstrip("/").encode()).hexdigest()[:16],
        "name": name,
        "client_id": client,
        "secret": secret,
        "settings": {"server_url": issuer.rstrip("/"), "oauth_pkce_enabled": True},
    }
    return {"openid_connect": {"APPS": [app]}}
