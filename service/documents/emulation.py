"""Papers of a movement: what a unit has achieved, the submission with its list, the council's minutes."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from service.documents.form import BLANK, Paper
from service.documents.made import MadeDocument, made_of
from service.documents.offices import name_in_full, office_of
from service.domain.city.reference import Reference
from service.domain.emulation.awards.dossier_views import ProposalView
from service.domain.emulation.movements.papers import MovementPaper
from service.domain.emulation.shapes import MovementView, ScoreView, StandingRow
from service.domain.kernel.formats.workbooks import fit_row, new_workbook, write_headings
from service.i18n.wording import figure_number, number_words
from service.models import CriterionSource
from service.models.documents.kinds import DocumentKind

LIST_HEADING = ("Đơn vị", "Khối", "Hạng", "Tổng điểm", "Hình thức đề nghị")
WIDTHS = (6, 36, 24, 8, 12, 26)


def make_dossier_document(reference: Reference, facts: MovementPaper, on: date) -> MadeDocument:
    """Write Báo cáo thành tích: part I is the unit's to write, part II the figures as they were frozen."""
    unit, movement = facts.unit, facts.movement
    if unit is None:
        raise ValueError("a dossier is of one unit")
    name = name_in_full(unit.unit["name"])
    about = f"Thành tích của {name} trong {movement_name(movement)}"
    paper = _paper(reference, facts, about, DocumentKind.REPORT)
    paper.heading(on)
    paper.title(about)
    paper.part("I. SƠ LƯỢC")
    paper.write(f"Tên đơn vị: {name}.")
    paper.to_fill_in(4)
    paper.part("II. THÀNH TÍCH")
    paper.write(
        f"Kết quả {movement_name(movement)} (từ ngày {_day(movement.first)} đến ngày {_day(movement.last)}):"
    )
    rows = [
        (score.words, figure_of(score), _signed(score), f"{_points(score.points)}", source_of(score))
        for score in unit.scores
    ]
    heading = ("Tiêu chí", "Số liệu", "Điểm", "Điểm chuẩn", "Nguồn")
    paper.table("", heading, rows)
    if unit.left_out and unit.standing.points is not None:
        out = _points(unit.left_out)
        paper.write(f"Tiêu chí không đủ hồ sơ để tính: {out} điểm; các tiêu chí còn lại quy về 100.")
    paper.write(f"Tổng điểm: {_points(unit.standing.points)}; {place_of(unit.standing)}.")
    _say_corrections(paper, reference, movement, unit.unit["code"])
    for score in unit.scores:
        if score.proof:
            paper.write(f"- {score.words}: {score.proof}")
    if facts.initiatives:
        paper.write("Sáng kiến được công nhận:")
    for title, decision in facts.initiatives:
        paper.write(f"- {title}{f' ({decision})' if decision else ''}.")
    for title, names in facts.shared:
        listed = "; ".join(names)
        paper.write(f"Kết quả này cũng được dùng trong phong trào thi đua “{title}” ({listed}).")
    paper.to_fill_in(3)
    paper.part("III. CÁC HÌNH THỨC ĐÃ ĐƯỢC KHEN THƯỞNG")
    paper.to_fill_in(3)
    paper.signed_by_both("Xác nhận của\ncấp trên trực tiếp", paper.office.signs or BLANK)
    return made_of(paper, f"bao-cao-thanh-tich-{movement.id}-{unit.unit['code']}.docx")


def make_submission(reference: Reference, facts: MovementPaper, on: date) -> MadeDocument:
    """Write the submission (Tờ trình) that proposes awards, with the list as its annex."""
    movement = facts.movement
    about = f"Về việc đề nghị khen thưởng {movement_name(movement)}"
    paper = _paper(reference, facts, about, DocumentKind.SUBMISSION)
    paper.heading(on)
    paper.title(about)
    paper.addressed_to(BLANK * 3)
    name = movement_name(movement)
    basis = f"Căn cứ {movement.decision}; {name}" if movement.decision else name[0].upper() + name[1:]
    forms = f" theo {movement.forms}" if movement.forms else ""
    paper.write(
        f"{basis} (từ ngày {_day(movement.first)} đến ngày {_day(movement.last)}) đã được "
        f"hội đồng thẩm định và công bố kết quả. {paper.office.issuer} kính trình xem xét khen thưởng{forms}:"
    )
    proposed = proposed_forms(facts)
    for pool in movement.pools:
        best = [row for row in pool.rows if row.place == 1 and row.points]
        rows = [row for row in pool.rows if row.unit["code"] in proposed] if proposed else best
        if rows:
            names = "; ".join(
                f"{row.unit['name']} ({_points(row.points)} điểm{_proposed(proposed, row)})" for row in rows
            )
            paper.write(f"- {pool.name}: {names}.")
    _say_corrections(paper, reference, movement)
    paper.write("(Danh sách tại Phụ lục kèm theo.)")
    paper.signature()
    _list_annex(paper, movement, proposed)
    return made_of(paper, f"to-trinh-{movement.id}.docx")


def make_council_minutes(reference: Reference, facts: MovementPaper, on: date) -> MadeDocument:
    """Write the minutes of the council's meeting; who was there and voted is written by hand."""
    movement = facts.movement
    about = f"Họp hội đồng xét thi đua {movement_name(movement)}"
    paper = _paper(reference, facts, about, DocumentKind.MINUTES)
    paper.heading(on)
    paper.title(about)
    _say_meeting(paper, facts)
    paper.part("II. NỘI DUNG")
    criteria = [(each.words, _points(each.points), each.section or BLANK) for each in movement.criteria]
    paper.table("Tiêu chí", ("Nội dung", "Điểm chuẩn", "Nhóm"), criteria)
    paper.part("III. KẾT QUẢ")
    votes = {each.unit["code"]: each for each in facts.award.proposals} if facts.award else {}
    rows = []
    for name, row in _rows(movement):
        agreed = _agreed(facts, votes.get(row.unit["code"]))
        place = str(row.place) if row.place else row.not_ranked_why
        rows.append((said_unit(row), name, place, _points(row.points), agreed))
    paper.table("", ("Đơn vị", "Khối", "Hạng", "Tổng điểm", "Phiếu đồng ý"), rows)
    paper.write("Biên bản được đọc lại cho các thành viên cùng nghe và thông qua.")
    paper.signed_by_both("Thư ký", "Chủ tọa")
    return made_of(paper, f"bien-ban-{movement.id}.docx")


def make_award_list(facts: MovementPaper) -> bytes:
    """Write danh sách trích ngang: a line a unit, the same numbers as in the papers."""
    movement, buffer, proposed = facts.movement, io.BytesIO(), proposed_forms(facts)
    book = new_workbook(buffer)
    book.set_properties(
        {"title": f"Danh sách {movement.title}", "author": movement.issuer["name"] if movement.issuer else ""}
    )
    bold = book.add_format({"bold": True, "border": 1, "text_wrap": True, "valign": "top"})
    plain = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
    number = book.add_format({"border": 1, "num_format": "0.0", "valign": "top"})
    sheet = book.add_worksheet("Danh sách")
    write_headings(sheet, zip(("STT", *LIST_HEADING), WIDTHS, strict=True), bold)
    for at, (pool, row) in enumerate(_rows(movement), 1):
        sheet.write_number(at, 0, at, plain)
        for column, text in enumerate((said_unit(row), pool), 1):
            sheet.write_string(at, column, text, plain)
        sheet.write(at, 3, row.place or "–", plain)
        if row.points is None:
            sheet.write_string(at, 4, "–", plain)
        else:
            sheet.write_number(at, 4, row.points, number)
        last = proposed.get(row.unit["code"], "") if row.place else row.not_ranked_why
        sheet.write_string(at, 5, last, plain)
        fit_row(sheet, at, (None, said_unit(row), pool, None, None, last), WIDTHS)
    book.close()
    return buffer.getvalue()


def _agreed(facts: MovementPaper, proposal: ProposalView | None) -> str:
    """Return the votes for a unit; blank before the council met, a dash for who was not proposed."""
    if facts.award is None or facts.award.met_on is None:
        return BLANK
    if proposal is None or proposal.agree is None:
        return "–"
    return f"{proposal.agree}/{len(facts.award.present)}"


PAPERS: dict[str, Callable[[Reference, MovementPaper, date], MadeDocument]] = {
    "submission": make_submission,
    "minutes": make_council_minutes,
}


def movement_name(movement: MovementView) -> str:
    """Return a movement as a document names it."""
    return f"phong trào thi đua “{movement.title}”"


def figure_of(score: ScoreView) -> str:
    """Return a figure as a document says it, of how many where it is a part."""
    if not score.indicator:
        return "–"
    if score.value is None:
        return "không có số liệu"
    number = figure_number(score.value, score.unit_words)
    if score.missed_number is not None and score.of is not None:
        return f"{number}% ({score.of - score.missed_number}/{score.of}){_beside_in_words(score)}"
    return (
        f"{number} {score.unit_words}"
        + (f" (tính trên {score.of})" if score.of is not None else "")
        + _beside_in_words(score)
    )


def _beside_in_words(score: ScoreView) -> str:
    beside = score.beside
    if beside is None or beside.value is None:
        return ""
    number = figure_number(beside.value, beside.unit_words)
    unit = beside.unit_words if beside.unit_words == "%" else f" {beside.unit_words}"
    return f"; {beside.name[0].lower()}{beside.name[1:]}: {number}{unit}"


def _signed(score: ScoreView) -> str:
    """Return the points that count, a deduction with its sign."""
    return f"{'−' if score.source == CriterionSource.DEDUCTION and score.got else ''}{_points(score.got)}"


def source_of(score: ScoreView) -> str:
    """Return where points come from."""
    if score.left_out and score.value is None:
        return "không tính: không có số liệu"
    if score.left_out:
        return f"không tính: ít hơn {score.fewest} hồ sơ"
    if score.given is not None:
        return f"hội đồng: {score.why}" if score.why else "hội đồng thẩm định"
    if score.indicator:
        return f"hệ thống: {score.indicator}"
    if score.claimed is not None:
        return "đơn vị tự chấm"
    own = score.source == CriterionSource.SELF
    return "đơn vị không tự chấm" if own else "hội đồng không cho điểm"


def said_unit(row: StandingRow) -> str:
    """Return a unit as a list says it: of one that was dissolved its last day and its successor."""
    if row.ended_on is None:
        return row.unit["name"]
    heir = f"; kế tục: {row.successor['name']}" if row.successor else ""
    return f"{row.unit['name']} (tính đến ngày giải thể {_day(row.ended_on)}{heir})"


def place_of(row: StandingRow) -> str:
    """Return a place as a document says it."""
    return f"hạng {row.place}" if row.place else row.not_ranked_why


def _say_corrections(paper: Paper, reference: Reference, movement: MovementView, unit: str = "") -> None:
    """Add what was corrected after the announcement, of one unit or of all."""
    for each in movement.corrections:
        if unit in ("", each.unit["code"]):
            name, points = each.unit["name"], f"{_points(each.was)} thành {_points(each.points)} điểm"
            day = each.at.astimezone(ZoneInfo(reference.timezone)).date()
            paper.write(f"Đính chính ngày {_day(day)}: {name}, {points} ({each.why}).")


def proposed_forms(facts: MovementPaper) -> dict[str, str]:
    """Return the forms that are proposed, by unit: of those that the council agreed to once it has met."""
    if facts.award is None:
        return {}
    rows, met = facts.award.proposals, facts.award.met_on is not None
    return {row.unit["code"]: row.form_name for row in rows if row.passed or not met}


def _proposed(proposed: dict[str, str], row: StandingRow) -> str:
    return f", đề nghị: {proposed[row.unit['code']].lower()}" if row.unit["code"] in proposed else ""


def _say_meeting(paper: Paper, facts: MovementPaper) -> None:
    """Add when the council met and who was there, as it was kept; blanks are filled in by hand."""
    award, all_ = facts.award, len(facts.council)
    met = award.met_on if award is not None else None
    day = _day(met) if met is not None else BLANK
    paper.write(f"Thời gian: {BLANK} giờ {BLANK}, ngày {day}. Địa điểm: {BLANK * 2}.")
    paper.part("I. THÀNH PHẦN")
    present = award.present if award is not None and met is not None else []
    for name in present or facts.council:
        paper.write(f"- {name}")
    there, away = (f"{len(present):02d}", f"{all_ - len(present):02d}") if present else (BLANK, BLANK)
    paper.write(f"Có mặt {there}/{all_:02d} thành viên; vắng {away}.")


def _list_annex(paper: Paper, movement: MovementView, proposed: dict[str, str]) -> None:
    paper.annex("", "Danh sách kết quả thi đua")
    rows = [
        (
            said_unit(row),
            pool,
            str(row.place or "–"),
            _points(row.points),
            proposed.get(row.unit["code"], "") if row.place else row.not_ranked_why,
        )
        for pool, row in _rows(movement)
    ]
    paper.table("", LIST_HEADING, rows)


def _rows(movement: MovementView) -> Sequence[tuple[str, StandingRow]]:
    """Return the one list of numbers that all papers share."""
    return [(pool.name, row) for pool in movement.pools for row in pool.rows]


def _paper(reference: Reference, facts: MovementPaper, about: str, kind: DocumentKind) -> Paper:
    return Paper(office_of(reference, facts.issuer_id, entered=facts.office), about, kind)


def _points(points: float | None) -> str:
    return "–" if points is None else number_words(points, 1)


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
