"""The guarantee in words, Chinese and English: every code and key of warranty/rules/codes.py has one here."""

from warranty.wording.speak import (
    change_words,
    cite,
    days_words,
    fault_words,
    headline_of,
    listed,
    money_words,
    months_words,
    norm_name,
    note_words,
    percent_words,
    promise_length,
)

__all__ = [
    "change_words",
    "cite",
    "days_words",
    "fault_words",
    "headline_of",
    "listed",
    "money_words",
    "months_words",
    "norm_name",
    "note_words",
    "percent_words",
    "promise_length",
]
