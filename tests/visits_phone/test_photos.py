"""Photos as they leave the phone: upright, small, without the place they were taken at."""

import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.visits_phone import hands
from tests.visits_phone.conftest import Phone
from visits.models import Visit

pytestmark = pytest.mark.django_db(transaction=True)

KEPT_PHOTO = """async () => {
  const db = await new Promise((done) => {
    const ask = indexedDB.open("yipiao-field"); ask.onsuccess = () => done(ask.result);
  });
  const all = await new Promise((done) => {
    const ask = db.transaction("entries").objectStore("entries").getAll(); ask.onsuccess = () => done(ask.result);
  });
  db.close();
  return [...new Uint8Array(await all.find((one) => one.action === "add_photo").blob.arrayBuffer())];
}"""


def working_offline(phone: Phone, live_app: str, visit: Visit) -> Page:
    page = phone.start()
    hands.sign_in(page, live_app, visit)
    assert phone.context is not None
    phone.context.set_offline(True)
    hands.walk_to_work(page, visit)
    hands.open_place(page, f"visit/{visit.pk}/photos")
    return page


def test_a_photo_is_turned_upright_shrunk_and_freed_of_its_place(
    phone: Phone, live_app: str, visit: Visit, tmp_path: Path
) -> None:
    page = working_offline(phone, live_app, visit)
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 28.0, 1.0), 3: "E", 4: (104.0, 44.0, 1.0)})
    file = tmp_path / "door.jpg"
    Image.new("RGB", (4000, 3000), "steelblue").save(file, exif=exif)
    assert b"Exif" in file.read_bytes()
    page.locator("input[name=photos]").set_input_files(file)
    expect(page.locator(".photos img")).to_have_count(1)
    kept = bytes(page.evaluate(KEPT_PHOTO))
    picture = Image.open(io.BytesIO(kept))
    assert (picture.format, picture.size) == ("JPEG", (1536, 2048))
    assert b"Exif" not in kept
    assert not dict(picture.getexif())


def test_what_the_phone_cannot_read_is_refused_in_words(
    phone: Phone, live_app: str, visit: Visit, tmp_path: Path
) -> None:
    page = working_offline(phone, live_app, visit)
    heic = tmp_path / "IMG_1.heic"
    heic.write_bytes(b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(200))
    page.locator("input[name=photos]").set_input_files(heic)
    expect(page.locator(".field-notice")).to_contain_text("HEIC")
    fake = tmp_path / "fake.jpg"
    fake.write_bytes(b"no picture at all")
    page.locator("input[name=photos]").set_input_files(fake)
    expect(page.locator(".field-notice")).to_contain_text("JPEG、PNG")
    expect(page.locator(".photos img")).to_have_count(0)


def test_a_dot_is_no_signature(phone: Phone, live_app: str, visit: Visit) -> None:
    page = working_offline(phone, live_app, visit)
    hands.open_place(page, f"visit/{visit.pk}/sign")
    page.locator("input[value=satisfied]").check()
    hands.big(page).click()
    hands.draw(page, dot=True)
    hands.big(page).click()
    expect(page.locator("[role=alert]")).to_contain_text("一个点")
