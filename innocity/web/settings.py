"""Django's settings, from the environment. Nothing here names a city's data or a machine.

| variable | meaning | default |
|---|---|---|
| INNOCITY_VAR | folder of what an instance keeps beside its database | var |
| INNOCITY_DATABASE_URL | sqlite:///path or postgresql://user:password@host:port/name | sqlite:///var/innocity.sqlite3 |
| INNOCITY_SECRET_KEY | signs sessions | made once, kept in INNOCITY_VAR |
| INNOCITY_DATA_KEYS | keys for ids of people (innocity.records.protect) | derived from the secret key |
| INNOCITY_AUDIT_HASH | sha256 or sm3 | sha256 |
| INNOCITY_DEBUG, INNOCITY_ALLOWED_HOSTS, INNOCITY_CITY | as they say | off, localhost, weihai |
| INNOCITY_HTTPS | the site is reached by https only: cookies, HSTS, header of the proxy | off |
| INNOCITY_PROXIES | how many proxies of ours stand before the site, each adding to X-Forwarded-For | 0 |
| INNOCITY_IDLE_MINUTES, INNOCITY_SESSION_HOURS | a session ends after so long unused, at the latest | 30, 12 |
| INNOCITY_PASSWORD_DAYS | how old a password may be; 0: any age | 90 |
| INNOCITY_MFA_ROLES | roles that need a second factor, or none | leader,auditor |
| INNOCITY_OIDC_URL, _ID, _SECRET, _NAME, _CLAIM | single sign-on: issuer, client, name, claim with the account | none |
| INNOCITY_OIDC_MFA | words of the provider's `amr` or `acr` that stand for a second factor | none |
| INNOCITY_OIDC_HTTP | a provider without https, for a trial on one machine; `check --deploy` refuses it | off |
| INNOCITY_API_RATE, INNOCITY_API_TOKEN_RATE | requests a minute to /api/v1 of an address, of a token | 120, 600 |
| INNOCITY_SCANS_MINE, INNOCITY_SCANS_WAITING | scans that wait to be recognised: of one account, of all | 3, 20 |
| INNOCITY_LOG | requests: a line of JSON for each, without personal data | errors alone |
| INNOCITY_METRICS_TOKEN | opens /metrics/ to whoever shows it; without one it opens to this machine alone | none |
| INNOCITY_DEMO | accounts of the demo may sign in; set by `innocity demo` alone | off |
"""

from __future__ import annotations

import os
import secrets
from datetime import timedelta
from pathlib import Path

from django.utils.functional import SimpleLazyObject

from innocity.web.environment import (
    address,
    choice,
    city,
    data_keys,
    database,
    flag,
    folder,
    hosts,
    number,
    several,
    text,
)


def secret_key() -> str:
    """The secret key of the environment, else the one kept beside the database, made when first needed."""
    path = INNOCITY_VAR / "secret-key"
    if given := text("SECRET_KEY"):
        return given
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "x", encoding="ascii", opener=lambda p, flags: os.open(p, flags, 0o600)) as file:
            file.write(secrets.token_urlsafe(64))
    return path.read_text(encoding="ascii").strip()


INNOCITY_VAR = folder("VAR", "var")
INNOCITY_CITY = city("CITY", "weihai")
INNOCITY_DATA_KEYS = data_keys("DATA_KEYS")
INNOCITY_AUDIT_HASH = choice("AUDIT_HASH", "sha256", ("sha256", "sm3"))
INNOCITY_API_RATE, INNOCITY_API_TOKEN_RATE = number("API_RATE", 120, 1), number("API_TOKEN_RATE", 600, 1)
INNOCITY_SCANS_MINE, INNOCITY_SCANS_WAITING = number("SCANS_MINE", 3, 1), number("SCANS_WAITING", 20, 1)
INNOCITY_DEMO = flag("DEMO")  # set by the server of `innocity demo` alone

DEBUG = flag("DEBUG")
SECRET_KEY = SimpleLazyObject(secret_key)
ALLOWED_HOSTS = hosts("ALLOWED_HOSTS", "localhost,127.0.0.1")
DATABASES = {"default": database(text("DATABASE_URL", f"sqlite:///{INNOCITY_VAR}/innocity.sqlite3"))}
CACHES = {"default": {"BACKEND": "innocity.web.shared_cache.SharedCache"}}  # counts of how often somebody asked
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
    "innocity.records",
    "innocity.web",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
]

# --- pages -------------------------------------------------------------------------------------------------

HERE = Path(__file__).resolve().parent
ROOT_URLCONF = "innocity.web.urls"
WSGI_APPLICATION = "innocity.web.wsgi.application"
MIDDLEWARE = [
    "innocity.web.watch.Watch",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "innocity.web.middleware.ChosenLanguage",
    "innocity.web.middleware.PlainText",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "innocity.web.middleware.SessionAge",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "innocity.web.access.Access",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "innocity.web.views.errors.NoBlankRefusal",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "innocity.web.context.site",
            ],
            "builtins": [
                "innocity.web.templatetags.site",
                "django.templatetags.i18n",
                "innocity.web.templatetags.words",
            ],
        },
    }
]
# Nothing inline, nothing of another host: scripts, styles, pictures and data come from this site alone.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        **{f"{kind}-src": ["'self'"] for kind in ("script", "style", "img", "font", "connect", "manifest")},
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
X_FRAME_OPTIONS = "DENY"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SECURE_REFERRER_POLICY = "same-origin"

STATIC_URL = "static/"
CHARTS = HERE / "assets" / "dist"  # made by `make charts`; without it pages show their tables only
STATICFILES_DIRS = [("charts", CHARTS)] if CHARTS.is_dir() else []
WHITENOISE_USE_FINDERS = True  # served as they lie in the packages: nothing to collect first
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 0 if DEBUG else 86400  # addresses carry a hash of the content

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
MESSAGES = HERE / "locale"
COMPILED_MESSAGES = INNOCITY_VAR / "locale"
LOCALE_PATHS = [COMPILED_MESSAGES.resolve()]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# --- sign-in -----------------------------------------------------------------------------------------------

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "innocity.records.accounts.AccountBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "innocity.web.passwords.LongEnough"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "innocity.web.passwords.SeveralKinds"},
    {"NAME": "innocity.web.passwords.NotUsedBefore"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "start"
INNOCITY_PASSWORD_DAYS = number("PASSWORD_DAYS", 90, 0, 36500)
INNOCITY_MFA_ROLES = several("MFA_ROLES", "leader,auditor", ("firm", "officer", "leader", "auditor"))

INNOCITY_IDLE_SECONDS = 60 * number("IDLE_MINUTES", 30, 1, 24 * 60)
SESSION_COOKIE_AGE = 3600 * number("SESSION_HOURS", 12, 1, 24 * 31)
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"  # a link in an office's own system keeps one signed in
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "innocity.web.views.errors.csrf_failure"

ACCOUNT_ADAPTER = "innocity.web.sign_in.Adapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False  # the other sessions end, this one stays
ACCOUNT_RATE_LIMITS = {"login_failed": False}  # innocity.web.slowdown counts by account; axes by account and address
MFA_ADAPTER = "innocity.web.sign_in.SecondFactor"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1
SOCIALACCOUNT_ADAPTER = "innocity.web.single_sign_on.SingleSignOn"
SOCIALACCOUNT_STORE_TOKENS = False
INNOCITY_OIDC_CLAIM, INNOCITY_OIDC_HTTP = text("OIDC_CLAIM", "preferred_username"), flag("OIDC_HTTP")
INNOCITY_OIDC_MFA = frozenset(one.strip() for one in text("OIDC_MFA").split(",")) - {""}
OIDC_APP = {
    "provider_id": "office", "name": text("OIDC_NAME", "统一身份认证"), "client_id": text("OIDC_ID"),
    "secret": text("OIDC_SECRET"), "settings": {"server_url": address("OIDC_URL")},
}  # fmt: skip
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {"APPS": [OIDC_APP] if text("OIDC_URL") else [], "OAUTH_PKCE_ENABLED": True}
}
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True  # who signs in stands in the audit log
AXES_VERBOSE = False
AXES_USERNAME_CALLABLE = "innocity.web.sign_in.name_tried"
AXES_LOCKOUT_CALLABLE = "innocity.web.views.account.pages.locked"
AXES_CLIENT_IP_CALLABLE = "innocity.web.sign_in.address_of"

INNOCITY_PROXIES = number("PROXIES", 0, 0, 10)
ALLAUTH_TRUSTED_PROXY_COUNT = INNOCITY_PROXIES
if flag("HTTPS"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if INNOCITY_PROXIES else None
    SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]

# --- watching ----------------------------------------------------------------------------------------------

INNOCITY_METRICS_TOKEN = text("METRICS_TOKEN")
_REQUESTS = choice("LOG", "", ("requests", "")) == "requests"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "innocity.web.watch.Line"}},
    "handlers": {"err": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {
        "django": {"handlers": ["err"], "level": "ERROR", "propagate": False},
        "axes": {"handlers": ["err"], "level": "ERROR", "propagate": False},
        "innocity.sign_in": {"handlers": ["err"], "level": "WARNING", "propagate": False},
        "innocity.requests": {
            "handlers": ["err"], "level": "INFO" if _REQUESTS else "ERROR", "propagate": False,
        },
    },
}  # fmt: skip
