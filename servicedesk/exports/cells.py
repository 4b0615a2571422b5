"""Cells that no spreadsheet takes for a formula. Pure: text in, text out.

A program that opens a CSV file reads a cell as a formula by its first sign, some of them after skipping blanks, some
in the full-width forms of Chinese keyboards, some at the start of every line. Such a line gets an apostrophe in front,
the mark for text; `unguarded` takes it away again, so nothing is lost.
"""

import re

# What begins a formula, a command or a mention in one program or another, in both widths.
SIGNS = "=+\\-@|%＝＋－＠｜％"
# Blanks and signs without ink, which programs skip; without the two that end a line.
INKLESS = "\t\x0b\x0c\x00-\x08\x0e-\x20\x7f-\xa0\xad\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff"
# An apostrophe may stand there already; counting it in keeps the guard reversible.
_CELL = f"(?=['\r\n{INKLESS}]*[{SIGNS}]|'*[\t\r\n])"
_LINE = f"(?=['{INKLESS}]*[{SIGNS}])"
_GUARD = re.compile(f"\\A{_CELL}|(?<=[\r\n]){_LINE}")
_UNGUARD = re.compile(f"\\A'{_CELL}|(?<=[\r\n])'{_LINE}")


def guarded(text: str) -> str:
    """The text as it may stand in a CSV file: every line that looks like a formula begins with an apostrophe."""
    return _GUARD.sub("'", text)


def unguarded(text: str) -> str:
    """What `guarded` was given."""
    return _UNGUARD.sub("", text)


def is_formula(text: str) -> bool:
    """Whether a program might read the text as a formula."""
    return _GUARD.search(text) is not None
