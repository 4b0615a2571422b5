"""PostgreSQL and Valkey of this checkout: only their binaries are borrowed, the launcher is our own.

`local_services` keeps data between starts (`make run`), `temporary_services` throws it away (tests, replays).
Nothing here needs Django, so services can be up before settings load.
"""

from .errors import ServiceError
from .services import Addresses, Services, local_services, running_addresses, temporary_services

__all__ = [
    "Addresses",
    "ServiceError",
    "Services",
    "local_services",
    "running_addresses",
    "temporary_services",
]
