"""`manage.py prepare`: brings the database up to date and fills an empty one with demo data."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand

from servicedesk.project.demo.logins import DEMO_LOGINS, DEMO_PASSWORD
from servicedesk.tickets.models import Ticket


class Command(BaseCommand):
    """One start of Django for what `make run` needs before its processes start."""

    help = "Migrates, builds translations, and loads demo data when there are no tickets yet."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add `--logins`."""
        parser.add_argument("--logins", type=Path, help="write the logins of the demonstration to this file")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do it; every step is quick when there is nothing to do."""
        call_command("build_translations", stdout=self.stdout)
        call_command("migrate", interactive=False, verbosity=0, stdout=self.stdout)
        if not Ticket.objects.exists():
            self.load_demo()
        if options["logins"]:
            options["logins"].write_text("\n".join(demo_logins()))

    def load_demo(self) -> None:
        """Fill the empty database, where this version can."""
        if "demo" not in get_commands():
            self.stdout.write("No demo data: this version has no command `demo` yet.")
            return
        self.stdout.write("Loading demo data")
        call_command("demo", scale="small", stdout=self.stdout)


def demo_logins() -> list[str]:
    """Return a line for each demo login that exists here; none where demo logins are off."""
    if not settings.DEMO_LOGINS:
        return []
    names = [login.employee_no for login in DEMO_LOGINS]
    present = set(get_user_model().objects.filter(employee_no__in=names).values_list("employee_no", flat=True))
    lines = [
        f"  {login.employee_no:<6} {login.role.value:<11} {login.name}"
        for login in DEMO_LOGINS
        if login.employee_no in present
    ]
    return [f"Demo logins (password {DEMO_PASSWORD}):", *lines] if lines else []
