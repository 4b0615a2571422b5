"""Proofs of a visit: photos, and the customer's signature with an opinion."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from math import dist
from typing import Any, BinaryIO
from uuid import UUID

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from servicedesk.errors import OUT_OF_SCOPE, ActionError, invalid
from servicedesk.people.models import User
from servicedesk.pictures import clean_photo, clean_signature, kept_with_its_row, store
from visits.models import KeptPicture, Photo, Signature, Visit
from visits.selectors import photo_item
from visits.services.base import DeviceClock, Hand, lock_visit, note_step, tell_step
from visits.sheets.freezing import freeze_signed

MOST_PHOTOS = 20
LONGEST_NAME = 60
LONGEST_OPINION = 500
# Pixels the pen travels at least; a dot is no signature.
SHORTEST_SIGNATURE = 40


def add_photo(
    visit_id: int,
    upload: BinaryIO | File[Any],
    token: UUID,
    *,
    actor: User | None,
    now: datetime,
    device_at: DeviceClock = None,
    on_behalf: str = "",
    item: str = "",
) -> Photo:
    """The photo, made anew without its location data and kept in the private store.

    `token` is the random name the form was given; sent again it gives the photo already there. `item` is the item of
    the checklist it proves, where it proves one. Refuses with 404 an item that asks for no photo, with 422 what is no
    photo, is too big, or is one too many.
    """
    hand = Hand(actor, now, device_at, on_behalf)
    picture = clean_photo(upload)
    with kept_with_its_row(str(token), lambda: Photo.objects.filter(token=token).exists()), transaction.atomic():
        photo, made = _photo_row(visit_id, hand, token, item, (picture.width, picture.height))
        if made:
            store(str(token), picture)
    return photo


def add_kept_photo(
    visit_id: int,
    kept: KeptPicture,
    *,
    actor: User | None,
    now: datetime,
    device_at: DeviceClock = None,
    item: str = "",
) -> tuple[Photo, bool]:
    """The photo of a picture that lies in the private store already, and whether it is new.

    Refuses as `add_photo` does.
    """
    with transaction.atomic():
        return _photo_row(visit_id, Hand(actor, now, device_at), kept.token, item, (kept.width, kept.height))


def _photo_row(visit_id: int, hand: Hand, token: UUID, item: str, size: tuple[int, int]) -> tuple[Photo, bool]:
    visit = lock_visit(visit_id, "add_photo", hand)
    earlier = _earlier(visit, token)
    if earlier is not None:
        return earlier, False
    _check_item(visit, item)
    facts = {"width": size[0], "height": size[1], "taken_at": hand.now, "taken_by": hand.actor}
    photo = Photo.objects.create(visit=visit, token=token, item=item, **facts)
    note_step(visit, "add_photo", hand, photo=photo.pk)
    return photo, True


def _check_item(visit: Visit, item: str) -> None:
    if item and photo_item(visit, item) is None:
        raise ActionError("item_not_found", _("This item is not on the checklist."), status=OUT_OF_SCOPE)


def _earlier(visit: Visit, token: UUID) -> Photo | None:
    photo = Photo.objects.filter(token=token).first()
    if photo is not None and photo.visit_id != visit.pk:
        raise invalid("photo", "photo_of_other_visit", _("Open the form again and choose the photo once more."))
    if photo is None and visit.photos.count() >= MOST_PHOTOS:
        raise invalid("photo", "too_many_photos", _("%(n)s photos are enough for one visit.") % {"n": MOST_PHOTOS})
    return photo


@dataclass(frozen=True)
class SignedSheet:
    """What the customer leaves on the record sheet: an opinion, and a drawing (PNG data URL) or a typed name.

    `strokes` is how the drawing was made: the points of each stroke, `{"x", "y", "t", "p"}` in pixels.
    """

    opinion: str
    drawing: str = ""
    typed_name: str = ""
    strokes: Sequence[Sequence[Mapping[str, float]]] = ()

    @property
    def length(self) -> float:
        """The way of the pen over all strokes, in pixels."""
        return sum(
            dist((one["x"], one["y"]), (to["x"], to["y"])) for points in self.strokes for one, to in pairwise(points)
        )


def sign(
    visit_id: int,
    sheet: SignedSheet,
    *,
    actor: User | None,
    now: datetime,
    device_at: DeviceClock = None,
    on_behalf: str = "",
) -> Signature:
    """The customer's signature, drawn (a PNG data URL) or typed, with an opinion; it cannot be changed afterwards.

    What he signs for is frozen as the first record sheet of the visit. Refuses with 409 already_signed, with 422 a
    missing opinion, neither drawing nor name, an unreadable drawing, one that is no more than a dot.
    """
    hand = Hand(actor, now, device_at, on_behalf)
    opinion, typed_name = sheet.opinion.strip(), sheet.typed_name.strip()
    _check_sheet(sheet, opinion, typed_name)
    image = clean_signature(sheet.drawing)
    if image is None and not typed_name:
        raise invalid("signature", "signature_missing", _("The customer signs, or the name is typed."))
    with transaction.atomic():
        visit = lock_visit(visit_id, "sign", hand)
        if Signature.objects.filter(visit=visit).exists():
            raise ActionError("already_signed", _("The record sheet has already been signed."))
        signature = Signature.objects.create(
            visit=visit,
            image=image,
            strokes=list(sheet.strokes) or None,
            typed_name=typed_name,
            opinion=opinion,
            signed_at=now,
        )
        freeze_signed(visit, actor=actor, now=now)
        note_step(visit, "sign", hand)
        tell_step(visit, "sign", hand, from_state=visit.ticket.state, drawn=image is not None)
    return signature


def _check_sheet(sheet: SignedSheet, opinion: str, typed_name: str) -> None:
    if not opinion:
        raise invalid("opinion", "opinion_missing", _("Ask the customer for an opinion and write it down."))
    if len(opinion) > LONGEST_OPINION:
        raise invalid("opinion", "opinion_too_long", _("The opinion is too long."))
    if len(typed_name) > LONGEST_NAME:
        raise invalid("typed_name", "name_too_long", _("The name is too long."))
    if sheet.strokes and sheet.length < SHORTEST_SIGNATURE:
        raise invalid("signature", "signature_too_small", _("This is too small for a signature. Please sign again."))
