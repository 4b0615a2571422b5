"""The test suite: real PostgreSQL and Valkey, started by `tests.services` before settings load."""

from .dev import *

SECRET_KEY = "test-only-key-0123456789-0123456789-0123456789-0123456789"  # noqa: S105
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AXES_ENABLED = False
