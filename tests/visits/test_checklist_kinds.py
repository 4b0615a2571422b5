"""Checklists by kind of ticket and product, and items that are more than a tick: numbers, choices, texts, photos."""

import io
import tomllib
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from dispatch.models import Technician
from servicedesk.errors import ActionError
from servicedesk.people.models import Role
from tests.make import NOW, make_category, make_user
from tests.make_dispatch import make_technician
from tests.make_visits import MINUTE, answer_all, jpeg, make_ready, make_visit
from visits.defaults import CHECKLISTS
from visits.models import Answer, ChecklistItem, ChecklistTemplate, ChecklistVersion, Visit
from visits.selectors import checklist_in_force, standing_of
from visits.services import ItemAnswer, Report, add_photo, answer_item, complete_visit, record_outcome

pytestmark = pytest.mark.django_db

LATER = NOW + 60 * MINUTE


def an_install(**overrides: Any) -> Visit:
    technician = make_technician()
    fault = overrides.pop("fault", None)
    return make_visit(technician, upto="working", kind="install", fault=fault, **overrides)


def say(visit: Visit, code: str, proof: str = "", value: str = "done") -> Answer:
    return answer_item(visit.pk, ItemAnswer(code, value, proof), actor=visit.technician.user, now=LATER)


def codes_of(visit: Visit) -> list[str]:
    return [line.item.code for line in standing_of(visit, LATER).lines]


# --- Which list ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "category", "template"),
    [
        ("repair", "washing_machine", "on_site"),
        ("repair", "", "on_site"),
        ("consultation", "refrigerator", "on_site"),
        ("install", "washing_machine", "install"),
        ("install", "", "install"),
        ("maintenance", "gas_water_heater", "maintain"),
        ("maintenance", "", "maintain"),
        ("maintenance", "air_conditioner", "maintain_air_conditioner"),
        ("maintenance", "refrigerator", "maintain_refrigerator"),
        ("maintenance", "freezer", "maintain_refrigerator"),
        ("maintenance", "flat_tv", "maintain_television"),
        ("maintenance", "washing_machine", "maintain_washing_machine"),
        ("maintenance", "dishwasher", "maintain_dishwasher"),
        ("maintenance", "computer", "maintain_computer"),
        ("maintenance", "electric_water_heater", "maintain_electric_water_heater"),
    ],
)
def test_the_most_special_list_that_fits_is_the_visits(kind: str, category: str, template: str) -> None:
    found = checklist_in_force("on_site", NOW, kind, category)
    assert found is not None
    assert found.template.code == template


def test_a_kind_weighs_more_than_a_product() -> None:
    for_product = ChecklistTemplate.objects.create(
        code="x", occasion="on_site", categories=["washing_machine"], name_zh="洗衣机", name_en="Washing machine"
    )
    ChecklistVersion.objects.create(template=for_product, version=1, effective_from=NOW)
    repair = checklist_in_force("on_site", NOW, "repair", "washing_machine")
    install = checklist_in_force("on_site", NOW, "install", "washing_machine")
    assert (repair.template.code, install.template.code) == ("x", "install")  # type: ignore[union-attr]


def test_a_visit_gets_the_list_of_its_ticket_on_arrival() -> None:
    visit = an_install()
    assert visit.checklist is not None
    assert visit.checklist.template.code == "install"


def test_a_visit_keeps_its_version_when_its_outcome_is_recorded_after_a_new_one_is_in_force() -> None:
    visit = make_visit(upto="working")
    kept = visit.checklist
    template = ChecklistTemplate.objects.get(code="on_site")
    ChecklistVersion.objects.create(template=template, version=2, effective_from=NOW)
    record_outcome(visit.pk, Report("fixed", None, "排水泵堵塞", "清理"), actor=visit.technician.user, now=LATER)
    visit.refresh_from_db()
    assert visit.checklist == kept


def test_every_seeded_list_is_whole_in_both_languages() -> None:
    source = tomllib.loads(CHECKLISTS.read_text(encoding="utf-8"))
    assert ChecklistTemplate.objects.count() == len(source["template"]) == 12
    for item in ChecklistItem.objects.all():
        assert item.text_zh
        assert item.text_en.isascii()
        assert all(option.zh and option.en for option in item.choices)
        assert (item.proof == "choice") == bool(item.options)
        for name in ("shown_when", "required_when"):
            when = item.condition(name)
            above = ChecklistItem.objects.filter(version=item.version_id, position__lt=item.position)
            assert when is None or above.filter(code=when.item).exists()


# --- Numbers, choices, texts -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept", "value"),
    [("220", "220", "done"), ("２２０", "220", "done"), ("198", "198", "done"), ("197.9", "197.9", "not_done")],
)
def test_a_number_says_itself_whether_the_norm_is_kept(typed: str, kept: str, value: str) -> None:
    answer = say(an_install(), "W2", typed)
    assert (answer.proof, answer.value) == (kept, value)


@pytest.mark.parametrize(
    ("code", "typed", "refusal"),
    [
        ("W2", "", "number_needed"),
        ("W2", "many", "number_needed"),
        ("W2", "1,000", "number_needed"),
        ("W2", "-1", "number_impossible"),
        ("W2", "2200", "number_impossible"),
        ("W3", "", "choice_unknown"),
        ("W3", "perhaps", "choice_unknown"),
    ],
)
def test_an_answer_out_of_limits_is_refused_at_its_field(code: str, typed: str, refusal: str) -> None:
    visit = an_install()
    with pytest.raises(ActionError) as refused:
        say(visit, code, typed)
    assert (refused.value.code, refused.value.status, refused.value.field) == (refusal, 422, "proof")
    assert not Answer.objects.filter(visit=visit).exists()


def test_a_number_nobody_can_measure_is_refused_with_the_limits() -> None:
    with pytest.raises(ActionError) as refused:
        say(an_install(), "W2", "2200")
    assert "0" in str(refused.value.message)
    assert "500 V" in str(refused.value.message)


def test_what_could_not_be_measured_is_told_without_a_number() -> None:
    answer = say(an_install(), "W2", "", "not_done")
    assert (answer.value, answer.proof) == ("not_done", "")


@pytest.mark.parametrize(("option", "value"), [("ok", "done"), ("not_needed", "done"), ("bad", "not_done")])
def test_a_choice_says_itself_whether_the_norm_is_kept(option: str, value: str) -> None:
    assert say(an_install(), "W3", option).value == value


def test_a_text_is_written() -> None:
    visit = make_visit(upto="working")
    record_outcome(visit.pk, Report("taken_to_workshop", None, "拆机"), actor=visit.technician.user, now=LATER)
    with pytest.raises(ActionError) as refused:
        say(visit, "P1", "  ")
    assert (refused.value.code, refused.value.field) == ("text_missing", "proof")
    assert say(visit, "P1", "左侧有划伤").proof == "左侧有划伤"


# --- What shows when -------------------------------------------------------------------------------------------------


def test_an_item_shows_when_the_choice_it_hangs_on_was_made() -> None:
    visit = an_install()
    assert "W4" not in codes_of(visit)
    say(visit, "W3", "bad")
    assert "W4" in codes_of(visit)
    say(visit, "W3", "ok")
    assert "W4" not in codes_of(visit)


def test_a_visit_does_not_end_without_what_a_failed_choice_asks_for() -> None:
    visit = make_ready(an_install(), now=LATER)
    say(visit, "W3", "bad")
    with pytest.raises(ActionError) as refused:
        complete_visit(visit.pk, actor=visit.technician.user, now=LATER)
    assert refused.value.detail["missing"] == [{"code": "W4", "lack": "unanswered"}]
    say(visit, "W4")
    assert complete_visit(visit.pk, actor=visit.technician.user, now=LATER).state == "completed"
    visit.ticket.facts.refresh_from_db()
    assert visit.ticket.facts.checklist_passed is False


def test_the_whole_list_of_an_installation_can_be_kept() -> None:
    visit = make_ready(an_install(), now=LATER)
    complete_visit(visit.pk, actor=visit.technician.user, now=LATER)
    visit.ticket.facts.refresh_from_db()
    assert visit.ticket.facts.checklist_passed is True


# --- Photos ----------------------------------------------------------------------------------------------------------


def photo(visit: Visit, item: str) -> Any:
    return add_photo(visit.pk, io.BytesIO(jpeg()), uuid4(), actor=visit.technician.user, now=LATER, item=item)


def test_a_photo_of_an_item_keeps_it() -> None:
    visit = an_install()
    assert photo(visit, "W7").item == "W7"
    line = next(one for one in standing_of(visit, LATER).lines if one.item.code == "W7")
    assert line.kept is True


@pytest.mark.parametrize("item", ["W1", "9.9"])
def test_only_an_item_that_asks_for_a_photo_takes_one(item: str) -> None:
    visit = an_install()
    with pytest.raises(ActionError) as refused:
        photo(visit, item)
    assert refused.value.status == 404
    assert not visit.photos.exists()


# --- Pages and API ---------------------------------------------------------------------------------------------------


@pytest.fixture
def visit(client: Client) -> Visit:
    made = an_install(category=make_category("washing_machine"))
    client.force_login(made.technician.user)
    return made


def answer_page(client: Client, visit: Visit, code: str, **typed: str) -> Any:
    item = ChecklistItem.objects.get(version=visit.checklist_id, code=code)
    return client.post(reverse("visit_answer", args=[visit.pk, item.pk]), typed, headers={"HX-Request": "true"})


def test_the_row_of_a_number_names_unit_and_limits(client: Client, visit: Visit) -> None:
    html = client.get(reverse("visit_checklist", args=[visit.pk])).content.decode()
    assert "198–235 V" in html
    assert 'inputmode="decimal"' in html


def test_a_refused_number_is_kept_in_its_field(client: Client, visit: Visit) -> None:
    answer = answer_page(client, visit, "W2", value="done", proof="22oo")
    assert answer.status_code == 422
    assert 'value="22oo"' in answer.content.decode()


def test_the_button_of_a_choice_is_its_answer_and_the_list_shows_what_hangs_on_it(
    client: Client, visit: Visit
) -> None:
    answer = answer_page(client, visit, "W3", choice="bad")
    assert (answer.status_code, answer.headers["HX-Redirect"].split("#")[1]) == (204, "item-W3")
    html = client.get(reverse("visit_checklist", args=[visit.pk])).content.decode()
    assert 'id="item-W4"' in html


def test_a_photo_comes_back_to_the_row_it_was_asked_for_in(client: Client, visit: Visit) -> None:
    upload = io.BytesIO(jpeg())
    upload.name = "photo.jpg"
    address = reverse("visit_photos", args=[visit.pk]) + "?item=W7"
    assert "W7" in client.get(address).content.decode()
    answer = client.post(address, {"photo": upload, "token": str(uuid4())})
    assert answer.headers["Location"].endswith("#item-W7")
    assert visit.photos.get().item == "W7"


def test_answers_of_all_kinds_are_read_where_nobody_may_answer_any_more(client: Client, visit: Visit) -> None:
    answer_all(visit, LATER)
    make_ready(visit, now=LATER)
    complete_visit(visit.pk, actor=visit.technician.user, now=LATER)
    client.force_login(make_user(Role.MANAGER))
    html = client.get(reverse("visit_checklist", args=[visit.pk])).content.decode()
    assert "198 V" in html
    assert "可靠" in html


def test_a_technician_of_another_visit_answers_nothing(client: Client, visit: Visit) -> None:
    other: Technician = make_technician(visit.technician.outlet)
    client.force_login(other.user)
    assert answer_page(client, visit, "W3", choice="ok").status_code == 404
