"""The launcher of PostgreSQL and Valkey: starting twice, after a crash, on foreign files, as another user."""

import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
import redis

from servicedesk.project.embedded import (
    Addresses,
    ServiceError,
    Services,
    local_services,
    postgres,
    running_addresses,
    temporary_services,
)
from servicedesk.project.embedded import services as services_module
from servicedesk.project.embedded.binaries import PostgresPrograms, find_postgres, readable_copy
from servicedesk.project.embedded.passwords import kept_password
from servicedesk.project.embedded.paths import owned_folder, service_home, system_var_tmp
from servicedesk.project.embedded.ports import free_port, is_free, next_free_port
from servicedesk.project.embedded.postgres import Postgres, Prepared
from servicedesk.project.embedded.services import start_temporary
from servicedesk.project.embedded.users import ServiceUser, become, can_reach, service_user

ROOT = Path(__file__).resolve().parents[2]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The servers need not survive a power cut here, and share one copy of the programs."""
    monkeypatch.setattr(postgres, "COMMON", (*postgres.COMMON, "fsync=off"))
    monkeypatch.setattr(postgres, "INITDB_OPTIONS", (*postgres.INITDB_OPTIONS, "--no-sync"))
    monkeypatch.setattr(
        services_module,
        "readable_copy",
        lambda programs, _home, user: readable_copy(programs, service_home(user), user),
    )


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Path]:
    """A `.local/` of its own, below a folder that only its owner may enter, as a private home is."""
    folder = tmp_path / "local"
    yield folder
    shutil.rmtree(folder / "postgres", ignore_errors=True)
    home = service_home(service_user(), folder)
    if home != folder:
        shutil.rmtree(home)


@pytest.fixture
def services(local: Path) -> Iterator[Services]:
    started = local_services({}, local)
    yield started
    started.stop()


def answer_of(url: str, question: str = "SELECT 1") -> object:
    made = psycopg2.connect(url)
    try:
        with made.cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchone()[0]
    finally:
        made.close()


def postgres_of(services: Services) -> Postgres:
    assert services.postgres is not None
    return services.postgres


def test_a_second_start_finds_the_running_services(services: Services, local: Path) -> None:
    again = local_services({}, local)
    assert again.addresses == services.addresses
    assert postgres_of(again).process is None, "adopted, not started"
    assert answer_of(again.addresses.database_url) == 1


def test_data_and_port_survive_a_stop(local: Path) -> None:
    first = local_services({}, local)
    made = psycopg2.connect(first.addresses.database_url)
    made.autocommit = True
    made.cursor().execute("CREATE TABLE kept AS SELECT 42 AS n")
    made.close()
    redis.Redis.from_url(first.addresses.redis_url).set("kept", "yes")
    first.stop()
    second = local_services({}, local)
    try:
        assert second.addresses == first.addresses
        assert answer_of(second.addresses.database_url, "SELECT n FROM kept") == 42
        assert redis.Redis.from_url(second.addresses.redis_url).get("kept") == b"yes"
    finally:
        second.stop()


def test_a_crash_of_both_servers_leaves_nothing_that_stops_the_next_start(services: Services, local: Path) -> None:
    assert services.valkey is not None
    for process in (postgres_of(services).process, services.valkey.process):
        assert process is not None
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    again = local_services({}, local)
    try:
        assert answer_of(again.addresses.database_url) == 1
        assert redis.Redis.from_url(again.addresses.redis_url).ping()
    finally:
        again.stop()


def test_a_pid_file_that_names_a_stranger_is_not_believed(local: Path) -> None:
    first = local_services({}, local)
    pid_file = postgres_of(first).data / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    first.stop()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]))
    second = local_services({}, local)
    try:
        assert answer_of(second.addresses.database_url) == 1
    finally:
        second.stop()
    os.kill(os.getpid(), 0)


def test_files_of_another_major_version_are_left_alone(local: Path) -> None:
    first = local_services({}, local)
    first.stop()
    stamp = Path(service_home(service_user(), local)) / "postgres" / "data" / "PG_VERSION"
    stamp.write_text("14\n")
    with pytest.raises(ServiceError, match=r"written by PostgreSQL 14, and this is"):
        local_services({}, local)
    assert stamp.read_text() == "14\n"


@as_root
def test_files_of_another_user_are_refused_with_a_sentence(local: Path) -> None:
    first = local_services({}, local)
    first.stop()
    data = Path(service_home(service_user(), local)) / "postgres" / "data"
    os.chown(data, 12345, 12345)
    with pytest.raises(ServiceError, match="belong to user number 12345"):
        local_services({}, local)


def test_the_port_of_the_last_start_may_be_taken_by_then(local: Path) -> None:
    first = local_services({}, local)
    port = postgres_of(first).port
    first.stop()
    with socket.socket() as squatter:
        squatter.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        squatter.bind(("127.0.0.1", port))
        squatter.listen()
        second = local_services({}, local)
        try:
            assert postgres_of(second).port != port
            assert answer_of(second.addresses.database_url) == 1
        finally:
            second.stop()


def test_services_the_environment_names_are_used_instead(local: Path) -> None:
    given = {"DATABASE_URL": "postgres://a:b@db/c", "REDIS_URL": "redis://r/0"}
    services = local_services(given, local)
    assert services.addresses == Addresses("postgres://a:b@db/c", "redis://r/0")
    assert services.postgres is None
    assert services.valkey is None
    services.stop()


def test_commands_beside_a_run_find_its_services_and_none_afterwards(local: Path) -> None:
    services = local_services({}, local)
    assert running_addresses(local) == services.addresses
    services.stop()
    assert running_addresses(local) is None


def test_passwords_are_random_kept_and_readable_by_their_owner_only(services: Services, local: Path) -> None:
    kept = [local / "postgres.password", local / "valkey.password", local / "services.json"]
    assert [stat.S_IMODE(path.stat().st_mode) for path in kept] == [0o600] * 3
    assert kept[0].read_text() != kept[1].read_text()
    assert kept_password(kept[0]) in services.addresses.database_url
    valkey = services.valkey
    assert valkey is not None
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(port=valkey.port).ping()
    with pytest.raises(psycopg2.OperationalError, match="password"):
        psycopg2.connect(services.addresses.database_url.replace(kept_password(kept[0]), "guess"))


def test_both_servers_listen_on_the_loopback_interface_only(services: Services) -> None:
    assert answer_of(services.addresses.database_url, "SHOW listen_addresses") == "127.0.0.1"
    client = redis.Redis.from_url(services.addresses.redis_url)
    assert client.config_get("bind") == {"bind": "127.0.0.1"}
    assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    assert client.config_get("appendonly") == {"appendonly": "yes"}


def test_a_lost_password_file_is_told_as_such(local: Path) -> None:
    first = local_services({}, local)
    first.stop()
    (local / "postgres.password").unlink()
    with pytest.raises(ServiceError, match="refuses the password"):
        local_services({}, local)


def test_throw_away_services_leave_nothing(local: Path) -> None:
    with temporary_services(local) as addresses:
        assert answer_of(addresses.database_url) == 1
        port = psycopg2.extensions.parse_dsn(addresses.database_url)["port"]
    assert is_free(int(port))
    base = Path(service_home(service_user(), local)) / "throwaway"
    assert [path.name for path in base.iterdir() if not path.name.startswith("template-")] == []


def test_a_template_that_cannot_be_filled_leaves_no_server_and_is_made_anew(local: Path) -> None:
    addresses: list[str] = []

    def fail(address: str) -> None:
        addresses.append(address)
        raise ServiceError("the migrations failed")

    for _attempt in range(2):
        with pytest.raises(ServiceError, match="the migrations failed"):
            start_temporary(local, Prepared("migrated", "stamp", fail))
    with temporary_services(local, Prepared("migrated", "stamp", addresses.append)) as filled:
        assert answer_of(filled.database_url) == 1
    ports = [int(psycopg2.extensions.parse_dsn(address)["port"]) for address in addresses]
    assert [is_free(port) for port in ports] == [True, True, True]


def test_the_next_start_ends_what_a_killed_process_left(local: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from servicedesk.project.embedded.services import"
        " start_temporary;"
        "s = start_temporary(Path(sys.argv[1])); print(s.postgres.port, s.valkey.port, flush=True);"
        " time.sleep(60)"
    )
    killed = subprocess.Popen([sys.executable, "-c", program, str(local)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert killed.stdout is not None
    ports = [int(word) for word in killed.stdout.readline().split()]
    killed.kill()
    killed.wait()
    assert len(ports) == 2
    assert not any(map(is_free, ports)), "the orphans are still there"
    start_temporary(local).stop()
    assert all(map(is_free, ports))


def test_two_throw_away_services_do_not_meet(local: Path) -> None:
    with temporary_services(local) as one, temporary_services(local) as other:
        assert one.database_url != other.database_url
        assert answer_of(one.database_url) == answer_of(other.database_url) == 1


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that any user may enter."""
    folder = Path(tempfile.mkdtemp(dir=system_var_tmp()))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@as_root
def test_an_ordinary_user_runs_the_server_as_himself(open_folder: Path) -> None:
    account = pwd.getpwnam("nobody")  # initdb wants a user the system knows
    somebody = ServiceUser(account.pw_name, account.pw_uid, account.pw_gid)
    if not can_reach(somebody, Path(sys.executable).resolve().parent) or not can_reach(somebody, ROOT):
        pytest.skip("this Python or this checkout is closed to other users")
    local = open_folder / "his"
    local.mkdir()
    os.chown(local, somebody.uid, somebody.gid)
    program = (
        "import sys; from pathlib import Path; from servicedesk.project.embedded import temporary_services\n"
        "with temporary_services(Path(sys.argv[1])) as a: print(a.database_url)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(local)],
        cwd=ROOT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        **become(somebody),
    )
    assert done.returncode == 0, done.stderr
    assert (local / "throwaway").stat().st_uid == somebody.uid


@as_root
def test_root_moves_the_files_where_nobody_can_reach_them(local: Path, tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    home = service_home(service_user(), local)
    assert home != local
    assert home.parent != tmp_path


def test_a_folder_somebody_else_prepared_is_not_trusted(tmp_path: Path) -> None:
    mine = owned_folder(tmp_path / "mine")
    assert mine.is_dir()
    (tmp_path / "link").symlink_to(mine)
    with pytest.raises(ServiceError, match="not a folder"):
        owned_folder(tmp_path / "link")
    mine.chmod(0o777)
    with pytest.raises(ServiceError):
        owned_folder(mine)


def test_an_old_system_server_is_not_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("servicedesk.project.embedded.binaries.package_folder", lambda _name: None)
    monkeypatch.setattr("servicedesk.project.embedded.binaries.postgres_folders", lambda: [tmp_path])
    (tmp_path / "initdb").touch()
    (tmp_path / "postgres").write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 13.4'\n")
    (tmp_path / "postgres").chmod(0o755)
    with pytest.raises(ServiceError, match="No PostgreSQL 15 or newer"):
        find_postgres()


def test_the_major_version_is_the_first_number() -> None:
    assert PostgresPrograms(Path("/x"), "18.6").major == 18


def test_ports_are_the_wanted_one_or_the_next_free() -> None:
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", 0))
        squatter.listen()
        taken = squatter.getsockname()[1]
        assert not is_free(taken)
        assert free_port(taken) != taken
        assert next_free_port(taken) > taken
    assert free_port(taken) == taken
