"""Everything below `/api/`: the endpoints of all apps, their description, and a page to read it."""

from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView

from servicedesk.api.docs import DocsView
from servicedesk.api.nowhere import nowhere

urlpatterns = [
    path("v1/", include("servicedesk.api.urls")),
    path("v1/", include("dispatch.api_urls")),
    path("v1/", include("warranty.api_urls")),
    path("v1/", include("visits.api_urls")),
    path("schema", SpectacularAPIView.as_view(), name="api_schema"),
    path("docs", DocsView.as_view(), name="api_docs"),
    re_path(r"", nowhere, name="api_nowhere"),
]
