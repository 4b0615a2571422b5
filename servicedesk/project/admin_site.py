"""The admin site: master data, for administrators and managers."""

from django.contrib.admin import AdminSite
from django.utils.translation import gettext_lazy as _


class YipiaoAdminSite(AdminSite):
    site_header = _("Yipiao master data")
    site_title = _("Yipiao")
    index_title = _("Master data")
