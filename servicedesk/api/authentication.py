"""Who asks: a machine by its token, or a person by the session of the browser."""

from hmac import compare_digest
from typing import Any

from django.utils.translation import gettext_lazy as _
from knox.auth import TokenAuthentication
from knox.crypto import hash_token
from knox.settings import CONSTANTS
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed

from servicedesk import clock
from servicedesk.api.models import ApiToken
from servicedesk.people.models import User


class BearerAuthentication(TokenAuthentication):  # type: ignore[misc]
    """Knox's header and hash; a token that is revoked or over stays on record and opens nothing."""

    def authenticate_credentials(self, token: bytes) -> tuple[User, ApiToken]:
        """The user and the token. Raises AuthenticationFailed for all that is no living token; one query."""
        secret = token.decode("ascii", errors="replace")
        try:
            digest = hash_token(secret)
        except (TypeError, ValueError):
            raise AuthenticationFailed(_("This token is not valid.")) from None
        now = clock.now()
        same_key = ApiToken.objects.filter(token_key=secret[: CONSTANTS.TOKEN_KEY_LENGTH]).select_related("user")
        for found in same_key.filter(revoked_at=None, expiry__gt=now, user__is_active=True):
            if compare_digest(digest, found.digest):
                return found.user, found
        raise AuthenticationFailed(_("This token is not valid."))


class BrowserAuthentication(SessionAuthentication):
    """The session of a signed-in person; everything that changes something needs the CSRF token too."""

    def authenticate(self, request: Any) -> Any:
        """None where a token was sent: a wrong one must not be covered up by a session."""
        return None if request.headers.get("Authorization") else super().authenticate(request)
