"""Django's settings; what differs between installations comes from ``environment.py`` alone."""

from __future__ import annotations

import sys

import django_stubs_ext
from environ import Env
from kombu import Exchange, Queue

from config import clock
from config.databases import django_database, sqlite_file
from config.embedded import EmbeddedRedis
from config.environment import BASE_DIR, Environment, load
from config.keys import Keys, kept_keys
from config.logs import LOGGING as LOGGING
from config.logs import set_up_structlog
from config.look import UNFOLD as UNFOLD
from config.redis_urls import spell
from config.var_dir import make_private
from config.variables import CANNOT_BOOT, BadEnvironmentError


def _begin() -> tuple[Environment, Keys]:
    """Read the environment; a bad one ends the process with its lines and without a traceback."""
    try:
        environment = load()
        given = Keys(environment.secret_key, environment.fernet_keys)
        if environment.database is None or not environment.redis_url:
            make_private(environment.var_dir)
        if given.secret_key and given.fernet_keys:
            return environment, given
        kept = kept_keys(environment.var_dir / "keys")
        return environment, Keys(
            given.secret_key or kept.secret_key, given.fernet_keys or kept.fernet_keys
        )
    except BadEnvironmentError as error:
        print(error, file=sys.stderr)
        raise SystemExit(CANNOT_BOOT) from None


ENVIRONMENT, KEYS = _begin()

# Django's generic classes take their type arguments at run time too: ModelAdmin[Tenant].
django_stubs_ext.monkeypatch()

# What it is and where it stands
INSTALLED_APPS = [
    # Before the admin, whose templates and site it replaces.
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_celery_beat",
    "config",
    "integrations",
    "audit",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
STATIC_URL = "/static/"
# Served from the packages themselves: a fresh clone needs no collecting.
WHITENOISE_USE_FINDERS = True
PUBLIC_URL = ENVIRONMENT.public_url
ALLOWED_HOSTS = list(ENVIRONMENT.allowed_hosts)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Time
TIME_ZONE = "UTC"
USE_TZ = True
# People in several zones look at the same page, so each time says which it is.
USE_I18N = False
DATE_FORMAT = "Y-m-d"
DATETIME_FORMAT = r"Y-m-d H:i \U\T\C"
SANDBOX_URL = ENVIRONMENT.sandbox_url
clock.follow(SANDBOX_URL)

# Database
DATABASES = {"default": django_database(ENVIRONMENT.database or sqlite_file(ENVIRONMENT.var_dir))}

# Secrets and doors
SECRET_KEY = KEYS.secret_key
FERNET_KEYS = list(KEYS.fernet_keys)
# They are whole Fernet keys already; nothing is derived from them.
FERNET_USE_HKDF = False
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "integrations.roles.RoleBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
ALLOWED_PRIVATE_HOSTS = ENVIRONMENT.allowed_private_hosts
METRICS_TOKEN = ENVIRONMENT.metrics_token
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
# Beside a sandbox the browser comes over plain loopback, whatever the public address says.
IS_PUBLIC = PUBLIC_URL.startswith("https:") and not SANDBOX_URL
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = IS_PUBLIC
# Asked by machines beside it, past the proxy.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if IS_PUBLIC else 0
# Other hosts of the domain, and browsers' built-in lists, are not ours to decide about.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

# Mail
MAIL = Env.email_url_config(ENVIRONMENT.email_url)
EMAIL_BACKEND = MAIL["EMAIL_BACKEND"]
EMAIL_HOST = MAIL["EMAIL_HOST"] or "localhost"
EMAIL_PORT = MAIL["EMAIL_PORT"] or 25
EMAIL_HOST_USER = MAIL["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD = MAIL["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS = MAIL.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = MAIL.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = ENVIRONMENT.default_from_email

# Work
LEASE_SECONDS = ENVIRONMENT.lease_seconds
SWEEP_SECONDS = ENVIRONMENT.sweep_seconds
SETTLE_SECONDS = ENVIRONMENT.settle_seconds
# Each operation has a deadline of its own; this one shortens them all.
LONGEST_CALL_SECONDS = float("inf")
AUDIT_ANCHOR = ENVIRONMENT.audit_anchor
EMBEDDED_REDIS = (
    None if ENVIRONMENT.redis_url else EmbeddedRedis(ENVIRONMENT.var_dir, ENVIRONMENT.redis_server)
)
REDIS_URLS = spell(EMBEDDED_REDIS.url if EMBEDDED_REDIS else ENVIRONMENT.redis_url)

CELERY_BROKER_URL = REDIS_URLS.celery
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A message that nobody acknowledged comes back after this long. Short would deliver long pages
# twice (their lease refuses the second); nothing waits for it, because the sweep finds due rows.
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
# What became of a task is in the database; nobody reads results.
CELERY_TASK_IGNORE_RESULT = True
# So beat need not have any cleaned up either.
CELERY_RESULT_EXPIRES = None
CELERY_TASK_QUEUES = [Queue(name, Exchange(name), routing_key=name) for name in ("soon", "bulk")]
CELERY_TASK_DEFAULT_QUEUE = "soon"
# A misspelt queue is an error, not a queue that no worker reads.
CELERY_TASK_CREATE_MISSING_QUEUES = False
# Tasks are safe to run twice and a worker may die in the middle: acknowledged when done …
CELERY_TASK_ACKS_LATE = True
# … but a task that kills its process is not given to the next one: its rows are still due, and the
# sweep brings them back one lease later instead of at once and for ever.
CELERY_TASK_REJECT_ON_WORKER_LOST = False
# A lost broker is no reason to cut a call to a vendor in two; leases keep a second delivery out.
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
# A worker takes what it can work now; the rest stays for the others.
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULER = "config.beat:Scheduler"
# Logs go where LOGGING says.
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

set_up_structlog()
