"""A list for the press: whole, with decision and signer, for who keeps the list, in three forms."""

from __future__ import annotations

import csv
import io

from docx import Document
from openpyxl import load_workbook

from tests.api.desk import Desk
from tests.api.numbers.test_public_numbers import listed, seen
from tests.pages.queue.test_queue import look


def cells(form: str, content: bytes) -> list[str]:
    if form == "csv":
        return [text for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) for text in row]
    if form == "xlsx":
        sheet = load_workbook(io.BytesIO(content)).active
        assert sheet is not None
        return [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row]
    table = Document(io.BytesIO(content)).tables[-1]
    return [cell.text for row in table.rows for cell in row.cells]


def test_the_press_reads_number_day_and_signer(desk: Desk) -> None:
    seen(desk)
    listed(desk)
    staff = desk.as_staff("department")
    lists = desk.call("GET", "/publications", staff).json()["items"]
    [told] = [each for each in lists if each["state"] == "published"]
    [item] = told["items"]
    shown = look(desk, "department", "/numbers/lists").text
    for form in ("csv", "xlsx", "docx"):
        path = f"/publications/{told['id']}/press.{form}"
        answer = desk.call("GET", path, staff)
        assert answer.headers["cache-control"] == "private, no-store"
        found = cells(form, answer.content)
        for said in (item["shown"], item["decision"], item["signer"]):
            assert said in found, form
        own = f"/numbers/lists/{told['id']}/press.{form}"
        assert f'href="{own}"' in shown
        assert cells(form, look(desk, "department", own).content) == found
        desk.client.cookies.clear()
        assert desk.call("GET", path).status_code == 401
        for who in ("other_department", "triage", "inspector", "administrator", "executor"):
            assert desk.call("GET", path, desk.as_staff(who)).status_code == 404
    assert look(desk, "department", f"/numbers/lists/{told['id']}/press.pdf").status_code == 422
