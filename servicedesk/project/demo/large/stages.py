"""How far a load is: stages of known weight on one bar."""

from collections.abc import Callable

from servicedesk.project.demo.engine import Progress

# A stage hears how much of how much is done.
Stage = Callable[[int, int], None]


def stage_of(progress: Progress, total: int, start: float, end: float) -> Stage:
    """A stage that moves the bar of `total` from the share `start` to the share `end`."""

    def draw(done: int, of: int) -> None:
        progress(int(total * (start + (end - start) * done / max(of, 1))))

    return draw
