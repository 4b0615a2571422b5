"""Reading docker-compose.yml and the Dockerfile, and running what they say outside Docker."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "docker-compose.yml"
START_SECONDS = 150.0
VARIABLE = re.compile(r"\$(?:(\$)|\{(\w+)(?:(:[-?])([^}]*))?\})")


def interpolate(text: str, variables: Mapping[str, str]) -> str:
    """`text` as compose reads it: `${NAME}`, `${NAME:-default}`, `${NAME:?message}` and `$$`. Raises KeyError."""

    def value(match: re.Match[str]) -> str:
        dollar, name, how, words = match.groups()
        if dollar:
            return "$"
        found = variables.get(name, "")
        if found or how is None:
            return found
        if how == ":?":
            raise KeyError(f"{name}: {words}")
        return words or ""

    return VARIABLE.sub(value, text)


def read_compose(variables: Mapping[str, str]) -> dict[str, Any]:
    """The compose file with all anchors and variables put in, in compose's own order: parsed, then interpolated."""

    def put_in(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: put_in(below) for name, below in value.items()}
        if isinstance(value, list):
            return [put_in(below) for below in value]
        return interpolate(value, variables) if isinstance(value, str) else value

    content: dict[str, Any] = put_in(yaml.safe_load(FILE.read_text()))
    return content


def dockerfile_steps() -> list[tuple[str, str]]:
    """Each instruction of the Dockerfile with its words, continued lines joined."""
    joined = re.sub(r"\\\n\s*", " ", re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE))
    return [(line.split(" ", 1)[0], line.split(" ", 1)[1]) for line in joined.splitlines() if line.strip()]


class Runner:
    """Starts services of the compose file as plain processes, with ports and folders changed."""

    def __init__(self, content: dict[str, Any], changes: Mapping[str, str], folder: Path) -> None:
        self.content, self.changes, self.folder = content, changes, folder
        self.base = {
            "HOME": str(folder),
            "LC_ALL": "C.UTF-8",
            "PYTHONUNBUFFERED": "1",
            "MEDIA_ROOT": str(folder / "media"),
        }
        self.programs = [str(folder / "bin"), str(Path(sys.executable).parent), os.environ["PATH"], "/usr/sbin"]
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        (folder / "bin").mkdir()

    def change(self, text: str) -> str:
        """`text` with the container's addresses and folders replaced by ours, the longest where several fit."""
        known = "|".join(re.escape(old) for old in sorted(self.changes, key=len, reverse=True))
        return re.sub(known, lambda match: self.changes[match[0]], text)

    def environment(self, service: str) -> dict[str, str]:
        """What the service's processes get, and nothing of ours but the programs."""
        given = self.content["services"][service].get("environment", {})
        changed = {name: self.change(str(value)) for name, value in given.items()}
        static = {"STATIC_ROOT": str(self.folder / "static")}
        return {**self.base, **static, "PATH": os.pathsep.join(self.programs), **changed}

    def command(self, service: str) -> list[str]:
        return [self.change(str(word)) for word in self.content["services"][service]["command"]]

    def start(self, service: str) -> None:
        """Start a service; its output goes to a file of its name."""
        with (self.folder / f"{service}.log").open("ab") as log:
            self.running[service] = subprocess.Popen(
                self.command(service),
                cwd=ROOT,
                env=self.environment(service),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def run(self, service: str) -> subprocess.CompletedProcess[str]:
        """Run a one-shot service to its end."""
        return subprocess.run(
            self.command(service), cwd=ROOT, env=self.environment(service), capture_output=True, text=True, check=False
        )

    def examine(self, service: str) -> subprocess.CompletedProcess[str]:
        """Run the service's own health check once."""
        kind, *words = [self.change(str(word)) for word in self.content["services"][service]["healthcheck"]["test"]]
        command = ["sh", "-c", *words] if kind == "CMD-SHELL" else words
        return subprocess.run(
            command, cwd=ROOT, env=self.environment(service), capture_output=True, text=True, check=False
        )

    def wait_healthy(self, service: str) -> None:
        """Wait until the health check succeeds; fails with what it said and the service's log."""
        end = time.monotonic() + START_SECONDS
        while (done := self.examine(service)).returncode:
            process = self.running.get(service)
            if time.monotonic() > end or (process is not None and process.poll() is not None):
                pytest.fail(f"{service} is not healthy: {done.stderr or done.stdout}\n{self.log(service)}")
            time.sleep(0.3)

    def log(self, service: str) -> str:
        path = self.folder / f"{service}.log"
        return path.read_text(errors="replace")[-3000:] if path.exists() else ""

    def stop(self, service: str) -> int:
        """End a service as Docker does; its exit code. What does not end within 20 seconds is killed."""
        process = self.running.pop(service)
        if process.poll() is None:
            process.terminate()
        try:
            return process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()

    def stop_all(self) -> None:
        for process in self.running.values():
            process.terminate()
        for service in reversed(list(self.running)):
            self.stop(service)
