"""Writes the state diagrams into docs/architecture.md, or checks that they are up to date."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from servicedesk.tickets.diagram import draw, replace_between_marks
from servicedesk.tickets.transitions import table


class Command(BaseCommand):
    help = "Draw the state diagrams of docs/architecture.md from the transition table."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="only say whether the document is up to date")

    def handle(self, *args: Any, **options: Any) -> None:
        page = Path(settings.BASE_DIR) / "docs" / "architecture.md"
        text = page.read_text(encoding="utf-8")
        drawn = replace_between_marks(text, draw(table()))
        if options["check"]:
            if drawn != text:
                raise CommandError("docs/architecture.md is out of date: run manage.py draw_states")
            self.stdout.write("docs/architecture.md is up to date")
            return
        page.write_text(drawn, encoding="utf-8")
        self.stdout.write(f"wrote {page.name}")
