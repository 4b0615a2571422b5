"""Master data every installation starts with: the checklists (checklists.toml) and the first unified price list."""

import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from visits.models import ChecklistItem, ChecklistTemplate, ChecklistVersion, PriceItem, PriceList

CHECKLISTS = Path(__file__).with_name("checklists.toml")

# In force from before the oldest case that can be replayed (handbook/cases.md).
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
FIRST_DAY = date(2000, 1, 1)
FIRST_PRICE_LIST = "2000-1"

K = PriceItem.Kind
# code, kind, Chinese, English, fen.
PRICES = (
    ("L10", K.LABOUR, "检测费", "Diagnosis", 3000),
    ("L20", K.LABOUR, "小修工时费", "Small repair, labour", 6000),
    ("L30", K.LABOUR, "中修工时费", "Medium repair, labour", 12000),
    ("L40", K.LABOUR, "大修工时费", "Large repair, labour", 22000),
    ("L50", K.LABOUR, "空调移机费", "Moving an air conditioner", 26000),
    ("L60", K.LABOUR, "空调清洗费", "Cleaning an air conditioner", 9800),
    ("P10", K.PART, "进水阀", "Water inlet valve", 4500),
    ("P11", K.PART, "排水泵", "Drain pump", 7800),
    ("P12", K.PART, "门封条", "Door seal", 6500),
    ("P13", K.PART, "电脑板", "Control board", 18000),
    ("P14", K.PART, "电机", "Motor", 22000),
    ("P15", K.PART, "温控器", "Thermostat", 5600),
    ("P16", K.PART, "制冷剂补充", "Refrigerant refill", 15000),
    ("P17", K.PART, "加热管", "Heating element", 8800),
    ("T10", K.TRAVEL, "上门费", "Call-out", 3000),
    ("T20", K.TRAVEL, "远程上门费（30公里以上）", "Call-out beyond 30 km", 6000),
)


def load_defaults() -> None:
    """Writes what is missing and leaves what is there, so that it may run at every start."""
    with transaction.atomic():
        source = tomllib.loads(CHECKLISTS.read_text(encoding="utf-8"))
        for template in source["template"]:
            _load_checklist(template, source)
        _load_prices()


def _load_checklist(row: dict[str, Any], source: dict[str, Any]) -> None:
    template, _made = ChecklistTemplate.objects.get_or_create(
        code=row["code"],
        defaults={
            "occasion": row["occasion"],
            "kind": row.get("kind", ""),
            "categories": row.get("categories", []),
            "name_zh": row["zh"],
            "name_en": row["en"],
        },
    )
    version, made = ChecklistVersion.objects.get_or_create(
        template=template, version=1, defaults={"effective_from": BEGINNING}
    )
    if made:
        ChecklistItem.objects.bulk_create(_items(version, row, source))


def _items(version: ChecklistVersion, row: dict[str, Any], source: dict[str, Any]) -> Iterator[ChecklistItem]:
    """What is done at the door, then safety and the work, then the rest of the norm."""
    lines = [*source["door"], *source["safety"], *row.get("work", []), *source["norm"]]
    for position, (code, group, zh, en, proof) in enumerate(lines, start=1):
        more = {"text_zh": zh, "text_en": en, "required": not row.get("optional", False)}
        more |= source["item"].get(code, {}) | row.get("item", {}).get(code, {})
        more |= {f"text_{language}": more.pop(language) for language in ("zh", "en") if language in more}
        left_out = code in row.get("leaves_out", [])
        yield ChecklistItem(
            version=version, code=code, group=group, proof=proof, position=position, not_applicable=left_out, **more
        )


def _load_prices() -> None:
    prices, made = PriceList.objects.get_or_create(version=FIRST_PRICE_LIST, defaults={"effective_from": FIRST_DAY})
    if not made:
        return
    PriceItem.objects.bulk_create(
        PriceItem(price_list=prices, code=code, kind=kind, name_zh=zh, name_en=en, fen=fen)
        for code, kind, zh, en, fen in PRICES
    )
