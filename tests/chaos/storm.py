"""A storm: processes are killed and services crashed one after the other while clocks fall due and agents work."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from servicedesk.failpoints import POINTS
from tests.chaos.house import House
from tests.chaos.processes import Process, oversubscribed

# How much oftener one kind of kill comes than another; a killed child costs no start of a process, the others do.
VICTIMS = {"timers": 3, "timers at a point": 5, "worker child": 6, "worker main": 2, "worker all": 1, "beat": 2}
# The longest a failpoint may take to be reached before another victim is looked for.
PATIENCE_SECONDS = 10.0
DOWN_SECONDS = 1.0
# The channels are switched off in a house of storms; their points are failed by a test of their own.
IN_USE = tuple(point for point in POINTS if not point.startswith("channels."))


@dataclass
class Storm:
    """Kills until `kills` have been, with so many crashes of the database and flushes of Redis spread among them."""

    house: House
    kills: int
    crashes: int
    flushes: int
    chance: random.Random
    outages: list[tuple[float, float]] = field(default_factory=list)
    standing: dict[str, Process] = field(default_factory=dict)
    starts: dict[str, Callable[[], Process]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        house = self.house
        self.starts = {"timers": house.timers, "second": house.timers, "worker": house.worker, "beat": house.beat}
        for name in self.starts:
            self.start(name)

    def start(self, name: str) -> None:
        """Starts one of the processes that ought to stand."""
        self.standing[name] = self.starts[name]()

    def rage(self) -> None:
        """The whole storm."""
        crash_at = self.marks(self.crashes)
        flush_at = self.marks(self.flushes)
        while (done := self.house.kills.total()) < self.kills:
            if crash_at and done >= crash_at[0]:
                crash_at.pop(0)
                self.crash_database()
            if flush_at and done >= flush_at[0]:
                flush_at.pop(0)
                self.house.flush_redis()
            self.kill_one()
            time.sleep(self.chance.uniform(0.1, 0.6))

    def marks(self, times: int) -> list[int]:
        """After how many kills something that happens `times` times happens."""
        return sorted(self.chance.sample(range(1, self.kills), times))

    def kill_one(self) -> None:
        """Kills one, by chance, and starts it again."""
        victim = self.chance.choices(list(VICTIMS), list(VICTIMS.values()))[0]
        if victim == "timers at a point":
            self.kill_at_a_point()
            return
        name = victim.split()[0]
        process = self.standing[name]
        if victim == "worker child":
            if process.kill_child():
                self.house.count(process, victim)
            return
        if victim == "worker all":
            process.kill_group()
        else:
            process.kill()
        self.house.count(process, victim)
        process.kill_group()
        self.start(name)

    def kill_at_a_point(self) -> None:
        """Lets the second timers die in the middle of their work; one that never gets there is killed as it is."""
        point = self.chance.choice(IN_USE)
        self.standing["second"].kill()
        self.house.count(self.standing["second"], "timers")
        doomed = self.house.timers(f"{point}:{self.chance.randint(1, 2)}")
        end = time.monotonic() + PATIENCE_SECONDS * oversubscribed()
        while not doomed.ended and time.monotonic() < end:
            time.sleep(0.05)
        at_point = doomed.ended
        doomed.kill()
        self.house.count(doomed, f"timers at {point}" if at_point else "timers")
        self.start("second")

    def crash_database(self) -> None:
        """An immediate stop, a moment of silence, a start; the agents' answers meanwhile do not count."""
        began = time.monotonic()
        self.house.crash_database()
        time.sleep(DOWN_SECONDS)
        self.house.start_database()
        self.outages.append((began, time.monotonic()))

    def fallen(self) -> list[str]:
        """Processes that ended without being killed: a crash loop would show here."""
        ended = [(name, process) for name, process in self.standing.items() if process.ended]
        return [f"{name} ended by itself:\n{process.said()[-2000:]}" for name, process in ended]
