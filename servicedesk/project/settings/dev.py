"""A developer's machine and the demonstration started by `make run`."""

from .base import *

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="development-only-key-that-production-refuses-to-start-with")
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", "testserver"]
DEMO_LOGINS = True
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
