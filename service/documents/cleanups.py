"""Documents about clean-ups: the announcement for a board, with a code to sign up by; a month's report."""

from __future__ import annotations

import io
from collections.abc import Sequence
from zoneinfo import ZoneInfo

import segno
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt

from service.documents.form import BLANK, Paper
from service.documents.made import MadeDocument, made_of
from service.documents.offices import office_of
from service.domain.city.reference import Reference
from service.domain.cleanups.results import ResultFigures
from service.domain.documents.of_cleanups import AnnouncementPaper, MonthReportPaper
from service.models.documents.kinds import DocumentKind

QR_MM = 45
LINE_HEADING = ("Đợt ra quân", "Đơn vị chủ trì", "Ngày", "Số người", "Rác (kg)", "Cây")
UNIT_HEADING = ("Đơn vị", "Số đợt", "Số người", "Rác (kg)", "Cây")
_DAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


def make_announcement(reference: Reference, paper: AnnouncementPaper) -> MadeDocument:
    """Write the announcement of a clean-up."""
    one, order = paper.cleanup, paper.order
    office = office_of(reference, paper.issuer_id, order, paper.office)
    about = f"Về việc tổ chức ra quân “{one.title}”"
    doc = Paper(office, about, DocumentKind.NOTICE)
    doc.heading(paper.today)
    doc.title(about)
    doc.write(f"{office.issuer} thông báo tổ chức ra quân “{one.title}” như sau:")
    zone = ZoneInfo(reference.timezone)
    starts, ends = one.starts_at.astimezone(zone), one.ends_at.astimezone(zone)
    day = f"{_DAYS[starts.weekday()]}, ngày {starts:%d/%m/%Y}"
    until = f"{ends:%H giờ %M}" if ends.date() == starts.date() else f"{ends:%H giờ %M ngày %d/%m/%Y}"
    ward = reference.wards.get(one.ward_id or 0)
    rows = [
        f"Thời gian: từ {starts:%H giờ %M} đến {until}, {day}",
        f"Nơi tập trung: {one.meet_words}{f', {ward.full_name}' if ward else ''}",
        f"Thành phần: {'mọi người dân' if one.public else _units(reference, one.support_ids)}",
    ]
    if one.bring:
        rows.append(f"Mang theo: {' '.join(one.bring.split())}")
    collector = reference.departments.get(one.collector_id or 0)
    if collector is not None and not one.no_waste:
        rows.append(f"Rác tập kết tại: {one.pickup_words}; {collector.name['vi']} chở đi")
    if one.capacity is not None:
        rows.append(f"Số chỗ: {one.capacity}")
    for number, each in enumerate(rows, 1):
        doc.write(f"{number}. {each}.")
    if one.note:
        doc.write(" ".join(one.note.split()))
    if paper.address:
        _draw_code(doc, paper.address)
    doc.signature()
    return made_of(doc, f"{one.code}-thong-bao.docx")


def make_month_report(reference: Reference, paper: MonthReportPaper) -> MadeDocument:
    """Write the report of a month's results, for one recipient or both, from one set of figures."""
    figures, order = paper.figures, paper.order
    office = office_of(reference, paper.issuer_id, order, paper.office)
    month = f"tháng {figures.first:%m/%Y}"
    about = f"Kết quả ra quân vệ sinh môi trường {month}"
    doc = Paper(office, about)
    doc.heading(paper.today)
    doc.title(about)
    doc.addressed_to(*_recipients(reference, order.recipient))
    doc.part("I. KẾT QUẢ CHUNG")
    doc.write(_held(figures, month))
    sums = ((figures.kg, "kg rác"), (figures.bags, "bao rác"), (figures.trees, "cây xanh được trồng"))
    drains = ((figures.drain_m, "mét cống, mương được nạo vét"),)
    words = [f"{_n(value)} {name}" for value, name in (*sums, *drains) if value]
    if words:
        doc.write(f"Kết quả: {'; '.join(words)}.")
    ended = ((figures.cancelled, "đợt đã hủy"), (figures.not_held, "đợt không tổ chức"))
    if gone := "; ".join(f"{_n(value)} {name}" for value, name in ended if value):
        doc.write(f"{gone}.")
    _tables(doc, reference, figures)
    doc.part("IV. KHÓ KHĂN, KIẾN NGHỊ")
    doc.to_fill_in(3)
    doc.signature()
    name = f"ra-quan-{figures.first:%Y-%m}{f'-{order.recipient}' if order.recipient else ''}.docx"
    return made_of(doc, name)


def _held(figures: ResultFigures, month: str) -> str:
    """Return how much was held; what there was none of is left out."""
    parts = (
        f"có {_n(figures.offices)} cơ quan, đơn vị tham gia" if figures.offices else "",
        f"tại {_n(figures.wards)} phường, xã" if figures.wards else "",
    )
    where = ", ".join(filter(None, parts))
    return (
        f"Trong {month} đã tổ chức {_n(figures.cleanups)} đợt ra quân với {_n(figures.people)} lượt người "
        f"tham gia{f'; {where}' if where else ''}."
    )


def _tables(doc: Paper, reference: Reference, figures: ResultFigures) -> None:
    """Write the sums by unit and a line for each clean-up."""
    doc.part("II. KẾT QUẢ THEO ĐƠN VỊ CHỦ TRÌ")
    rows = [
        (_unit(reference, each.unit_id), *(_n(v) for v in (each.cleanups, each.people, each.kg, each.trees)))
        for each in figures.by_unit
    ]
    totals = (figures.cleanups, figures.people, figures.kg, figures.trees)
    doc.table("", UNIT_HEADING, rows, total=("Cộng", *(_n(v) for v in totals)))
    doc.part("III. CÁC ĐỢT RA QUÂN")
    zone = ZoneInfo(reference.timezone)
    lines = [
        (
            line.title,
            _unit(reference, line.lead_id),
            f"{line.starts_at.astimezone(zone):%d/%m}",
            *(_n(v) for v in (line.people, line.kg, line.trees)),
        )
        for line in figures.lines
    ]
    total = ("Cộng", "", "", *(_n(v) for v in (figures.people, figures.kg, figures.trees)))
    doc.table("", LINE_HEADING, lines, total=total)


def _draw_code(doc: Paper, address: str) -> None:
    """Draw the code that a phone reads, with the address beneath it for who types."""
    image = io.BytesIO()
    segno.make(address, error="m").save(image, kind="png", scale=12, border=2)
    image.seek(0)
    line = doc.doc.add_paragraph()
    line.alignment, line.paragraph_format.first_line_indent = WD_ALIGN_PARAGRAPH.CENTER, Mm(0)
    line.paragraph_format.space_before, line.paragraph_format.keep_with_next = Pt(6), True
    line.add_run().add_picture(image, width=Mm(QR_MM))
    for text, size in (("Quét mã để đăng ký tham gia", 13), (address, 11)):
        below = doc.doc.add_paragraph()
        below.alignment, below.paragraph_format.first_line_indent = WD_ALIGN_PARAGRAPH.CENTER, Mm(0)
        below.paragraph_format.space_after = Pt(2)
        below.add_run(text).font.size = Pt(size)


def _recipients(reference: Reference, recipient: str) -> tuple[str, ...]:
    city = reference.city_name["vi"]
    lowered = city[:1].lower() + city[1:]
    short = lowered.removeprefix("thành phố ").removeprefix("tỉnh ")
    names = {"committee": f"Ủy ban nhân dân {lowered}", "youth": f"Thành Đoàn {short}"}
    return (names[recipient],) if recipient else tuple(names.values())


def _units(reference: Reference, ids: Sequence[int]) -> str:
    return ", ".join(_unit(reference, each) for each in ids) or "các cơ quan, đơn vị"


def _unit(reference: Reference, unit_id: int) -> str:
    found = reference.departments.get(unit_id)
    return found.name["vi"] if found else BLANK


def _n(value: int) -> str:
    return f"{value:,}".replace(",", ".")
