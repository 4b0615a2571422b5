"""What a technician has learned."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dispatch.models import TechnicianSkill
from dispatch.people.facts import skill_facts
from dispatch.people.services.holding import held, note
from servicedesk.catalogue.models import ProductCategory
from servicedesk.errors import OUT_OF_SCOPE, ActionError, invalid
from servicedesk.people.models import User


@dataclass(frozen=True)
class SkillWanted:
    """A kind of product, the level 1 to 3, and the days in which it holds; None: from ever, for ever."""

    category: ProductCategory
    level: int
    valid_from: date | None = None
    valid_until: date | None = None


def put_skill(technician_id: int, wanted: SkillWanted, *, actor: User | None, now: datetime) -> TechnicianSkill:
    """The skill as wanted, new or changed. Refuses with 404, 403, with 422 level_range and days_upside_down."""
    if not 1 <= wanted.level <= 3:
        raise invalid("level", "level_range", _("A level from 1 to 3."))
    check_days(wanted.valid_from, wanted.valid_until)
    with transaction.atomic():
        technician = held(technician_id, actor)
        skill = TechnicianSkill.objects.filter(technician=technician, category=wanted.category).first()
        before = skill_facts(skill) if skill is not None else None
        skill = skill or TechnicianSkill(technician=technician, category=wanted.category)
        skill.level, skill.valid_from, skill.valid_until = wanted.level, wanted.valid_from, wanted.valid_until
        skill.save()
        note(technician, "put_skill", before, skill_facts(skill), actor=actor, now=now)
    return skill


def remove_skill(technician_id: int, category_id: int, *, actor: User | None, now: datetime) -> None:
    """Takes a skill away; jobs that need it show in the list of what needs attention. Refuses with 404, 403."""
    with transaction.atomic():
        technician = held(technician_id, actor)
        skill = TechnicianSkill.objects.filter(technician=technician, category=category_id).first()
        if skill is None:
            raise ActionError("skill_not_found", _("There is no such skill."), status=OUT_OF_SCOPE)
        before = skill_facts(skill)
        skill.delete()
        note(technician, "remove_skill", before, None, actor=actor, now=now)


def check_days(first: date | None, last: date | None) -> None:
    """Refuses with 422 days_upside_down."""
    if first is not None and last is not None and last < first:
        raise invalid("valid_until", "days_upside_down", _("The last day lies before the first."))
