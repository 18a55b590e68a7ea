"""The periodic report on field reports: what it says, filled from the figures of a dashboard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from service.documents.form import BLANK, IssuingOffice, Paper
from service.domain.city.reference import Reference
from service.domain.figures.reckon import Tally
from service.domain.kernel.texts import alphabetical
from service.domain.queries.manage.dashboard import (
    FEWEST_DECIDED,
    TARGET,
    Dashboard,
    DashboardRow,
)
from service.domain.queries.manage.lists import PLACE_M
from service.domain.queries.manage.periods import Period
from service.domain.queries.manage.repeated_places import RepeatedPlace
from service.domain.queries.manage.selection import Selection
from service.i18n.changes import change_words
from service.i18n.wording import number_words, percent_words

MEASURES = ("Tiếp nhận", "Đã xong", "Đúng hạn", "Trễ hạn", "Tỷ lệ đúng hạn", "Trung vị (ngày)")
NOTE = "(Cơ quan soạn thảo bổ sung nhận xét, kiến nghị trước khi trình ký.)"


@dataclass(frozen=True, slots=True)
class PeriodicReportData:
    """Data of a periodic report."""

    board: Dashboard
    about: str
    places: Sequence[RepeatedPlace]
    today: date


def scope_words(reference: Reference, wanted: Selection) -> str:
    """Return which part of the city's reports the figures are of; empty where it is all of them."""
    parts = []
    if wanted.categories is not None:
        paths = {reference.categories[each].path[0] for each in wanted.categories}
        parts.append("lĩnh vực " + ", ".join(reference.category_by_code[c].name["vi"] for c in sorted(paths)))
    groups = (each for each in reference.config.area_groups if reference.ward_ids(each.code) == wanted.wards)
    if group := next(groups, None):
        parts.append("địa bàn " + group.name["vi"])
    elif wanted.wards is not None:
        names = {reference.wards[each].full_name for each in wanted.wards if each in reference.wards}
        parts.append("địa bàn " + ", ".join(sorted(names, key=alphabetical)))
    return "; ".join(parts)


def write_periodic(office: IssuingOffice, facts: PeriodicReportData) -> Paper:
    """Write the whole document."""
    board = facts.board
    about = f"Kết quả tiếp nhận, xử lý phản ánh hiện trường {period_words(board.period)}"
    paper = Paper(office, about)
    paper.heading(facts.today)
    paper.title(about)
    first, last = _day(board.counted.first), _day(board.counted.last)
    scope = f" ({facts.about})" if facts.about else ""
    paper.write(
        f"{office.issuer} báo cáo kết quả tiếp nhận, xử lý phản ánh hiện trường{scope} từ ngày {first} "
        f"đến ngày {last}. Số liệu được tính từ các bước xử lý đã ghi trên hệ thống, so sánh với kỳ từ ngày "
        f"{_day(board.compared.first)} đến ngày {_day(board.compared.last)}."
    )
    _received(paper, board)
    _handled(paper, board)
    _routing(paper, board)
    _places(paper, facts)
    paper.part("V. NHẬN XÉT, KIẾN NGHỊ")
    paper.write(NOTE)
    paper.to_fill_in(4)
    paper.signature()
    _annexes(paper, board)
    return paper


def period_words(period: Period) -> str:
    """Return “tháng 11 năm 2026”, as it goes on after a title."""
    first, last = period.first, period.last
    if period.kind == "month":
        return f"tháng {first.month:02} năm {first.year}"
    if period.kind == "quarter":
        return f"quý {('I', 'II', 'III', 'IV')[(first.month - 1) // 3]} năm {first.year}"
    if period.kind == "year":
        return f"năm {first.year}"
    if period.kind == "week":
        number = first.isocalendar()
        return f"tuần {number.week:02} năm {number.year} (từ {_day(first)} đến {_day(last)})"
    return f"từ ngày {_day(first)} đến ngày {_day(last)}"


def _received(paper: Paper, board: Dashboard) -> None:
    now, before = board.total, board.before
    paper.part("I. TÌNH HÌNH TIẾP NHẬN")
    last = board.last_year
    year = f"; cùng kỳ năm trước {_n(last.received)} phản ánh" if last and last.received else ""
    moved = _moved(now.received, before.received)
    paper.write(f"1. Tổng số phản ánh tiếp nhận: {_n(now.received)}{moved}{year}.")
    known = [row for row in board.categories if row.code][:5]
    if known:
        names = "; ".join(f"{row.name}: {_n(row.now.received)}" for row in known)
        paper.write(f"2. Lĩnh vực được phản ánh nhiều nhất: {names}.")
    known = [row for row in board.wards if row.code][:5]
    if known:
        names = "; ".join(f"{row.name}: {_n(row.now.received)}" for row in known)
        paper.write(f"3. Địa bàn được phản ánh nhiều nhất: {names}.")


def _handled(paper: Paper, board: Dashboard) -> None:
    now, before = board.total, board.before
    paper.part("II. KẾT QUẢ XỬ LÝ")
    paper.write(
        f"1. Đã xử lý xong {_n(now.done)} phản ánh, đang xử lý {_n(now.open)} phản ánh. Không tiếp nhận "
        f"{_n(now.rejected)}; trùng lặp {_n(now.merged)}; người dân rút {_n(now.withdrawn)}."
    )
    if now.decided:
        paper.write(
            f"2. Đúng hạn {_n(now.on_time)} trên {_n(now.decided)} phản ánh đã có kết quả, đạt "
            f"{percent_words(now.on_time_rate)} (kỳ trước {percent_words(before.on_time_rate)}); "
            f"trễ hạn {_n(now.late)}."
        )
    else:
        paper.write("2. Trong kỳ chưa có phản ánh nào đến hạn hoặc xử lý xong có thời hạn.")
    extended = f"Gia hạn {_n(now.extended)} phản ánh" if now.extended else "Không có phản ánh được gia hạn"
    reopened = (
        f"người dân yêu cầu mở lại {_n(now.reopened)} phản ánh"
        if now.reopened
        else "không có phản ánh được yêu cầu mở lại"
    )
    paper.write(f"3. {extended}; {reopened}.")
    if now.median_hours is not None:
        paper.write(
            f"4. Thời gian xử lý trung vị {_days(now.median_hours)} ngày; 90% số phản ánh được xử lý trong "
            f"{_days(now.p90_hours)} ngày."
        )
    if now.rating is not None:
        score = number_words(now.rating, 1)
        paper.write(f"5. Người dân chấm {score} trên 5 điểm ({_n(now.rated)} lượt đánh giá).")
    below = [row for row in board.departments if row.below]
    if below:
        caption = f"Các đơn vị có tỷ lệ đúng hạn dưới {TARGET}%"
        paper.table(caption, ("Đơn vị", *MEASURES), _rows(below, BLANK))
    elif any(row.place for row in board.departments):
        paper.write(f"Các đơn vị được xếp hạng đều đạt tỷ lệ đúng hạn từ {TARGET}%.")
    paper.write(
        "(Số liệu theo đơn vị, lĩnh vực, phường, xã và quy tắc phân công tại các Phụ lục I, II, III, IV kèm "
        "theo.)"
    )


def _routing(paper: Paper, board: Dashboard) -> None:
    paper.part("III. CHẤT LƯỢNG PHÂN CÔNG TỰ ĐỘNG")
    routed = sum(row.now.received for row in board.rules)
    corrected = sum(row.now.corrected for row in board.rules)
    if not routed:
        paper.write("Trong kỳ không có phản ánh nào được phân công tự động.")
        return
    counts = {
        name: _n(sum(getattr(row.now, name) for row in board.rules))
        for name in ("refused", "handed_on", "recategorised")
    }
    paper.write(
        f"Hệ thống phân công tự động {_n(routed)} phản ánh; đúng ngay lần đầu "
        f"{percent_words((routed - corrected) / routed)}. Phải sửa {_n(corrected)}: "
        f"đơn vị từ chối {counts['refused']}, chuyển đơn vị khác {counts['handed_on']}, "
        f"sửa loại {counts['recategorised']}."
    )


def _places(paper: Paper, facts: PeriodicReportData) -> None:
    paper.part("IV. ĐỊA ĐIỂM PHẢN ÁNH LẶP LẠI")
    if not facts.places:
        paper.write("Trong kỳ không có địa điểm nào có từ ba phản ánh trở lên.")
        return
    rows = [
        (
            ", ".join(part for part in (place.address, place.ward) if part) or BLANK,
            _n(place.number),
            _codes(place),
        )
        for place in facts.places
    ]
    heading = ("Địa điểm", f"Số phản ánh trong vòng {PLACE_M} m", "Mã phản ánh")
    paper.table("", heading, rows)


def _codes(place: RepeatedPlace) -> str:
    more = place.number - len(place.codes)
    return ", ".join(place.codes) + (f" và {_n(more)} phản ánh khác" if more > 0 else "")


def _annexes(paper: Paper, board: Dashboard) -> None:
    paper.annex("I", "Kết quả theo đơn vị chủ trì")
    paper.write(
        "Đơn vị có tỷ lệ đúng hạn thấp nhất đứng trước; bằng nhau thì theo số phản ánh trễ hạn, rồi theo "
        "tên; số ở cột đầu là thứ hạng, 1 là cao nhất. Đơn vị có dưới "
        f"{FEWEST_DECIDED} phản ánh đã có kết quả đứng sau, chưa được xếp hạng."
    )
    total = _measures("Tổng cộng", board.total)
    ranks = [str(row.place or "–") for row in board.departments]
    rows = _rows(board.departments, "Chưa có đơn vị")
    paper.table("", ("Đơn vị", *MEASURES), rows, total=total, numbers=ranks)
    paper.annex("II", "Kết quả theo lĩnh vực")
    paper.table("", ("Lĩnh vực", *MEASURES), _rows(board.categories, BLANK), total=total)
    paper.annex("III", "Kết quả theo phường, xã")
    paper.table("", ("Phường, xã", *MEASURES), _rows(board.wards, "Chưa xác định"), total=total)
    paper.annex("IV", "Quy tắc phân công phải sửa")
    heading = ("Quy tắc", "Phân công", "Phải sửa", "Từ chối", "Chuyển", "Sửa loại")
    rules = [row for row in board.rules if row.now.corrected]
    if not rules:
        paper.write("Trong kỳ không có quy tắc nào phải sửa.")
        return
    names = ("received", "corrected", "refused", "handed_on", "recategorised")
    lines = [(f"{r.code}. {r.name}", *(_n(getattr(r.now, name)) for name in names)) for r in rules]
    paper.table("", heading, lines)


def _rows(rows: Sequence[DashboardRow], nobody: str) -> list[Sequence[str]]:
    return [_measures(row.name or nobody, row.now) for row in rows]


def _measures(name: str, one: Tally) -> Sequence[str]:
    numbers = [_n(one.received), _n(one.done), _n(one.on_time), _n(one.late)]
    return (name, *numbers, percent_words(one.on_time_rate), _days(one.median_hours))


def _moved(now: int, before: int) -> str:
    change = change_words(now, before, "kỳ trước")
    if change is None:
        return " (kỳ trước không có phản ánh nào)"
    if not change.way:
        return " (bằng kỳ trước)"
    beside = "" if change.counted else f" ({_n(before)} phản ánh)"
    return f", {change.text[0].lower()}{change.text[1:]}{beside}"


def _n(value: int) -> str:
    return f"{value:,}".replace(",", ".")


def _days(hours: float | None) -> str:
    return "–" if hours is None else number_words(hours / 24, 1)


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
