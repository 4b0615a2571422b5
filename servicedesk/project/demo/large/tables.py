"""Which tables hang on a ticket, found from the models: whatever another room adds is copied along."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Field, ForeignKey, Model

from servicedesk.catalogue.models import Appliance
from servicedesk.tickets.models import Ticket
from visits.models import KeptPicture, ServiceRecord, VisitEntry

# A signed sheet names its customer inside what was hashed: a copy for another one would be a forged one. What a phone
# sent bears the phone's own id, and all it brought about stands in the rows that are copied.
LEFT_OUT = frozenset({ServiceRecord, VisitEntry, KeptPicture})


@dataclass(frozen=True)
class Table:
    """A table of rows that belong to one ticket; `link` is the key by which they are found, `place` its number."""

    model: type[Model]
    place: int
    link: Any

    @property
    def name(self) -> str:
        """The table in the database."""
        return self.model._meta.db_table

    @property
    def label(self) -> str:
        """The model's name, small."""
        return str(self.model._meta.model_name)

    @property
    def fields(self) -> list["Field[Any, Any]"]:
        """The columns."""
        return [field for field in self.model._meta.concrete_fields if not getattr(field, "generated", False)]

    @property
    def numbered(self) -> bool:
        """Whether rows have a number of their own, and not their ticket's or visit's."""
        return not isinstance(self.model._meta.pk, ForeignKey)


def ticket_tables() -> list[Table]:
    """The ticket, the appliance it is about, and every model that leads to the ticket by keys, parents first."""
    found: dict[type[Model], Table] = {}
    found[Ticket] = Table(Ticket, 0, None)
    found[Appliance] = Table(Appliance, 1, None)
    grown = True
    while grown:
        grown = False
        for model in apps.get_models(include_auto_created=True):
            if model in found or model in LEFT_OUT or not model._meta.managed or model._meta.proxy:
                continue
            link = _link(model, found)
            if link is not None:
                found[model] = Table(model, len(found), link)
                grown = True
    return list(found.values())


def _link(model: type[Model], found: dict[type[Model], Table]) -> Any:
    """The key of `model` that leads to the ticket, straight where there is one."""
    keys = [key for key in _keys(model) if key.related_model in found and key.related_model is not Appliance]
    straight = [key for key in keys if key.related_model is Ticket]
    return next(iter([*straight, *keys]), None)


def _keys(model: type[Model]) -> Iterator[Any]:
    return (field for field in model._meta.concrete_fields if isinstance(field, ForeignKey))
