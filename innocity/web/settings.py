"""Django's settings, from the environment. Nothing here names a city's data or a machine.

| variable | meaning | default |
|---|---|---|
| INNOCITY_VAR | folder of what an instance keeps beside its database | var |
| INNOCITY_DATABASE_URL | sqlite:///path or postgresql://user:password@host:port/name | sqlite:///var/innocity.sqlite3 |
| INNOCITY_SECRET_KEY | signs sessions | made once, kept in INNOCITY_VAR |
| INNOCITY_DATA_KEYS | keys for ids of people (innocity.records.protect) | derived from the secret key |
| INNOCITY_AUDIT_HASH | sha256 or sm3 | sha256 |
| INNOCITY_DEBUG, INNOCITY_ALLOWED_HOSTS, INNOCITY_CITY | as they say | off, localhost, weihai |
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import SimpleLazyObject


def text(name: str, default: str = "") -> str:
    """A setting of the environment; an empty one counts as not given."""
    return os.environ.get(f"INNOCITY_{name}", "").strip() or default


def flag(name: str) -> bool:
    """A setting that is on or off."""
    return text(name).lower() in ("1", "true", "yes", "on")


def database(url: str) -> dict[str, Any]:
    """A database address as Django wants it; SQLite writes ahead and takes its lock at once.

    >>> database("sqlite:///var/x.sqlite3")["NAME"], database("sqlite:////data/x.sqlite3")["NAME"]
    ('var/x.sqlite3', '/data/x.sqlite3')
    >>> [database("postgresql://u:p%40@db:5433/city")[k] for k in ("HOST", "PORT", "NAME", "USER", "PASSWORD")]
    ['db', 5433, 'city', 'u', 'p@']
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        pragmas = (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
            " PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;"
        )
        options = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": pragmas}
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": unquote(parts.path[1:]), "OPTIONS": options}
    if parts.scheme in ("postgresql", "postgres"):
        return {
            "ENGINE": "django.db.backends.postgresql", "NAME": unquote(parts.path[1:]), "HOST": parts.hostname or "",
            "PORT": parts.port or "", "USER": unquote(parts.username or ""), "PASSWORD": unquote(parts.password or ""),
            "CONN_MAX_AGE": 60,
        }  # fmt: skip
    raise ImproperlyConfigured("INNOCITY_DATABASE_URL: sqlite:///... or postgresql://...")


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


INNOCITY_VAR = Path(text("VAR", "var"))
INNOCITY_CITY = text("CITY", "weihai")
INNOCITY_DATA_KEYS = text("DATA_KEYS")
INNOCITY_AUDIT_HASH = text("AUDIT_HASH", "sha256")

DEBUG = flag("DEBUG")
SECRET_KEY = SimpleLazyObject(secret_key)
ALLOWED_HOSTS = text("ALLOWED_HOSTS", "localhost,127.0.0.1").split(",")
DATABASES = {"default": database(text("DATABASE_URL", f"sqlite:///{INNOCITY_VAR}/innocity.sqlite3"))}
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
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]

# --- pages -------------------------------------------------------------------------------------------------

HERE = Path(__file__).resolve().parent
ROOT_URLCONF = "innocity.web.urls"
WSGI_APPLICATION = "innocity.web.wsgi.application"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "innocity.web.middleware.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "innocity.web.access.Access",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
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
            "builtins": ["innocity.web.templatetags.site", "django.templatetags.i18n"],
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
LOGIN_URL = "account_login"
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
