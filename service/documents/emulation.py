"""Papers of a movement: what a unit has achieved, the submission with its list, the council's minutes."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import date
from zoneinfo import ZoneInfo

import xlsxwriter

from service.documents.form import BLANK, Paper
from service.documents.made import MadeDocument, made_of
from service.documents.offices import office_of
from service.domain.city.reference import Reference
from service.domain.emulation.papers import MovementPaper
from service.domain.emulation.shapes import MovementView, ScoreView, StandingRow
from service.i18n.wording import number_words
from service.models import DocumentKind

LIST_HEADING = ("Đơn vị", "Khối", "Hạng", "Tổng điểm", "Hình thức đề nghị")
WIDTHS = (6, 36, 24, 8, 12, 26)


def make_dossier_document(reference: Reference, facts: MovementPaper, on: date) -> MadeDocument:
    """Write Báo cáo thành tích: part I is the unit's to write, part II the figures as they were frozen."""
    unit, told = facts.unit, facts.movement
    if unit is None:
        raise ValueError("a dossier is of one unit")
    about = f"Thành tích của {unit.unit['name']} trong {movement_name(told)}"
    paper = _paper(reference, facts, about, DocumentKind.REPORT)
    paper.heading(on)
    paper.title(about)
    paper.part("I. SƠ LƯỢC")
    paper.say(f"Tên đơn vị: {unit.unit['name']}.")
    paper.to_fill_in(4)
    paper.part("II. THÀNH TÍCH")
    paper.say(f"Kết quả {movement_name(told)} (từ ngày {_day(told.first)} đến ngày {_day(told.last)}):")
    rows = [
        (score.words, figure_of(score), _points(score.got), f"{_points(score.points)}", source_of(score))
        for score in unit.scores
    ]
    heading = ("Tiêu chí", "Số liệu", "Điểm", "Điểm chuẩn", "Nguồn")
    paper.table("", heading, rows, first=52)
    paper.say(f"Tổng điểm: {_points(unit.standing.points)}; {place_of(unit.standing)}.")
    _say_corrections(paper, reference, told, unit.unit["code"])
    for score in unit.scores:
        if score.proof:
            paper.say(f"- {score.words}: {score.proof}")
    if facts.initiatives:
        paper.say("Sáng kiến được công nhận:")
    for title, decision in facts.initiatives:
        paper.say(f"- {title}{f' ({decision})' if decision else ''}.")
    paper.to_fill_in(3)
    paper.part("III. CÁC HÌNH THỨC ĐÃ ĐƯỢC KHEN THƯỞNG")
    paper.to_fill_in(3)
    paper.signature()
    return made_of(paper, f"bao-cao-thanh-tich-{told.id}-{unit.unit['code']}.docx")


def make_submission(reference: Reference, facts: MovementPaper, on: date) -> MadeDocument:
    """Write the submission (Tờ trình) that proposes awards, with the list as its annex."""
    told = facts.movement
    about = f"Về việc đề nghị khen thưởng {movement_name(told)}"
    paper = _paper(reference, facts, about, DocumentKind.SUBMISSION)
    paper.heading(on)
    paper.title(about)
    paper.addressed_to(BLANK * 3)
    basis = f"Căn cứ {told.decision}; " if told.decision else ""
    forms = f" theo {told.forms}" if told.forms else ""
    paper.say(
        f"{basis}{movement_name(told)} (từ ngày {_day(told.first)} đến ngày {_day(told.last)}) đã được "
        f"hội đồng thẩm định và công bố kết quả. {paper.office.issuer} kính trình xem xét khen thưởng{forms}:"
    )
    for pool in told.pools:
        first = [row for row in pool.rows if row.place == 1]
        if first:
            names = "; ".join(f"{row.unit['name']} ({_points(row.points)} điểm)" for row in first)
            paper.say(f"- {pool.name}: {names}.")
    _say_corrections(paper, reference, told)
    paper.say("(Danh sách tại Phụ lục kèm theo.)")
    paper.signature()
    _list_annex(paper, told)
    return made_of(paper, f"to-trinh-{told.id}.docx")


def make_council_minutes(reference: Reference, facts: MovementPaper, on: date) -> MadeDocument:
    """Write the minutes of the council's meeting; who was there and voted is written by hand."""
    told = facts.movement
    about = f"Họp hội đồng xét thi đua {movement_name(told)}"
    paper = _paper(reference, facts, about, DocumentKind.MINUTES)
    paper.heading(on)
    paper.title(about)
    paper.say(f"Thời gian: {BLANK} giờ {BLANK}, ngày {BLANK}. Địa điểm: {BLANK * 2}.")
    paper.part("I. THÀNH PHẦN")
    for name in facts.council:
        paper.say(f"- {name}")
    paper.say(f"Có mặt {BLANK}/{len(facts.council)} thành viên; vắng {BLANK}.")
    paper.part("II. NỘI DUNG")
    criteria = [(each.words, _points(each.points), each.section or BLANK) for each in told.criteria]
    paper.table("Tiêu chí", ("Nội dung", "Điểm chuẩn", "Nhóm"), criteria, first=90)
    paper.part("III. KẾT QUẢ")
    rows = [(name, row.unit["name"], place_of(row), _points(row.points), BLANK) for name, row in _rows(told)]
    paper.table("", ("Khối", "Đơn vị", "Hạng", "Tổng điểm", "Phiếu đồng ý"), rows, first=36)
    paper.say("Biên bản được đọc lại cho các thành viên cùng nghe và thông qua.")
    paper.signature()
    return made_of(paper, f"bien-ban-{told.id}.docx")


def make_award_list(facts: MovementPaper) -> bytes:
    """Write danh sách trích ngang: a line a unit, the same numbers as in the papers."""
    told, buffer = facts.movement, io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties(
        {"title": f"Danh sách {told.title}", "author": told.issuer["name"] if told.issuer else ""}
    )
    bold = book.add_format({"bold": True, "border": 1, "text_wrap": True, "valign": "top"})
    plain = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
    number = book.add_format({"border": 1, "num_format": "0.0", "valign": "top"})
    sheet = book.add_worksheet("Danh sách")
    for column, (heading, width) in enumerate(zip(("STT", *LIST_HEADING), WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, heading, bold)
    for at, (pool, row) in enumerate(_rows(told), 1):
        sheet.write_number(at, 0, at, plain)
        for column, text in enumerate((row.unit["name"], pool, str(row.place or "–")), 1):
            sheet.write_string(at, column, text, plain)
        if row.points is None:
            sheet.write_string(at, 4, row.not_ranked_why, plain)
        else:
            sheet.write_number(at, 4, row.points, number)
        sheet.write_string(at, 5, "", plain)
    sheet.freeze_panes(1, 0)
    book.close()
    return buffer.getvalue()


PAPERS: dict[str, Callable[[Reference, MovementPaper, date], MadeDocument]] = {
    "submission": make_submission,
    "minutes": make_council_minutes,
}


def movement_name(told: MovementView) -> str:
    """Return a movement as a document names it."""
    return f"phong trào thi đua “{told.title}”"


def figure_of(score: ScoreView) -> str:
    """Return a figure as a document says it, of how many where it is a part."""
    if not score.indicator:
        return "–"
    if score.value is None:
        return "không có số liệu"
    said = number_words(score.value, 0 if score.value == int(score.value) else 1)
    if score.missed_number is not None and score.of is not None:
        return f"{said} % ({score.of - score.missed_number}/{score.of})"
    return f"{said} {score.unit_words}" + (f" (trên {score.of})" if score.of is not None else "")


def source_of(score: ScoreView) -> str:
    """Return where points come from."""
    if score.left_out:
        return f"không tính: ít hơn {score.fewest} hồ sơ"
    if score.given is not None:
        return f"hội đồng: {score.why}" if score.why else "hội đồng thẩm định"
    return f"hệ thống: {score.indicator}" if score.indicator else "đơn vị tự chấm"


def place_of(row: StandingRow) -> str:
    """Return a place as a document says it."""
    return f"hạng {row.place}" if row.place else row.not_ranked_why


def _say_corrections(paper: Paper, reference: Reference, told: MovementView, unit: str = "") -> None:
    """Add what was corrected after the announcement, of one unit or of all."""
    for each in told.corrections:
        if unit in ("", each.unit["code"]):
            name, points = each.unit["name"], f"{_points(each.was)} thành {_points(each.points)} điểm"
            day = each.at.astimezone(ZoneInfo(reference.timezone)).date()
            paper.say(f"Đính chính ngày {_day(day)}: {name}, {points} ({each.why}).")


def _list_annex(paper: Paper, told: MovementView) -> None:
    paper.annex("", "Danh sách kết quả thi đua")
    rows = [
        (
            row.unit["name"],
            pool,
            str(row.place or "–"),
            _points(row.points),
            "" if row.place else row.not_ranked_why,
        )
        for pool, row in _rows(told)
    ]
    paper.table("", LIST_HEADING, rows, first=52)


def _rows(told: MovementView) -> Sequence[tuple[str, StandingRow]]:
    """The one list of numbers that all papers share."""
    return [(pool.name, row) for pool in told.pools for row in pool.rows]


def _paper(reference: Reference, facts: MovementPaper, about: str, kind: DocumentKind) -> Paper:
    return Paper(office_of(reference, facts.issuer_id, entered=facts.office), about, kind)


def _points(points: float | None) -> str:
    return "–" if points is None else number_words(points, 1)


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
