"""The Dockerfile: what it copies exists and reaches it, its commands are those of `make setup`, no secret stays."""

import re
import subprocess
from fnmatch import fnmatch
from pathlib import Path

import pytest

from servicedesk.project.quality import deployment
from tests.deploy.compose import ROOT, dockerfile_steps

STEPS = dockerfile_steps()
RUNS = [words for step, words in STEPS if step == "RUN"]


def copied() -> list[str]:
    """Everything taken from the checkout."""
    copies = [words.split() for step, words in STEPS if step == "COPY" and not words.startswith("--from")]
    return [source for words in copies for source in words[:-1]]


def ignore_lines() -> list[str]:
    text = (ROOT / ".dockerignore").read_text()
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def is_sent(path: str) -> bool:
    """Whether Docker gets `path`, by .dockerignore: the last line that fits decides."""
    sent = True
    for line in ignore_lines():
        pattern = line.removeprefix("!").removeprefix("**/")
        if any(
            fnmatch(part, pattern) for part in (path, path.split("/", maxsplit=1)[0], path.rsplit("/", maxsplit=1)[-1])
        ):
            sent = line.startswith("!")
    return sent


def test_everything_it_copies_exists_and_is_sent_to_docker() -> None:
    assert len(copied()) > 10
    for source in copied():
        assert (ROOT / source).exists(), source
        assert is_sent(source), source


@pytest.mark.parametrize(
    "private", [".env", ".git/config", ".local/postgres.password", "deploy/tls/privkey.pem", "media/a.jpg"]
)
def test_no_secret_and_no_data_of_the_checkout_reach_docker(private: str) -> None:
    assert not is_sent(private)
    assert not is_sent("servicedesk/__pycache__")


def test_the_image_holds_every_package_and_folder_the_settings_name() -> None:
    folders = {source for source in copied() if (ROOT / source).is_dir()}
    assert {"servicedesk", "dispatch", "warranty", "visits", "templates", "static", "locale"} <= folders
    read = subprocess.run(
        ["git", "grep", "-hoE", r'BASE_DIR / "[a-z_]+"', "--", "servicedesk", "dispatch", "warranty", "visits"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    made_elsewhere = {"node_modules", "staticfiles", "docs", "tests", "bench"}
    named = set(re.findall(r'"([a-z_]+)"', read))
    assert named - made_elsewhere <= folders


def test_every_image_is_pinned_and_the_process_runs_without_rights() -> None:
    for step, words in STEPS:
        if step == "FROM":
            assert re.fullmatch(r"[a-z/]+:[0-9][\w.-]+ AS [a-z]+", words), words
    users = [words for step, words in STEPS if step == "USER"]
    assert users == ["yipiao"]
    last_run = max(number for number, (step, _words) in enumerate(STEPS) if step == "RUN")
    assert last_run < next(number for number, (step, _words) in enumerate(STEPS) if step == "USER")


def test_no_layer_holds_a_secret() -> None:
    for step, words in STEPS:
        if step in {"ENV", "ARG"}:
            assert not re.search(r"SECRET|PASSWORD|TOKEN|DATABASE_URL|REDIS_URL", words), words


def test_packages_are_installed_as_make_setup_does() -> None:
    makefile = (ROOT / "Makefile").read_text()
    [npm] = [run for run in RUNS if run.startswith("npm ci")]
    [pip] = [run for run in RUNS if "pip install" in run]
    for option in ("npm ci", "--ignore-scripts", "--no-fund", "--no-audit"):
        assert option in npm
        assert option in makefile
    for option in ("--require-hashes", "--disable-pip-version-check"):
        assert option in pip
        assert option in makefile
    assert "-r requirements.txt" in pip


def test_every_locked_package_has_its_hashes() -> None:
    blocks = re.split(r"\n(?=\S)", (ROOT / "requirements.txt").read_text().strip())
    packages = [block for block in blocks if not block.startswith("#")]
    assert len(packages) > 30
    for block in packages:
        assert re.match(r"[a-z0-9._-]+==\S+", block), block.splitlines()[0]
        assert "--hash=sha256:" in block, block.splitlines()[0]


def test_the_builds_own_commands_run_with_secrets_drawn_for_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STATIC_ROOT", str(tmp_path / "static"))
    monkeypatch.setenv("SECRET_KEY", "weak")
    code = "from django.conf import settings; print(settings.STATIC_ROOT, len(settings.SECRET_KEY) > 50)"
    assert deployment.main(["shell", "--no-imports", "--command", code]) == 0
    assert capfd.readouterr().out.split() == [str(tmp_path / "static"), "True"]
    built = [name for run in RUNS for name in re.findall(r"quality\.deployment (\w+)", run)]
    assert built == ["build_translations", "collectstatic"]
