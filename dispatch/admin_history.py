"""Rows of a technician that are kept on the administration pages leave a line in his history, as on our own pages."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from dispatch.people.services.holding import note
from servicedesk import clock


class RememberedAdmin(admin.ModelAdmin[Any]):
    """Rows with a `technician`. `noun` names them in the actions of the history, `facts` says what is kept of one."""

    noun: ClassVar[str]

    def facts(self, row: Any) -> dict[str, Any]:
        """What the history keeps of a row."""
        raise NotImplementedError

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Saves the row and writes what differs."""
        before = self.facts(self.model.objects.get(pk=obj.pk)) if change else None
        super().save_model(request, obj, form, change)
        self._note(request, obj, "put", before, self.facts(obj))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Deletes the row and writes what it was."""
        before = self.facts(obj)
        super().delete_model(request, obj)
        self._note(request, obj, "remove", before, None)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Deletes the chosen rows one by one, each with its line."""
        for row in queryset.select_related("technician"):
            self.delete_model(request, row)

    def _note(
        self, request: HttpRequest, row: Any, verb: str, before: dict[str, Any] | None, after: dict[str, Any] | None
    ) -> None:
        actor: Any = request.user
        note(row.technician, f"{verb}_{self.noun}", before, after, actor=actor, now=clock.now())
