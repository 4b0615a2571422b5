"""Routes of the project and of signing in."""

from tests.url_roles import Row

ROWS = {
    "home": Row(),
    "settings": Row(allowed=frozenset({"supervisor", "manager", "auditor", "admin"})),
    "healthz": Row(public=True),
    "readyz": Row(public=True),
    # For whoever has the token; without one it is not there for anybody.
    "metrics": Row(public=True),
    "login": Row(public=True),
    "logout": Row(method="post"),
    "set_language": Row(method="post", public=True, data=lambda world: {"language": "en"}),
}
