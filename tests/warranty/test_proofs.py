"""Proofs of an appliance: pictures from outside, kept once, seen in scope, never changed."""

import hashlib
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.utils import InternalError
from django.urls import reverse

from servicedesk.errors import ActionError
from servicedesk.people.models import Role
from servicedesk.pictures import path_of
from tests.make import make_ticket, make_user
from tests.make_desk import browser_of
from tests.make_warranty import make_proof, make_sold
from warranty.models import ProofPhoto


@pytest.mark.django_db
def test_a_proof_is_kept_with_the_mark_of_its_bytes_and_shown_to_readers() -> None:
    appliance = make_sold()
    proof = make_proof(appliance, note="城东维修站", actor=make_user(Role.AGENT))
    with default_storage.open(path_of(str(proof.token))) as kept:
        content = kept.read()
    assert proof.sha256 == hashlib.sha256(content).hexdigest()
    answer = browser_of(make_user(Role.AUDITOR)).get(reverse("proof_file", args=[proof.token]))
    assert (answer.status_code, answer["Content-Type"], answer["X-Content-Type-Options"]) == (
        200,
        "image/jpeg",
        "nosniff",
    )
    assert answer.getvalue() == content


@pytest.mark.django_db
def test_a_proof_sent_twice_is_kept_once_and_its_token_serves_nothing_else() -> None:
    appliance, token = make_sold(), uuid4()
    first = make_proof(appliance, token=token)
    assert make_proof(appliance, token=token) == first
    for other, kind in ((make_sold(), "repair_sheet"), (appliance, "evidence")):
        with pytest.raises(ActionError) as refusal:
            make_proof(other, token=token, kind=kind)
        assert refusal.value.code == "proof_of_other_thing"
    assert default_storage.exists(path_of(str(token)))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "code"), [({"kind": "selfie"}, "proof_kind_unknown"), ({"note": "长" * 201}, "note_too_long")]
)
def test_a_bad_proof_is_refused_by_name(given: dict[str, str], code: str) -> None:
    with pytest.raises(ActionError) as refusal:
        make_proof(make_sold(), **given)
    assert (refusal.value.code, refusal.value.status) == (code, 422)


@pytest.mark.django_db
def test_a_technician_adds_proofs_about_the_appliances_of_his_tickets_only() -> None:
    appliance = make_sold()
    technician, auditor = make_user(Role.TECHNICIAN), make_user(Role.AUDITOR)
    make_ticket(customer=appliance.customer, appliance=appliance)
    for actor, status in ((technician, 404), (auditor, 403)):
        with pytest.raises(ActionError) as refusal:
            make_proof(appliance, actor=actor)
        assert refusal.value.status == status
    assert not ProofPhoto.objects.exists()


@pytest.mark.django_db
def test_nobody_changes_or_deletes_a_proof() -> None:
    proof = make_proof(make_sold())
    for change in (lambda: ProofPhoto.objects.update(note="别的"), proof.delete):
        with pytest.raises(InternalError, match="Cannot update or delete"), transaction.atomic():
            change()
