"""The table of a run, as it stands in bench/README.md between two marks."""

import os
import platform
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from django.db import connection

from bench.figures import Figure, Goal, Load, Row

ENGINE_BEGIN, ENGINE_END = "<!-- engine: written by `make bench`; do not edit by hand -->", "<!-- /engine -->"
GUARANTEE_BEGIN, GUARANTEE_END = (
    "<!-- guarantee: written by `make bench`; do not edit by hand -->",
    "<!-- /guarantee -->",
)
BOOKING_BEGIN, BOOKING_END = "<!-- booking: written by `make bench`; do not edit by hand -->", "<!-- /booking -->"
SEEK_BEGIN, SEEK_END = "<!-- seek: written by `make bench`; do not edit by hand -->", "<!-- /seek -->"
WINDOWS_BEGIN, WINDOWS_END = "<!-- windows: written by `make bench`; do not edit by hand -->", "<!-- /windows -->"
BOARD_BEGIN, BOARD_END = "<!-- board: written by `make bench`; do not edit by hand -->", "<!-- /board -->"
SHEET_BEGIN, SHEET_END = "<!-- sheet: written by `make bench`; do not edit by hand -->", "<!-- /sheet -->"
README = Path(__file__).with_name("README.md")
BEGIN, END = "<!-- table: written by `make bench`; do not edit by hand -->", "<!-- /table -->"
MEMORY_UNIT = 1024**3
_NO_GOAL = Goal()


def write(rows: Iterable[Row], load: Load | None, sizes: dict[str, int], now: datetime) -> str:
    """Put the table of this run into the README and return it."""
    text = "\n".join([*_about(sizes, now), "", *_table(list(rows)), "", *_load(load)])
    _put(text, BEGIN, END)
    return text


def write_engine(figures: Iterable[Figure], sizes: dict[str, int], now: datetime) -> str:
    """Put the figures of the engine of the clocks into the README and return them."""
    text = "\n".join([*_about(sizes, now), "", *_figures(figures)])
    _put(text, ENGINE_BEGIN, ENGINE_END)
    return text


def write_guarantee(figures: Iterable[Figure], sizes: dict[str, int], now: datetime) -> str:
    """Put the figures of the guarantee's rules into the README and return them; no service is asked."""
    text = "\n".join([_machine(sizes, now, f"Python {platform.python_version()}"), "", *_figures(figures)])
    _put(text, GUARANTEE_BEGIN, GUARANTEE_END)
    return text


def write_sheet(figures: Iterable[Figure], sizes: dict[str, int], now: datetime) -> str:
    """Put the figures of the record sheet's PDF into the README and return them; no service is asked."""
    text = "\n".join([_machine(sizes, now, f"Python {platform.python_version()}"), "", *_figures(figures)])
    _put(text, SHEET_BEGIN, SHEET_END)
    return text


def write_booking(figures: Iterable[Figure], sizes: dict[str, int], now: datetime) -> str:
    """Put the figures of the race for a technician's time into the README and return them."""
    text = "\n".join([*_about(sizes, now), "", *_figures(figures)])
    _put(text, BOOKING_BEGIN, BOOKING_END)
    return text


def write_seek(figures: Iterable[Figure], sizes: dict[str, int], now: datetime) -> str:
    """Put the figures of the candidates into the README and return them."""
    text = "\n".join([*_about(sizes, now), "", *_figures(figures)])
    _put(text, SEEK_BEGIN, SEEK_END)
    return text


def write_windows(figures: Iterable[Figure], sizes: dict[str, int], now: datetime) -> str:
    """Put the figures of promise windows into the README and return them."""
    text = "\n".join([*_about(sizes, now), "", *_figures(figures)])
    _put(text, WINDOWS_BEGIN, WINDOWS_END)
    return text


def write_board(figures: Iterable[Figure], sizes: dict[str, int], now: datetime, browser: str) -> str:
    """Put the figures of the board into the README and return them."""
    text = "\n".join([*_about(sizes, now), f"{browser}, 1366 × 768", "", *_figures(figures)])
    _put(text, BOARD_BEGIN, BOARD_END)
    return text


def _figures(figures: Iterable[Figure]) -> list[str]:
    lines = ["| measure | figure | goal | |", "|---|--:|--:|---|"]
    for figure in figures:
        verdict = "" if figure.is_met is None else "met" if figure.is_met else "**missed**"
        lines.append(f"| {figure.name} | {figure.text} | {figure.goal_text} | {verdict} |")
    return lines


def _put(text: str, begin: str, end: str) -> None:
    page = README.read_text()
    head, _begin, rest = page.partition(begin)
    _old, _end, tail = rest.partition(end)
    README.write_text(f"{head}{begin}\n\n{text}\n\n{end}{tail}")


def _about(sizes: dict[str, int], now: datetime) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        server = cursor.fetchone()[0]
    return [_machine(sizes, now, f"Python {platform.python_version()}, PostgreSQL {server.split()[0]}")]


def _machine(sizes: dict[str, int], now: datetime, versions: str) -> str:
    cores = len(os.sched_getaffinity(0))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / MEMORY_UNIT
    counted = ", ".join(f"{size:,} {name}" for name, size in sizes.items())
    machine = f"{cores} cores, {memory:.0f} GiB memory, load average {os.getloadavg()[0]:.1f} at the end"
    return f"{now:%Y-%m-%d %H:%M} · {machine} · {versions} · {counted}"


def _table(rows: list[Row]) -> list[str]:
    lines = ["| measure | n | p50 ms | p95 ms | goal ms | queries | most | |", "|---|--:|--:|--:|--:|--:|--:|---|"]
    for row in rows:
        verdict = "met" if row.is_met else "**missed**"
        asks = row.goal.milliseconds is not None or row.goal.queries is not None
        goal = "–" if row.goal.milliseconds is None else f"{row.goal.milliseconds:.0f}"
        most = "–" if row.goal.queries is None else str(row.goal.queries)
        queries = "–" if row.queries is None else str(row.queries)
        cells = [row.name, str(len(row.times)), f"{row.p50:.1f}", f"{row.p95:.1f}", goal, queries, most]
        lines.append(f"| {' | '.join([*cells, verdict if asks else ''])} |")
    return lines


def _load(load: Load | None) -> list[str]:
    if load is None:
        return ["No load run."]
    reads, writes = Row("", load.reads, None, _NO_GOAL), Row("", load.writes, None, _NO_GOAL)
    asked = f"{load.connections} connections, {load.seconds:.0f} s, {len(load.reads)} reads, {len(load.writes)} writes"
    times = f"reads p50 {reads.p50:.0f}, p95 {reads.p95:.0f} ms; writes p50 {writes.p50:.0f}, p95 {writes.p95:.0f} ms"
    told = f"Load run ({asked}): **{load.per_second:.1f} requests a second, {len(load.errors)} errors**; {times}."
    return [told, *[f"- {error}" for error in load.errors[:10]]]
