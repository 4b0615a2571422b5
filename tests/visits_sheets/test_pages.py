"""The sheet as staff and customer read it: page, PDF, correction, and what stays hidden."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pypdf import PdfReader

from servicedesk import clock
from servicedesk.errors import ActionError
from servicedesk.people.models import Role, User
from tests.make import NOW, make_outlet, make_user
from tests.make_visits import MINUTE, make_ready, make_visit
from tests.make_warranty import make_sold
from tests.visits.test_proofs import drawn
from visits.models import PriceItem, ServiceRecord, Visit
from visits.services import ChargeLine, Report, SignedSheet, add_charge, complete_visit, record_outcome, sign
from visits.sheets.content import hash_of
from visits.sheets.drawing import square_code
from visits.sheets.pdf import Printed, pdf_of, warm_font
from visits.sheets.readers import Reader
from visits.sheets.selectors import current_content
from visits.sheets.services import Correction, correct_sheet
from visits.sheets.showing import show

pytestmark = pytest.mark.django_db
LATER, END, AFTER = NOW + 60 * MINUTE, NOW + 90 * MINUTE, NOW + timedelta(days=1)
PHONE = "13800008000"
PERSON = {"contact": "", "phone": "", "address": "", "place": ""}


def at_work() -> Visit:
    unit = make_sold()
    visit = make_visit(upto="working", customer=unit.customer, appliance=unit, contact_phone=PHONE)
    report = Report("fixed", visit.ticket.fault, "排水泵堵塞", "更换排水泵")
    record_outcome(visit.pk, report, actor=visit.technician.user, now=LATER)
    return visit


def signed() -> ServiceRecord:
    visit = at_work()
    part = PriceItem.objects.filter(kind="part").first()
    assert part is not None
    add_charge(visit.pk, ChargeLine(part.code, 1, "三包期内"), actor=visit.technician.user, now=LATER)
    sign(visit.pk, SignedSheet("很满意，谢谢", drawing=drawn()), actor=visit.technician.user, now=LATER)
    return ServiceRecord.objects.get()


def completed() -> ServiceRecord:
    visit = make_ready(make_visit(upto="working"), now=LATER)
    complete_visit(visit.pk, actor=visit.technician.user, now=END)
    return ServiceRecord.objects.get()


def opened_by(user: User, url: str, **query: str) -> Any:
    client = Client()
    client.force_login(user)
    with clock.at(AFTER):
        return client.get(url, query)


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def correct(sheet: ServiceRecord, actor: User, **more: Any) -> ServiceRecord:
    said = {"finding": "排水泵堵塞", "work": "更换排水泵和进水阀", "remark": "进水阀也换了", **more}
    version = said.pop("version", sheet.version)
    reason = said.pop("reason", "漏记了进水阀")
    fault = sheet.visit.confirmed_fault
    said = {"confirmed_fault": fault, **said}
    return correct_sheet(sheet.visit_id, Correction(**said), reason, actor=actor, now=AFTER, version=version)


def test_the_pdf_says_in_chinese_what_the_sheet_says_and_prints_its_hash() -> None:
    sheet = signed()
    with translation.override("zh-hans"):
        response = opened_by(make_user(Role.MANAGER), reverse("visit_sheet_pdf", args=[sheet.visit_id, 1]))
    assert response["Content-Type"] == "application/pdf"
    words = text_of(response.content)
    for said in (sheet.number, "王芳", "排水泵堵塞", "更换排水泵", "很满意", "桃园路8号3单元", sheet.content_hash):
        assert said in words
    assert sheet.content_hash == hash_of(sheet.content)


def test_a_rare_sign_takes_the_whole_font_and_common_ones_the_light_copy() -> None:
    warm_font()
    visit = at_work()
    files = []
    for words in ("更换排水泵", "给龘字牌水泵換上新的葉輪"):
        shown = show(current_content(visit.pk, LATER) | {"customer": {**PERSON, "name": words}}, Reader())
        file = pdf_of(shown, Printed("", None, "https://example.org/t/x/", square_code("https://example.org/t/x/")))
        assert words in text_of(file)
        files.append(file)
    assert all(len(file) < 100_000 for file in files)


def test_an_auditor_reads_neither_phone_nor_street() -> None:
    sheet = signed()
    urls = [
        reverse("visit_sheet", args=[sheet.visit_id]),
        reverse("visit_sheet_pdf", args=[sheet.visit_id, 1]),
    ]
    auditor = make_user(Role.AUDITOR)
    page, pdf = (opened_by(auditor, url) for url in urls)
    for words in (page.content.decode(), text_of(pdf.content)):
        assert "138****8000" in words
        assert PHONE not in words
        assert "桃园路" not in words


def test_before_the_signature_the_page_shows_what_would_be_written() -> None:
    visit = at_work()
    page = opened_by(make_user(Role.MANAGER), reverse("visit_sheet", args=[visit.pk])).content.decode()
    assert "更换排水泵" in page
    assert "SHA-256" not in page
    assert not ServiceRecord.objects.exists()


def test_the_sign_page_shows_the_sheet_that_is_signed() -> None:
    visit = at_work()
    with clock.at(LATER):
        client = Client()
        client.force_login(visit.technician.user)
        page = client.get(reverse("visit_sign", args=[visit.pk])).content.decode()
    assert "sheet__facts" in page
    assert "更换排水泵" in page


def test_the_customer_reads_his_sheets_and_no_phone_or_street_stands_behind_the_link() -> None:
    sheet = signed()
    token = sheet.visit.ticket.token
    with clock.at(AFTER):
        listed = Client().get(reverse("customer_ticket", args=[token])).content.decode()
        page = Client().get(reverse("customer_sheet", args=[token, 1, 1]))
        pdf = Client().get(reverse("customer_sheet_pdf", args=[token, 1, 1]))
    assert sheet.number in listed
    for words in (page.content.decode(), text_of(pdf.content)):
        assert "更换排水泵" in words
        assert sheet.content_hash in words.replace("\n", "")
        assert "桃园路" not in words
        assert PHONE not in words
        assert sheet.visit.technician.user.name not in words
    assert page["Cache-Control"] == pdf["Cache-Control"] == "no-store, private"


def test_another_ticket_s_sheet_does_not_exist_behind_the_link() -> None:
    signed()
    other = make_visit(upto="planned").ticket
    with clock.at(AFTER):
        for name in ("customer_sheet", "customer_sheet_pdf"):
            assert Client().get(reverse(name, args=[other.token, 1, 1])).status_code == 404
            assert Client().get(reverse(name, args=["nobody", 1, 1])).status_code == 404


def test_a_correction_makes_a_new_sheet_and_the_customer_sees_both() -> None:
    old = completed()
    new = correct(old, make_user(Role.MANAGER))
    assert (new.version, new.reason, new.replaces, new.is_signed) == (2, "corrected", old, False)
    assert new.content["work"]["work"] == "更换排水泵和进水阀"
    assert new.content["customer"] == old.content["customer"]
    visit = Visit.objects.get()
    assert visit.work == "更换排水泵和进水阀"
    event = visit.ticket.events.get(action="correct_sheet")
    assert (event.note, event.data["replaces"]) == ("漏记了进水阀", old.number)
    with clock.at(AFTER), translation.override("en"):
        client = Client()
        client.cookies["django_language"] = "en"
        listed = client.get(reverse("customer_ticket", args=[visit.ticket.token])).content.decode()
        page = client.get(reverse("customer_sheet", args=[visit.ticket.token, 1, 1])).content.decode()
        after = client.get(reverse("customer_sheet", args=[visit.ticket.token, 1, 2])).content.decode()
    assert listed.index(new.number) < listed.index(f"{old.number}</span>")
    assert f"replaced by {new.number}" in listed
    assert f"replaced by {new.number}" in page
    assert "Not signed by the customer" in after
    assert old.number in after
    assert "漏记了进水阀" in after


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"reason": "  "}, "reason_missing"),
        ({"reason": "x" * 301}, "reason_too_long"),
        ({"finding": ""}, "finding_missing"),
        ({"finding": "x" * 501}, "finding_too_long"),
        ({"work": "x" * 1001}, "work_too_long"),
        ({"remark": "x" * 501}, "remark_too_long"),
        ({"version": 2}, "sheet_replaced"),
        ({"work": "更换排水泵", "remark": ""}, "nothing_corrected"),
    ],
)
def test_a_correction_is_refused_in_words(more: dict[str, Any], code: str) -> None:
    sheet = completed()
    with pytest.raises(ActionError, match=code):
        correct(sheet, make_user(Role.MANAGER), **more)
    assert ServiceRecord.objects.count() == 1


def test_two_corrections_of_one_sheet_do_not_overwrite_each_other() -> None:
    sheet = completed()
    correct(sheet, make_user(Role.MANAGER))
    with pytest.raises(ActionError, match="sheet_replaced"):
        correct(sheet, make_user(Role.MANAGER), work="别的")


def test_only_supervisors_in_scope_and_managers_correct_and_only_after_the_end() -> None:
    sheet = signed()
    with pytest.raises(ActionError, match="wrong_state"):
        correct(sheet, make_user(Role.MANAGER))
    for actor, code in (
        (sheet.visit.technician.user, "role_not_allowed"),
        (make_user(Role.AGENT), "role_not_allowed"),
    ):
        with pytest.raises(ActionError, match=code):
            correct(sheet, actor)
    outsider = make_user(Role.SUPERVISOR, make_outlet())
    with pytest.raises(ActionError, match="visit_not_found"):
        correct(sheet, outsider)


def test_the_page_corrects_and_shows_refusals_beside_what_was_typed() -> None:
    sheet = completed()
    client = Client()
    client.force_login(make_user(Role.MANAGER))
    url = reverse("visit_sheet_correct", args=[sheet.visit_id])
    fault = sheet.visit.confirmed_fault
    given = {"finding": "排水泵堵塞", "work": "新的", "remark": "", "reason": "", "version": "1"}
    given["confirmed_fault"] = str(fault.pk) if fault else ""
    with clock.at(AFTER):
        assert client.get(url).status_code == 200
        refused = client.post(url, given)
        assert (refused.status_code, "新的" in refused.content.decode()) == (422, True)
        assert client.post(url, {**given, "version": "7", "reason": "x"}).status_code == 409
        assert client.post(url, {**given, "reason": "写错了"}).status_code == 303
        page = client.get(reverse("visit_sheet", args=[sheet.visit_id])).content.decode()
    assert "写错了" in page
    assert ServiceRecord.objects.count() == 2


def test_the_panel_on_the_ticket_leads_to_the_sheets() -> None:
    sheet = completed()
    url = reverse("visit_panel", args=[sheet.visit.ticket.number])
    page = opened_by(make_user(Role.AGENT), url).content.decode()
    assert reverse("visit_sheet_version", args=[sheet.visit_id, 1]) in page


def test_the_panel_says_in_words_that_one_broken_item_failed_the_visit() -> None:
    visit = make_ready(make_visit(upto="working"), now=LATER, c4_1="喝了茶")
    complete_visit(visit.pk, actor=visit.technician.user, now=END)
    client = Client()
    client.cookies["django_language"] = "en"
    user = make_user(Role.MANAGER)
    user.language = "en"
    user.save(update_fields=["language"])
    client.force_login(user)
    with clock.at(AFTER):
        page = client.get(reverse("visit_panel", args=[visit.ticket.number])).content.decode()
    content = ServiceRecord.objects.latest("version").content["checks"]
    assert content["failing"] == ["4.1"]
    assert f"{content['kept']} of {content['counted']} kept" in page
