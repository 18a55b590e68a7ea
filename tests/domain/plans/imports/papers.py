"""Documents as clerks write them: Word tables with merged cells, content controls, counted numbers."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

from docx import Document
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

from service.domain.city.reference import DepartmentView
from service.domain.plans.imports.units import Directory, directory

PLANS = Path(__file__).resolve().parents[5] / "shared" / "data" / "plans"
HEADINGS = ("STT", "Công việc", "Chủ trì thực hiện", "Thời gian thực hiện", "Ghi chú")

NAMES = (
    ("ioc", "Trung tâm Giám sát, điều hành đô thị thông minh", "IOC", None),
    ("so-khcn", "Sở Khoa học và Công nghệ", "Sở KH&CN", None),
    ("so-khcn.bcvt", "Phòng Bưu chính – Viễn thông", "Phòng BCVT", "so-khcn"),
    ("so-khcn.thanh-tra", "Thanh tra Sở Khoa học và Công nghệ", "Thanh tra Sở KH&CN", "so-khcn"),
    ("so-khcn.ttbcxb", "Phòng Thông tin – Báo chí – Xuất bản", "Phòng TT-BC-XB", "so-khcn"),
    ("so-vhtt", "Sở Văn hóa và Thể thao", "Sở VH&TT", None),
    ("so-xd", "Sở Xây dựng", "Sở Xây dựng", None),
    ("catp", "Công an thành phố Huế", "Công an TP", None),
    ("viettel", "Viettel Huế", "Viettel Huế", None),
    ("thuan-hoa", "UBND phường Thuận Hóa", "UBND phường Thuận Hóa", None),
    ("vy-da", "UBND phường Vỹ Dạ", "UBND phường Vỹ Dạ", None),
)


def units(near: frozenset[str] = frozenset(), **aliases: Sequence[str]) -> Directory:
    """A directory of a few units of Huế."""
    ids = {code: at for at, (code, *_) in enumerate(NAMES, 1)}
    views = [
        DepartmentView(ids[code], code, {"vi": name}, {"vi": short}, "city", ids.get(above or ""), None, True)
        for code, name, short, above in NAMES
    ]
    return directory(views, aliases, "Thành phố Huế", near)


def plan_003() -> str:
    """The raw text of the plan of 2019, as it was pasted."""
    return next(PLANS.glob("003_*.txt")).read_text(encoding="utf-8")


def cells_003() -> list[list[str]]:
    """Its table, cut by a rule of its own: a cell begins at a tab, other lines go on with the one before."""
    table = plan_003().split("II. NHIỆM VỤ", 1)[1].split("III. TỔ CHỨC", 1)[0]
    cells = [each.strip() for each in re.split(r"\n\t", table)[1:]]
    return [cells[at : at + 5] for at in range(0, len(cells), 5)]


def word_file(rows: Sequence[Sequence[str]], lines: Sequence[str] = ()) -> Any:
    """A Word document with these lines and this table."""
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    add_table(document, rows)
    return document


def add_table(document: Any, rows: Sequence[Sequence[str]]) -> Any:
    """Add a table to a document or to a cell."""
    width = max(map(len, rows))
    table = document.add_table(rows=0, cols=width)
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=False):
            cell.text = text
    return table


def saved(document: Any) -> bytes:
    """The bytes of a document."""
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def in_control(element: Any) -> None:
    """Wrap an element in a content control, as templates of offices do."""
    control, content = OxmlElement("w:sdt"), OxmlElement("w:sdtContent")
    element.addprevious(control)
    content.append(element)
    control.append(content)


def inserted(paragraph: Any, text: str) -> None:
    """Add words as a tracked insertion, and others as a tracked deletion."""
    for name, word in (("ins", "t"), ("del", "delText")):
        said = text if name == "ins" else " đã xóa"
        run = f'<w:r><w:{word} xml:space="preserve">{said}</w:{word}></w:r>'
        paragraph._p.append(parse_xml(f'<w:{name} {nsdecls("w")} w:id="1" w:author="a">{run}</w:{name}>'))


def counted(cell: Any, number_id: str) -> None:
    """Let Word count this cell: it holds no letters."""
    properties = cell.paragraphs[0]._p.get_or_add_pPr()
    properties.append(
        parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/><w:numId w:val="{number_id}"/></w:numPr>')
    )


def decimal_list(document: Any) -> str:
    """The id of a numbered list of the default template."""
    style = document.styles["List Number"].element
    found: str = style.find(f".//{qn('w:numId')}").get(qn("w:val"))
    return found


def again(table: Any) -> Any:
    """A second copy of a table, after an empty paragraph."""
    copy = deepcopy(table._tbl)
    table._tbl.addnext(copy)
    table._tbl.addnext(OxmlElement("w:p"))
    return copy
