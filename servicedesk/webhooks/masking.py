"""Addresses as pages show them: whoever knows a robot's key may write into its group. Pure."""

from urllib.parse import parse_qsl, urlsplit, urlunsplit

MASK = "••••"


def masked(url: str) -> str:
    """An address as pages show it: whoever knows a robot's key may write into its group."""
    parts = urlsplit(url)
    path, query = parts.path, parts.query
    if query:
        query = "&".join(f"{name}={_hidden(value)}" for name, value in parse_qsl(query, keep_blank_values=True))
    elif "/" in path.strip("/"):
        front, _slash, key = path.rstrip("/").rpartition("/")
        path = f"{front}/{_hidden(key)}"
    return urlunsplit((parts.scheme, parts.netloc, path, query, ""))


def _hidden(key: str) -> str:
    return f"{MASK}{key[-4:]}" if len(key) > 8 else MASK
