"""Field by field: what the phone saw, what stands now, what the phone wants. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Clash:
    """A field that both sides changed to different values."""

    name: str
    base: Any
    theirs: Any
    mine: Any

    def as_dict(self) -> dict[str, Any]:
        """As the phone is told of it."""
        return {"name": self.name, "base": self.base, "theirs": self.theirs, "mine": self.mine}


def merge(
    base: Mapping[str, Any], theirs: Mapping[str, Any], mine: Mapping[str, Any]
) -> tuple[dict[str, Any], list[Clash]]:
    """The values of `mine`'s fields with what only the other side changed taken in, and the fields both changed."""
    merged: dict[str, Any] = {}
    clashes = []
    for name, wanted in mine.items():
        seen, stands = base.get(name), theirs.get(name)
        if wanted == seen:
            merged[name] = stands
        else:
            merged[name] = wanted
            if stands not in (seen, wanted):
                clashes.append(Clash(name, seen, stands, wanted))
    return merged, clashes
