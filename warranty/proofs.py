"""Proofs of an appliance: a picture from outside, cleaned, kept in the private store and never changed."""

import hashlib
from datetime import datetime
from typing import Any, BinaryIO
from uuid import UUID

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from servicedesk.catalogue.models import Appliance
from servicedesk.errors import invalid
from servicedesk.people.models import User
from servicedesk.pictures import clean_photo, kept_with_its_row, store
from servicedesk.tickets.transitions import require_role
from warranty.access import lock_appliance
from warranty.models import ProofPhoto, RepairRecord
from warranty.rights import keep_rights

ADD = "add_proof"
MOST = 60
LONGEST_NOTE = 200


def add_proof(
    appliance_id: int,
    upload: BinaryIO | File[Any],
    *,
    kind: str,
    token: UUID,
    note: str = "",
    repair: RepairRecord | None = None,
    actor: User | None,
    now: datetime,
) -> ProofPhoto:
    """The proof, made anew without its location data and kept in the private store.

    With `repair`, a repair done elsewhere counts from now on. `token` is the random name the form was given; sent
    again it gives the proof already there. Refuses with 404 an appliance out of scope, 403 role_not_allowed, 422 what
    is no photo or too big, proof_kind_unknown, note_too_long, proof_of_other_thing for a token used otherwise,
    too_many_photos, repair_of_other_appliance.
    """
    note = note.strip()
    if kind not in ProofPhoto.Kind.values:
        raise invalid("kind", "proof_kind_unknown", _("Choose what the picture shows."))
    if len(note) > LONGEST_NOTE:
        raise invalid("note", "note_too_long", _("The note is too long."))
    require_role(ADD, actor)
    picture = clean_photo(upload)
    with kept_with_its_row(str(token), lambda: ProofPhoto.objects.filter(token=token).exists()), transaction.atomic():
        appliance = lock_appliance(appliance_id, actor)
        if repair is not None and repair.appliance_id != appliance.pk:
            raise invalid("repair", "repair_of_other_appliance", _("This repair is about another appliance."))
        earlier = _earlier(appliance, kind, token)
        if earlier is not None:
            return earlier
        proof = ProofPhoto.objects.create(
            appliance=appliance,
            repair=repair,
            kind=kind,
            token=token,
            width=picture.width,
            height=picture.height,
            sha256=hashlib.sha256(picture.content).hexdigest(),
            note=note,
            uploaded_by=actor,
            uploaded_at=now,
        )
        store(str(token), picture)
        if repair is not None:
            keep_rights(appliance.pk, now=now)
    return proof


def _earlier(appliance: Appliance, kind: str, token: UUID) -> ProofPhoto | None:
    proof = ProofPhoto.objects.filter(token=token).first()
    if proof is not None and (proof.appliance_id, proof.kind) != (appliance.pk, kind):
        raise invalid("photo", "proof_of_other_thing", _("Open the form again and choose the photo once more."))
    if proof is None and ProofPhoto.objects.filter(appliance=appliance).count() >= MOST:
        raise invalid("photo", "too_many_photos", _("%(n)s photos are enough for one appliance.") % {"n": MOST})
    return proof
