"""Sign-in with the employee number or the own phone number."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db.models import Q
from django.http import HttpRequest

from servicedesk.people.models import User


class EmployeeBackend(ModelBackend):
    """Finds a member of staff by employee number or phone; the same time is spent when there is none."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        name = (username or kwargs.get(User.USERNAME_FIELD) or "").strip()
        if not name or password is None:
            return None
        user = User.objects.filter(Q(employee_no__iexact=name) | Q(phone=name)).first()
        if user is None:
            User().set_password(password)
            return None
        if user.check_password(password) and self.user_can_authenticate(user):
            return user
        return None
