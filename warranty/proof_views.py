"""The picture of a proof, for whoever may read the guarantee of its appliance."""

from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from servicedesk.access import roles_allowed, staff_of
from servicedesk.pictures import photo_response
from warranty.access import READERS, proof_or_404


@require_GET
@cache_control(private=True, max_age=600)
@roles_allowed(*READERS)
def proof_file(request: HttpRequest, token: UUID) -> HttpResponseBase:
    """The picture itself, asked anew at every fetch."""
    return photo_response(str(proof_or_404(staff_of(request), token).token))
