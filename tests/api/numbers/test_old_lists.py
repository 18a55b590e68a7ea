"""Old lists over HTTP and on the page: looked at first, then entered once; no number is verified by it."""

from __future__ import annotations

import io
from datetime import date

from openpyxl import Workbook

from tests.api.desk import Desk, problem
from tests.pages.queue.test_queue import look, send

DIGITS = "0912555061"


def workbook() -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Sổ theo dõi 2025"])
    sheet.append(["Số điện thoại", "Ngày", "Địa điểm", "Nội dung"])
    sheet.append([int(DIGITS), date(2025, 3, 12), "Cột điện 15", "=1+1"])
    sheet.append(["12", date(2025, 3, 12), "", ""])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_is_looked_at_and_then_entered_once(desk: Desk) -> None:
    path, staff = "/api/v1/numbers/imports", desk.as_staff("department")
    upload = {"file": ("so.xlsx", workbook())}
    tried = desk.client.post(f"{path}?preview=true", headers=staff, files=upload).json()
    assert (tried["stored"], tried["new"]) == (False, 0)
    [row] = tried["items"]
    assert (row["row"], row["number"], row["seen_on"], row["words"]) == (3, DIGITS, "2025-03-12", "")
    assert [each["row"] for each in tried["refused"]] == [4]
    assert desk.call("GET", f"/numbers?q={DIGITS}", staff).json()["items"] == []
    counts = [desk.client.post(path, headers=staff, files=upload).json() for _ in range(2)]
    assert [(each["new"], each["known"]) for each in counts] == [(1, 0), (0, 1)]
    [told] = desk.call("GET", f"/numbers?q={DIGITS}", staff).json()["items"]
    assert (told["sightings"], told["verified"]) == (1, False)
    [old] = desk.call("GET", f"/numbers/{told['id']}", staff).json()["old"]
    assert (old["seen_on"], old["place"]) == ("2025-03-12", "Cột điện 15")
    assert "Từ hồ sơ cũ" in look(desk, "department", f"/numbers/{told['id']}").text


def test_the_page_says_what_it_understood(desk: Desk) -> None:
    text = f"SĐT;Ngày;Nơi dán\n0912555062;12/03/2025;Cầu\n{DIGITS};hôm qua;\n"
    upload = {"file": ("so.csv", text.encode())}
    shown = send(desk, "department", "/numbers/old", {"preview": "1"}, files=upload).text
    assert "0912 555 062" in shown
    assert "Dòng 3: Không hiểu ngày ở dòng này." in shown
    assert "Chưa lưu gì" in shown
    assert "Đã nhập 1 lần thấy mới" in send(desk, "department", "/numbers/old", {}, files=upload).text
    assert "0912 555 062" in look(desk, "department", "/numbers").text
    assert send(desk, "department", "/numbers/old", {}).status_code == 422
    for who, status in (("manager", 404), ("inspector", 404), ("executor", 404), ("triage", 200)):
        assert look(desk, who, "/numbers/old").status_code == status


def test_files_that_are_no_lists_are_refused(desk: Desk) -> None:
    path, staff = "/api/v1/numbers/imports", desk.as_staff("department")
    long = "SĐT,Ngày,Nơi\n" + "".join(f"{DIGITS},12/03/2025,{at}\n" for at in range(2001))
    for content, status in ((b"", 422), (b"a,b\n1,2\n", 422), (b"PK broken", 422), (long.encode(), 413)):
        problem(desk.client.post(path, headers=staff, files={"file": ("a.csv", content)}), status)
    problem(desk.call("POST", "/numbers/imports", staff, {}), 415)
