"""The house as docker-compose.yml describes it, started as plain processes on the suite's PostgreSQL."""

import os
import secrets
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection
from psycopg2 import sql
from pytest_django.plugin import DjangoDbBlocker

from servicedesk.project.backup.databases import database_from_settings
from servicedesk.project.embedded.binaries import find_valkey
from servicedesk.project.embedded.ports import free_port
from tests.deploy.compose import ROOT, Runner, dockerfile_steps, read_compose


@dataclass
class House:
    """A running installation: its processes, and where a browser would find it."""

    runner: Runner
    database: str
    redis_url: str
    secret_key: str
    http_port: int
    https_port: int
    trust: ssl.SSLContext


def require_program(name: str, package: str) -> str:
    """The path of a program; skips with a word where it is missing, unless a build machine says CI=true."""
    found = shutil.which(name, path=f"{os.environ['PATH']}{os.pathsep}/usr/sbin")
    if found is None:
        message = f"no {name} on this machine (Debian package {package})"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return found


@pytest.fixture(scope="module")
def database_url(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A database of the house's own, copied from the migrated one of the tests."""
    with django_db_blocker.unblock():
        database = database_from_settings()
        connection.close()
    name = f"{database.name}_house"
    with closing(database.named("postgres").connect()) as made:
        made.autocommit = True
        cursor = made.cursor()
        cursor.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(database.name))
        )
        yield f"postgres://{database.user}:{database.password}@{database.host}:{database.port}/{name}"
        cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="module")
def house(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Everything of docker-compose.yml, up and healthy by its own health checks."""
    require_program("nginx", "nginx-light")
    redis_client = require_program("redis-cli", "redis-tools")
    folder = tmp_path_factory.mktemp("house")
    ports = {name: free_port() for name in ("web", "events", "redis", "http", "https")}
    variables = {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "DB_PASSWORD": secrets.token_urlsafe(24),
        "DB_ADMIN_PASSWORD": secrets.token_urlsafe(24),
        "REDIS_PASSWORD": secrets.token_urlsafe(24),
        "SITE_URL": f"https://localhost:{ports['https']}",
        "ALLOWED_HOSTS": "localhost",
        "WEB_WORKERS": "1",
        "WORKER_PROCESSES": "1",
    }
    content = read_compose(variables)
    changes = folders_and_ports(content, folder, ports, database_url)
    runner = Runner(content, changes, folder)
    (runner.folder / "bin" / "valkey-server").symlink_to(find_valkey())
    # The same program under its older name, where Debian has not the new one.
    (runner.folder / "bin" / "valkey-cli").symlink_to(shutil.which("valkey-cli") or redis_client)
    prepare_folders(runner)
    try:
        runner.start("redis")
        migrated = runner.run("migrate")
        assert migrated.returncode == 0, migrated.stderr
        for service in ("web", "events", "worker", "beat", "timers"):
            runner.start(service)
        runner.start("proxy")
        for service in ("redis", "web", "events", "worker", "beat", "timers", "proxy"):
            runner.wait_healthy(service)
        redis_url = f"redis://:{variables['REDIS_PASSWORD']}@127.0.0.1:{ports['redis']}/0"
        trust = ssl.create_default_context(cafile=str(folder / "tls" / "fullchain.pem"))
        yield House(runner, database_url, redis_url, variables["SECRET_KEY"], ports["http"], ports["https"], trust)
    finally:
        runner.stop_all()


def folders_and_ports(
    content: dict[str, object], folder: Path, ports: dict[str, int], database_url: str
) -> dict[str, str]:
    """What has to be replaced to run the containers' words on this machine."""
    services = content["services"]
    assert isinstance(services, dict)
    address = urlsplit(database_url)
    return {
        services["web"]["environment"]["DATABASE_URL"]: database_url,
        "@redis:6379": f"@127.0.0.1:{ports['redis']}",
        "--port 6379": f"--port {ports['redis']} --bind 127.0.0.1",
        "-p 6379": f"-p {ports['redis']}",
        "--port=5432": f"--port={address.port}",
        "0.0.0.0:8000": f"127.0.0.1:{ports['web']}",
        "127.0.0.1:8000": f"127.0.0.1:{ports['web']}",
        "web:8000": f"127.0.0.1:{ports['web']}",
        "events:8001": f"127.0.0.1:{ports['events']}",
        "127.0.0.1:8001": f"127.0.0.1:{ports['events']}",
        "--host=0.0.0.0": "--host=127.0.0.1",
        "--port=8001": f"--port={ports['events']}",
        "127.0.0.1:8080": f"127.0.0.1:{ports['http']}",
        "listen 8080": f"listen 127.0.0.1:{ports['http']}",
        "listen 8443": f"listen 127.0.0.1:{ports['https']}",
        "/etc/nginx/yipiao": str(folder / "proxy"),
        "/etc/nginx/tls": str(folder / "tls"),
        "/tmp/": f"{folder}/tmp/",
        "/data": str(folder / "data"),
    }


def prepare_folders(runner: Runner) -> None:
    """Volumes, tmpfs, certificate, the proxy's files, and the static files as the image collects them."""
    folder = runner.folder
    for name in ("data", "media", "tls", "tmp", "proxy"):
        (folder / name).mkdir()
    for source in (ROOT / "deploy" / "proxy").iterdir():
        text = runner.change(source.read_text())
        if os.geteuid() == 0 and source.suffix == ".conf":
            # In its container the proxy is no root and has nothing to change to.
            text = f"user root;\n{text}"
        (folder / "proxy" / source.name).write_text(text)
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    make += ["-addext", "subjectAltName=DNS:localhost", "-keyout", "privkey.pem", "-out", "fullchain.pem"]
    subprocess.run(make, cwd=folder / "tls", capture_output=True, check=True)
    [collect] = [
        part
        for step, words in dockerfile_steps()
        if step == "RUN"
        for part in words.split("&&")
        if "collectstatic" in part
    ]
    done = subprocess.run(
        ["sh", "-c", collect], cwd=ROOT, env=runner.environment("web"), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
