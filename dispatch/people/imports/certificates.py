"""Star certificates with their first and last day."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy

from dispatch.models import Certification
from dispatch.people.facts import certificate_facts
from dispatch.people.imports.common import EMPLOYEE_NO, ROLES, Bench
from dispatch.people.services import CertificateWanted, put_certificate
from servicedesk.imports.cells import day, text, whole
from servicedesk.imports.kinds import Cells, Column, Kind, Look

COLUMNS = (
    EMPLOYEE_NO,
    Column("number", gettext_lazy("Certificate number"), text(30), "XJ2026-0417"),
    Column("stars", gettext_lazy("Star level"), whole(1, 5), "3", allowed=gettext_lazy("From 1 to 5.")),
    Column("valid_from", gettext_lazy("Valid from"), day, "2026-01-01", allowed=gettext_lazy("First day.")),
    Column(
        "valid_until",
        gettext_lazy("Valid until"),
        day,
        "2028-12-31",
        allowed=gettext_lazy("Last day, which still counts."),
    ),
)


@dataclass
class CertificateWork:
    """A row for each certificate, known by its number; a suspension stays as it is."""

    bench: Bench

    def look(self, cells: Cells) -> Look:
        """The certificate of that number."""
        technician = self.bench.technician(str(cells["employee_no"]))
        wanted = CertificateWanted(str(cells["number"]), cells["stars"], cells["valid_from"], cells["valid_until"])
        paper = Certification.objects.filter(number=wanted.number).first()
        before = certificate_facts(paper) if paper is not None else None
        same = paper is not None and (
            paper.technician_id == technician.pk
            and (paper.stars, paper.valid_from, paper.valid_until)
            == (wanted.stars, wanted.valid_from, wanted.valid_until)
        )
        return Look(wanted.number, before, same, (technician, wanted))

    def write(self, cells: Cells, look: Look) -> dict[str, Any]:
        """Puts the certificate."""
        technician, wanted = look.found
        return certificate_facts(put_certificate(technician.pk, wanted, actor=self.bench.actor, now=self.bench.now))

    def undo(self, cells: Cells, before: dict[str, Any] | None, after: dict[str, Any]) -> None:
        """Never asked: the kind has no way back."""
        raise NotImplementedError


CERTIFICATES = Kind(
    "certificates",
    gettext_lazy("Certificates"),
    gettext_lazy("Star certificates with their first and last day; without a valid one nobody is dispatched."),
    COLUMNS,
    ROLES,
    lambda actor, now: CertificateWork(Bench(actor, now)),
    no_undo=gettext_lazy(
        "There is no way back: jobs may rest on a certificate. One brought by mistake is suspended by hand."
    ),
    icon="certificate",
)
