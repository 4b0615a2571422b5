"""Chinese names in pinyin, for search and for sorting (the database has no collation for them)."""

from pypinyin import Style, lazy_pinyin

# Surnames read otherwise than the character usually is.
SURNAME_READINGS = {
    "单": "shan",
    "解": "xie",
    "仇": "qiu",
    "查": "zha",
    "曾": "zeng",
    "区": "ou",
    "朴": "piao",
    "盖": "ge",
    "任": "ren",
    "宁": "ning",
    "华": "hua",
    "缪": "miao",
    "翟": "zhai",
    "覃": "qin",
    "员": "yun",
    "折": "she",
    "种": "chong",
    "冼": "xian",
    "尉迟": "yuchi",
    "万俟": "moqi",
    "长孙": "zhangsun",
    "令狐": "linghu",
    "澹台": "tantai",
}


def _syllables(name: str) -> list[str]:
    for length in (2, 1):
        reading = SURNAME_READINGS.get(name[:length])
        if reading:
            return [reading, *lazy_pinyin(name[length:], style=Style.NORMAL)]
    return lazy_pinyin(name, style=Style.NORMAL)


def pinyin_of(name: str) -> str:
    """`name` in lower-case pinyin without tones or spaces; what is no Chinese stays as it is."""
    return "".join(_syllables(name)).lower().replace(" ", "")


def initials_of(name: str) -> str:
    """First letters of the syllables of `name`, in lower case; a compound surname gives its own two."""
    surname = SURNAME_READINGS.get(name[:2])
    if surname:
        letters = [syllable[0] for syllable in lazy_pinyin(name[:2]) if syllable]
        letters[0] = surname[0]
        letters += [syllable[0] for syllable in lazy_pinyin(name[2:]) if syllable]
        return "".join(letters).lower()
    return "".join(syllable[0] for syllable in _syllables(name) if syllable.strip()).lower()
