"""Reading phone numbers as they are given: kept raw always, understood where possible, never a reason to refuse."""

from functools import lru_cache

import phonenumbers
from phonenumbers import carrier, geocoder

HOME = "CN"


def read_phone(given: str) -> tuple[str, str]:
    """The number as given (trimmed) and in E.164, the latter empty where it cannot be read.

    A number without country code is read as Chinese; a foreign one needs its `+` or `00`.
    """
    raw = " ".join(given.split())[:60]
    text = f"+{raw[2:]}" if raw.startswith("00") else raw
    try:
        number = phonenumbers.parse(text, HOME)
    except phonenumbers.NumberParseException:
        return raw, ""
    if not phonenumbers.is_valid_number(number):
        return raw, ""
    return raw, phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@lru_cache(maxsize=4096)
def place_and_carrier(e164: str, language: str) -> str:
    """Where a number comes from and whose it is, like “北京市 · 中国移动”; empty where unknown."""
    if not e164:
        return ""
    spoken = "zh" if language.startswith("zh") else "en"
    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        # A number kept as given may begin with + and still be none.
        return ""
    parts = (geocoder.description_for_number(number, spoken), carrier.name_for_number(number, spoken))
    return " · ".join(part for part in parts if part)
