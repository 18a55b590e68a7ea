"""The register of documents: made of a plan, numbered by the clerk, kept signed; how a unit writes."""

from __future__ import annotations

import io
from typing import Any
from uuid import uuid4

import httpx
import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn

from service.db import unit_of_work
from tests.api.desk import Desk, problem
from tests.support.works.stage import WorksStage, draft_row

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
OFFICE = {
    "superior": "UBND thành phố Nhỏ",
    "issuer": "Sở Cáp treo thành phố Nhỏ",
    "symbol": "SCT",
    "room": "VP",
    "place": "Nhỏ",
    "head": "Giám đốc",
    "recipients": [{"name": "UBND thành phố", "purpose": "để báo cáo"}],
    "version": 0,
}


@pytest.fixture
def office(desk: Desk) -> dict[str, Any]:
    """The office of city-cables, entered once."""
    there = desk.call("GET", "/admin/offices/city-cables", desk.as_staff("administrator")).json()
    if there["version"]:
        return dict(there)
    answer = desk.call("PUT", "/admin/offices/city-cables", desk.as_staff("administrator"), OFFICE)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def make(desk: Desk, **order: Any) -> dict[str, Any]:
    with unit_of_work(desk.engine) as session:
        stage = WorksStage(session, desk.reference)
        plan = stage.plan_step(
            desk.cast.manager, stage.keep(desk.cast.manager, draft_row(str(uuid4()), last="2026-03-31"))
        )
        code = plan.code
    answer = desk.call(
        "POST", "/documents", desk.as_staff("manager"), {"plan": code, "what": "progress", **order}
    )
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def number(desk: Desk, made: dict[str, Any], **said: Any) -> httpx.Response:
    body = {"number": 7, "dated": "2026-03-09", "version": made["version"], **said}
    return desk.call("PUT", f"/documents/{made['id']}/number", desk.as_staff("manager"), body)


def sign(desk: Desk, made: dict[str, Any], data: bytes, who: str = "manager") -> httpx.Response:
    files = {"file": ("ky.pdf", data)}
    return desk.call("POST", f"/documents/{made['id']}/signed", desk.as_staff(who), files=files)


def file_of(desk: Desk, made: dict[str, Any]) -> Any:
    answer = desk.call("GET", f"/documents/{made['id']}/file.docx", desk.as_staff("manager"))
    assert answer.status_code == 200, answer.text
    return Document(io.BytesIO(answer.content))


def words(document: Any) -> str:
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


def test_a_document_says_how_its_unit_writes(desk: Desk, office: dict[str, Any]) -> None:
    made = make(desk, signs="deputy", signer="Nguyễn Văn An")
    assert (made["kind"], made["symbol"], made["full_number"]) == ("BC", "BC-SCT", "")
    said = words(file_of(desk, made))
    for part in ("UBND THÀNH PHỐ NHỎ", "SỞ CÁP TREO THÀNH PHỐ NHỎ", "Số: ……/BC-SCT", "Nhỏ, ngày …… tháng"):
        assert part in said.replace("\u00a0", " "), part
    assert "KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC" in said and "Nguyễn Văn An" in said
    assert "- UBND thành phố (để báo cáo);\n- Lưu: VT, VP." in said
    letter = make(desk, what="urging", unit="city-cables")
    assert letter["symbol"] == "SCT-VP" and "Số: ……/SCT-VP" in words(file_of(desk, letter))


def test_the_clerk_gives_number_and_date_and_takes_them_back(desk: Desk, office: dict[str, Any]) -> None:
    made = make(desk)
    value = made["id"] % 999_000 + 10
    problem(number(desk, made, dated=None), 422)
    problem(number(desk, made, dated="2999-01-01"), 422)
    problem(number(desk, made, version=99), 409)
    numbered = number(desk, made, number=value).json()
    assert numbered["full_number"] == f"{value:02}/BC-SCT"
    said = words(file_of(desk, made))
    assert f"Số: {value:02}/BC-SCT" in said and "Nhỏ, ngày 09 tháng 3 năm 2026" in said
    problem(number(desk, make(desk), number=value), 409)
    again = number(desk, made, number=value)
    assert again.status_code == 200 and again.json()["version"] == numbered["version"]
    back = number(desk, numbered, number=None, dated=None)
    assert back.json()["full_number"] == ""


def test_signer_and_recipients_are_those_that_were_chosen(desk: Desk, office: dict[str, Any]) -> None:
    told = ["UBND thành phố (để báo cáo)", "Sở Xây dựng (để phối hợp)"]
    made = make(desk, signs="order", post="Chánh Văn phòng", signer="Lê Bình", recipients=told)
    assert (made["recipients"], made["sent_to"]) == (told, [])
    said = words(file_of(desk, made))
    assert "TL. GIÁM ĐỐC\nCHÁNH VĂN PHÒNG" in said and "- Sở Xây dựng (để phối hợp);\n- Lưu: VT, VP." in said
    letter = make(desk, what="urging", unit="city-cables", recipients=[])
    assert len(letter["recipients"]) == 1, "who it is addressed to"
    assert "- Như trên;\n- Lưu: VT, VP." in words(file_of(desk, letter))
    assert make(desk)["recipients"] == told[:1], "those of the unit, where none were chosen"


def test_the_clerk_ticks_whom_a_document_was_sent_to(desk: Desk, office: dict[str, Any]) -> None:
    made = make(desk, recipients=["A", "B"])

    def tick(who: str, version: int, *names: str) -> httpx.Response:
        body = {"sent_to": list(names), "version": version}
        return desk.call("PUT", f"/documents/{made['id']}/recipients", desk.as_staff(who), body)

    problem(tick("manager", made["version"], "A"), 409)
    version = number(desk, made, number=made["id"] % 999_000 + 10).json()["version"]
    problem(tick("manager", version, "C"), 422)
    problem(tick("manager", version - 1, "A"), 409)
    assert tick("other_department", version, "A").status_code == 404
    assert tick("manager", version, "B", "A").json()["sent_to"] == ["A", "B"]
    assert tick("manager", version, "A", "B").status_code == 200, "the same again"
    assert tick("manager", version + 1).json()["sent_to"] == []


def test_the_signed_file_is_kept_once_and_distrusted(desk: Desk, office: dict[str, Any]) -> None:
    made = make(desk)
    problem(sign(desk, made, PDF), 409)
    numbered = number(desk, made, number=made["id"] % 999_000 + 10).json()
    problem(sign(desk, made, b""), 422)
    problem(sign(desk, made, b"<html><script>alert(1)</script>"), 415)
    problem(sign(desk, made, b"%PDF-1.7 cut off"), 422)
    assert sign(desk, made, PDF, "other_department").status_code == 404
    assert sign(desk, made, PDF).json()["signed"] is True
    assert sign(desk, made, PDF).status_code == 200
    problem(sign(desk, made, PDF + b"%%EOF\n"), 409)
    problem(number(desk, numbered, number=1), 409)
    there = desk.call("GET", f"/documents/{made['id']}/signed.pdf", desk.as_staff("manager"))
    assert there.content == PDF
    assert "attachment" in there.headers["content-disposition"]
    assert "sandbox" in there.headers["content-security-policy"]


def test_only_its_unit_knows_of_a_document(desk: Desk, office: dict[str, Any]) -> None:
    made = make(desk)
    for who, status in (("other_department", 404), ("triage", 404), ("administrator", 200)):
        assert desk.call("GET", f"/documents/{made['id']}", desk.as_staff(who)).status_code == status, who
    others = desk.call("GET", "/documents", desk.as_staff("other_department")).json()["items"]
    assert made["id"] not in [each["id"] for each in others]
    problem(
        desk.call(
            "POST",
            "/documents",
            desk.as_staff("other_department"),
            {"plan": made["plan"], "what": "progress"},
        ),
        403,
    )


def test_an_office_is_changed_by_who_has_read_it(desk: Desk, office: dict[str, Any]) -> None:
    problem(
        desk.call(
            "PUT",
            "/admin/offices/city-cables",
            desk.as_staff("administrator"),
            {"head": "Khác", "version": 0},
        ),
        409,
    )
    problem(desk.call("PUT", "/admin/offices/none", desk.as_staff("administrator"), {"version": 0}), 404)
    same = {name: value for name, value in office.items() if name != "code"}
    again = desk.call("PUT", "/admin/offices/city-cables", desk.as_staff("administrator"), same)
    assert again.json()["version"] == office["version"]


def test_annexes_are_counted_each_by_itself() -> None:
    from service.documents.form import IssuingOffice, Paper

    paper = Paper(IssuingOffice("Sở Cáp treo", symbol="SCT"), "Thử")
    for which in ("I", "II", "III"):
        paper.annex(which, "Bảng", wide=which == "II")
    starts = [section._sectPr.findall(qn("w:pgNumType")) for section in paper.doc.sections]
    assert [len(each) for each in starts] == [0, 1, 1, 1]
    wide = [section.orientation == WD_ORIENT.LANDSCAPE for section in paper.doc.sections]
    assert wide == [False, False, True, False]
    assert "(Kèm theo Báo cáo số ……/BC-SCT ngày …… tháng …… năm …… của Sở Cáp treo)" in words(paper.doc)
