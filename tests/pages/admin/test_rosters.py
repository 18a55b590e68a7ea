"""The pages of rosters; a first password opens only the page that changes it."""

from __future__ import annotations

import html
import io
import json
import re
import unicodedata

import openpyxl
import openpyxl.styles
import pytest

from tests.pages.html import Page
from tests.support.site import HTML, TOKEN, Site

PATH = "/admin/rosters/people"


def send(site: Site, rows: str | bytes, name: str = "nguoi.csv") -> str:
    token = TOKEN.search(site.client.get(PATH, headers=HTML).text)
    assert token
    files = {"file": (name, rows.encode("utf-8-sig") if isinstance(rows, str) else rows, "text/csv")}
    return site.client.post(PATH, data={"csrf_token": token[1]}, files=files, headers=HTML).text


def test_people_come_by_a_file_and_change_their_first_password(site: Site) -> None:
    site.enter("administrator")
    taken = site.client.get(f"{PATH}/file.xlsx?template=1")
    sheet = openpyxl.load_workbook(io.BytesIO(taken.content)).active
    assert sheet is not None and "Tên đăng nhập" in [cell.value for row in sheet.rows for cell in row]
    assert "Tên đăng nhập" in site.client.get(f"{PATH}/file.csv").text
    wrong = send(site, "Tên đăng nhập;Họ tên;Vai trò\nmoi.1;Mới Một;Vua\n")
    assert "Không có vai trò “Vua”." in html.unescape(wrong) and "/put" not in wrong
    looked = send(site, "Tên đăng nhập;Họ tên;Vai trò\nmoi.1;Mới Một;Thanh tra\n")
    assert len(Page(looked).ids()) == len(set(Page(looked).ids()))
    lines = re.search(r'name="lines" value="([^"]+)"', looked)
    assert lines
    made = site.post(PATH, f"{PATH}/put", {"lines": html.unescape(lines[1])})
    password = re.search(r"data-password>([^<]+)<", made.text)
    assert password and made.headers["cache-control"] == "no-store"
    assert "moi.1" in site.look("/admin/people?quiet=1").text
    site.client.cookies.clear()
    given = {"username": "moi.1", "password": html.unescape(password[1])}
    assert site.post("/login", "/login", given).status_code == 303
    for path in ("/inspect", "/queue"):
        assert site.look(path).headers.get("location", "").startswith("/account?first=1"), path
    assert site.client.get("/api/v1/queue").status_code == 403
    assert "Hãy đổi mật khẩu được cấp" in site.look("/account").text
    new = {"current": given["password"], "new": "một câu dài dễ nhớ", "again": "một câu dài dễ nhớ"}
    assert site.post("/account", "/account/password", new).status_code == 303
    assert site.look("/inspect").status_code == 200


def test_nonsense_is_refused(site: Site) -> None:
    site.enter("administrator")
    assert "Không thấy dòng tên cột" in send(site, "a;b\n1;2\n")
    for lines in ("[[1, 2]]", "[[1e400, {}]]", "[" * 9_999):
        assert site.post(PATH, f"{PATH}/put", {"lines": lines}).status_code == 422
    long = {"username": "dai.dong", "name": "Ả" * 90_000, "role": "Thanh tra"}
    refused = site.post(PATH, f"{PATH}/put", {"lines": json.dumps([[1, long]], ensure_ascii=False)})
    assert refused.status_code == 422 and "còn dòng sai" in html.unescape(refused.text)
    head = "Tên đăng nhập;Họ tên;Vai trò"
    for rows in (f"{head}\n{'x' * 200_000};a;Thanh tra\n", f'{head}\n"a;b;c\n{"x" * 200_000}'):
        assert "Hãy lưu thành .xlsx hoặc CSV UTF-8" in html.unescape(send(site, rows))
    assert "mac.cu" in send(site, f"{head}\rmac.cu;Máy Cũ;Thanh tra\r")
    assert site.client.get("/admin/rosters/nobody", headers=HTML).status_code in (404, 422)


def told(page: str) -> list[str]:
    """The lines of the preview: what stands in their cells, in one string each."""
    body = page.split('id="tried"')[1].split("<tbody>")[1].split("</tbody>")[0]
    plain = [html.unescape(re.sub("<[^>]+>", " ", row)) for row in body.split("</tr>") if row.strip()]
    return [" ".join(row.split()) for row in plain]


@pytest.mark.parametrize("mark", [";", ",", "\t"])
def test_a_csv_of_a_vietnamese_windows_is_read(site: Site, mark: str) -> None:
    site.enter("administrator")
    rows = [["Danh sách"], ["Tên đăng nhập", "Họ và tên", "Vai trò"], ["hue.le", "Lê Thị Huệ", "Thanh tra"]]
    text = "\r\n".join(mark.join(row) for row in rows)
    apart = "".join(_windows(letter) for letter in unicodedata.normalize("NFC", text))
    for data in (apart.encode("cp1258"), text.encode("utf-16"), text.encode()):
        [line] = told(send(site, data))
        assert "hue.le · Lê Thị Huệ" in line and "thêm mới" in line
    for data in (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 999, b"%PDF-1.7\n\0\xff"):
        assert "Hãy lưu thành .xlsx hoặc CSV UTF-8" in html.unescape(send(site, data))


def _windows(letter: str) -> str:
    """A letter as Windows-1258 has it: its tone behind it, the marks of the alphabet on it."""
    for tone in "\u0300\u0301\u0303\u0309\u0323":
        parts = unicodedata.normalize("NFD", letter)
        if tone in parts:
            return unicodedata.normalize("NFC", parts.replace(tone, "")) + tone
    return letter


def test_an_odd_workbook_is_read_as_it_looks(site: Site) -> None:
    """Headings over two merged rows, one unit merged over two people, formulas, blanks around and behind."""
    site.enter("administrator")
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["DANH SÁCH TÀI KHOẢN NĂM 2026"])
    sheet.append(["TT", "Tên đăng nhập", "Họ và tên", "Vai trò", "Đơn vị", "Email"])
    sheet.append([])
    sheet.append([1, " an.xlsx ", "Nguyễn  An", "Cán bộ xử lý", "HEPCO", "an@hue.example"])
    sheet.append([2, "binh.xlsx", "Bình", "Cán bộ xử lý", None, None])
    sheet.append([3, '="chi"&".xlsx"', "Chi", "Thanh tra", None, None])
    sheet.append([None, " ", None, None, None, None])
    sheet.merge_cells("A1:F1")
    for column in "ABCDEF":
        sheet.merge_cells(f"{column}2:{column}3")
    sheet.merge_cells("E4:E5")
    sheet["H900"].fill = openpyxl.styles.PatternFill("solid", fgColor="FFFF00")
    held = io.BytesIO()
    book.save(held)
    lines = told(send(site, held.getvalue(), "danh sach.xlsx"))
    assert len(lines) == 3, lines
    assert lines[0].startswith("4 an.xlsx · Nguyễn An") and "thêm mới" in lines[0]
    assert lines[1].startswith("5 binh.xlsx · Bình") and "thêm mới" in lines[1]
    assert "sai B6 · Tên đăng nhập: Ô này là công thức chưa có kết quả." in lines[2]
