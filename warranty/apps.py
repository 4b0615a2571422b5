"""Wiring of the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WarrantyConfig(AppConfig):
    name = "warranty"
    verbose_name = _("Three guarantees")

    def ready(self) -> None:
        # Models exist only from here on, so what uses them is imported here.
        from warranty import checks, registration  # noqa: PLC0415

        checks.register_checks()
        registration.register()
