"""The test suite: real PostgreSQL and Valkey, started by `tests.services` before settings load."""

from .dev import *

SECRET_KEY = "test-only-key-0123456789-0123456789-0123456789-0123456789"  # noqa: S105
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AXES_ENABLED = False
# Tests ask more in a minute than anybody else; the one about rates sets its own.
API_RATES = {"read": 1_000_000, "write": 1_000_000}
# Every test has clients of its own, and each would walk through all static files first.
WHITENOISE_AUTOREFRESH = True
