"""Who is asking: the address of a client behind the proxies in front."""

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """Return the address failed logins are counted under, empty when it is unknown.

    Each proxy of ours appends the address it was asked from to X-Forwarded-For, so with PROXY_COUNT of them the
    entry that far from the right is the client; what stands further left is the client's own claim.
    """
    proxies: int = getattr(settings, "PROXY_COUNT", 0)
    passed = [entry.strip() for entry in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if entry.strip()]
    if proxies and passed:
        return str(passed[-min(proxies, len(passed))])
    return str(request.META.get("REMOTE_ADDR", ""))
