"""Where a message may go: only to public addresses, found out once and kept for the connection.

An address on the web is chosen by people and resolved by name servers, neither of which is to be trusted with our own
network. So the name is resolved once, every address it has must be public, and the connection goes to
one of exactly these (docs/webhooks.md).
"""

import ipaddress
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

Resolve = Callable[[str, int], Sequence[str]]
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# Behind these an IPv4 address hides (RFC 6052, RFC 8215); the last 32 bits are it.
TRANSLATED = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
LONGEST_HOST = 253


class AddressError(Exception):
    """This address is not sent to; `code` says why: bad_url, not_https, no_such_host or forbidden_address."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Target:
    """A place to send to: the name for TLS and the Host header, and the one address the connection goes to."""

    scheme: str
    host: str
    port: int
    path: str
    address: str

    @property
    def host_header(self) -> str:
        """The name as the Host header has it."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        usual = {"https": 443, "http": 80}[self.scheme]
        return name if self.port == usual else f"{name}:{self.port}"


def system_resolve(host: str, port: int) -> list[str]:
    """The addresses of a name as the system knows them. Raises OSError; reads `127.1` and the like as IPv4 too."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def find_target(url: str, *, loopback_allowed: bool, resolve: Resolve = system_resolve) -> Target:
    """The place of `url`. Raises AddressError unless it is https to public addresses only.

    With `loopback_allowed`, a setting of development and tests, this machine itself may be sent to, also by http.
    """
    scheme, host, port, path = read_url(url)
    if scheme == "http" and not loopback_allowed:
        raise AddressError("not_https")
    try:
        addresses = [ipaddress.ip_address(text.partition("%")[0]) for text in resolve(host, port)]
    except (OSError, UnicodeError, ValueError) as error:
        raise AddressError("no_such_host") from error
    if not addresses:
        raise AddressError("no_such_host")
    here = loopback_allowed and all(address.is_loopback for address in addresses)
    if not here:
        if scheme == "http":
            raise AddressError("not_https")
        if not all(is_public(address) for address in addresses):
            raise AddressError("forbidden_address")
    return Target(scheme, host, port, path, str(addresses[0]))


def read_url(url: str) -> tuple[str, str, int, str]:
    """Scheme, host, port and path with query. Raises AddressError for what is no plain web address."""
    if not url.isprintable() or any(sign.isspace() or sign == "\\" for sign in url):
        raise AddressError("bad_url")
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").rstrip(".")
        name = host if ":" in host else host.encode("idna").decode()
    except (ValueError, UnicodeError) as error:
        raise AddressError("bad_url") from error
    plain = not (parts.username or parts.password or parts.fragment or "%" in host or "@" in parts.netloc)
    if parts.scheme not in {"http", "https"} or not name or len(name) > LONGEST_HOST or not plain or port == 0:
        raise AddressError("bad_url")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not path.isascii():
        raise AddressError("bad_url")
    return parts.scheme, name, port or (443 if parts.scheme == "https" else 80), path


def is_public(address: Address) -> bool:
    """Whether the address is one of the public internet, also when it hides inside an IPv6 address."""
    inner = hidden_in(address)
    if inner is not None:
        return is_public(inner)
    closed = address.is_multicast or address.is_reserved or address.is_unspecified or address.is_loopback
    if isinstance(address, ipaddress.IPv6Address) and address.is_site_local:
        return False
    return address.is_global and not closed


def hidden_in(address: Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address an IPv6 address stands for: mapped, 6to4, translated; None for any other."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if any(address in network for network in TRANSLATED):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour
