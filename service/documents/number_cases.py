"""Papers of a number's case, for an officer to sign: the invitation, and the minutes of what was found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from service.documents.form import BLANK, IssuingOffice, Paper
from service.domain.number_cases.views import CaseView, RegisteredNumber
from service.models.documents.kinds import DocumentKind

Place = tuple[str, str, str]
"""Where a poster was seen, when, and the code of its report."""


def write_invitation(office: IssuingOffice, number: RegisteredNumber, case: CaseView, today: date) -> bytes:
    """Return the invitation of who the number belongs to as DOCX; name, number and hour are left blank."""
    about = "Làm việc về quảng cáo, rao vặt trái phép"
    paper = Paper(office, about, DocumentKind.INVITATION)
    paper.heading(today)
    paper.title(about)
    paper.addressed_to(f"Ông (bà) {BLANK}, chủ thuê bao số {number.shown}")
    paper.write(
        f"Qua kiểm tra, {office.issuer} ghi nhận số điện thoại {number.shown} trên {number.sightings} "
        f"quảng cáo, rao vặt dán, sơn trái phép tại {number.places} địa điểm."
    )
    paper.write(f"{office.issuer} kính mời ông (bà) đến làm việc, mang theo giấy tờ tùy thân.")
    day = f"{case.appear_by:%d/%m/%Y}" if case.appear_by else BLANK
    paper.write(f"Thời gian: {BLANK} giờ {BLANK}, trước hết ngày {day}.")
    paper.write(f"Địa điểm: {BLANK}.")
    paper.write("Nếu số điện thoại không phải của ông (bà), đề nghị thông báo lại để được xem xét.")
    paper.signature()
    return paper.content()


def write_minutes(
    office: IssuingOffice,
    number: RegisteredNumber,
    case: CaseView,
    places: Sequence[Place],
    today: date,
) -> bytes:
    """Return the minutes as DOCX, filled in from the case; they are no decision, an officer checks and signs
    them.
    """
    about = "Làm việc về quảng cáo, rao vặt trái phép"
    paper = Paper(office, about, DocumentKind.MINUTES)
    paper.heading(today)
    paper.title(about)
    paper.write(f"Hôm nay, hồi {BLANK} giờ {BLANK} ngày {today:%d/%m/%Y}, tại {BLANK}, chúng tôi gồm:")
    paper.to_fill_in(3)
    paper.write(f"Làm việc với ông (bà) {BLANK}, chủ thuê bao số {number.shown}.")
    paper.part("I. NỘI DUNG GHI NHẬN")
    paper.write(f"Hồ sơ {case.code}, lần thứ {case.offence} trong một năm. Các địa điểm có quảng cáo:")
    paper.table("", ("Địa điểm", "Thời gian", "Mã phản ánh"), places)
    paper.part("II. Ý KIẾN CỦA CHỦ THUÊ BAO")
    if case.statement:
        paper.write(case.statement)
    paper.to_fill_in(3)
    paper.part("III. CAM KẾT KHẮC PHỤC")
    if case.remedy:
        paper.write(case.remedy)
    paper.to_fill_in(2)
    paper.write("Biên bản được đọc lại cho các bên cùng nghe và ký tên.")
    paper.signed_by_both("Chủ thuê bao", "Người lập biên bản")
    return paper.content()
