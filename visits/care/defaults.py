"""The care plans every installation starts with; an administrator changes them."""

from visits.models import CarePlan

WHEN = CarePlan.Occasion
# code, Chinese, English, occasion, days after it.
PLANS = (
    ("after-exception", "破例服务后的关怀", "After a service by exception", WHEN.EXCEPTION, 15),
    ("after-praise", "表扬后的感谢", "Thanks after praise", WHEN.PRAISE, 30),
    ("after-known-day", "重要日子后的问候", "After a day that mattered", WHEN.KNOWN_DAY, 3),
)


def load_plans() -> None:
    """Adds the plans that are missing; one that exists stays as somebody made it."""
    for code, name_zh, name_en, occasion, days in PLANS:
        fields = {"name_zh": name_zh, "name_en": name_en, "occasion": occasion, "days": days}
        CarePlan.objects.get_or_create(code=code, defaults=fields)
