"""The pages of rosters; a first password opens only the page that changes it."""

from __future__ import annotations

import html
import io
import json
import re

import openpyxl

from tests.pages.html import Page
from tests.support.site import HTML, TOKEN, Site

PATH = "/admin/rosters/people"


def send(site: Site, rows: str) -> str:
    token = TOKEN.search(site.client.get(PATH, headers=HTML).text)
    assert token
    files = {"file": ("nguoi.csv", rows.encode("utf-8-sig"), "text/csv")}
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
