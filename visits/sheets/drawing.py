"""The drawn signature and the square code of a sheet, ready to be set into page and PDF."""

import hashlib
from base64 import b64encode
from io import BytesIO

import segno
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from servicedesk.tickets.models import Ticket
from visits.models import ServiceRecord, Signature

QUIET = 4


def drawing_of(sheet: ServiceRecord) -> bytes | None:
    """The customer's drawing, on the sheet he signed only, and only the very one that is part of its hash."""
    wanted = (sheet.content["signature"] or {}).get("drawing_sha256")
    if not sheet.is_signed or not wanted:
        return None
    signature = Signature.objects.filter(visit=sheet.visit_id, image__isnull=False).first()
    image = bytes(signature.image) if signature is not None and signature.image is not None else b""
    return image if hashlib.sha256(image).hexdigest() == wanted else None


def as_data(image: bytes | None) -> str:
    """The picture as an address of its own; empty for none."""
    return f"data:image/png;base64,{b64encode(image).decode()}" if image else ""


def customer_link(ticket: Ticket, request: HttpRequest | None = None) -> str:
    """The address of the customer's page; that of the house's own name where it is known."""
    path = reverse("customer_ticket", args=[ticket.token])
    if settings.SITE_URL or request is None:
        return f"{settings.SITE_URL}{path}"
    return request.build_absolute_uri(path)


def square_code(link: str) -> bytes:
    """The link as a square code, a PNG in black and white."""
    out = BytesIO()
    segno.make(link, error="m", micro=False).save(out, kind="png", scale=6, border=QUIET)
    return out.getvalue()
