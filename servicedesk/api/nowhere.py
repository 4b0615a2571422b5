"""Addresses below the API that lead nowhere, answered in its own shape."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from servicedesk.errors import OUT_OF_SCOPE, ActionError


@csrf_exempt
@login_not_required
def nowhere(request: HttpRequest) -> JsonResponse:
    """404 with the body of every refusal."""
    refusal = ActionError("not_found", _("There is no such address."), status=OUT_OF_SCOPE)
    return JsonResponse(refusal.as_dict(), status=refusal.status)
