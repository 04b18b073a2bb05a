"""EMAIL_URL and MAIL_FROM, read into Django's own settings. What is wrong is named; a password is never shown."""

from email.utils import formataddr, parseaddr
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

EXAMPLE = "smtp://user:password@mail.example.org:587/?tls=starttls"
PORTS = {"starttls": 587, "implicit": 465, "none": 25}


def from_url(url: str) -> dict[str, Any]:
    """`console:` prints mail instead of sending it."""
    if url.rstrip("/:") == "console":
        return {"EMAIL_BACKEND": "config.console_mail.EmailBackend"}
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _wrong("its host or its port can't be read") from None
    if parts.scheme != "smtp" or not parts.hostname:
        raise _wrong("it doesn't begin with smtp:// and a host")
    said = dict(parse_qsl(parts.query, keep_blank_values=True))
    tls = said.pop("tls", "starttls")
    if said or tls not in PORTS:
        raise _wrong("after the question mark stands tls=starttls, tls=implicit or tls=none, and nothing else")
    if tls == "none" and parts.password:
        raise _wrong("with tls=none its password would be sent for everybody to read")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port or PORTS[tls],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": tls == "starttls",
        "EMAIL_USE_SSL": tls == "implicit",
    }


def sender(text: str, service_name: str) -> str:
    """“Reports <no-reply@example.org>”: the service's name, unless the address comes with another."""
    name, address = parseaddr(text)
    local, _, host = address.rpartition("@")
    if not (local and host) or any(character.isspace() for character in address):
        raise ImproperlyConfigured(f"MAIL_FROM is “{text}”: write an address, such as no-reply@example.org.")
    return formataddr((name or service_name, address))


def check_site(address: str) -> None:
    """Links in mails begin with it, and mails bear its host in their names."""
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ImproperlyConfigured(f"SITE_ADDRESS is “{address}”: write it like https://reports.example.org.")


def _wrong(why: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"EMAIL_URL is wrong: {why}. Write it like {EXAMPLE}")
