"""Issuing and revoking tokens: the administrators' business (docs/roles.md)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from knox.models import get_digest_token
from knox.settings import CONSTANTS

from servicedesk.api.models import ApiToken
from servicedesk.api.scopes import SCOPES
from servicedesk.errors import FORBIDDEN, OUT_OF_SCOPE, ActionError, invalid
from servicedesk.people.models import Role, User

LONGEST_DAYS = 366


@dataclass(frozen=True)
class Issued:
    """A new token and its secret, which is nowhere kept: whoever loses it needs a new one."""

    token: ApiToken
    secret: str


def issue_token(
    user: User, name: str, scopes: Iterable[str], *, days: int, actor: User | None, now: datetime
) -> Issued:
    """The token with its secret, valid for `days`. `actor` is an administrator, `None` the command line.

    Refuses with 403 for the role, with 422 a missing name, unknown or no scopes, days outside 1 to 366, a closed
    account.
    """
    _require_admin(actor)
    name, wanted = " ".join(name.split()), sorted(set(scopes))
    if not 0 < len(name) <= 60:
        raise invalid("name", "name_missing", _("Say in a few words what the token is for."))
    if not wanted or set(wanted) - set(SCOPES):
        raise invalid("scopes", "scope_unknown", _("Choose at least one of the scopes."), known=sorted(SCOPES))
    if not 1 <= days <= LONGEST_DAYS:
        raise invalid("days", "days_out_of_range", _("A token is valid for 1 to %(n)s days.") % {"n": LONGEST_DAYS})
    if not user.is_active:
        raise invalid("user", "user_inactive", _("This account is closed."))
    digest, secret = get_digest_token()
    token = ApiToken(
        digest=digest,
        token_key=secret[: CONSTANTS.TOKEN_KEY_LENGTH],
        user=user,
        name=name,
        scopes=wanted,
        expiry=now + timedelta(days=days),
        issued_by=actor,
    )
    token.save(force_insert=True)
    return Issued(token, secret)


def revoke_token(digest: str, *, actor: User | None, now: datetime) -> ApiToken:
    """The token, of no use from now on; one that is revoked already stays as it was. Refuses with 403, 404."""
    _require_admin(actor)
    with transaction.atomic():
        token = ApiToken.objects.select_for_update().filter(pk=digest).first()
        if token is None:
            raise ActionError("token_not_found", _("There is no such token."), status=OUT_OF_SCOPE)
        if token.revoked_at is None:
            token.revoked_at = now
            token.save(update_fields=["revoked_at"])
    found: ApiToken = token
    return found


def _require_admin(actor: User | None) -> None:
    if actor is not None and actor.role != Role.ADMIN:
        raise ActionError("role_not_allowed", _("Your role may not do this."), status=FORBIDDEN)
