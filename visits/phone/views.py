"""The page of the app, its service worker, its manifest, and the page that reads nameplates."""

import json

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET

from servicedesk.access import roles_allowed
from servicedesk.people.models import Role
from visits.phone import files
from visits.phone.choices import form_choices, outcome_kinds

# The reader of bar codes is compiled from WebAssembly; no other page may do that.
WASM = "'wasm-unsafe-eval'"
VERSION_HEADER = "X-Field-Version"


@require_GET
@never_cache
@ensure_csrf_cookie
@roles_allowed(Role.TECHNICIAN)
def phone_app(request: HttpRequest) -> HttpResponse:
    """The one document of the app; it holds no data, so that it can be kept on the phone."""
    context = {"styles": files.STYLES, "choices": form_choices(), "kinds": outcome_kinds(), "version": files.version()}
    answer = render(request, "phone/app.html", context)
    answer[VERSION_HEADER] = files.version()
    return answer


@require_GET
@never_cache
@roles_allowed(Role.TECHNICIAN)
@csp_update({"script-src": [SELF, WASM]})
def phone_scan(request: HttpRequest) -> HttpResponse:
    """Reads the code of a nameplate with the camera, or from a photo, and goes back to the visit with it."""
    context = {"styles": files.STYLES, "reader": files.addresses(files.SCAN)}
    answer = render(request, "phone/scan.html", context)
    answer[VERSION_HEADER] = files.version()
    return answer


@require_GET
@never_cache
@login_not_required
def phone_worker(request: HttpRequest) -> HttpResponse:
    """The service worker with the list of what it keeps; open to all, for it says nothing of anybody."""
    worker = {
        "version": files.version(),
        "header": VERSION_HEADER,
        "shell": reverse("phone_app"),
        "scan": reverse("phone_scan"),
        "files": files.addresses(files.kept()),
        "later": files.addresses(files.SCAN),
    }
    context = {"worker_json": json.dumps(worker)}
    return render(request, "phone/sw.js", context, content_type="text/javascript; charset=utf-8")


@require_GET
@login_not_required
def phone_manifest(request: HttpRequest) -> JsonResponse:
    """What a phone needs to install the app; browsers fetch it without saying who they are."""
    png = {"type": "image/png"}
    home = reverse("phone_app")
    manifest = {
        "id": home,
        "name": _("Yipiao · My visits"),
        "short_name": _("My visits"),
        "description": _("Visits of today and tomorrow, with and without a network."),
        "start_url": home,
        "scope": home,
        "display": "standalone",
        "orientation": "portrait",
        "background_color": "#f5f6f8",
        "theme_color": "#3b50c5",
        "icons": [
            {"src": static("img/app-192.png"), "sizes": "192x192", "purpose": "any", **png},
            {"src": static("img/app-512.png"), "sizes": "512x512", "purpose": "any", **png},
            {"src": static("img/app-maskable-512.png"), "sizes": "512x512", "purpose": "maskable", **png},
        ],
    }
    return JsonResponse(manifest, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False})
