"""`python -m servicedesk.project.quality.hosts`: no tracked file names the host of a package registry.

A lock file with addresses ties every clone to one mirror; names, versions and hashes are enough.
"""

import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from servicedesk.project.embedded.paths import ROOT

# Written in pieces, or this file would find itself.
HOSTS = tuple(
    ".".join(parts).encode()
    for parts in (
        ("pypi", "org"),
        ("files", "pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("registry", "npmmirror", "com"),
        ("registry", "yarnpkg", "com"),
        ("pypi", "tuna", "tsinghua", "edu", "cn"),
        ("mirrors", "aliyun", "com"),
    )
)


def tracked_files(root: Path) -> list[Path]:
    """Return the files git tracks below `root`. Raises CalledProcessError outside a repository."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, check=True).stdout
    return [root / name for name in listed.decode().split("\0") if name]


def find_hosts(paths: Iterable[Path]) -> Iterator[str]:
    """Yield `file:line: host` for each mention."""
    for path in paths:
        if path.is_symlink() or not path.is_file():
            continue
        for number, line in enumerate(path.read_bytes().splitlines(), start=1):
            for host in HOSTS:
                if host in line:
                    yield f"{path}:{number}: {host.decode()}"


def main() -> int:
    """Print every mention; return 1 when there is one. A tree without git (an unpacked archive) has nothing
    to check.
    """
    try:
        paths = tracked_files(ROOT)
    except (OSError, subprocess.CalledProcessError):
        sys.stdout.write("Hosts of registries were not looked for: this is no git checkout.\n")
        return 0
    found = list(find_hosts(paths))
    for line in found:
        sys.stdout.write(f"{line}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
