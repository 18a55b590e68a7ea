"""Documents about a plan: the progress report, a letter that urges a unit on, the draft of a plan below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from service.documents.form import BLANK, IssuingOffice, Paper, with_full_stop
from service.documents.made import MadeDocument, made_of
from service.documents.offices import office_of
from service.documents.pictures import put_pictures
from service.domain.city.reference import Reference
from service.domain.documents.of_plans import PlanPaper
from service.domain.plans.overview import PlanView, RowView
from service.domain.plans.plan_facts import PlanFacts
from service.models.documents.kinds import DocumentKind

RESULT_HEADING = ("Nhiệm vụ", "Chủ trì", "Thời gian", "Tiến độ", "Kết quả")
ROW_HEADING = ("Nhiệm vụ", "Chủ trì", "Thời gian", "Ghi chú")


def make_plan_document(
    reference: Reference, paper: PlanPaper, pictures: Mapping[str, bytes] = MappingProxyType({})
) -> MadeDocument:
    """Write the document that was ordered; `pictures` are small versions of photos by their keys."""
    order, facts = paper.order, paper.facts
    office = office_of(reference, paper.issuer_id, order, paper.office)
    code = facts.plan.code
    if order.what == "progress":
        written = _write_progress(office, reference, facts, pictures)
        return made_of(written, f"{code}-bao-cao-{facts.until:%Y%m%d}.docx")
    if order.what == "urging":
        return made_of(_write_urging(office, facts, paper), f"{code}-don-doc-{order.unit}.docx")
    return made_of(_write_child(office, facts, paper.rows), f"{code}-ke-hoach-{order.unit}.docx")


def _in_line(words: str) -> str:
    """Return words of a cell within a sentence: its lines one after another, no full stop at their ends."""
    return "; ".join(line.strip().rstrip(".;,") for line in words.split("\n") if line.strip()) or BLANK


def _write_progress(
    office: IssuingOffice, reference: Reference, facts: PlanFacts, pictures: Mapping[str, bytes]
) -> Paper:
    """Write the progress report: results by task, difficulties, what comes next."""
    plan, day = facts.plan, f"{facts.until:%d/%m/%Y}"
    about = f"Tiến độ thực hiện {plan_name(plan)} đến ngày {day}"
    paper = Paper(office, about)
    paper.heading(facts.today)
    paper.title(about)
    paper.write(f"Thực hiện {plan_name(plan)}, {office.issuer} báo cáo tiến độ đến ngày {day} như sau:")
    paper.part("I. KẾT QUẢ THEO TỪNG NHIỆM VỤ")
    done = sum(is_done(row) for row in plan.rows)
    paper.write(f"Đã hoàn thành {done}/{len(plan.rows)} nhiệm vụ; {len(facts.late)} nhiệm vụ trễ hạn.")
    rows = [
        (row.task, row.lead_words, row.time_words, progress_words(row), row.progress.result)
        for row in plan.rows
    ]
    paper.table("", RESULT_HEADING, rows, numbers=[row.label or str(row.position) for row in plan.rows])
    for row in facts.late:
        paper.write(
            f"Trễ hạn: {row.label or row.position}. {_in_line(row.task)} ({_in_line(row.lead_words)})."
        )
    paper.part("II. KHÓ KHĂN, VƯỚNG MẮC VÀ KIẾN NGHỊ")
    for number, each in enumerate(facts.hindrances, 1):
        unit = reference.departments.get(each.unit_id)
        proposal = f" Kiến nghị: {with_full_stop(_in_line(each.proposal))}" if each.proposal else ""
        decision = f" Đã quyết định: {with_full_stop(_in_line(each.decision))}" if each.decision else ""
        sentence = f"{with_full_stop(_in_line(each.title))}{proposal}{decision}"
        paper.write(f"{number}. {unit.name['vi'] if unit else BLANK}: {sentence}")
    if not facts.hindrances:
        paper.write("Trong kỳ không có khó khăn, vướng mắc được nêu.")
    paper.part("III. NHIỆM VỤ THỜI GIAN TỚI")
    for row, due in facts.coming:
        paper.write(f"- {_in_line(row.task)} ({_in_line(row.lead_words)}, hạn {due:%d/%m/%Y}).")
    if not facts.coming:
        paper.write("Không có nhiệm vụ nào đến hạn trong tháng tới.")
    shown = [(pictures[each.picture], each.words) for each in facts.pictured if each.picture in pictures]
    if shown:
        paper.write("(Một số hình ảnh thực hiện tại Phụ lục kèm theo.)")
    paper.signature()
    if shown:
        paper.annex("", "Hình ảnh thực hiện")
        put_pictures(paper, "", shown)
    return paper


def _write_urging(office: IssuingOffice, facts: PlanFacts, ordered: PlanPaper) -> Paper:
    """Write the letter that urges a unit to do what it is late with."""
    unit, rows = ordered.unit, ordered.rows
    about = f"đôn đốc thực hiện {plan_name(facts.plan)}"
    paper = Paper(office, about, DocumentKind.LETTER)
    paper.heading(facts.today, about)
    paper.addressed_to(unit)
    paper.write(
        f"Thực hiện {plan_name(facts.plan)}, qua theo dõi đến ngày {facts.until:%d/%m/%Y}, {unit} còn "
        f"{len(rows)} nhiệm vụ trễ hạn sau đây:"
    )
    lines = [(row.task, row.lead_words, row.time_words, progress_words(row)) for row in rows]
    numbers = [row.label or str(row.position) for row in rows]
    paper.table("", RESULT_HEADING[:4], lines, numbers=numbers)
    paper.write(
        f"{office.issuer} đề nghị {unit} khẩn trương thực hiện, cập nhật kết quả trên hệ thống và nêu rõ khó "
        "khăn, vướng mắc (nếu có) để được xem xét, giải quyết."
    )
    paper.signature()
    return paper


def _write_child(office: IssuingOffice, facts: PlanFacts, rows: Sequence[RowView]) -> Paper:
    """Write the draft of a unit's own plan: the rows of the plan above in which it has a part."""
    about = f"Thực hiện {plan_name(facts.plan)}"
    paper = Paper(office, about, DocumentKind.PLAN)
    paper.heading(facts.today)
    paper.title(about)
    paper.write(f"Thực hiện {plan_name(facts.plan)}; {office.issuer} xây dựng Kế hoạch thực hiện như sau:")
    paper.part("I. MỤC ĐÍCH, YÊU CẦU")
    paper.to_fill_in(3)
    paper.part("II. NHIỆM VỤ")
    lines = [(row.task, row.lead_words, row.time_words, row.note) for row in rows]
    numbers = [row.label or str(row.position) for row in rows]
    paper.table("", ROW_HEADING, lines, numbers=numbers)
    paper.part("III. TỔ CHỨC THỰC HIỆN")
    paper.to_fill_in(3)
    paper.signature()
    return paper


def plan_name(plan: PlanView) -> str:
    """Return a plan as a document names it."""
    number = f" số {plan.number}" if plan.number else ""
    day = f" ngày {plan.dated:%d/%m/%Y}" if plan.dated else ""
    issuer = f" của {plan.issuer['name']}" if plan.issuer else ""
    return f"Kế hoạch{number}{day}{issuer} “{plan.title}”"


def is_done(row: RowView) -> bool:
    """Return whether every work of a row is done, and there is one."""
    return 0 < row.progress.total == row.progress.done


def progress_words(row: RowView) -> str:
    """Return how far a row is, in words."""
    counted = row.progress
    if not counted.total:
        return "Chưa có việc"
    share = f" ({counted.done}/{counted.total})" if counted.total > 1 else ""
    if is_done(row):
        return f"Đã hoàn thành{share}"
    if counted.late:
        return f"Trễ hạn{share}"
    if counted.waiting:
        return f"Đang vướng{share}"
    return f"Đang thực hiện{share}" if counted.under_way or counted.done else f"Chưa bắt đầu{share}"
