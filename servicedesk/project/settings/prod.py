"""Production: everything secret or local comes from the environment, and a weak one stops the start."""

import os

from servicedesk.project.demands import require_sound
from servicedesk.project.logs import logging_config

from .base import *

require_sound(os.environ)

DEBUG = False
SECRET_KEY = env.str("SECRET_KEY")
# Keys that were in use before: what they signed is still accepted, nothing new is signed with them.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
SITE_URL = env.str("SITE_URL").rstrip("/")
CSRF_TRUSTED_ORIGINS = [SITE_URL]
EVENTS_ORIGINS = env.list("EVENTS_ORIGINS", default=[SITE_URL])
DEMO_LOGINS = False

# TLS ends at the proxy in front, which sets this header and drops it from what comes in.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
# Probes ask inside the network, without TLS.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "servicedesk.project.staticfiles.ModuleManifestStorage"},
}
# How many proxies of ours stand in front (servicedesk/project/addresses.py).
PROXY_COUNT = env.int("PROXY_COUNT", default=1)
REST_FRAMEWORK = {**REST_FRAMEWORK, "NUM_PROXIES": PROXY_COUNT}
LOGGING = logging_config("json", requests="INFO")
