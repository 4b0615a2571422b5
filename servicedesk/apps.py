"""Wiring of the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ServiceDeskConfig(AppConfig):
    name = "servicedesk"
    verbose_name = _("Service desk")

    def ready(self) -> None:
        """Registers the rows of the transition table."""
        # Models can be imported only when all apps are loaded.
        from servicedesk.tickets.transitions import TICKET_ROWS, register  # noqa: PLC0415

        register(TICKET_ROWS)
