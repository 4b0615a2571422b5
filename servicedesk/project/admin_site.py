"""The admin site: master data, for administrators and managers."""

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from servicedesk.people.models import Role


class YipiaoAdminSite(AdminSite):
    site_header = _("Yipiao master data")
    site_title = _("Yipiao")
    index_title = _("Master data")

    def has_permission(self, request: HttpRequest) -> bool:
        """Only managers and administrators, and of these only who was given the master data."""
        user: Any = request.user
        return super().has_permission(request) and user.role in {Role.ADMIN, Role.MANAGER}
