"""`manage.py api_token`: issues a token for the API, or revokes one."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from servicedesk import clock
from servicedesk.api.models import ApiToken
from servicedesk.api.scopes import SCOPES
from servicedesk.api.tokens import issue_token, revoke_token
from servicedesk.errors import ActionError
from servicedesk.people.models import User


class Command(BaseCommand):
    """Prints the secret alone on its line, so that a script can take it; it is nowhere kept."""

    help = "Issues a token of the API for a member of staff and prints it once; --revoke ends one by its beginning."

    def add_arguments(self, parser: CommandParser) -> None:
        """The employee number, and what the token is for."""
        parser.add_argument("employee_no", nargs="?", default="")
        parser.add_argument("--name", default="")
        parser.add_argument("--scope", action="append", default=[], help=f"Once for each of: {', '.join(SCOPES)}")
        parser.add_argument("--all-scopes", action="store_true")
        parser.add_argument("--days", type=int, default=90)
        parser.add_argument("--revoke", metavar="BEGINNING", default="")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Issue or revoke. Raises CommandError with the reason of a refusal."""
        try:
            if options["revoke"]:
                self._revoke(options["revoke"])
            else:
                self._issue(options)
        except ActionError as refusal:
            raise CommandError(f"{refusal.code}: {refusal.message}") from refusal

    def _issue(self, options: dict[str, Any]) -> None:
        user = User.objects.filter(employee_no__iexact=options["employee_no"]).first()
        if user is None:
            raise CommandError("user_unknown: no member of staff has this employee number.")
        scopes = list(SCOPES) if options["all_scopes"] else options["scope"]
        issued = issue_token(user, options["name"], scopes, days=options["days"], actor=None, now=clock.now())
        self.stdout.write(issued.secret)

    def _revoke(self, beginning: str) -> None:
        found = list(ApiToken.objects.filter(token_key__startswith=beginning)[:2])
        if len(found) != 1:
            raise CommandError(f"token_unknown: {len(found) or 'no'} tokens begin with this.")
        revoke_token(found[0].pk, actor=None, now=clock.now())
        self.stdout.write(found[0].token_key)
