"""Starting what a process needs: the services kept in `.local/`, or throw-away ones, or those the environment
names.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from uuid import uuid4

from .binaries import find_postgres, find_valkey, readable_copy
from .passwords import kept_password
from .paths import LOCAL, service_home
from .postgres import Postgres, Prepared, throwaway_cluster
from .users import ServiceUser, service_user
from .valkey import Valkey

ADDRESS_FILE = "services.json"


@dataclass(frozen=True)
class Addresses:
    """Where the database and Redis are, as URLs with passwords."""

    database_url: str
    redis_url: str

    def environment(self) -> dict[str, str]:
        """Return the variables settings read."""
        return {"DATABASE_URL": self.database_url, "REDIS_URL": self.redis_url}


@dataclass
class Services:
    """Started services; `stop` ends those this process started or adopted, in the reverse order."""

    addresses: Addresses
    postgres: Postgres | None = None
    valkey: Valkey | None = None
    leftovers: list[Path] = field(default_factory=list)

    def stop(self) -> None:
        """Stop the services and remove what they leave; called twice it does nothing."""
        if self.valkey is not None:
            self.valkey.stop()
        if self.postgres is not None:
            self.postgres.stop()
        self.valkey = self.postgres = None
        for path in self.leftovers:
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
        self.leftovers = []


def local_services(environ: Mapping[str, str] = os.environ, local: Path = LOCAL) -> Services:
    """Start the services that keep their data in `.local/`; those named by DATABASE_URL or REDIS_URL are used
    instead.

    Starting again finds the running ones. Raises ServiceError.
    """
    user = service_user()
    services = Services(Addresses(environ.get("DATABASE_URL", ""), environ.get("REDIS_URL", "")))
    home = service_home(user, local)
    try:
        if not services.addresses.database_url:
            programs = readable_copy(find_postgres(), home, user)
            password = kept_password(local / "postgres.password")
            services.postgres = Postgres(programs, home / "postgres", password, user)
            services.postgres.start()
        if not services.addresses.redis_url:
            services.valkey = Valkey(find_valkey(), local / "valkey", kept_password(local / "valkey.password"))
            services.valkey.start()
    except BaseException:
        services.stop()
        raise
    services.addresses = Addresses(
        services.postgres.url if services.postgres else services.addresses.database_url,
        services.valkey.url if services.valkey else services.addresses.redis_url,
    )
    services.leftovers = [write_addresses(services.addresses, local)]
    return services


def write_addresses(addresses: Addresses, local: Path) -> Path:
    """Leave the addresses for other commands of this checkout, readable by their owner only."""
    path = local / ADDRESS_FILE
    path.touch(mode=0o600)
    path.write_text(json.dumps(asdict(addresses)))
    return path


def running_addresses(local: Path = LOCAL) -> Addresses | None:
    """Return where the services started by `make run` in this checkout are, None when it does not run."""
    try:
        return Addresses(**json.loads((local / ADDRESS_FILE).read_text()))
    except (OSError, ValueError, TypeError):
        return None


@contextmanager
def temporary_services(local: Path = LOCAL, prepared: Prepared | None = None) -> Iterator[Addresses]:
    """Give throw-away services and end them; any number can be open in one checkout. Raises ServiceError."""
    services = start_temporary(local, prepared)
    try:
        yield services.addresses
    finally:
        services.stop()


def start_temporary(local: Path = LOCAL, prepared: Prepared | None = None) -> Services:
    """Start throw-away services in a folder of their own; `stop` removes it. What killed runs left is cleaned
    first. The `prepared` database stands beside the empty one.
    """
    user = service_user()
    home = service_home(user, local)
    base = home / "throwaway"
    base.mkdir(mode=0o755, exist_ok=True)
    folder = base / f"{os.getpid()}-{uuid4().hex[:8]}"
    services = Services(Addresses("", ""), leftovers=[folder])
    try:
        with exclusive(local / "throwaway.lock"):
            programs = readable_copy(find_postgres(), home, user)
            clean_up_after_killed(base, user)
            folder.mkdir(mode=0o755)
            hold_forever(folder / "owner.lock")
            password = kept_password(local / "throwaway.password")
            services.postgres = throwaway_cluster(programs, base, folder / "postgres", password, user, prepared)
        services.postgres.start()
        services.valkey = Valkey(find_valkey(), folder / "valkey", password, durable=False)
        services.valkey.start()
    except BaseException:
        services.stop()
        raise
    services.addresses = Addresses(services.postgres.url, services.valkey.url)
    return services


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold the lock file `path`, waiting for it."""
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def hold_forever(path: Path) -> None:
    """Lock `path` until this process ends, however it ends: the sign that its folder is in use."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(handle, fcntl.LOCK_EX)


def is_held(path: Path) -> bool:
    """Tell whether a living process holds the lock file `path`."""
    try:
        handle = os.open(path, os.O_WRONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def clean_up_after_killed(base: Path, user: ServiceUser | None) -> None:
    """Stop servers and remove folders whose process was killed before it could."""
    for folder in base.iterdir():
        if not folder.is_dir() or folder.name.startswith("template-") or is_held(folder / "owner.lock"):
            continue
        with suppress(OSError):
            Postgres(find_postgres(), folder / "postgres", "", user, durable=False).stop()
            Valkey(folder, folder / "valkey", "", durable=False).stop()
            shutil.rmtree(folder)
