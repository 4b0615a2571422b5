"""Wiring of the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VisitsConfig(AppConfig):
    name = "visits"
    verbose_name = _("Visits and aftercare")

    def ready(self) -> None:
        # Models exist only from here on, so what uses them is imported here.
        from visits import registration  # noqa: PLC0415
        from visits.aftercare import registration as aftercare  # noqa: PLC0415
        from visits.care import registration as care  # noqa: PLC0415
        from visits.entries import registration as entries  # noqa: PLC0415

        registration.register()
        aftercare.register()
        care.register()
        entries.register()
