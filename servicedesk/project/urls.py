"""All addresses of the product, room by room."""

from django.contrib import admin
from django.urls import include, path

from servicedesk.project import views

urlpatterns = [
    path("", views.home, name="home"),
    path("", include("servicedesk.people.urls")),
    path("", include("servicedesk.desk.urls")),
    path("", include("servicedesk.sla.urls")),
    path("", include("servicedesk.ideas.urls")),
    path("", include("servicedesk.knowledge.urls")),
    path("", include("servicedesk.project.health_urls")),
    path("notifications/", include("servicedesk.notify.urls")),
    path("recompute/", include("servicedesk.sla.recompute.urls")),
    path("exports/", include("servicedesk.exports.urls")),
    path("imports/", include("servicedesk.imports.urls")),
    path("jobs/", include("servicedesk.jobs.urls")),
    path("calendars/", include("servicedesk.calendars.urls")),
    path("promises/", include("servicedesk.promises.urls")),
    path("webhooks/", include("servicedesk.webhooks.urls")),
    path("deliveries/", include("servicedesk.webhooks.delivery_urls")),
    path("settings/", views.house_settings, name="settings"),
    path("settings/channels/", include("servicedesk.notify.channel_urls")),
    path("dashboard/", include("servicedesk.dashboards.urls")),
    path("dispatch/", include("dispatch.urls")),
    path("guarantee/", include("warranty.urls")),
    path("my/", include("visits.urls")),
    path("app/", include("visits.urls_phone")),
    path("", include("visits.urls_care")),
    path("", include("visits.urls_history")),
    path("callbacks/", include("visits.urls_callbacks")),
    path("checklists/", include("visits.urls_lists")),
    path("follow-ups/", include("visits.urls_followups")),
    path("late-work/", include("visits.urls_late")),
    path("t/<str:token>/", include("visits.urls_customer")),
    path("api/", include("servicedesk.project.api_urls")),
    path("admin/", admin.site.urls),
]
