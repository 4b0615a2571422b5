"""Master data every installation starts with: the conduct checklists and the first unified price list."""

from datetime import UTC, date, datetime

from django.db import transaction

from visits.models import (
    ChecklistGroup,
    ChecklistItem,
    ChecklistTemplate,
    ChecklistVersion,
    PriceItem,
    PriceList,
)

# In force from before the oldest case that can be replayed (handbook/cases.md).
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
FIRST_DAY = date(2000, 1, 1)
FIRST_PRICE_LIST = "2000-1"

G, P = ChecklistGroup, ChecklistItem.Proof

TEMPLATES = (
    ("on_site", ChecklistTemplate.Occasion.ON_SITE, "上门服务", "Work at home"),
    ("pick_up", ChecklistTemplate.Occasion.PICK_UP, "上门取机", "Pick-up"),
    ("no_entry", ChecklistTemplate.Occasion.NO_ENTRY, "未能入户", "No entry"),
)
# code, group, Chinese, English, proof (handbook/visit-norms.md).
ITEMS = (
    ("1.1", G.ONE_CERTIFICATE, "进门出示星级服务资格证", "Star service certificate shown at the door", P.CERTIFICATE),
    ("2.1", G.TWO_DISCLOSURES, "开工前公开统一收费标准", "Unified price list shown before work", P.PRICE_LIST),
    (
        "2.2",
        G.TWO_DISCLOSURES,
        "公开服务记录单，用户签字并写意见",
        "Service record sheet handed over, signed with an opinion",
        P.SIGNATURE,
    ),
    ("3.1", G.THREE_COMPLETIONS, "服务现场清理到位", "Work place cleaned", P.TICK),
    ("3.2", G.THREE_COMPLETIONS, "通电试机演示到位", "Product powered on and demonstrated", P.READING),
    ("3.3", G.THREE_COMPLETIONS, "使用保养讲解到位", "Use and care explained", P.TICK),
    ("4.1", G.FOUR_NO_ACCEPTS, "不喝用户的水", "Took no drink", P.STATEMENT),
    ("4.2", G.FOUR_NO_ACCEPTS, "不抽用户的烟", "Smoked none of the customer's cigarettes", P.STATEMENT),
    ("4.3", G.FOUR_NO_ACCEPTS, "不吃用户的饭", "Ate no meal", P.STATEMENT),
    ("4.4", G.FOUR_NO_ACCEPTS, "不收用户的礼品", "Took no gift", P.STATEMENT),
    ("5.1", G.FIVE_ONES, "递上一张名片", "Name card handed over", P.TICK),
    ("5.2", G.FIVE_ONES, "穿上一双鞋套", "Shoe covers worn", P.TICK),
    ("5.3", G.FIVE_ONES, "铺好一块垫布", "Mat laid out for tools", P.TICK),
    ("5.4", G.FIVE_ONES, "自带一块抹布", "Own cleaning cloth used", P.TICK),
    ("5.5", G.FIVE_ONES, "提供一站式产品通检", "One-stop inspection done", P.INSPECTION),
)
# Without the product nothing can be powered on, explained or inspected; without entry only the card can be left.
NOT_APPLICABLE = {
    "on_site": frozenset[str](),
    "pick_up": frozenset({"3.2", "3.3", "5.3", "5.5"}),
    "no_entry": frozenset(code for code, *_rest in ITEMS if code != "5.1"),
}

NO_ENTRY_CARD = (
    "5.1",
    G.FIVE_ONES,
    "在门口留下联系卡",
    "Card with a number to call left at the door",
    P.TICK,
)

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
        for template in TEMPLATES:
            _load_checklist(*template)
        _load_prices()


def _load_checklist(code: str, occasion: str, name_zh: str, name_en: str) -> None:
    fields = {"occasion": occasion, "name_zh": name_zh, "name_en": name_en}
    template, _made = ChecklistTemplate.objects.get_or_create(code=code, defaults=fields)
    version, made = ChecklistVersion.objects.get_or_create(
        template=template, version=1, defaults={"effective_from": BEGINNING}
    )
    if not made:
        return
    ChecklistItem.objects.bulk_create(
        ChecklistItem(
            version=version,
            code=item,
            group=group,
            text_zh=text_zh,
            text_en=text_en,
            proof=proof,
            # A card in the door is good practice, yet nobody can be made to prove it.
            required=code != "no_entry",
            not_applicable=item in NOT_APPLICABLE[code],
            position=position,
        )
        for position, (item, group, text_zh, text_en, proof) in enumerate(_items(code), start=1)
    )


def _items(template: str) -> list[tuple[str, str, str, str, str]]:
    return [NO_ENTRY_CARD if template == "no_entry" and item[0] == "5.1" else item for item in ITEMS]


def _load_prices() -> None:
    prices, made = PriceList.objects.get_or_create(version=FIRST_PRICE_LIST, defaults={"effective_from": FIRST_DAY})
    if not made:
        return
    PriceItem.objects.bulk_create(
        PriceItem(price_list=prices, code=code, kind=kind, name_zh=zh, name_en=en, fen=fen)
        for code, kind, zh, en, fen in PRICES
    )
