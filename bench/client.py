"""A browser without a picture: one kept connection, cookies, the sign-in form."""

import re
from http.client import HTTPConnection, HTTPResponse
from time import monotonic, perf_counter
from urllib.parse import urlencode

FORM_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
IDLE_SECONDS = 1.0
FORM = "application/x-www-form-urlencoded"


class BenchError(Exception):
    """The bench cannot go on; the message says why in a sentence."""


class Browser:
    """One client on one kept connection. Redirects are not followed, bodies are read to their end."""

    def __init__(self, host: str, port: int, timeout: float = 60.0) -> None:
        self.connection = HTTPConnection(host, port, timeout=timeout)
        self.cookies: dict[str, str] = {}
        self.headers: dict[str, str] = {}
        self.body = ""
        self.used_at = monotonic()

    def ask(self, method: str, path: str, body: str | None = None, content: str = FORM) -> tuple[int, float]:
        """Send one request and read its answer: status and milliseconds. Raises OSError, HTTPException."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **self.headers}
        if body is not None:
            headers["Content-Type"] = content
        if monotonic() - self.used_at > IDLE_SECONDS:
            # The server lets go of a connection nobody used for two seconds.
            self.connection.close()
        began = perf_counter()
        self.connection.request(method, path, body=body.encode() if body is not None else None, headers=headers)
        answer = self.connection.getresponse()
        data = answer.read()
        took = (perf_counter() - began) * 1000
        self.used_at = monotonic()
        self._keep_cookies(answer)
        self.body = data.decode(errors="replace")
        return answer.status, took

    def get(self, path: str) -> tuple[int, float]:
        """Fetch a page: status and milliseconds."""
        return self.ask("GET", path)

    def post(self, path: str, fields: dict[str, str]) -> tuple[int, float]:
        """Send a form with the token of the last page fetched: status and milliseconds."""
        token = FORM_TOKEN.search(self.body)
        given = {**fields, "csrfmiddlewaretoken": token.group(1) if token else self.cookies.get("csrftoken", "")}
        return self.ask("POST", path, urlencode(given))

    def sign_in(self, employee_no: str, password: str) -> None:
        """Sign in through the form, as a person does. Raises BenchError when that fails."""
        self.get("/login/")
        status, _took = self.post("/login/", {"username": employee_no, "password": password})
        if status != 302:
            raise BenchError(f"{employee_no} could not sign in: the form answered {status}.")

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    def _keep_cookies(self, answer: HTTPResponse) -> None:
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _equals, rest = line.partition("=")
            self.cookies[name] = rest.partition(";")[0]
