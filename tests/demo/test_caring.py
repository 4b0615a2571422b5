"""The demonstration shows care too: a unit with us, a note by consent, a published story."""

import pytest

from servicedesk.care.models import CareNote, Consent
from servicedesk.tickets.models import TicketEvent
from tests.demo.world import AS_OF, build
from visits.models import DelightStory, UnitCustody

pytestmark = pytest.mark.django_db


def test_a_demonstration_has_a_unit_with_us_a_note_by_consent_and_a_published_story() -> None:
    build()
    assert UnitCustody.objects.get().state == "with_us"
    assert CareNote.objects.get().consent.purpose == Consent.Purpose.HEALTH
    assert DelightStory.objects.get().state == "published"
    assert not TicketEvent.objects.filter(at__gt=AS_OF).exists()
