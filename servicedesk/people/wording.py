"""Names of master data are kept in both languages; this picks the one being spoken."""

from django.utils.translation import get_language


def in_language(chinese: str, english: str) -> str:
    """The Chinese text for Chinese readers, else the English one; the other where one is empty."""
    speaks_chinese = (get_language() or "zh-hans").startswith("zh")
    first, second = (chinese, english) if speaks_chinese else (english, chinese)
    return first or second
