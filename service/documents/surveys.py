"""Minutes of a survey for the unit that has to mend what was found: its faults, and no others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, tzinfo

from service.documents.form import BLANK, IssuingOffice, Paper
from service.domain.surveys.findings import FaultLine
from service.domain.surveys.views import SurveyView
from service.models.documents.kinds import DocumentKind

_HEADS = ("Điểm", "Địa điểm", "Tình trạng", "Thời gian", "Mã phản ánh", "Hạn xử lý")


def write_survey_minutes(
    office: IssuingOffice,
    survey: SurveyView,
    unit: str,
    faults: Sequence[FaultLine],
    zone: tzinfo,
    today: date,
) -> Paper:
    """Write the minutes, filled in from the survey; the people who were there check and sign them."""
    about = f"{survey.title}, từ ngày {survey.first:%d/%m/%Y} đến ngày {survey.last:%d/%m/%Y}"
    paper = Paper(office, about, DocumentKind.MINUTES)
    paper.heading(today)
    paper.title(about)
    paper.write(f"Hôm nay, hồi {BLANK} giờ {BLANK} ngày {today:%d/%m/%Y}, tại {BLANK}, chúng tôi gồm:")
    paper.to_fill_in(3)
    paper.write(f"Đơn vị có trách nhiệm xử lý: {unit}.")
    paper.part("I. KẾT QUẢ KIỂM TRA")
    paper.write(
        f"Đợt kiểm tra {survey.code} gồm {survey.total} điểm, đã xem {survey.seen} điểm, "
        f"có lỗi {survey.counts['fault']} điểm, không tìm thấy {survey.counts['not_found']} điểm. "
        f"Thuộc trách nhiệm của {unit}: {len(faults)} điểm có lỗi."
    )
    rows = [
        (
            str(each.position),
            each.place,
            f"{each.kind}. {each.note}" if each.note else each.kind,
            f"{each.seen_at.astimezone(zone):%H:%M %d/%m/%Y}" if each.seen_at else "",
            each.report,
            f"{each.due_at.astimezone(zone):%d/%m/%Y}" if each.due_at else "",
        )
        for each in faults
    ]
    paper.table("", _HEADS, rows)
    paper.part("II. Ý KIẾN CỦA ĐƠN VỊ")
    paper.to_fill_in(3)
    paper.part("III. THỐNG NHẤT")
    paper.write("Các điểm có lỗi đã thành phản ánh, được xử lý và theo dõi theo hạn ghi ở trên.")
    paper.write("Biên bản được đọc lại cho các bên cùng nghe và ký tên.")
    paper.signed_by_both(f"Đại diện\n{unit}", "Đại diện\nđoàn kiểm tra")
    return paper
