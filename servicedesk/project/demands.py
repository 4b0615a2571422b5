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
        if old == environ.get("SECRET_KEY"):
            yield f"SECRET_KEY_FALLBACKS entry {number} is SECRET_KEY itself: put a new key into SECRET_KEY."
    yield from address_faults("DATABASE_URL", environ.get("DATABASE_URL", ""), ("postgres", "postgresql"))
    yield from address_faults("REDIS_URL", environ.get("REDIS_URL", ""), ("redis", "rediss"))
    yield from site_faults(environ.get("SITE_URL", ""))
    yield from host_faults(environ.get("ALLOWED_HOSTS", ""), environ.get("SITE_URL", ""))
    yield from stream_faults(environ.get("EVENTS_URL", ""), environ.get("EVENTS_ORIGINS", ""))
    if not environ.get("PROXY_COUNT", "1").isdecimal():
        yield "PROXY_COUNT has to be a number: how many proxies of yours stand in front."
    if is_on(environ.get("DEBUG", "")):
        yield "DEBUG is on, which shows settings and data to anybody who meets an error."
    if environ.get("FAILPOINT"):
        yield "FAILPOINT is set, which makes processes end themselves in the middle of their work: it is for tests."
    if is_on(environ.get("DEMO_LOGINS", "")):
        yield "DEMO_LOGINS is on, which lets anybody in with a password that stands in the README."


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
    try:
        parts = urlsplit(value)
        sound = parts.scheme == "https" and bool(parts.hostname) and parts.path in {"", "/"}
    except ValueError:
        sound = False
    if not sound:
        yield "SITE_URL has to be the public https address, such as https://service.example.org."


def host_faults(hosts: str, site: str) -> Iterator[str]:
    """Yield what is wrong with the hosts this site answers to."""
    named = [host.strip().lower() for host in hosts.split(",") if host.strip()]
    if not named:
        yield "ALLOWED_HOSTS is empty: name the hosts this site answers to, separated by commas."
        return
    if "*" in named:
        yield "ALLOWED_HOSTS contains `*`, which lets anybody choose the host in our links."
        return
    try:
        host = urlsplit(site).hostname
    except ValueError:
        return  # told about SITE_URL itself
    if host and not any(host == name or (name.startswith(".") and f".{host}".endswith(name)) for name in named):
        yield f"ALLOWED_HOSTS does not contain the host of SITE_URL ({host}), so every page would be refused."


def stream_faults(address: str, origins: str) -> Iterator[str]:
    """Yield what is wrong with where pages find the event stream, and with who may read it."""
    if address and not address.startswith(("/", "https://")):
        yield "EVENTS_URL has to be a path on this site (such as /events) or an https address."
    for origin in filter(None, (part.strip() for part in origins.split(","))):
        if not origin.startswith("https://"):
            yield f"EVENTS_ORIGINS contains {origin}, which is no https address."


def is_on(value: str) -> bool:
    """Tell whether a variable reads as yes."""
    return value.strip().lower() in {"1", "true", "yes", "on"}


def is_placeholder(value: str) -> bool:
    """Tell whether a secret contains a word no random generator would draw."""
    return any(word in value.lower() for word in PLACEHOLDERS)
