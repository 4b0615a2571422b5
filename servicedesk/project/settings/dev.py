"""A developer's machine and the demonstration started by `make run`."""

import os
import warnings

from servicedesk.project.embedded import running_addresses

# A command typed beside a running `make run` finds its services.
_running = running_addresses()
if _running is not None:
    for _name, _value in _running.environment().items():
        os.environ.setdefault(_name, _value)

from .base import *  # noqa: E402

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="development-only-key-that-production-refuses-to-start-with")
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", "testserver"]
DEMO_LOGINS = True
WEBHOOKS_ALLOW_LOOPBACK = True
# Files come from the finders here; that the folder of collected ones is missing is no news.
warnings.filterwarnings("ignore", message="No directory at", category=UserWarning)
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

# A migrated database of the same server, which test databases are copied from (tests/services.py).
DATABASES["default"]["TEST"] = {"TEMPLATE": env("TEST_TEMPLATE", default=None)}
