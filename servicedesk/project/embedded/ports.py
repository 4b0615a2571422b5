"""Ports on the loopback interface."""

import socket
from random import SystemRandom

LOOPBACK = "127.0.0.1"
# Below the ports that Linux gives to connections that go out (from 32768 on).
QUIET = range(20_000, 32_000)
TRIES = 20


def is_free(port: int) -> bool:
    """Tell whether nobody listens on `port` of the loopback interface and we could."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # Like the servers do: a port in TIME_WAIT is free for a new listener.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def free_port(preferred: int | None = None) -> int:
    """Return `preferred` when it is free, else one below those the system gives to calls that go out, which could take
    it before it is used; else one the system gives.
    """
    if preferred is not None and is_free(preferred):
        return preferred
    for port in SystemRandom().sample(QUIET, TRIES):
        if is_free(port):
            return port
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def next_free_port(first: int, attempts: int = 50) -> int:
    """Return the first free port from `first` on, else (none in `attempts`) one the system gives."""
    return next((port for port in range(first, first + attempts) if is_free(port)), None) or free_port()
