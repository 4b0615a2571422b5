"""What production demands of its environment, as one list of everything that is wrong."""

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

MINIMUM_SECRET = 50
MINIMUM_PASSWORD = 12
# Words that stand in examples and in habits; a secret that contains one was never drawn at random.
PLACEHOLDERS = (
    "change",
    "example",
    "insecure",
    "development",
    "secret",
    "password",
    "yipiao",
    "test-only",
    "xxxx",
)


def require_sound(environ: Mapping[str, str]) -> None:
    """Raise ImproperlyConfigured with one list of all faults of a production environment; sound ones pass."""
    faults = list(find_faults(environ))
    if faults:
        listed = "\n".join(f"  - {fault}" for fault in faults)
        raise ImproperlyConfigured(f"This environment is not fit for production ({len(faults)} faults):\n{listed}")


def find_faults(environ: Mapping[str, str]) -> Iterator[str]:
    """Yield a sentence for each fault; values of secrets are never repeated."""
    yield from secret_faults("SECRET_KEY", environ.get("SECRET_KEY", ""))
    for number, old in enumerate(filter(None, environ.get("SECRET_KEY_FALLBACKS", "").split(",")), start=1):
        yield from secret_faults(f"SECRET_KEY_FALLBACKS entry {number}", old)
    yield from address_faults("DATABASE_URL", environ.get("DATABASE_URL", ""), ("postgres", "postgresql"))
    yield from address_faults("REDIS_URL", environ.get("REDIS_URL", ""), ("redis", "rediss"))
    yield from site_faults(environ.get("SITE_URL", ""))
    hosts = [host.strip() for host in environ.get("ALLOWED_HOSTS", "").split(",") if host.strip()]
    if not hosts:
        yield "ALLOWED_HOSTS is empty: name the hosts this site answers to, separated by commas."
    if "*" in hosts:
        yield "ALLOWED_HOSTS contains `*`, which lets anybody choose the host in our links."
    events = environ.get("EVENTS_URL", "")
    if events and not events.startswith(("/", "https://")):
        yield "EVENTS_URL has to be a path on this site (such as /events) or an https address."
    if environ.get("DEBUG", "").lower() in {"1", "true", "yes", "on"}:
        yield "DEBUG is on, which shows settings and data to anybody who meets an error."


def secret_faults(name: str, value: str) -> Iterator[str]:
    """Yield what makes a signing key weak."""
    if not value:
        yield f"{name} is missing."
    elif is_placeholder(value):
        yield f"{name} is a placeholder or contains an everyday word: draw it at random."
    elif len(value) < MINIMUM_SECRET or len(set(value)) < 10:
        yield f"{name} is too short or too regular: at least {MINIMUM_SECRET} random characters."


def address_faults(name: str, value: str, schemes: tuple[str, ...]) -> Iterator[str]:
    """Yield what is wrong with the address of a service."""
    if not value:
        yield f"{name} is missing."
        return
    try:
        parts = urlsplit(value)
        password, host = parts.password or "", parts.hostname
    except ValueError:
        yield f"{name} is not an address."
        return
    if parts.scheme not in schemes or not host:
        yield f"{name} has to look like {schemes[0]}://user:password@host/name."
    elif is_placeholder(password) or len(password) < MINIMUM_PASSWORD:
        yield f"{name} has no password, or a weak one: at least {MINIMUM_PASSWORD} random characters."


def site_faults(value: str) -> Iterator[str]:
    """Yield what is wrong with the public address, which links in messages start with."""
    parts = urlsplit(value)
    if parts.scheme != "https" or not parts.hostname or parts.path not in {"", "/"}:
        yield "SITE_URL has to be the public https address, such as https://service.example.org."


def is_placeholder(value: str) -> bool:
    """Tell whether a secret contains a word no random generator would draw."""
    return any(word in value.lower() for word in PLACEHOLDERS)
