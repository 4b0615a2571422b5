"""Photos, charges and the signature of a visit."""

import io
from typing import Any
from uuid import UUID, uuid4

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from servicedesk.access import roles_allowed, staff_of
from servicedesk.errors import ActionError, invalid
from servicedesk.people.models import Role
from servicedesk.pictures import MAX_MB, guarded, photo_response
from visits.access import VISIT_READERS, photo_or_404, visit_or_404
from visits.fees import expectation_of
from visits.forms import ChargeForm, SignForm
from visits.models import PriceItem, Signature
from visits.selectors import charges_of, day_of, local_day, payable_fen, photo_item, price_list_on
from visits.services import ChargeLine, SignedSheet, add_charge, add_photo, remove_charge, sign
from visits.sheets.readers import Reader
from visits.sheets.selectors import current_content, current_sheet
from visits.sheets.showing import show
from visits.views.common import Opened, already, done, opened, refused, repeated


@require_http_methods(["GET", "POST"])
@roles_allowed(*VISIT_READERS)
def visit_photos(request: HttpRequest, visit_id: int) -> HttpResponse:
    """The photos of the visit, and one more."""
    page = opened(request, visit_id)
    item = photo_item(page.visit, request.GET.get("item", ""))
    context = page.context(photos=page.visit.photos.all(), token=uuid4(), max_mb=MAX_MB, item=item)
    template = "visits/visit_photos.html"
    if request.method != "POST":
        return render(request, template, context)
    try:
        upload = request.FILES.get("photo")
        if upload is None:
            raise invalid("photo", "photo_missing", _("Choose a photo first."))
        add_photo(visit_id, upload, _token(request), item=item.code if item else "", **page.hand())
    except ActionError as refusal:
        return refused(request, template, context, refusal)
    back = reverse("visit_photos", args=[visit_id])
    if item is not None:
        back = f"{reverse('visit_checklist', args=[visit_id])}#item-{item.code}"
    return done(request, back, _("Photo saved."))


def _token(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("token", ""))
    except ValueError:
        return uuid4()


@require_GET
@cache_control(private=True, max_age=600)
def photo_file(request: HttpRequest, token: UUID) -> HttpResponseBase:
    """The picture itself, for whoever may know of its visit, asked anew at every fetch."""
    photo = photo_or_404(staff_of(request), token)
    return photo_response(str(photo.token))


@require_GET
@cache_control(private=True, max_age=600)
def signature_file(request: HttpRequest, visit_id: int) -> HttpResponseBase:
    """The drawn signature of a visit."""
    visit = visit_or_404(staff_of(request), visit_id)
    signature = Signature.objects.filter(visit=visit, image__isnull=False).first()
    if signature is None or signature.image is None:
        raise Http404
    return guarded(FileResponse(io.BytesIO(bytes(signature.image)), content_type="image/png"))


@require_http_methods(["GET", "POST"])
@roles_allowed(*VISIT_READERS)
def visit_charges(request: HttpRequest, visit_id: int) -> HttpResponse:
    """What the customer pays by the unified price list, or why he does not."""
    page = opened(request, visit_id)
    items = _price_items(page)
    form = ChargeForm(items, request.POST or None)
    template = "visits/visit_charges.html"
    expected = expectation_of(page.visit.ticket, page.now)
    context = _charges(
        page, form=form, expected=expected, price_list=price_list_on(local_day(day_of(page.visit, page.now)))
    )
    if request.method != "POST":
        return render(request, template, context)
    if not form.is_valid():
        return refused(request, template, context)
    data = form.cleaned_data
    line = ChargeLine(data["item"].code, data["quantity"], data["free_reason"])
    try:
        add_charge(visit_id, line, **_hand_without_device(page))
    except ActionError as refusal:
        return refused(request, template, context, refusal)
    return done(request, reverse("visit_charges", args=[visit_id]), _("Charge saved."))


def _price_items(page: Opened) -> QuerySet[PriceItem]:
    prices = price_list_on(local_day(day_of(page.visit, page.now)))
    return PriceItem.objects.filter(price_list=prices)


def _charges(page: Opened, **more: Any) -> dict[str, Any]:
    visit = page.visit
    return page.context(
        charges=charges_of(visit),
        payable=payable_fen(visit=visit),
        signed=Signature.objects.filter(visit=visit).exists(),
        **more,
    )


def _hand_without_device(page: Opened) -> dict[str, Any]:
    return {"actor": page.user, "now": page.now, "on_behalf": page.on_behalf}


@require_POST
@roles_allowed(Role.TECHNICIAN, Role.SUPERVISOR)
def charge_remove(request: HttpRequest, visit_id: int, charge_id: int) -> HttpResponse:
    """Takes a charge away again."""
    page = opened(request, visit_id)
    remove_charge(visit_id, charge_id, **_hand_without_device(page))
    return done(request, reverse("visit_charges", args=[visit_id]), _("Charge removed."))


def _sheet(page: Opened) -> dict[str, Any]:
    """The sheet that was signed, else the one to be signed, as the customer sees it."""
    signed = current_sheet(page.visit)
    content = signed.content if signed is not None else current_content(page.visit.pk, page.now)
    return {"sheet": signed, "shown": show(content, Reader())}


@require_http_methods(["GET", "POST"])
@roles_allowed(*VISIT_READERS)
def visit_sign(request: HttpRequest, visit_id: int) -> HttpResponse:
    """The customer reads what was done and what it costs, gives an opinion and signs."""
    page = opened(request, visit_id)
    form = SignForm(request.POST or None)
    signature = Signature.objects.filter(visit=page.visit).first()
    template = "visits/visit_sign.html"
    context = _charges(page, form=form, signature=signature, **_sheet(page))
    if request.method != "POST":
        return render(request, template, context)
    if not form.is_valid():
        return refused(request, template, context)
    data = form.cleaned_data
    url = reverse("visit_detail", args=[visit_id])
    try:
        sign(visit_id, SignedSheet(form.words(), data["signature"], data["typed_name"]), **page.hand())
    except ActionError as refusal:
        if repeated(refusal, page.visit, "sign"):
            return already(request, url)
        return refused(request, template, context, refusal)
    return done(request, url, _("Signature saved."))
