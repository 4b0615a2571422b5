"""Asking a signed-in person for the password again before something grave; the answer holds for ten minutes."""

from datetime import datetime, timedelta

from django.contrib.auth import authenticate
from django.http import HttpRequest

from servicedesk.people.models import User

HOLDS = timedelta(minutes=10)
KEY = "password_confirmed_at"


def is_confirmed(request: HttpRequest, now: datetime) -> bool:
    """Whether the person of this session has given the password within the last ten minutes."""
    try:
        at = datetime.fromisoformat(str(request.session.get(KEY, "")))
    except ValueError:
        return False
    return at <= now < at + HOLDS


def confirm(request: HttpRequest, user: User, password: str, now: datetime) -> bool:
    """Notes in the session that the password was right; wrong ones count towards the lock like failed sign-ins."""
    if authenticate(request, username=user.employee_no, password=password) != user:
        return False
    request.session[KEY] = now.isoformat()
    return True
