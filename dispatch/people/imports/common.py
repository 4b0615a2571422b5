"""What the kinds share: people, outlets and products by their names in a file, days with times, the way back."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.utils.translation import override as spoken_in

from dispatch.models import Technician
from dispatch.people.access import EDITORS, technicians_for
from dispatch.selectors.days import zone_of
from servicedesk.catalogue.models import ProductCategory
from servicedesk.errors import ActionError, invalid
from servicedesk.imports.cells import text
from servicedesk.imports.kinds import LANGUAGES, Column
from servicedesk.people.models import Outlet, User

ROLES = frozenset(EDITORS)
EMPLOYEE_NO = Column(
    "employee_no",
    gettext_lazy("Employee number"),
    text(20),
    "E0001",
    allowed=gettext_lazy("As it stands in the account of the member of staff."),
)


@dataclass
class Bench:
    """What one pass over the rows of a file has looked up: who imports, when, and what was found by name."""

    actor: User
    now: datetime
    people: dict[str, Technician] = field(default_factory=dict)
    products: dict[str, ProductCategory] = field(default_factory=dict)

    def technician(self, number: str) -> Technician:
        """The technician with that employee number. Refuses with 422 technician_unknown one who is none, or whom the
        importer may not look at: for him he does not exist.
        """
        known = self.people.get(number.casefold())
        if known is None:
            found = technicians_for(self.actor).filter(user__employee_no__iexact=number).first()
            if found is None:
                raise invalid("employee_no", "technician_unknown", _("the number of a technician of your outlets"))
            known = self.people[number.casefold()] = found
        return known

    def category(self, name: str) -> ProductCategory:
        """The product by code or by its name in either language. Refuses with 422 category_unknown."""
        if not self.products:
            for one in ProductCategory.objects.all():
                for title in (one.code, one.name_zh, one.name_en):
                    self.products[title.casefold()] = one
        if name.casefold() not in self.products:
            raise invalid("category", "category_unknown", _("a kind of product as it stands in the catalogue"))
        return self.products[name.casefold()]


def outlet_named(name: str) -> Outlet:
    """The outlet by code or by its name in either language. Refuses with 422 outlet_unknown."""
    found = Outlet.objects.filter(is_active=True)
    for key in ("code__iexact", "name_zh", "name_en__iexact"):
        outlets = list(found.filter(**{key: name})[:2])
        if len(outlets) == 1:
            return outlets[0]
    raise invalid("outlet", "outlet_unknown", _("the code or name of an outlet"))


def words_in_every_language(choices: Callable[[], list[tuple[str, str]]]) -> Callable[[], dict[str, str]]:
    """The values by their code and by their word in each language, so that a file may say any of them."""

    def words() -> dict[str, str]:
        found: dict[str, str] = {}
        for language in LANGUAGES:
            with spoken_in(language):
                for value, label in choices():
                    found[str(label)] = value
                    found[value] = value
        return found

    return words


def instants(technician: Technician, day: date, start: time, end: time) -> tuple[datetime, datetime]:
    """From and until on the outlet's local day; an end that is not after the start belongs to the next day."""
    zone = zone_of(technician.outlet)
    first = datetime.combine(day, start, zone)
    last = datetime.combine(day if end > start else day + timedelta(days=1), end, zone)
    return first, last


def require_unchanged(current: dict[str, Any] | None, after: dict[str, Any]) -> None:
    """Refuses with 409 changed_since where what stands there is no longer what the import wrote."""
    if current != after:
        raise ActionError("changed_since", _("Somebody changed it since."))
