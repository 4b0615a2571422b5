"""`python -m bench`: starts the house on the given data, measures pages and load, with `--engine` the engine of
the clocks, with `--seek` the candidates of dispatch, with `--board` the board, with `--sheet` the PDF of the
record sheet or with `--guarantee` the rules of the guarantee, and writes bench/README.md.
"""

import os
import subprocess
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from bench.client import BenchError
from bench.house import open_house
from servicedesk.project.embedded import ServiceError
from servicedesk.project.embedded.paths import LOCAL


def main() -> int:
    """Measure once. Returns 0 when every goal was met, 2 when one was missed, 1 when nothing could be measured."""
    parser = ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--local", type=Path, default=LOCAL, help="folder of the kept database (YIPIAO_LOCAL)")
    parser.add_argument("--any-size", action="store_true", help="measure although there are fewer tickets than asked")
    parser.add_argument("--rounds", type=int, default=60, help="requests of each kind")
    parser.add_argument("--load-seconds", type=int, default=60, help="length of the load run")
    parser.add_argument("--engine", action="store_true", help="the engine of the clocks, on a database of its own")
    parser.add_argument("--clocks", type=int, default=1_000_000, help="clocks of the engine's database")
    parser.add_argument("--guarantee", action="store_true", help="the rules of the guarantee, without any service")
    parser.add_argument("--sheet", action="store_true", help="the PDF of the record sheet, without any service")
    parser.add_argument("--booking", action="store_true", help="the race for a technician's time")
    parser.add_argument("--seek", action="store_true", help="the candidates, on a database of its own")
    parser.add_argument("--windows", action="store_true", help="promise windows, on a database of its own")
    parser.add_argument("--board", action="store_true", help="the board in Chromium, on a database of its own")
    given = parser.parse_args()
    # The services read their settings from other folders.
    given.local = given.local.resolve()
    if given.guarantee:
        return subprocess.run([sys.executable, "-m", "bench.guarantee"], check=False).returncode
    if given.sheet:
        return subprocess.run([sys.executable, "-m", "bench.sheet"], check=False).returncode
    try:
        for name, parts, more in _own_houses(given):
            with open_house(given.local, os.environ, scratch=True, parts=parts) as house:
                port = [str(house.port)] if parts else []
                command = [sys.executable, "-m", f"bench.{name}", *port, *more]
                return subprocess.run(command, env=house.environment, check=False).returncode
        with open_house(given.local, os.environ) as house:
            command = [sys.executable, "-m", "bench.run", str(house.port), str(given.rounds), str(given.load_seconds)]
            if given.any_size:
                command.append("--any-size")
            return subprocess.run(command, env=house.environment, check=False).returncode
    except (BenchError, ServiceError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _own_houses(given: Namespace) -> list[tuple[str, tuple[str, ...], list[str]]]:
    """What was asked for of that which stands on a database of its own: module, parts of the house, arguments."""
    known: dict[str, tuple[tuple[str, ...], list[str]]] = {
        "board": (("web",), [str(given.rounds)]),
        "engine": (("web",), [str(given.clocks)]),
        "booking": ((), []),
        "seek": ((), []),
        "windows": ((), []),
    }
    return [(name, parts, more) for name, (parts, more) in known.items() if getattr(given, name)]


if __name__ == "__main__":
    sys.exit(main())
