"""Links to the number on its poster, in the annex of a letter: they show the crop alone, for 30 days."""

from __future__ import annotations

import io
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx
import pytest
from docx import Document
from openpyxl import load_workbook
from PIL import Image

from service.db import unit_of_work
from service.domain.kernel.tokens import Purpose, sign
from service.domain.number_cases.photo_links import DAYS, find_linked_crop
from service.domain.number_cases.sheet import RESULT
from service.errors import Gone
from service.models import Photo, Report, Sighting, SightingState
from tests.api.desk import Desk, open_desk
from tests.conftest import Servers
from tests.pages.numbers.test_carriers import request_of
from tests.pages.numbers.test_numbers import RED, SIZE, ad, read_on
from tests.pages.queue.test_queue import look, send

PICTURE = "F2"
"""The cell of the workbook with the link of its first number."""


@pytest.fixture(scope="module")
def desk(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with open_desk(servers, f"annexes_{servers.worker}", tmp_path_factory.mktemp("media")) as made:
        yield made


@dataclass(frozen=True)
class Asked:
    """A letter about a number that stands on a photo."""

    code: str
    report: Report
    sighting: int


def asked(desk: Desk, digits: str) -> Asked:
    report = ad(desk, description="Người gửi kể chuyện riêng", address="12 Ngõ Không Tên")
    sighting = read_on(desk, report, digits)
    said = {"sighting": sighting, "state": "confirmed"}
    assert send(desk, "department", f"/case/{report.code}/number", said).status_code == 303
    return Asked(request_of(desk, [digits]), report, sighting)


def link_of(desk: Desk, letter: Asked, who: str = "executor") -> str:
    """The path of the link in the workbook, as that person downloads it."""
    file = look(desk, who, f"/requests/{letter.code}/numbers.xlsx").content
    link = load_workbook(io.BytesIO(file)).active[PICTURE].hyperlink
    assert link is not None
    address: str = link.target
    assert address.startswith(f"{desk.settings.public_url.rstrip('/')}/numbers/photos/")
    return urlsplit(address).path


def opened(desk: Desk, path: str) -> httpx.Response:
    """What somebody sees who has the link and no account."""
    desk.client.cookies.clear()
    return desk.client.get(path)


def test_the_carrier_sees_the_number_on_its_poster_and_nothing_else(desk: Desk) -> None:
    letter = asked(desk, "0951230101")
    path = link_of(desk, letter)
    answer = opened(desk, path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["x-robots-tag"] == "noindex"
    picture = Image.open(io.BytesIO(answer.content))
    assert picture.width < SIZE[0]
    assert picture.height < SIZE[1]
    middle = picture.convert("RGB").resize((1, 1), box=(120, 40, 130, 50)).tobytes()
    assert all(abs(a - b) < 20 for a, b in zip(middle, RED, strict=True))
    assert not picture.getexif()
    for sign_of_it in (letter.report.code, str(letter.report.id), "0951230101"):
        assert sign_of_it not in path
    assert link_of(desk, letter, "department") == path, "the same day has the same link"


def test_both_files_say_where_the_photo_is_and_until_when(desk: Desk) -> None:
    letter = asked(desk, "0951230102")
    path = link_of(desk, letter)
    for address in (f"/requests/{letter.code}/letter.docx", f"/api/v1/requests/{letter.code}/letter.docx"):
        file = desk.client.get(address, headers=desk.as_staff("department")).content
        written = Document(io.BytesIO(file))
        links = [each.target_ref for each in written.part.rels.values() if "hyperlink" in each.reltype]
        assert [urlsplit(each).path for each in links] == [path]
        heads, row = ([cell.text for cell in each.cells] for each in written.tables[-1].rows)
        assert heads == ["STT", "Số thuê bao", "Địa điểm", "Thời gian", "Ảnh", "Kết quả"]
        assert (row[1], row[4]) == ("0951230102", "Xem ảnh")
        until = datetime.now(ZoneInfo(desk.reference.timezone)) + timedelta(days=DAYS)
        assert f"Ảnh mở được đến hết ngày {until:%d/%m/%Y}" in written.paragraphs[-1].text
    by_machine = desk.client.get(
        f"/api/v1/requests/{letter.code}/numbers.xlsx", headers=desk.as_staff("executor")
    )
    sheet = load_workbook(io.BytesIO(by_machine.content)).active
    assert sheet[PICTURE].value == "Xem ảnh"
    assert sheet.cell(1, RESULT + 1).value == "Kết quả"


def test_without_a_photo_there_is_no_link(desk: Desk) -> None:
    code = request_of(desk, ["0951230103"])
    file = look(desk, "executor", f"/requests/{code}/numbers.xlsx").content
    cell = load_workbook(io.BytesIO(file)).active[PICTURE]
    assert (cell.value, cell.hyperlink) == ("", None)
    written = Document(io.BytesIO(look(desk, "department", f"/requests/{code}/letter.docx").content))
    assert "Ảnh mở được" not in "".join(each.text for each in written.paragraphs)


def test_a_changed_link_opens_nothing(desk: Desk) -> None:
    path = link_of(desk, asked(desk, "0951230104"))
    head, _, token = path.rpartition("/")
    other = "A" if token[30] != "A" else "B"
    changed = [token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :] for at in (0, 25, 35, 50)]
    strange = [token[:30] + other + token[31:], token[:-2], token + "AAAA", "a", "é" * 59, "A" * 59, "%00"]
    assert {opened(desk, f"{head}/{each}").status_code for each in [*changed, *strange]} == {404}
    assert opened(desk, path).status_code == 200


def test_a_link_ends_after_thirty_days(desk: Desk) -> None:
    token = link_of(desk, asked(desk, "0951230105")).rpartition("/")[2]
    key, now = desk.settings.secret, datetime.now(UTC)
    with unit_of_work(desk.engine) as session:
        assert find_linked_crop(session, desk.reference, key, token, now + timedelta(days=DAYS)).key
        with pytest.raises(Gone, match="hết hạn"):
            find_linked_crop(session, desk.reference, key, token, now + timedelta(days=DAYS + 1))


def test_a_hidden_photo_or_report_closes_the_link(desk: Desk) -> None:
    letter = asked(desk, "0951230106")
    path = link_of(desk, letter)
    with unit_of_work(desk.engine) as session:
        photo = session.get_one(Sighting, letter.sighting).photo_id
        version = session.get_one(Report, letter.report.id).version
    for what in (f"/photos/{photo}", f"/reports/{letter.report.id}"):
        sent: dict[str, object] = {"hidden": True, "reason": "Lộ người đứng gần"}
        if what.startswith("/reports"):
            sent["version"] = version
        answer = desk.call("PUT", f"{what}/visibility", desk.as_staff("triage"), sent)
        assert answer.status_code == 200, answer.text
        assert opened(desk, path).status_code == 404
        file = look(desk, "executor", f"/requests/{letter.code}/numbers.xlsx").content
        assert load_workbook(io.BytesIO(file)).active[PICTURE].hyperlink is None
        back = {**sent, "hidden": False, **({"version": version + 1} if "version" in sent else {})}
        shown = desk.call("PUT", f"{what}/visibility", desk.as_staff("triage"), back)
        assert shown.status_code == 200, shown.text
        assert opened(desk, path).status_code == 200


def test_a_refused_reading_and_a_withdrawn_letter_close_the_link(desk: Desk) -> None:
    letter = asked(desk, "0951230107")
    path = link_of(desk, letter)
    for state, status in ((SightingState.REFUSED, 404), (SightingState.CONFIRMED, 200)):
        with unit_of_work(desk.engine) as session:
            session.get_one(Sighting, letter.sighting).state = state
        assert opened(desk, path).status_code == status
    told = desk.call("GET", f"/requests/{letter.code}", desk.as_staff("department")).json()
    step = {"to": "withdrawn", "version": told["version"], "reason": "Gửi nhầm", "data": {}}
    gone = desk.call("POST", f"/works/{letter.code}/transitions", desk.as_staff("department"), step)
    assert gone.status_code == 200, gone.text
    assert opened(desk, path).status_code == 404


def test_a_link_shows_only_what_its_letter_asks_about(desk: Desk) -> None:
    """Even signed by us: another letter's number, a letter that is none."""
    first, second = asked(desk, "0951230108"), asked(desk, "0951230109")
    told = desk.call("GET", f"/requests/{first.code}", desk.as_staff("department")).json()
    key, far = desk.settings.secret, (3_000_000).to_bytes(4, "big")
    for request, sighting, status in (
        (UUID(told["id"]), first.sighting, 200),
        (UUID(told["id"]), second.sighting, 404),
        (first.report.id, first.sighting, 404),
    ):
        head = request.bytes + sighting.to_bytes(8, "big") + far
        tried: list[tuple[Purpose, int]] = [("number-photo", status), ("cleanup-signup", 404)]
        for purpose, found in tried:
            token = urlsafe_b64encode(head + sign(key, purpose, head, 16)).decode().rstrip("=")
            assert opened(desk, f"/numbers/photos/{token}").status_code == found


def test_a_photo_whose_file_is_gone_is_no_fault(desk: Desk) -> None:
    letter = asked(desk, "0951230110")
    path = link_of(desk, letter)
    with unit_of_work(desk.engine) as session:
        photo = session.get_one(Sighting, letter.sighting).photo_id
        assert photo is not None
        session.get_one(Photo, photo).public_key = "public/none/full.webp"
    assert opened(desk, path).status_code == 404
