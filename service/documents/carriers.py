"""The letter to a carrier about numbers on advertisements, with its annex; a person signs and numbers it."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from service.documents.form import BLANK, IssuingOffice, Paper
from service.documents.typesetting import link_cell
from service.domain.number_cases.photo_links import AnnexLinks
from service.domain.number_cases.sheet import SEE_PHOTO, sheet_rows
from service.domain.number_cases.views import CarrierRequestView
from service.models import RequestPurpose
from service.models.documents.kinds import DocumentKind

_ABOUT = {
    RequestPurpose.TRACE: "đề nghị xác minh chủ thuê bao của các số quảng cáo, rao vặt trái phép",
    RequestPurpose.WARN: "đề nghị nhắc nhở chủ thuê bao của các số quảng cáo, rao vặt trái phép",
    RequestPurpose.SUSPEND: "đề nghị tạm ngừng cung cấp dịch vụ các số quảng cáo, rao vặt trái phép",
    RequestPurpose.RESTORE: "đề nghị khôi phục dịch vụ các số đã khắc phục vi phạm",
}
_ANNEX = ("Số thuê bao", "Địa điểm", "Thời gian", "Ảnh", "Kết quả")
_TO_FILL_IN = BLANK * 4
_PICTURE = 4
"""Column of the annex with the links, its numbers counted."""


def write_carrier_letter(
    office: IssuingOffice, request: CarrierRequestView, links: AnnexLinks, today: date, zone: ZoneInfo
) -> bytes:
    """Return the letter as DOCX; its number and day stay blank until the clerk gives them."""
    about, count = _ABOUT[RequestPurpose(request.purpose)], len(request.numbers)
    paper = Paper(office, about, DocumentKind.LETTER)
    paper.heading(today, about)
    paper.addressed_to(request.carrier["name"] if request.carrier else BLANK)
    paper.write(f"Căn cứ {request.basis or BLANK};")
    paper.write(
        f"Qua kiểm tra, {office.issuer} ghi nhận {count} số điện thoại trên các quảng cáo, rao vặt dán, sơn "
        "trái phép tại địa bàn (danh sách tại Phụ lục kèm theo)."
    )
    paper.write(
        f"{office.issuer} {about} nêu trong danh sách, trả lời từng số theo mẫu tại Phụ lục kèm theo."
    )
    if request.purpose == RequestPurpose.TRACE:
        paper.write("Số đã chuyển mạng, đề nghị ghi rõ doanh nghiệp viễn thông đang phục vụ.")
    if request.due_at is not None:
        paper.write(f"Thời hạn trả lời: trước ngày {request.due_at.astimezone(zone):%d/%m/%Y}.")
    paper.signature()
    paper.annex("", "Danh sách số thuê bao")
    rows = [
        (number, ward, day, SEE_PHOTO if each.id in links.by_number else "", answer or _TO_FILL_IN)
        for each, (_, number, _, ward, day, _, answer, *_) in zip(
            request.numbers, sheet_rows(request), strict=True
        )
    ]
    table = paper.table("", _ANNEX, rows)
    for row, each in zip(list(table.rows)[1:], request.numbers, strict=True):
        if each.id in links.by_number:
            link_cell(row.cells[_PICTURE], links.by_number[each.id])
    if links.by_number:
        paper.write(f"Ảnh mở được đến hết ngày {links.until:%d/%m/%Y}, không cần tài khoản.")
    return paper.content()
