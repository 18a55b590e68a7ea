"""Documents about cables: the letter that urges a company, the progress report, the poles' owner's list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType

from service.documents.form import BLANK, IssuingOffice, Paper
from service.documents.made import MadeDocument, made_of
from service.documents.offices import office_of
from service.documents.pictures import put_pictures
from service.domain.cables.papers.facts import CablePaper, late_companies
from service.domain.cables.quarters import quarter_words
from service.domain.cables.views import RouteView, SectionView
from service.domain.city.reference import Reference
from service.models import WorkStatus
from service.models.documents.kinds import DocumentKind

BLOCKS = {
    "capital": "chờ vốn",
    "permit": "chờ cấp phép đào",
    "duct": "chờ cống bể ngầm",
    "pavement": "chờ làm vỉa hè",
    "power": "chờ ngành điện",
    "other": "vướng việc khác",
}
TASKS = {"underground": "Hạ ngầm", "tidy": "Bó gọn", "remove_old": "Thu hồi cáp cũ"}
LATE_HEADING = ("Tuyến", "Phần việc", "Hứa lần đầu", "Hẹn xong", "Đã làm")
WIDE_FROM = 4
FILES = {"urging": "don-doc", "poles": "danh-sach-cot", "progress": "tien-do"}


def make_cable_document(
    reference: Reference, paper: CablePaper, pictures: Mapping[str, bytes] = MappingProxyType({})
) -> MadeDocument:
    """Write the document that was ordered; `pictures` are small versions of photos by their keys."""
    order = paper.order
    office = office_of(reference, paper.issuer_id, order, paper.office)
    unit = reference.departments[paper.unit_id].name["vi"] if paper.unit_id is not None else ""
    if order.what == "urging":
        written = _write_urging(office, paper, unit, pictures)
    elif order.what == "poles":
        written = _write_poles(office, reference, paper, unit)
    else:
        written = _write_progress(office, reference, paper)
    parts = ("cap-treo", FILES[order.what], order.unit, f"{paper.today:%Y%m%d}")
    return made_of(written, f"{'-'.join(filter(None, parts))}.docx")


def _write_urging(
    office: IssuingOffice, paper: CablePaper, unit: str, pictures: Mapping[str, bytes]
) -> Paper:
    """Return the letter to one company; its late sections and the reports beside them are the annex."""
    about = "đôn đốc thực hiện kế hoạch hạ ngầm cáp viễn thông"
    letter = Paper(office, about, DocumentKind.LETTER)
    letter.heading(paper.today, about)
    letter.addressed_to(unit)
    metres = sum(max(0, section.metres - section.metres_done) for _, section in paper.rows)
    letter.write(
        f"Qua theo dõi đến ngày {paper.today:%d/%m/%Y}, {unit} còn {len(paper.rows)} đoạn trễ hẹn, "
        f"{_n(metres)} m chưa làm (danh sách tại Phụ lục kèm theo)."
    )
    letter.write(
        f"{office.issuer} đề nghị {unit} khẩn trương thực hiện, cập nhật kết quả trên hệ thống và nêu rõ khó "
        "khăn, vướng mắc (nếu có) để được xem xét, giải quyết."
    )
    letter.signature()
    letter.annex("", "Các đoạn trễ hẹn", wide=True)
    letter.table("", LATE_HEADING, [_late_row(*each) for each in paper.rows])
    beside = [
        (route.street, each.code, each.address or BLANK, f"{each.sent:%d/%m/%Y}", str(each.photos))
        for route in {route.id: route for route, _ in paper.rows}.values()
        for each in paper.beside.get(route.id, ())
    ]
    if beside:
        heading = ("Tuyến", "Mã phản ánh", "Địa chỉ", "Ngày gửi", "Số ảnh")
        letter.table("Phản ánh về cáp treo đang mở bên các tuyến này", heading, beside)
    shown = [
        (pictures[each.picture], f"{each.code} – {each.address or BLANK}")
        for each in paper.pictured
        if each.picture in pictures
    ]
    put_pictures(letter, "Ảnh của các phản ánh", shown)
    return letter


def _write_progress(office: IssuingOffice, reference: Reference, paper: CablePaper) -> Paper:
    """Return the progress report of the undergrounding plan: by company, what is blocked, streets by
    companies.
    """
    day = f"{paper.today:%d/%m/%Y}"
    about = f"Tiến độ thực hiện kế hoạch hạ ngầm cáp đến ngày {day}"
    report = Paper(office, about)
    report.heading(paper.today)
    report.title(about)
    sections = [section for _, section in paper.rows]
    done = [section for section in sections if section.percent == 100]
    late = [section for section in sections if section.late]
    report.write(
        f"Kế hoạch có {len(paper.routes)} tuyến, {len(sections)} đoạn của các đơn vị; đã nghiệm thu "
        f"{len(done)} đoạn, {len(late)} đoạn trễ hẹn (tiến độ theo tuyến tại Phụ lục kèm theo)."
    )
    report.part("I. KẾT QUẢ THEO ĐƠN VỊ")
    heading = ("Đơn vị", "Số đoạn", "Đã nghiệm thu", "Trễ hẹn", "Đã làm (m)", "Tổng (m)")
    companies = list(dict.fromkeys(section.company_id for section in sections))
    rows = [
        _company_row(reference, each, [s for s in sections if s.company_id == each]) for each in companies
    ]
    report.table("", heading, rows)
    for company, count in late_companies(reference, paper.routes):
        report.write(f"- {_name(reference, company)}: {count} đoạn trễ hẹn.")
    report.part("II. KHÓ KHĂN, VƯỚNG MẮC")
    blocked = Counter(section.block for section in sections if section.status == WorkStatus.WAITING)
    for kind, count in sorted(blocked.items(), key=lambda each: -each[1]):
        report.write(f"- {BLOCKS.get(kind, BLOCKS['other']).capitalize()}: {count} đoạn.")
    if not blocked:
        report.write("Không có đoạn nào đang vướng.")
    report.signature()
    report.annex("", "Tiến độ theo tuyến và đơn vị", wide=len(companies) >= WIDE_FROM)
    columns = ("Tuyến", "Hứa lần đầu", "Hẹn xong", *(_name(reference, each) for each in companies))
    report.table("", columns, [_route_row(route, companies) for route in paper.routes])
    return report


def _write_poles(office: IssuingOffice, reference: Reference, paper: CablePaper, unit: str) -> Paper:
    """Return the list for the poles' owner: who hangs where and until when, and what is to be taken down."""
    about = "danh sách cáp trên cột và cáp không đơn vị nào nhận"
    letter = Paper(office, about, DocumentKind.LETTER)
    letter.heading(paper.today, about)
    letter.addressed_to(unit)
    letter.write(
        f"{office.issuer} gửi {unit} danh sách {len(paper.routes)} tuyến có cáp trên cột của đơn vị và "
        f"{len(paper.tasks)} việc tháo dỡ cáp không đơn vị nào nhận (Phụ lục kèm theo) để phối hợp."
    )
    letter.signature()
    letter.annex("", "Danh sách cáp trên cột và việc tháo dỡ", wide=True)
    rows = [
        (route.street, _name(reference, section.company_id), *_late_row(route, section)[1:])
        for route, section in paper.rows
    ]
    letter.table("Cáp trên cột", ("Tuyến", "Đơn vị", *LATE_HEADING[1:]), rows)
    if paper.tasks:
        tasks = [(title, code, f"{due:%d/%m/%Y}" if due else BLANK) for code, title, due in paper.tasks]
        letter.table("Việc tháo dỡ", ("Việc", "Mã việc", "Hạn"), tasks)
    return letter


def _late_row(route: RouteView, section: SectionView) -> tuple[str, ...]:
    ends = " – ".join(part for part in (route.from_words, route.to_words) if part)
    return (
        f"{route.street} ({ends})" if ends else route.street,
        TASKS[str(section.what)],
        quarter_words(route.quarter_first),
        quarter_words(route.quarter),
        f"{_n(section.metres_done)}/{_n(section.metres)} m ({_share(section)})",
    )


def _share(section: SectionView) -> str:
    """Return how much is done: what is built and was not accepted yet is said so, not as 99%."""
    built = section.metres_done >= section.metres and section.percent < 100
    return "chờ nghiệm thu" if built else f"{section.percent}%"


def _n(value: int) -> str:
    return f"{value:,}".replace(",", ".")


def _company_row(reference: Reference, company: int, own: list[SectionView]) -> tuple[str, ...]:
    numbers = (
        len(own),
        sum(each.percent == 100 for each in own),
        sum(each.late for each in own),
        sum(each.metres_done for each in own),
        sum(each.metres for each in own),
    )
    return (_name(reference, company), *(_n(each) for each in numbers))


def _route_row(route: RouteView, companies: list[int]) -> tuple[str, ...]:
    cells = []
    for company in companies:
        own = [section for section in route.sections if section.company_id == company]
        cells.append("; ".join(_cell(each) for each in own) or "–")
    return (route.street, quarter_words(route.quarter_first), quarter_words(route.quarter), *cells)


def _cell(section: SectionView) -> str:
    late = " (trễ hẹn)" if section.late else ""
    if section.block:
        return f"{section.percent}%, {BLOCKS.get(section.block, BLOCKS['other'])}{late}"
    if section.old_left_m:
        return f"còn {section.old_left_m} m cáp cũ{late}"
    return f"{section.percent}%{late}"


def _name(reference: Reference, company: int) -> str:
    unit = reference.departments[company]
    return (unit.short_name or unit.name)["vi"]
