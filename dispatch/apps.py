"""Wiring of the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DispatchConfig(AppConfig):
    name = "dispatch"
    verbose_name = _("Dispatch")

    def ready(self) -> None:
        # Models exist only from here on, so what uses them is imported here.
        from dispatch import registration  # noqa: PLC0415

        registration.register()
