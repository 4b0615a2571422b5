"""The catalogue every installation starts with: categories, their symptoms, usual times and questions at intake."""

import tomllib
from pathlib import Path
from typing import Any

from django.db import transaction

from servicedesk.catalogue.models import FaultCode, ProductCategory

SOURCE = Path(__file__).with_name("symptoms.toml")


def read_catalogue() -> dict[str, Any]:
    """The catalogue as written in symptoms.toml."""
    return tomllib.loads(SOURCE.read_text(encoding="utf-8"))


def load_catalogue() -> None:
    """Adds the categories and fault codes that are missing; what somebody has changed since stays as he wants it."""
    catalogue = read_catalogue()
    with transaction.atomic():
        for position, row in enumerate(catalogue["category"], start=1):
            category, _made = ProductCategory.objects.get_or_create(
                code=row["code"],
                defaults={
                    "name_zh": row["zh"],
                    "name_en": row["en"],
                    "is_large": row.get("large", True),
                    "is_carry_in": row.get("carry_in", False),
                    "position": position,
                },
            )
            codes = _symptoms(category, row) + _works(category, catalogue["work"])
            FaultCode.objects.bulk_create(codes, ignore_conflicts=True)


def _symptoms(category: ProductCategory, row: dict[str, Any]) -> list[FaultCode]:
    questions = [{"zh": chinese, "en": english} for chinese, english in row["questions"]]
    return [
        FaultCode(
            category=category,
            code=code,
            name_zh=chinese,
            name_en=english,
            group=group,
            priority=priority,
            minutes=minutes,
            skill_level=level,
            questions=questions,
        )
        for code, chinese, english, group, priority, minutes, level in row["symptoms"]
    ]


def _works(category: ProductCategory, works: list[dict[str, Any]]) -> list[FaultCode]:
    return [
        FaultCode(
            category=category,
            code=work["code"],
            name_zh=work["zh"],
            name_en=work["en"],
            group=work["group"],
            priority=3,
            minutes=work["minutes"],
        )
        for work in works
    ]
