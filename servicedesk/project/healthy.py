"""`python -m servicedesk.project.healthy page|heartbeat|worker …`: is one process of the house well?

Health checks of docker-compose.yml run it every half minute, so it starts no Django. Exit code 0 when well, else
1 and a sentence.

    page URL                a page answers 200; it is asked for as the host of SITE_URL
    heartbeat NAME SECONDS  the named timer did a round within that many seconds (by the database's clock)
    worker                  the Celery worker of this machine answers through the broker
"""

import os
import socket
import sys
from contextlib import closing
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import psycopg2
from celery import Celery
from kombu.exceptions import OperationalError

PATIENCE = 4.0
AGE_SQL = "SELECT extract(epoch FROM clock_timestamp() - at) FROM servicedesk_heartbeat WHERE name = %s"


class UnwellError(Exception):
    """What is wrong, in a sentence."""


def ask_page(url: str) -> None:
    """Raise UnwellError unless the page answers 200; the host of SITE_URL is one the site listens to."""
    if urlsplit(url).scheme != "http":
        raise UnwellError(f"{url} is no http address")
    host = urlsplit(os.environ.get("SITE_URL", "")).netloc
    request = Request(url, headers={"Host": host} if host else {})  # noqa: S310 - http only, by the line above
    try:
        with urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
            status = answer.status
    except (URLError, OSError) as error:
        raise UnwellError(f"{url} does not answer: {error}") from None
    if status != 200:
        raise UnwellError(f"{url} answers {status}")


def ask_heartbeat(name: str, longest: float) -> None:
    """Raise UnwellError unless the timer `name` did its round within `longest` seconds."""
    try:
        made = psycopg2.connect(os.environ["DATABASE_URL"], connect_timeout=int(PATIENCE))
        with closing(made), made.cursor() as cursor:
            cursor.execute(AGE_SQL, [name])
            row = cursor.fetchone()
    except psycopg2.Error as error:
        raise UnwellError(f"the database does not answer: {str(error).strip()}") from None
    if row is None:
        raise UnwellError(f"{name} never did a round")
    if row[0] > longest:
        raise UnwellError(f"the last round of {name} was {row[0]:.0f} s ago")


def ask_worker() -> None:
    """Raise UnwellError unless the worker named `worker@` and this machine's name answers."""
    node = f"worker@{socket.gethostname()}"
    app = Celery(broker=os.environ["REDIS_URL"])
    app.conf.broker_transport_options = {"socket_connect_timeout": PATIENCE, "socket_timeout": PATIENCE}
    try:
        answers = app.control.inspect(destination=[node], timeout=PATIENCE).ping()
    except (OperationalError, OSError) as error:
        raise UnwellError(f"the broker does not answer: {error}") from None
    if not answers:
        raise UnwellError(f"{node} does not answer")


def main(arguments: list[str]) -> int:
    """Return 0 when the process asked about is well, 1 when it is not, 2 when the question is no question."""
    try:
        match arguments:
            case ["page", url]:
                ask_page(url)
            case ["heartbeat", name, seconds] if seconds.isdecimal():
                ask_heartbeat(name, float(seconds))
            case ["worker"]:
                ask_worker()
            case _:
                sys.stderr.write(f"{__doc__}\n")
                return 2
    except UnwellError as unwell:
        sys.stderr.write(f"{unwell}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
