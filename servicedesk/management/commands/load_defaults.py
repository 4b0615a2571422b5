"""Loads the master data every installation starts with; running it again changes nothing."""

from typing import Any

from django.core.management.base import BaseCommand

from servicedesk import ports


class Command(BaseCommand):
    help = "Load calendars, policies, catalogue, checklists and prices where they are missing."

    def handle(self, *args: Any, **options: Any) -> None:
        for load in ports.defaults:
            load()
            self.stdout.write(f"{load.__module__}.{load.__qualname__}: loaded")
