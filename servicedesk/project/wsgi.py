"""WSGI entry point of pages and API."""

import gc
import os

from django.core.wsgi import get_wsgi_application

from servicedesk.project.warm import warm_up

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicedesk.project.settings.dev")

application = get_wsgi_application()
warm_up()
# The program itself is never garbage; looking through all of it held up a request by a quarter of a second at times.
gc.collect()
gc.freeze()
