"""Backups in words, for terminal and log."""

from .manifest import Manifest
from .restore import Restored
from .take import Taken

STEP = 1024


def describe_taken(taken: Taken) -> str:
    """Return one line: where it is, how much it holds, how long it took."""
    manifest = taken.manifest
    return (
        f"Backup {taken.folder}: {manifest.rows:,} rows of {len(manifest.counts)} tables in"
        f" {taken.dump_seconds:.1f} s, {manifest.media_files:,} files ({size(manifest.media_bytes)}) in"
        f" {taken.media_seconds:.1f} s; {size(manifest.stored_bytes)} stored, {taken.total_seconds:.1f} s in all."
    )


def describe_restored(manifest: Manifest, restored: Restored) -> str:
    """Return one line: what was loaded and how long it took."""
    return (
        f"Restored {manifest.rows:,} rows of {len(manifest.counts)} tables in {restored.load_seconds:.1f} s,"
        f" statistics in {restored.analyse_seconds:.1f} s."
    )


def size(number: int) -> str:
    """Return a number of bytes as people say it: `812 B`, `4.2 MB`."""
    value, unit = float(number), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if value < STEP:
            break
        value, unit = value / STEP, larger
    return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
