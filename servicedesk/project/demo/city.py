"""The invented city as data: streets, products and sayings, read from the two files beside this module."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

HERE = Path(__file__).parent


@cache
def city() -> dict[str, Any]:
    """The city as written in city.toml."""
    return tomllib.loads((HERE / "city.toml").read_text(encoding="utf-8"))


@cache
def towns() -> dict[str, Any]:
    """What the large demonstration has beyond the city: outlets and districts of other towns."""
    return tomllib.loads((HERE / "large" / "towns.toml").read_text(encoding="utf-8"))


def all_of(table: str) -> list[dict[str, Any]]:
    """The rows of `outlet` or `district`: the city's own first, then those of the other towns."""
    return [*city()[table], *towns()[table]]


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads((HERE / "words.toml").read_text(encoding="utf-8"))


def chance(seed: str) -> Random:
    """Chance that falls alike for the same seed."""
    return Random(seed)  # noqa: S311  # nosec B311 - invented people, not secrets


def say(rng: Random, topic: str, **filled: str) -> str:
    """Something said about `topic`, its blanks filled."""
    return str(rng.choice(_words()["texts"][topic])).format(**filled)


@dataclass(frozen=True)
class Work:
    """What is found and done in a repair of a group of faults, and the items of the price list it takes."""

    finding: str
    work: str
    charges: tuple[str, ...]


def work_of(group: str) -> Work:
    """The work of a group of faults; of an unknown one, work of any kind."""
    works = _words()["work"]
    row = works.get(group, works["other"])
    return Work(row["finding"], row["work"], tuple(row["charges"]))


def person_name(rng: Random) -> str:
    """A name put together by chance."""
    return f"{rng.choice(city()['surnames'])}{rng.choice(city()['given'])}"


def phone_number(rng: Random) -> str:
    """A mobile number of the block without subscribers, as it would be told."""
    return f"{rng.choice(city()['prefixes'])} 0000 {rng.randrange(10_000):04d}"
