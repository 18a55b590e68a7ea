"""The notice that hands a list of numbers to the press; a person signs it."""

from __future__ import annotations

from datetime import date
from typing import Literal

from service.documents.form import BLANK, IssuingOffice, Paper
from service.domain.number_cases.publicity.listings import PublicationView
from service.domain.number_cases.publicity.press import press_csv, press_rows, press_xlsx
from service.models.documents.kinds import DocumentKind

PressForm = Literal["csv", "xlsx", "docx"]
_SHOWN = (0, 1, 2, 3, 5, 6)
"""Columns of the annex: without the basis, which the notice says once."""


def write_press_notice(office: IssuingOffice, publication: PublicationView, today: date) -> bytes:
    """Return the notice with its list as DOCX; its number and day stay blank where the list has none."""
    about = "Công khai các số điện thoại quảng cáo, rao vặt trái phép"
    paper = Paper(office, about, DocumentKind.NOTICE)
    paper.heading(publication.dated or today)
    paper.title(about)
    for basis in dict.fromkeys(each.basis for each in publication.items if each.basis):
        paper.write(f"Căn cứ {basis};")
    paper.write(
        f"{office.issuer} thông báo danh sách {len(publication.items)} số điện thoại trên các quảng cáo, "
        f"rao vặt dán, sơn trái phép (văn bản số {publication.number or BLANK}; "
        "danh sách tại Phụ lục kèm theo)."
    )
    paper.write(
        "Đề nghị các cơ quan báo chí chỉ đăng các số đang công khai, gỡ số đã rút và không đăng tên, địa chỉ "
        "của chủ thuê bao."
    )
    paper.signature()
    paper.annex("", "Danh sách số điện thoại")
    head, *rows = (tuple(row[at] for at in _SHOWN) for row in press_rows(publication))
    paper.table("", head, rows)
    return paper.content()


def press_file(form: PressForm, office: IssuingOffice, publication: PublicationView, today: date) -> bytes:
    """Return the list for the press in one of its forms."""
    if form == "csv":
        return press_csv(publication)
    if form == "xlsx":
        return press_xlsx(publication)
    return write_press_notice(office, publication, today)
