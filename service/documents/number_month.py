"""Monthly report of ad numbers as a document: figures filled in, words of assessment left to who signs."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

from service.documents.form import IssuingOffice, Paper
from service.domain.number_cases.monthly import CarrierMonth, NumbersMonth

HEAD = (
    "Nhà mạng",
    "Đã gửi",
    "Đã trả lời",
    "Số đã trả lời",
    "Ngày làm việc TB",
    "Lâu nhất",
    "Đang chờ",
    "Trễ",
)


def write_month(office: IssuingOffice, told: NumbersMonth, today: date) -> bytes:
    """Return the report of a month as DOCX."""
    about = f"Xử lý số điện thoại quảng cáo, rao vặt trái phép tháng {told.first.month} năm {told.first.year}"
    paper = Paper(office, about)
    paper.heading(today)
    paper.title(about)
    paper.say(f"{office.issuer} báo cáo kết quả {about[0].lower()}{about[1:]} như sau:")
    paper.part("I. SỐ ĐIỆN THOẠI VÀ HỒ SƠ")
    paper.say(
        f"Trong tháng đã xác nhận {told.numbers} số điện thoại trên {told.sightings} phản ánh, thuộc "
        f"{told.wards} phường, xã."
    )
    share = f", chiếm {_decimal(told.repeat_share)}%" if told.repeat_share is not None else ""
    paper.say(f"Lập mới {told.opened} hồ sơ, trong đó tái phạm trong một năm {told.repeated} hồ sơ{share}.")
    paper.table("", ("Bước", "Số hồ sơ"), _steps(told))
    if told.sanctioned or told.paid_vnd:
        fined, paid = f"{told.fined_vnd:,}".replace(",", "."), f"{told.paid_vnd:,}".replace(",", ".")
        paper.say(
            f"Có {told.sanctioned} quyết định xử phạt, tổng tiền phạt {fined} đồng; "
            f"trong tháng đã nộp {paid} đồng."
        )
    paper.say(f"Công khai {told.listed} số; đưa ra khỏi danh sách {told.unlisted} số.")
    paper.part("II. THỜI GIAN TRẢ LỜI CỦA NHÀ MẠNG")
    if told.carriers:
        paper.say("Thời gian tính bằng ngày làm việc, từ ngày gửi công văn đến câu trả lời cuối cùng.")
        paper.table("", HEAD, [_row(each) for each in told.carriers])
    else:
        paper.say("Trong tháng không có công văn nào chờ hoặc được trả lời.")
    paper.part("III. NHẬN XÉT, KIẾN NGHỊ")
    paper.to_fill_in(4)
    paper.signature()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.docx"
        paper.save(path)
        return path.read_bytes()


def _steps(told: NumbersMonth) -> list[tuple[str, str]]:
    return [
        ("Đã mời chủ thuê bao", str(told.invited)),
        ("Đã khắc phục", str(told.complied)),
        ("Nhà mạng đã tạm ngừng", str(told.suspended)),
        ("Đã kết thúc", str(told.closed)),
        ("Thôi xử lý", str(told.dropped)),
    ]


def _row(each: CarrierMonth) -> tuple[str, ...]:
    mean = _decimal(each.mean_days) if each.mean_days is not None else "–"
    longest = str(each.longest_days) if each.longest_days is not None else "–"
    counts = (each.waiting, each.late)
    told = (each.carrier["name"], str(each.sent), str(each.answered), str(each.numbers), mean, longest)
    return (*told, *(str(count) for count in counts))


def _decimal(value: float) -> str:
    return f"{value:.1f}".replace(".", ",").removesuffix(",0")
