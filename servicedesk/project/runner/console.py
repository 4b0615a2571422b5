"""One log for all processes: each line with the name of its process in a colour of its own."""

import os
import sys
import threading
from typing import TextIO

COLOURS = {"house": 1, "web": 32, "events": 36, "worker": 35, "beat": 34, "timers": 33}
WIDTH = max(map(len, COLOURS))


class Console:
    """Prints whole lines, one at a time, from any thread."""

    def __init__(self, out: TextIO = sys.stdout) -> None:
        self.out = out
        self.lock = threading.Lock()
        self.coloured = out.isatty() and "NO_COLOR" not in os.environ

    def say(self, name: str, text: str) -> None:
        """Print each line of `text` behind `name`; a reader that went away is no reason to fail."""
        label = f"{name:<{WIDTH}} |"
        if self.coloured:
            label = f"\x1b[{COLOURS.get(name, 0)}m{label}\x1b[0m"
        with self.lock:
            try:
                for line in text.splitlines():
                    print(label, line, file=self.out)
                self.out.flush()
            except (BrokenPipeError, ValueError):
                self.out = open(os.devnull, "w")  # noqa: PTH123, SIM115 - stays open for the rest of the run
