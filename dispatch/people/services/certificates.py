"""Star certificates: kept, suspended, and the suspension lifted. Without a valid one nobody is dispatched."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dispatch.models import Certification
from dispatch.people.facts import certificate_facts
from dispatch.people.services.holding import held, note, why
from dispatch.people.services.skills import check_days
from servicedesk.errors import CONFLICT, OUT_OF_SCOPE, ActionError, invalid, require_text
from servicedesk.people.models import User

LONGEST_NUMBER = 30


@dataclass(frozen=True)
class CertificateWanted:
    """Number, star level, and the first and the last day."""

    number: str
    stars: int
    valid_from: date
    valid_until: date


def put_certificate(
    technician_id: int, wanted: CertificateWanted, *, actor: User | None, now: datetime
) -> Certification:
    """The certificate as wanted, new or, where the technician has one of that number, changed.

    Refuses with 404, 403; with 422 number_missing, number_too_long, stars_range, days_upside_down; with 409
    certificate_of_other where the number belongs to somebody else.
    """
    number = wanted.number.strip()
    require_text("number", number, LONGEST_NUMBER, missing=_("Give the number of the certificate."))
    if not 1 <= wanted.stars <= 5:
        raise invalid("stars", "stars_range", _("Between one and five stars."))
    check_days(wanted.valid_from, wanted.valid_until)
    with transaction.atomic():
        technician = held(technician_id, actor)
        paper = Certification.objects.filter(number=number).first()
        if paper is not None and paper.technician_id != technician.pk:
            raise ActionError(
                "certificate_of_other", _("This number belongs to somebody else."), status=CONFLICT, field="number"
            )
        before = certificate_facts(paper) if paper is not None else None
        paper = paper or Certification(technician=technician, number=number)
        paper.stars, paper.valid_from, paper.valid_until = wanted.stars, wanted.valid_from, wanted.valid_until
        paper.save()
        note(technician, "put_certificate", before, certificate_facts(paper), actor=actor, now=now)
    return paper


def suspend_certificate(certificate_id: int, reason: str, *, actor: User | None, now: datetime) -> Certification:
    """The certificate, suspended from `now` on. Refuses with 404, 403, 422 without reason, 409 already_suspended."""
    return _switch(certificate_id, reason, now, actor=actor, now=now)


def lift_suspension(certificate_id: int, reason: str, *, actor: User | None, now: datetime) -> Certification:
    """The certificate, valid again. Refuses with 404, 403, 422 without reason, 409 not_suspended."""
    return _switch(certificate_id, reason, None, actor=actor, now=now)


def _switch(
    certificate_id: int, reason: str, since: datetime | None, *, actor: User | None, now: datetime
) -> Certification:
    reason = why(reason)
    with transaction.atomic():
        found = Certification.objects.filter(pk=certificate_id).first()
        if found is None:
            raise ActionError("certificate_not_found", _("There is no such certificate."), status=OUT_OF_SCOPE)
        technician = held(found.technician_id, actor)
        paper = Certification.objects.get(pk=certificate_id)
        if (paper.suspended_at is not None) == (since is not None):
            code = "already_suspended" if since is not None else "not_suspended"
            words = _("It is suspended already.") if since is not None else _("It is not suspended.")
            raise ActionError(code, words)
        before = certificate_facts(paper)
        paper.suspended_at = since
        paper.save(update_fields=["suspended_at"])
        action = "suspend_certificate" if since is not None else "lift_suspension"
        note(technician, action, before, certificate_facts(paper), actor=actor, now=now, reason=reason)
    return paper
