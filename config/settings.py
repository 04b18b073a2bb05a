"""All settings, in one file. Development needs no variable; production names the ones it lacks."""

from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

from config import env, mail_server, oidc, search_server

BASE_DIR = Path(__file__).resolve().parent.parent
ENVIRONMENT = env.text("STOCKTAKE_ENV", "development")
if ENVIRONMENT not in {"development", "production"}:
    raise ImproperlyConfigured(f"STOCKTAKE_ENV is “{ENVIRONMENT}”: write development or production.")
PRODUCTION = ENVIRONMENT == "production"

# The product's name stands here and nowhere else.
SERVICE_NAME = env.text("SERVICE_NAME", "Stocktake")
SERVICE_TAGLINE = env.text("SERVICE_TAGLINE", "departmental action reporting")
FEEDBACK_ADDRESS = env.text("FEEDBACK_ADDRESS", "feedback@stocktake.invalid")
SECURITY_ADDRESS = env.text("SECURITY_ADDRESS", FEEDBACK_ADDRESS)

# Error pages are the readers' own, in development too; DEBUG=yes shows tracebacks instead.
DEBUG = env.flag("DEBUG") and not PRODUCTION
# Without a key of its own a development server forgets its sign-ins at a restart: the key is never in the tree.
SECRET_KEY = env.text("SECRET_KEY", None if PRODUCTION else get_random_secret_key())
# Former ones: links in mails that were sent before the key changed are still good.
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS", "")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", None if PRODUCTION else "127.0.0.1 localhost [::1]")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", "")

INSTALLED_APPS = [
    "strategy",
    "reporting",
    "crispy_forms",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",  # ETag: a digest of the body; answers 304
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "reporting.accounts.sessions.idle_middleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
AUTH_USER_MODEL = "reporting.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Pages are Jinja2. Django's own syntax is only for what needs it: the admin.
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {"environment": "reporting.web.jinja.environment"},
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates" / "django"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = ["govuk"]
CRISPY_TEMPLATE_PACK = "govuk"
CRISPY_CLASS_CONVERTERS: dict[str, str] = {}

DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / "var"))).resolve()
DATABASE_URL = env.text("DATABASE_URL", None if PRODUCTION else f"sqlite:///{DATA_DIR / 'db.sqlite3'}")
DATABASES = {"default": dj_database_url.parse(DATABASE_URL, conn_max_age=60, conn_health_checks=True)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A writer takes its lock at once, so that two of them queue instead of failing half-way.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # recursive_triggers: INSERT OR REPLACE, too, must ask the triggers that freeze rows.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA recursive_triggers=ON;",
    }
    Path(DATABASES["default"]["NAME"]).parent.mkdir(parents=True, exist_ok=True)
if test_database := env.text("TEST_DATABASE_NAME", ""):
    DATABASES["default"]["TEST"] = {"NAME": test_database}

# Signed checkpoints of the history, outside the database: where they are kept, the key that signs them (Ed25519,
# PEM; development makes its own), and how often the worker looks whether there is something to sign.
CHECKPOINT_DIR = Path(env.text("CHECKPOINT_DIR", None if PRODUCTION else str(DATA_DIR / "checkpoints")))
CHECKPOINT_KEY = Path(env.text("CHECKPOINT_KEY", None if PRODUCTION else str(DATA_DIR / "checkpoint-key.pem")))
CHECKPOINT_MINUTES = env.number("CHECKPOINT_MINUTES", 15)

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = False
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(BASE_DIR / "staticfiles"))) if PRODUCTION else None
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not PRODUCTION  # no collectstatic while developing
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# Who signs in with a second factor: "central" (reviewers, auditors and administrators), "everybody" or "nobody".
SECOND_FACTOR = env.choice("SECOND_FACTOR", ["central", "everybody", "nobody"])
# Where links in mails lead.
SITE_ADDRESS = env.text("SITE_ADDRESS", None if PRODUCTION else "http://127.0.0.1:8000").rstrip("/")
# Begins the permanent names of what feeds list (RFC 4151): a host, and a date when it was ours. It never changes:
# where the service moves to another host, write the first one here.
FEED_AUTHORITY = env.text("FEED_AUTHORITY", f"{urlsplit(SITE_ADDRESS).hostname},2026")

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]

# Accounts ----------------------------------------------------------------------------------------------
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "filing"
# A session ends when nothing was done for so long.
SESSION_COOKIE_AGE = 3600 * env.number("SESSION_HOURS", 12)
SESSION_COOKIE_SAMESITE = "Lax"
# The longest that a link in a mail may be valid; reporting/domain/links.py says how long each of them is.
PASSWORD_RESET_TIMEOUT = 7 * 24 * 3600
# How many proxies of our own stand before the service, each adding the address it was asked from to
# X-Forwarded-For. None: that header is whatever the asker wrote, and is not read.
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", 0)
# Limits on guesses are counted here, for all processes together.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "reporting_cache",
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    }
}
ACCOUNT_ADAPTER = "reporting.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]  # nobody signs up: the check of settings wants them
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = False  # its own are for each address; ours are in reporting/accounts/limits.py
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_FORMS = {
    "login": "reporting.accounts.forms.SignInForm",
    "reauthenticate": "reporting.accounts.forms.PasswordAgainForm",
}
MFA_ADAPTER = "reporting.accounts.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = SERVICE_NAME
MFA_TOTP_TOLERANCE = 1  # clocks of phones differ; a code counts once all the same
MFA_FORMS = {
    "authenticate": "reporting.accounts.forms.CodeForm",
    "reauthenticate": "reporting.accounts.forms.CodeAgainForm",
    "activate_totp": "reporting.accounts.forms.FirstCodeForm",
}
# Sign-in by an OpenID Connect provider, beside passwords; only where all of it is set.
OIDC_ISSUER = env.text("OIDC_ISSUER", "")
OIDC_NAME = env.text("OIDC_NAME", "your department’s account")
SOCIALACCOUNT_ADAPTER = "reporting.accounts.oidc.ProviderAdapter"
SOCIALACCOUNT_PROVIDERS = oidc.providers(
    OIDC_ISSUER, OIDC_NAME, env.text("OIDC_CLIENT_ID", ""), env.text("OIDC_CLIENT_SECRET", "")
)
# Two long texts of typographic apostrophes, form-encoded, exceed Django's 2.5 MB.
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
CSRF_FAILURE_VIEW = "reporting.web.errors.csrf_failed"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SECURE_SSL_REDIRECT = PRODUCTION and env.flag("HTTPS_REDIRECT", True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked by the machine next to it, over plain HTTP
SECURE_HSTS_SECONDS = env.number("HSTS_SECONDS", 31_536_000) if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
if env.flag("TRUST_PROXY_HEADERS"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # A wrong Host header is somebody's probe, not our fault: no traceback for it.
    "loggers": {"django.security.DisallowedHost": {"handlers": [], "propagate": False}},
}

# Mail, and the work that is done behind the pages ------------------------------------------------------
# A task is a row in the database, written or undone with the change that asks for it; `manage.py worker` does it.
INSTALLED_APPS += ["django_tasks", "django_tasks_db"]
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
mail_server.check_site(SITE_ADDRESS)
# EMAIL_BACKEND, EMAIL_HOST and the rest of Django's names for it.
globals().update(mail_server.from_url(env.text("EMAIL_URL", None if PRODUCTION else "console:")))
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = mail_server.sender(
    env.text("MAIL_FROM", None if PRODUCTION else "no-reply@stocktake.invalid"), SERVICE_NAME
)
# How long a worker has for one mail before another takes it for dead and sends the mail again.
MAIL_CLAIM_SECONDS = env.number("MAIL_CLAIM_SECONDS", 300)
# Days before a deadline on which people are reminded; -1 is the day after it.
REMINDER_DAYS = env.days("REMINDER_DAYS", "14 7 2 0 -1")

# Search: full text in the database, or by the OpenSearch that SEARCH_URL names -------------------------
INSTALLED_APPS += ["modelsearch"]
MODELSEARCH_BACKENDS = search_server.from_url(env.text("SEARCH_URL", ""), DATABASES["default"]["ENGINE"])
