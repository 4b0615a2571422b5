"""The page that shows the API, from files of our own and under the house's content policy."""

from drf_spectacular.views import SpectacularSwaggerSplitView


class DocsView(SpectacularSwaggerSplitView):
    """Swagger UI; its script is served apart, since no page here holds one."""

    url_name = "api_schema"
    template_name = "api/docs.html"
    title = "Yipiao API"
