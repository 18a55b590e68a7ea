"""Demo of reports up the line: how units write, a half-year of forty wards of which three are missing."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.city import load_calendar
from service.domain.city.reference import DepartmentView, Reference
from service.domain.configuration.administration.changes import EditStamp
from service.domain.documents.offices import OfficeChange, OfficeRecipient, put_office
from service.domain.periodic.due_requests import ask_for
from service.domain.periodic.kinds import ReportKindDraft, period_around, put_report_kind
from service.domain.periodic.unit_answers import UnitAnswer, send_answer
from service.domain.reports.events import Actor
from service.models import ReportKind, ReportPeriod, Role
from service.models.reports.event import ActorKind

MISSING = 3
SECTIONS = (
    {
        "heading": "Kết quả tiếp nhận, xử lý phản ánh",
        "holds": "figures",
        "indicators": ["received", "done", "late", "on_time_rate", "tasks", "tasks_on_time"],
    },
    {"heading": "Kết quả của các đơn vị", "holds": "results"},
    {"heading": "Khó khăn, vướng mắc", "holds": "hindrances"},
    {"heading": "Kiến nghị", "holds": "proposals"},
)
SAID = (
    "Duy trì tổng vệ sinh chiều thứ Sáu và sáng Chủ nhật; xử lý dứt điểm các điểm rác tự phát.",
    "Phối hợp các đoàn thể bóc gỡ quảng cáo sai quy định trên trụ điện; nhắc nhở các hộ kinh doanh.",
    "Tổ dân phố nhận đoạn đường tự quản; phản ánh của người dân được phản hồi trong ngày làm việc.",
)


def demo_reports_up(session: Session, reference: Reference, *, at: datetime) -> None:
    """Make them once, in a city that keeps plans."""
    wards = sorted(
        (each for each in reference.departments.values() if each.kind == "ward" and each.active),
        key=lambda each: each.code,
    )
    issuer = reference.department_by_code.get("so-khcn")
    if issuer is None or len(wards) <= MISSING or session.scalar(select(ReportKind.id).limit(1)) is not None:
        return
    _office(session, reference, issuer, at)
    calendar = load_calendar(session, reference)
    today = calendar.local(at).date()
    ended = period_around(
        ReportPeriod.HALF, period_around(ReportPeriod.HALF, today).first - timedelta(days=1)
    )
    for code, title, addressee in (
        ("chu-nhat-xanh-ubnd", "Kết quả thực hiện Chủ nhật Xanh", "Ủy ban nhân dân thành phố Huế"),
        ("chu-nhat-xanh-doan", "Kết quả tham gia Chủ nhật Xanh", "Thành Đoàn Huế"),
    ):
        draft = ReportKindDraft.model_validate(
            {
                "code": code,
                "title": title,
                "issuer": issuer.code,
                "period": ReportPeriod.HALF,
                "sections": [dict(each) for each in SECTIONS],
                "units": [each.code for each in wards],
                "addressees": [addressee],
                "begins_on": ended.first,
            }
        )
        put_report_kind(session, reference, _actor(reference, issuer), draft)
        report = ask_for(session, reference, calendar, _actor(reference, issuer), code, ended.first, at)
        if code.endswith("ubnd"):
            _answer(session, reference, report.id, wards[:-MISSING], at)


def _answer(
    session: Session, reference: Reference, report: int, wards: list[DepartmentView], at: datetime
) -> None:
    for number, ward in enumerate(wards):
        hindered = "Thiếu xe chở rác vào Chủ nhật." if number % 9 == 0 else ""
        proposal = "Đề nghị bố trí thêm một chuyến xe mỗi tuần." if number % 9 == 0 else ""
        words = UnitAnswer(
            results=SAID[number % len(SAID)], hindrances=hindered, proposals=proposal, version=1
        )
        send_answer(session, reference, _actor(reference, ward), report, ward.code, words, at)


def _office(session: Session, reference: Reference, unit: DepartmentView, at: datetime) -> None:
    change = OfficeChange(
        symbol="SKHCN",
        room="BCVT",
        head="Giám đốc",
        recipients=[OfficeRecipient(name="UBND thành phố", purpose="để báo cáo")],
        version=0,
    )
    put_office(session, reference, EditStamp(None, "demo", at), unit.code, change)


def _actor(reference: Reference, unit: DepartmentView) -> Actor:
    below = reference.departments_below(unit.id)
    return Actor(ActorKind.STAFF, role=Role.MANAGER, department_id=unit.id, departments=below)
