"""Monthly report of ad numbers as a document: figures filled in, words of assessment left to who signs."""

from __future__ import annotations

from datetime import date

from service.documents.form import IssuingOffice, Paper
from service.domain.number_cases.monthly import CarrierMonth, NumbersMonth
from service.i18n.wording import figure_number, percent_words

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


def write_month(office: IssuingOffice, month: NumbersMonth, today: date) -> bytes:
    """Return the report of a month as DOCX."""
    about = (
        f"Xử lý số điện thoại quảng cáo, rao vặt trái phép tháng {month.first.month} năm {month.first.year}"
    )
    paper = Paper(office, about)
    paper.heading(today)
    paper.title(about)
    paper.write(f"{office.issuer} báo cáo kết quả {about[0].lower()}{about[1:]} như sau:")
    paper.part("I. SỐ ĐIỆN THOẠI VÀ HỒ SƠ")
    paper.write(
        f"Trong tháng đã xác nhận {month.numbers} số điện thoại trên {month.sightings} phản ánh, thuộc "
        f"{month.wards} phường, xã."
    )
    share = f", chiếm {percent_words(month.repeat_share / 100)}" if month.repeat_share is not None else ""
    paper.write(
        f"Lập mới {month.opened} hồ sơ, trong đó tái phạm trong một năm {month.repeated} hồ sơ{share}."
    )
    paper.table("", ("Bước", "Số hồ sơ"), _steps(month))
    if month.sanctioned or month.paid_vnd:
        fined, paid = f"{month.fined_vnd:,}".replace(",", "."), f"{month.paid_vnd:,}".replace(",", ".")
        paper.write(
            f"Có {month.sanctioned} quyết định xử phạt, tổng tiền phạt {fined} đồng; "
            f"trong tháng đã nộp {paid} đồng."
        )
    paper.write(f"Công khai {month.listed} số; đưa ra khỏi danh sách {month.unlisted} số.")
    paper.part("II. THỜI GIAN TRẢ LỜI CỦA NHÀ MẠNG")
    if month.carriers:
        paper.write("Thời gian tính bằng ngày làm việc, từ ngày gửi công văn đến câu trả lời cuối cùng.")
        paper.table("", HEAD, [_row(each) for each in month.carriers])
    else:
        paper.write("Trong tháng không có công văn nào chờ hoặc được trả lời.")
    paper.part("III. NHẬN XÉT, KIẾN NGHỊ")
    paper.to_fill_in(4)
    paper.signature()
    return paper.content()


def _steps(month: NumbersMonth) -> list[tuple[str, str]]:
    return [
        ("Đã mời chủ thuê bao", str(month.invited)),
        ("Đã khắc phục", str(month.complied)),
        ("Nhà mạng đã tạm ngừng", str(month.suspended)),
        ("Đã kết thúc", str(month.closed)),
        ("Thôi xử lý", str(month.dropped)),
    ]


def _row(each: CarrierMonth) -> tuple[str, ...]:
    mean = figure_number(each.mean_days) if each.mean_days is not None else "–"
    longest = str(each.longest_days) if each.longest_days is not None else "–"
    counts = (each.waiting, each.late)
    cells = (each.carrier["name"], str(each.sent), str(each.answered), str(each.numbers), mean, longest)
    return (*cells, *(str(count) for count in counts))
