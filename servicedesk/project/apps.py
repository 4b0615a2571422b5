"""The admin site of the project."""

from django.contrib.admin.apps import AdminConfig


class YipiaoAdminConfig(AdminConfig):
    default_site = "servicedesk.project.admin_site.YipiaoAdminSite"
