"""The embedded PostgreSQL cluster.

UTF-8 with locale C.UTF-8 (with plain C, trigram search finds nothing in Chinese), passwords by SCRAM,
loopback only. The application signs in as `yipiao`, an ordinary role that owns its database, so that triggers
bind it as they would in production; `postgres` is the administrator.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT, connection

from .binaries import PostgresPrograms
from .errors import ServiceError
from .ports import LOOPBACK, free_port
from .processes import run_tool, spawn, stop_process, tail, wait_until, works_in
from .users import ServiceUser, copy_as, hand_over

ADMINISTRATOR = "postgres"
ROLE = "yipiao"
DATABASE = "yipiao"
START_ATTEMPTS = 5
START_SECONDS = 60.0
COMMON = (
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "max_connections=100",
    "jit=off",
    "timezone=UTC",
)
INITDB_OPTIONS = ("-E", "UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256", f"--username={ADMINISTRATOR}")
# A cluster that is thrown away need not survive a power cut.
THROWAWAY = (
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    # Tests take back what they wrote, and what is taken back stays in the tables until they are vacuumed: after a
    # thousand tests every look at the calendars would read as many dead copies of them. Statistics stay as they are.
    "autovacuum_naptime=3s",
    "autovacuum_vacuum_threshold=2000",
    "autovacuum_vacuum_cost_delay=0",
    "autovacuum_analyze_threshold=2000000000",
    # Open pages of many people at once each keep a thread of the tests' server, and it its connection.
    "max_connections=300",
)


CREATE_DATABASE = sql.SQL("CREATE DATABASE {} OWNER {}")


class PortTakenError(Exception):
    """Another program took the port between its choice and the server's start."""


@dataclass
class Postgres:
    """One cluster below `home`: `data/` and `log`. `password` serves both roles."""

    programs: PostgresPrograms
    home: Path
    password: str
    user: ServiceUser | None = None
    durable: bool = True
    port: int = 0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "log"

    @property
    def url(self) -> str:
        """Return the address of the application's database, password included."""
        return f"postgres://{ROLE}:{self.password}@{LOOPBACK}:{self.port}/{DATABASE}"

    def start(self) -> None:
        """Make the cluster if there is none, start the server if it does not run; then role and database
        exist.

        Raises ServiceError, with a sentence, when the files are of another major version or not ours, or when
        the server does not come up.
        """
        self.prepare_home()
        self.check_data()
        if not (self.data / "PG_VERSION").exists():
            self.create()
        if not self.adopt_running():
            self.start_server()
        self.ensure_database()

    def prepare_home(self) -> None:
        """Make the folder and the log, both within reach of the server's account."""
        self.home.mkdir(mode=0o755, parents=True, exist_ok=True)
        self.log.touch(mode=0o600)
        hand_over(self.user, self.home)

    def check_data(self) -> None:
        """Raise ServiceError when the files cannot be this server's; they are never touched then."""
        if not self.data.exists():
            return
        owner = self.data.stat().st_uid
        runner = os.getuid() if self.user is None else self.user.uid
        if owner != runner:
            raise ServiceError(
                f"The database files in {self.data} belong to user number {owner}, not to number {runner}"
                " who would"
                " run the server. Start as the user who started before, or move the files away."
            )
        try:
            found = (self.data / "PG_VERSION").read_text().strip()
        except FileNotFoundError:
            raise ServiceError(
                f"{self.data} exists but holds no database (an interrupted set-up?). Move it away and start again."
            ) from None
        if int(found) != self.programs.major:
            raise ServiceError(
                f"The database files in {self.data} were written by PostgreSQL {found}, and this is"
                f" {self.programs.version}. They were left as they are: dump them with the old version, or"
                " move them"
                " away."
            )

    def create(self) -> None:
        """Run initdb in a draft folder and put it in place when it is whole, so that a half-made cluster
        never is.
        """
        draft, secret = self.home / "data.new", self.home / "password.new"
        shutil.rmtree(draft, ignore_errors=True)
        secret.touch(mode=0o600)
        secret.write_text(self.password)
        hand_over(self.user, secret)
        command = [self.programs.program("initdb"), "-D", str(draft), f"--pwfile={secret}", *INITDB_OPTIONS]
        if not self.durable:
            command += ["--no-sync", "--wal-segsize=1"]
        try:
            run_tool(command, self.home, self.user)
        finally:
            secret.unlink()
        draft.rename(self.data)

    def adopt_running(self) -> bool:
        """Return True when the server of this cluster already runs; a stale pid file is taken away."""
        pid_file = self.data / "postmaster.pid"
        try:
            lines = pid_file.read_text().splitlines()
            pid, port = int(lines[0]), int(lines[3])
        except (FileNotFoundError, ValueError, IndexError):
            return False
        if not works_in(pid, self.data):
            pid_file.unlink(missing_ok=True)
            return False
        self.port = port
        self.wait_ready()
        return True

    def start_server(self) -> None:
        """Start the server on the port it had before, or on another one when that is taken."""
        preferred = self.port or self.last_port()
        for _attempt in range(START_ATTEMPTS):
            self.port = free_port(preferred)
            try:
                self.launch()
            except PortTakenError:
                preferred = None
            else:
                return
        raise ServiceError("PostgreSQL found no free port on the loopback interface.")

    def last_port(self) -> int | None:
        """Return the port of the last start, kept so that open tools find the database again."""
        if not self.durable:
            return None  # The copied file names the template's port, the same for every copy.
        with suppress(FileNotFoundError, ValueError, IndexError):
            return int((self.data / "postmaster.opts").read_text().rsplit('"-p" "', 1)[1].split('"')[0])
        return None

    def options(self) -> tuple[str, ...]:
        """Return the settings of the server's command line; of two for one name the later holds."""
        return COMMON if self.durable else (*COMMON, *THROWAWAY)

    def launch(self) -> None:
        """Start the server process and wait until it answers."""
        command = [self.programs.program("postgres"), "-D", str(self.data)]
        for option in self.options():
            command += ["-c", option]
        command += ["-p", str(self.port)]
        written = self.log.stat().st_size
        self.process = spawn(command, self.data, self.log, self.user)
        try:
            self.wait_ready()
        except ServiceError:
            self.stop()
            with self.log.open("rb") as log:
                log.seek(written)
                if b"could not bind" in log.read():
                    raise PortTakenError from None
            raise

    def wait_ready(self) -> None:
        """Wait until the administrator can sign in. Raises ServiceError with the end of the log."""

        def settled() -> bool:
            return self.answers() or (self.process is not None and self.process.poll() is not None)

        if not wait_until(settled, START_SECONDS) or not self.answers():
            raise ServiceError(f"PostgreSQL did not start; the end of its log {self.log}:\n{tail(self.log)}")

    def answers(self) -> bool:
        """Tell whether the server accepts us. Raises ServiceError when it refuses the password."""
        try:
            self.connect().close()
        except psycopg2.OperationalError as error:
            if "authentication failed" in str(error):
                raise ServiceError(
                    f"PostgreSQL in {self.home} refuses the password kept for it. Restore the password"
                    " file, or move"
                    " the database files away."
                ) from None
            return False
        return True

    def connect(self, database: str = ADMINISTRATOR) -> connection:
        """Return an administrator's connection in autocommit mode."""
        made = psycopg2.connect(
            host=LOOPBACK,
            port=self.port,
            user=ADMINISTRATOR,
            password=self.password,
            dbname=database,
            connect_timeout=5,
        )
        made.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
        return made

    def ensure_database(self) -> None:
        """Make the application's role and database where they are missing."""
        made = self.connect()
        try:
            with made.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
                if cursor.fetchone() is None:
                    statement = sql.SQL("CREATE ROLE {} LOGIN CREATEDB PASSWORD %s").format(sql.Identifier(ROLE))
                    cursor.execute(statement, [self.password])
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
                if cursor.fetchone() is None:
                    cursor.execute(CREATE_DATABASE.format(sql.Identifier(DATABASE), sql.Identifier(ROLE)))
        finally:
            made.close()

    def add_database(self, name: str) -> str:
        """Make one more database of the application's role. Returns its address, password included."""
        made = self.connect()
        try:
            with made.cursor() as cursor:
                cursor.execute(CREATE_DATABASE.format(sql.Identifier(name), sql.Identifier(ROLE)))
        finally:
            made.close()
        return self.url.removesuffix(DATABASE) + name

    def stop(self) -> None:
        """Stop the server: in order when it is durable, at once when its data is thrown away anyway."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().splitlines()[0])
        except (FileNotFoundError, ValueError, IndexError):
            pid = self.process.pid if self.process is not None and self.process.poll() is None else 0
        if pid and (self.process is not None or works_in(pid, self.data)):
            stop_process(pid, self.process, signal.SIGINT if self.durable else signal.SIGQUIT, 20.0)
        self.process = None


@dataclass(frozen=True)
class Prepared:
    """A database that throw-away clusters have from the start: `fill` writes it at an address, once for each stamp."""

    name: str
    stamp: str
    fill: Callable[[str], None]


def throwaway_cluster(
    programs: PostgresPrograms,
    base: Path,
    home: Path,
    password: str,
    user: ServiceUser | None,
    prepared: Prepared | None = None,
) -> Postgres:
    """Return a throw-away cluster in `home`, not yet started, copied from a template kept below `base`.

    The template is made by the first caller and saves initdb, and filling the `prepared` database, later; the
    caller holds a lock while calling this. Templates of other stamps are removed: nobody asks for them again.
    """
    plain = f"template-{programs.version}"
    name = plain if prepared is None else f"{plain}-{prepared.stamp}"
    template = Postgres(programs, base / name, password, user, durable=False)
    if not (template.home / "complete").exists():
        for old in base.glob(f"{plain}-*" if prepared is not None else plain):
            shutil.rmtree(old, ignore_errors=True)
        template.start()
        try:
            if prepared is not None:
                prepared.fill(template.add_database(prepared.name))
        finally:
            # An orderly stop: copies start without recovery. A template that could not be filled is made anew.
            template.durable = True
            template.stop()
        (template.home / "complete").write_text(str(int(time.time())))
    cluster = Postgres(programs, home, password, user, durable=False)
    cluster.prepare_home()
    copy_as(user, template.data, cluster.data)
    return cluster
