"""`python -m bench`: starts the house on the given data, measures pages and load, with `--engine` the engine of
the clocks or with `--guarantee` the rules of the guarantee, and writes bench/README.md.
"""

import os
import subprocess
import sys
from argparse import ArgumentParser
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
    given = parser.parse_args()
    if given.guarantee:
        return subprocess.run([sys.executable, "-m", "bench.guarantee"], check=False).returncode
    try:
        if given.engine:
            with open_house(given.local, os.environ, scratch=True, parts=("web",)) as house:
                command = [sys.executable, "-m", "bench.engine", str(house.port), str(given.clocks)]
                return subprocess.run(command, env=house.environment, check=False).returncode
        with open_house(given.local, os.environ) as house:
            command = [sys.executable, "-m", "bench.run", str(house.port), str(given.rounds), str(given.load_seconds)]
            if given.any_size:
                command.append("--any-size")
            return subprocess.run(command, env=house.environment, check=False).returncode
    except (BenchError, ServiceError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
