"""The state diagrams of docs/architecture.md, drawn from the table of transitions."""

from collections.abc import Iterable

from servicedesk.tickets.transitions import SAME, Transition

BEGIN = "<!-- states: drawn from the transition table by `manage.py draw_states`; do not edit by hand -->"
END = "<!-- /states -->"


def _arrows(rows: Iterable[Transition]) -> list[str]:
    lines = []
    for row in rows:
        for target in row.targets:
            if target == SAME:
                continue
            starts = sorted(row.sources) or ["[*]"]
            lines += [f"    {start} --> {target}: {row.action}" for start in starts]
    return lines


def draw(rows: Iterable[Transition]) -> str:
    """Mermaid diagrams, one a thing, and below each who may do what."""
    by_thing: dict[str, list[Transition]] = {}
    for row in rows:
        by_thing.setdefault(row.thing, []).append(row)
    parts = []
    for thing, its_rows in by_thing.items():
        parts += [f"### {thing.capitalize()}", "", "```mermaid", "stateDiagram-v2", *_arrows(its_rows), "```", ""]
        parts += ["| action | from | to | roles | refused while |", "|---|---|---|---|---|"]
        parts += [_row(row) for row in its_rows]
        parts.append("")
    return "\n".join(parts)


def _row(row: Transition) -> str:
    cells = (
        f"`{row.action}`",
        ", ".join(sorted(row.sources)) or "any",
        ", ".join("same" if target == SAME else target for target in row.targets),
        ", ".join(sorted(row.roles)),
        ", ".join(row.guards) or "–",
    )
    return f"| {' | '.join(cells)} |"


def replace_between_marks(text: str, drawing: str) -> str:
    """`text` with what stands between the marks replaced. Raises ValueError where a mark is missing."""
    if BEGIN not in text or END not in text:
        raise ValueError("the marks of the state diagram are missing")
    head, rest = text.split(BEGIN, 1)
    _old, tail = rest.split(END, 1)
    return f"{head}{BEGIN}\n\n{drawing}\n{END}{tail}"
