"""The catalogue an installation starts with."""

from io import StringIO

import pytest
from django.core.management import call_command

from servicedesk.catalogue.defaults import load_catalogue, read_catalogue
from servicedesk.catalogue.models import FaultCode, ProductCategory

pytestmark = pytest.mark.django_db


def test_every_category_has_symptoms_and_the_works_of_all() -> None:
    load_catalogue()
    for row in read_catalogue()["category"]:
        codes = set(FaultCode.objects.filter(category__code=row["code"]).values_list("code", flat=True))
        assert {"install", "maintain", "other"} < codes
        assert {symptom[0] for symptom in row["symptoms"]} < codes


def test_loading_again_keeps_what_somebody_has_changed() -> None:
    load_catalogue()
    FaultCode.objects.filter(category__code="refrigerator", code="not_cold").update(minutes=120)
    ProductCategory.objects.filter(code="fan").update(name_zh="落地扇")
    before = FaultCode.objects.count()
    load_catalogue()
    assert FaultCode.objects.count() == before
    assert FaultCode.objects.get(category__code="refrigerator", code="not_cold").minutes == 120
    assert ProductCategory.objects.get(code="fan").name_zh == "落地扇"


def test_the_command_loads_everything_registered() -> None:
    out = StringIO()
    call_command("load_defaults", stdout=out)
    call_command("load_defaults", stdout=out)
    assert "servicedesk.catalogue.defaults.load_catalogue: loaded" in out.getvalue()
    assert ProductCategory.objects.filter(code="washing_machine").count() == 1
