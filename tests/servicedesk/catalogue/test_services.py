"""Keeping appliances: a serial number belongs to one appliance, also when two people type it at once."""

import pytest

from servicedesk.catalogue import services
from servicedesk.catalogue.services import edit_appliance
from servicedesk.errors import ActionError
from tests.make import NOW, make_appliance, make_customer

pytestmark = pytest.mark.django_db


def test_a_serial_number_recorded_elsewhere_in_the_same_moment_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    make_appliance(make_customer(), serial="SN1001")
    appliance = make_appliance(make_customer())
    # The other one is not to be seen yet when this one looks.
    monkeypatch.setattr(services, "appliance_of_serial", lambda _serial: None)
    with pytest.raises(ActionError) as refusal:
        edit_appliance(appliance.pk, {"serial": "SN1001"}, actor=None, now=NOW)
    assert (refusal.value.code, refusal.value.field) == ("serial_of_other_customer", "serial")
    appliance.refresh_from_db()
    assert appliance.serial == ""
