"""Skills: what technicians have learned, how well, and in which days it holds."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy

from dispatch.models import TechnicianSkill
from dispatch.people.facts import skill_facts
from dispatch.people.imports.common import EMPLOYEE_NO, ROLES, Bench, require_unchanged
from dispatch.people.services import SkillWanted, put_skill, remove_skill
from servicedesk.imports.cells import day, text, whole
from servicedesk.imports.kinds import Cells, Column, Kind, Look
from servicedesk.imports.restoring import a_day

COLUMNS = (
    EMPLOYEE_NO,
    Column(
        "category",
        gettext_lazy("Product category"),
        text(60),
        "washing_machine",
        allowed=gettext_lazy("Code or name of the kind of product, as in the catalogue."),
    ),
    Column("level", gettext_lazy("Level"), whole(1, 3), "2", allowed=gettext_lazy("From 1 to 3.")),
    Column(
        "valid_from",
        gettext_lazy("Valid from"),
        day,
        "2026-01-01",
        required=False,
        allowed=gettext_lazy("First day; empty: from ever."),
    ),
    Column(
        "valid_until",
        gettext_lazy("Valid until"),
        day,
        "2027-12-31",
        required=False,
        allowed=gettext_lazy("Last day, which still counts; empty: for ever."),
    ),
)


@dataclass
class SkillWork:
    """A row for each person and kind of product."""

    bench: Bench

    def look(self, cells: Cells) -> Look:
        """The skill of that person for that product."""
        technician = self.bench.technician(str(cells["employee_no"]))
        wanted = SkillWanted(
            self.bench.category(str(cells["category"])), cells["level"], cells["valid_from"], cells["valid_until"]
        )
        skill = TechnicianSkill.objects.filter(technician=technician, category=wanted.category).first()
        before = skill_facts(skill) if skill is not None else None
        same = skill is not None and before == skill_facts(
            TechnicianSkill(
                category_id=wanted.category.pk,
                level=wanted.level,
                valid_from=wanted.valid_from,
                valid_until=wanted.valid_until,
            )
        )
        return Look(f"{technician.pk}:{wanted.category.pk}", before, same, (technician, wanted))

    def write(self, cells: Cells, look: Look) -> dict[str, Any]:
        """Puts the skill."""
        technician, wanted = look.found
        return skill_facts(put_skill(technician.pk, wanted, actor=self.bench.actor, now=self.bench.now))

    def undo(self, cells: Cells, before: dict[str, Any] | None, after: dict[str, Any]) -> None:
        """Puts the former skill, or takes the new one away."""
        look = self.look(cells)
        technician, wanted = look.found
        require_unchanged(look.before, after)
        if before is None:
            remove_skill(technician.pk, wanted.category.pk, actor=self.bench.actor, now=self.bench.now)
            return
        former = SkillWanted(
            wanted.category, before["level"], a_day(before["valid_from"]), a_day(before["valid_until"])
        )
        put_skill(technician.pk, former, actor=self.bench.actor, now=self.bench.now)


SKILLS = Kind(
    "skills",
    gettext_lazy("Skills"),
    gettext_lazy("Which products technicians have learned, how well, and until when."),
    COLUMNS,
    ROLES,
    lambda actor, now: SkillWork(Bench(actor, now)),
    icon="tools",
)
