"""The embedded Valkey (or Redis) server: append-only file, nothing evicted, a password, loopback only."""

import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import redis

from .errors import ServiceError
from .ports import LOOPBACK, free_port
from .processes import spawn, stop_process, tail, wait_until, works_in

START_ATTEMPTS = 5
START_SECONDS = 30.0
DATABASES = 64


@dataclass
class Valkey:
    """One server below `home`: its files, `valkey.conf`, `pid`, `port` and `log`."""

    program: Path
    home: Path
    password: str
    durable: bool = True
    port: int = 0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def log(self) -> Path:
        return self.home / "log"

    @property
    def url(self) -> str:
        """Return the address of the first database, password included."""
        return f"redis://:{self.password}@{LOOPBACK}:{self.port}/0"

    def start(self) -> None:
        """Start the server if it does not run. Raises ServiceError with the end of its log."""
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.adopt_running():
            return
        preferred = self.port or self.kept_number("port")
        for _attempt in range(START_ATTEMPTS):
            self.port = free_port(preferred)
            if self.launch():
                return
            preferred = None
        raise ServiceError(f"Valkey did not start; the end of its log {self.log}:\n{tail(self.log)}")

    def adopt_running(self) -> bool:
        """Return True when the server of this folder already runs and accepts the password."""
        pid, port = self.kept_number("pid"), self.kept_number("port")
        if pid is None or port is None or not works_in(pid, self.home):
            return False
        self.port = port
        return wait_until(self.answers, 5.0)

    def kept_number(self, name: str) -> int | None:
        """Return the number an earlier start left in a file, None where there is none."""
        with suppress(FileNotFoundError, ValueError):
            return int((self.home / name).read_text())
        return None

    def launch(self) -> bool:
        """Start the process; False when it ended again, as it does when its port is taken."""
        config = self.home / "valkey.conf"
        config.touch(mode=0o600)
        config.write_text("\n".join(self.settings()) + "\n")
        self.process = spawn([str(self.program), str(config)], self.home, self.log)
        (self.home / "port").write_text(str(self.port))
        (self.home / "pid").write_text(str(self.process.pid))
        process = self.process
        wait_until(lambda: self.answers() or process.poll() is not None, START_SECONDS)
        if process.poll() is None and self.answers():
            return True
        self.stop()
        return False

    def settings(self) -> list[str]:
        """Return the lines of the configuration file; the password stays off the command line."""
        return [
            f"bind {LOOPBACK}",
            f"port {self.port}",
            f"dir {self.home}",
            f"databases {DATABASES}",
            f"requirepass {self.password}",
            f"appendonly {'yes' if self.durable else 'no'}",
            'save ""',
            "maxmemory-policy noeviction",
            "daemonize no",
        ]

    def answers(self) -> bool:
        """Tell whether the server accepts the password and is done loading."""
        client = redis.Redis.from_url(self.url, socket_timeout=2, socket_connect_timeout=2)
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()

    def stop(self) -> None:
        """Stop the server, files flushed."""
        pid = self.process.pid if self.process is not None else self.kept_number("pid")
        if pid and (self.process is not None or works_in(pid, self.home)):
            stop_process(pid, self.process, signal.SIGTERM if self.durable else signal.SIGKILL, 10.0)
        (self.home / "pid").unlink(missing_ok=True)
        self.process = None
