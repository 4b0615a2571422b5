"""What every installation shares. Secrets and addresses come from the environment only."""

from pathlib import Path
from urllib.parse import urlsplit

import django_stubs_ext
import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from servicedesk.project import schedule
from servicedesk.project.logs import configure_structlog, logging_config

BASE_DIR = Path(__file__).resolve().parents[3]
env = environ.Env()
django_stubs_ext.monkeypatch()

INSTALLED_APPS = [
    "visits",
    "dispatch",
    "warranty",
    "servicedesk",
    "servicedesk.project.wiring.ProjectConfig",
    "servicedesk.project.apps.YipiaoAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "django_structlog",
    "phonenumber_field",
    "pgtrigger",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "axes",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "servicedesk.people.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "servicedesk.tickets.middleware.RefusalMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "servicedesk.project.urls"
WSGI_APPLICATION = "servicedesk.project.wsgi.application"

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
                "servicedesk.project.context.page",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "servicedesk.templatetags.ui",
            ],
        },
    }
]

DATABASES = {"default": env.db_url("DATABASE_URL", default="postgres://yipiao:yipiao@127.0.0.1:5432/yipiao")}
# A fresh connection knows no table yet and answers its first questions several times slower.
DATABASES["default"]["CONN_MAX_AGE"] = 600
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# What the address itself asks for, such as ?sslmode=verify-full, stays.
DATABASES["default"]["OPTIONS"] = {
    "connect_timeout": 5,
    "application_name": "yipiao",
    **DATABASES["default"].get("OPTIONS", {}),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
CACHES = {"default": {"BACKEND": "servicedesk.project.cache.ForgivingRedisCache", "LOCATION": REDIS_URL}}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
# Where browsers find the event stream; empty means the pages poll instead.
EVENTS_URL = env.str("EVENTS_URL", default="")
# Origins of pages that may read the stream when it stands on another port or host.
EVENTS_ORIGINS = env.list("EVENTS_ORIGINS", default=[])
# How long a page may listen before it has to show again that its user still may.
EVENTS_TOKEN_SECONDS = 300

AUTH_USER_MODEL = "servicedesk.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "servicedesk.people.auth.EmployeeBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
# One person's lock never blocks another behind the same address.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
# What the form of the login calls it; by itself axes looks for the column, and would count everybody as nobody.
AXES_USERNAME_FORM_FIELD = "username"
AXES_LOCKOUT_TEMPLATE = "registration/locked.html"
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "servicedesk.project.addresses.client_address"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "static/"
STATIC_ROOT = env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles"))
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "servicedesk.project.staticfiles.ServedAppsFinder",
    "servicedesk.project.staticfiles.NodeModulesFinder",
]
MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(BASE_DIR / ".local" / "media"))

# Where `manage.py backup` writes; it should be another disk, and copied to another place.
BACKUP_ROOT = env.str("BACKUP_ROOT", default=str(BASE_DIR / ".local" / "backups"))

PHONENUMBER_DEFAULT_REGION = "CN"

# Where the map's tiles come from, such as https://tiles.example.org/{z}/{x}/{y}.png; empty: a map without tiles.
MAP_TILES_URL = env.str("MAP_TILES_URL", default="")
_TILES = urlsplit(MAP_TILES_URL)

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:", *([f"{_TILES.scheme}://{_TILES.netloc}"] if _TILES.netloc else [])],
        "connect-src": [SELF, *([EVENTS_URL] if EVENTS_URL.startswith("http") else [])],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 3600
CSRF_FAILURE_VIEW = "servicedesk.project.views.csrf_failure"

CELERY_BROKER_URL = REDIS_URL
# Longer than any task may take: a task is handed out again only when its worker is gone.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "socket_connect_timeout": 2,
    "health_check_interval": 25,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Waking a worker is a courtesy: while Redis is away it fails fast, and the timers do the work.
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0.1, "interval_max": 0.1}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 120
# A task that died with its worker runs again; every task is written to bear that.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_DEFAULT_QUEUE = "sla"
CELERY_BEAT_SCHEDULE = schedule.BEAT_SCHEDULE
CELERY_TIMEZONE = TIME_ZONE
TIMER_STEPS = schedule.STEPS
# Whether webhooks may go to this machine itself, and there also by http: for development and tests only.
WEBHOOKS_ALLOW_LOOPBACK = False

# --- Messages that leave the house (docs/notices.md) ---
# smtp://, smtp+tls:// (STARTTLS) or smtp+ssl://user:password@host:port; empty: no e-mail is sent.
_email = env.email_url("EMAIL_URL", default="") if env.str("EMAIL_URL", default="") else {}
EMAIL_HOST = str(_email.get("EMAIL_HOST") or "")
EMAIL_PORT = int(_email.get("EMAIL_PORT") or 25)
EMAIL_HOST_USER = str(_email.get("EMAIL_HOST_USER") or "")
EMAIL_HOST_PASSWORD = str(_email.get("EMAIL_HOST_PASSWORD") or "")
EMAIL_USE_TLS = bool(_email.get("EMAIL_USE_TLS"))
EMAIL_USE_SSL = bool(_email.get("EMAIL_USE_SSL"))
EMAIL_TIMEOUT = 10
# What the provider of text messages knows us by.
SMS_TOKEN = env.str("SMS_TOKEN", default="")
# What links in messages start with; empty: they carry no link.
SITE_URL = env.str("SITE_URL", default="").rstrip("/")
# Whoever brings it as a bearer token may read /metrics; empty: nobody may.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
# How many days settled messages and their attempts are kept.
DELIVERY_RETENTION_DAYS = env.int("DELIVERY_RETENTION_DAYS", default=90)
# How many years a service record sheet is kept, with the person's data on it (docs/sheets.md).
SHEET_RETENTION_YEARS = env.int("SHEET_RETENTION_YEARS", default=5)

# --- Dispatch (docs/dispatch.md) ---
# What gives the travel times of an outlet.
DISPATCH_TRAVEL = env.str("DISPATCH_TRAVEL", default="dispatch.travel.registry.estimate_of")

# --- API (docs/api.md) ---
KNOX_TOKEN_MODEL = "servicedesk.ApiToken"  # noqa: S105 - the name of a model
# Its own table of tokens is not wanted beside ours.
MIGRATION_MODULES = {"knox": None}
REST_KNOX = {"TOKEN_MODEL": KNOX_TOKEN_MODEL, "AUTH_HEADER_PREFIX": "Bearer", "TOKEN_PREFIX": "yp"}
REST_FRAMEWORK = {
    "EXCEPTION_HANDLER": "servicedesk.api.errors.answer_of",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": None,
}
# Requests a minute of one token or person for each scope.
API_RATES = {"read": 600, "write": 240}
SPECTACULAR_SETTINGS = {
    "TITLE": "Yipiao API",
    "VERSION": "1",
    "DESCRIPTION": "After-sales service: one ticket to the end. How it is used: docs/api.md.",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "POSTPROCESSING_HOOKS": ["servicedesk.api.schema.refuse_unknown_fields"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "docExpansion": "list", "persistAuthorization": False},
}

configure_structlog()
LOGGING = logging_config("plain")
