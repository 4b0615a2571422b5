"""What stands ready before the first request."""

import os
import subprocess
import sys

FIRST_REQUEST = """
import sys
from servicedesk.project.wsgi import application
from django.db import connection
from django.test import Client
known = set(sys.modules)
status = Client().get("/healthz").status_code
house = ("servicedesk", "dispatch", "warranty", "visits")
late = [name for name in sys.modules if name not in known and name.startswith(house)]
print(status, connection.connection is None, late)
"""


def test_the_first_request_imports_nothing_of_the_house_and_no_connection_is_open_before_the_fork() -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "servicedesk.project.settings.test"}
    answer = subprocess.run(
        [sys.executable, "-c", FIRST_REQUEST], env=environment, check=True, capture_output=True, text=True
    )
    assert answer.stdout.splitlines()[-1] == "200 True []"
