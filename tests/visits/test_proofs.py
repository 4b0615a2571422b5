"""Photos, signatures and charges: what comes from outside is not believed."""

import base64
import io
import struct
import zlib
from pathlib import Path
from uuid import uuid4

import pytest
from PIL import Image, ImageDraw, ImageOps

from servicedesk import pictures
from servicedesk.errors import ActionError
from servicedesk.pictures import clean_photo, clean_signature
from servicedesk.tickets.models import TicketFacts
from tests.make import NOW
from tests.make_visits import MINUTE, jpeg, make_ready, make_visit
from visits.models import Charge, Photo, Signature, Visit, VisitEvent
from visits.services import ChargeLine, SignedSheet, add_charge, add_photo, complete_visit, remove_charge, sign

LATER = NOW + 60 * MINUTE
GPS = 0x8825


def upload(visit: Visit, data: bytes, token: object = None) -> Photo:
    actor = visit.technician.user
    return add_photo(visit.pk, io.BytesIO(data), token or uuid4(), actor=actor, now=LATER)  # type: ignore[arg-type]


def drawn(line: bool = True, size: tuple[int, int] = (600, 200)) -> str:
    image = Image.new("RGB", size, "white")
    if line:
        ImageDraw.Draw(image).line((10, 10, 300, 120), fill="black", width=4)
    out = io.BytesIO()
    image.save(out, "PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


def photo_with_location() -> bytes:
    exif = Image.Exif()
    exif.get_ifd(GPS).update({1: "N", 2: (31.0, 28.0, 12.0), 3: "E", 4: (104.0, 40.0, 48.0)})
    exif[0x010F] = "PhoneMaker"
    exif[0x0112] = 6  # turned by 90 degrees
    return jpeg(80, 40, exif=exif)


def test_a_photo_loses_its_location_and_stands_upright() -> None:
    sent = photo_with_location()
    assert Image.open(io.BytesIO(sent)).getexif().get_ifd(GPS)
    picture = clean_photo(io.BytesIO(sent))
    kept = Image.open(io.BytesIO(picture.content))
    assert (kept.format, kept.size) == ("JPEG", (40, 80))
    assert not dict(kept.getexif())
    assert b"PhoneMaker" not in picture.content


def test_a_photo_that_lies_about_its_turn_is_kept_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(_image: Image.Image) -> Image.Image:
        raise struct.error("required argument is not an integer")

    monkeypatch.setattr(ImageOps, "exif_transpose", damaged)
    sent = jpeg(80, 40)
    assert clean_photo(io.BytesIO(sent)).width == 80


def png_claiming(side: int) -> bytes:
    """A PNG of a few bytes whose head says that it is `side` pixels wide and high."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def test_a_signature_that_would_fill_the_memory_is_refused() -> None:
    bomb = "data:image/png;base64," + base64.b64encode(png_claiming(30_000)).decode()
    with pytest.raises(ActionError) as refusal:
        clean_signature(bomb)
    assert refusal.value.code == "signature_unreadable"


def test_a_large_photo_is_made_smaller() -> None:
    sent = jpeg(4000, 1000)
    picture = clean_photo(io.BytesIO(sent))
    assert (picture.width, picture.height) == (2048, 512)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_other_kinds_of_photo_become_jpeg(kind: str) -> None:
    out = io.BytesIO()
    Image.new("RGBA", (20, 20), (10, 20, 30, 128)).save(out, kind)
    picture = clean_photo(io.BytesIO(out.getvalue()))
    assert picture.content.startswith(b"\xff\xd8\xff")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello, I am a text",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7",
        b"GIF89a" + b"\x00" * 40,
        b"\xff\xd8\xff\xe0 this only begins like a photo",
        jpeg()[:200],
    ],
)
def test_what_is_no_photo_is_refused(data: bytes) -> None:
    with pytest.raises(ActionError) as refusal:
        clean_photo(io.BytesIO(data))
    assert (refusal.value.code, refusal.value.status) == ("photo_unreadable", 422)


def test_a_file_above_ten_megabytes_is_refused_before_it_is_read() -> None:
    with pytest.raises(ActionError) as refusal:
        clean_photo(io.BytesIO(bytes(pictures.MAX_BYTES + 1)))
    assert (refusal.value.code, refusal.value.detail["max_mb"]) == ("photo_too_big", 10)


def test_a_photo_of_too_many_pixels_is_refused_before_it_is_unpacked() -> None:
    out = io.BytesIO()
    Image.new("1", (9000, 7000)).save(out, "PNG")
    with pytest.raises(ActionError) as refusal:
        clean_photo(io.BytesIO(out.getvalue()))
    assert refusal.value.code == "photo_too_large"


def test_a_bomb_of_pixels_is_refused() -> None:
    out = io.BytesIO()
    Image.new("1", (30000, 30000)).save(out, "PNG")
    with pytest.raises(ActionError) as refusal:
        clean_photo(io.BytesIO(out.getvalue()))
    assert refusal.value.code in {"photo_too_large", "photo_unreadable"}


@pytest.mark.django_db
def test_a_photo_lands_in_the_private_folder_under_its_random_name(media: Path) -> None:
    visit = make_visit(upto="working")
    photo = upload(visit, jpeg())
    assert [file.name for file in media.rglob("*.jpg")] == [f"{photo.token}.jpg"]
    assert VisitEvent.objects.filter(visit=visit, step="add_photo").count() == 1


@pytest.mark.django_db
def test_the_same_photo_sent_twice_is_one_photo(media: Path) -> None:
    visit = make_visit(upto="working")
    token = uuid4()
    assert upload(visit, jpeg(), token) == upload(visit, jpeg(), token)
    assert len(list(media.rglob("*.jpg"))) == 1


@pytest.mark.django_db
def test_a_token_of_another_visit_is_refused_and_its_photo_stays(media: Path) -> None:
    token = uuid4()
    first = upload(make_visit(upto="working"), jpeg(), token)
    with pytest.raises(ActionError) as refusal:
        upload(make_visit(upto="working"), jpeg(), token)
    assert refusal.value.code == "photo_of_other_visit"
    assert [file.name for file in media.rglob("*.jpg")] == [f"{first.token}.jpg"]


@pytest.mark.django_db
def test_a_refused_photo_leaves_no_file_behind(media: Path) -> None:
    visit = make_visit()
    with pytest.raises(ActionError) as refusal:
        upload(visit, jpeg())
    assert refusal.value.code == "wrong_state"
    assert not list(media.rglob("*.jpg"))


@pytest.mark.django_db
def test_twenty_photos_are_enough() -> None:
    visit = make_visit(upto="working")
    for _n in range(20):
        Photo.objects.create(visit=visit, token=uuid4(), width=1, height=1, taken_at=NOW)
    with pytest.raises(ActionError) as refusal:
        upload(visit, jpeg())
    assert refusal.value.code == "too_many_photos"


@pytest.mark.django_db
def test_a_drawn_signature_is_kept_with_the_opinion_and_cannot_be_repeated() -> None:
    visit = make_visit(upto="working")
    actor = visit.technician.user
    sign(visit.pk, SignedSheet("很满意", drawn()), actor=actor, now=LATER)
    signature = Signature.objects.get(visit=visit)
    assert signature.opinion == "很满意"
    assert bytes(signature.image or b"").startswith(b"\x89PNG")
    with pytest.raises(ActionError) as refusal:
        sign(visit.pk, SignedSheet("不满意", drawn()), actor=actor, now=LATER)
    assert (refusal.value.code, refusal.value.status) == ("already_signed", 409)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sheet", "code"),
    [
        (SignedSheet("  ", typed_name="王芳"), "opinion_missing"),
        (SignedSheet("x" * 501, typed_name="王芳"), "opinion_too_long"),
        (SignedSheet("好"), "signature_missing"),
        (SignedSheet("好", drawn(line=False)), "signature_missing"),
        (SignedSheet("好", typed_name="x" * 61), "name_too_long"),
        (SignedSheet("好", "data:image/png;base64,!!!"), "signature_unreadable"),
        (SignedSheet("好", "data:image/svg+xml;base64,AAAA"), "signature_unreadable"),
        (SignedSheet("好", drawn(size=(5000, 20))), "signature_unreadable"),
    ],
)
def test_a_signature_that_says_nothing_is_refused(sheet: SignedSheet, code: str) -> None:
    visit = make_visit(upto="working")
    with pytest.raises(ActionError) as refusal:
        sign(visit.pk, sheet, actor=visit.technician.user, now=LATER)
    assert (refusal.value.code, refusal.value.status) == (code, 422)
    assert not Signature.objects.filter(visit=visit).exists()


def test_an_empty_drawing_is_no_drawing() -> None:
    assert clean_signature("") is None
    assert clean_signature(drawn(line=False)) is None
    assert clean_signature(drawn()) is not None


@pytest.mark.django_db
def test_a_charge_follows_the_price_list_and_a_free_one_costs_nothing() -> None:
    visit = make_visit(upto="on_site")
    actor = visit.technician.user
    paid = add_charge(visit.pk, ChargeLine("L20", 2), actor=actor, now=LATER)
    free = add_charge(visit.pk, ChargeLine("T10", 1, "三包期内"), actor=actor, now=LATER)
    assert (paid.fen, free.fen, free.free_reason) == (12000, 0, "三包期内")


@pytest.mark.django_db
def test_charging_the_same_item_again_replaces_the_line() -> None:
    visit = make_visit(upto="on_site")
    for quantity in (1, 1, 3):
        add_charge(visit.pk, ChargeLine("L20", quantity), actor=visit.technician.user, now=LATER)
    assert list(Charge.objects.filter(visit=visit).values_list("quantity", "fen")) == [(3, 18000)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("line", "code"),
    [
        (ChargeLine("X99"), "price_item_unknown"),
        (ChargeLine("L20", 0), "quantity_out_of_range"),
        (ChargeLine("L20", 21), "quantity_out_of_range"),
        (ChargeLine("L20", 1, "x" * 201), "reason_too_long"),
    ],
)
def test_a_bad_charge_is_refused(line: ChargeLine, code: str) -> None:
    visit = make_visit(upto="on_site")
    with pytest.raises(ActionError) as refusal:
        add_charge(visit.pk, line, actor=visit.technician.user, now=LATER)
    assert (refusal.value.code, refusal.value.status) == (code, 422)


@pytest.mark.django_db
def test_a_line_is_taken_away_once_and_a_foreign_one_never() -> None:
    visit, other = make_visit(upto="on_site"), make_visit(upto="on_site")
    actor = visit.technician.user
    charge = add_charge(visit.pk, ChargeLine("L20"), actor=actor, now=LATER)
    foreign = add_charge(other.pk, ChargeLine("L20"), actor=other.technician.user, now=LATER)
    for _tap in range(2):
        remove_charge(visit.pk, charge.pk, actor=actor, now=LATER)
    with pytest.raises(ActionError) as refusal:
        remove_charge(visit.pk, foreign.pk, actor=actor, now=LATER)
    assert refusal.value.status == 404
    assert list(Charge.objects.all()) == [foreign]


@pytest.mark.django_db
def test_nothing_is_charged_after_the_customer_has_signed() -> None:
    visit = make_visit(upto="working")
    actor = visit.technician.user
    charge = add_charge(visit.pk, ChargeLine("L20"), actor=actor, now=LATER)
    sign(visit.pk, SignedSheet("好", typed_name="王芳"), actor=actor, now=LATER)
    for change in (
        lambda: add_charge(visit.pk, ChargeLine("P11"), actor=actor, now=LATER),
        lambda: remove_charge(visit.pk, charge.pk, actor=actor, now=LATER),
    ):
        with pytest.raises(ActionError) as refusal:
            change()
        assert refusal.value.code == "already_signed"


@pytest.mark.django_db
def test_what_was_charged_stands_in_the_facts_of_the_ticket() -> None:
    visit = make_visit(upto="working")
    add_charge(visit.pk, ChargeLine("L20", 2), actor=visit.technician.user, now=LATER)
    make_ready(visit, now=LATER)
    complete_visit(visit.pk, actor=visit.technician.user, now=LATER)
    assert TicketFacts.objects.get(ticket=visit.ticket_id).charges_fen == 12000
