"""Demo plans: one half carried out, its parent, the wards' own, and difficulties in every state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.city import load_calendar
from service.domain.city.reference import DepartmentView, Reference
from service.domain.plans.forms import PlanDraft, PlanStep
from service.domain.plans.plan_drafts import keep_draft
from service.domain.plans.plan_steps import take_plan_step
from service.domain.reports.access import Asker
from service.domain.reports.events import Actor
from service.domain.works.actions import ActionContext, take_step
from service.domain.works.forms import NewDifficulty, WorkStep
from service.domain.works.new_works import raise_difficulty
from service.models import Plan, PlanReadMark, PlanRow, PlanState, Role, Staff, Work
from service.models.reports.event import ActorKind

READERS, HAVE_READ, WITHOUT_A_PLAN = 49, 43, 8
"""With the department, the manager and the office of cables to sign in as, the plan of Huế concerns 52
people, of whom 43 have read it.
"""

BEFORE, AHEAD = timedelta(days=45), timedelta(days=60)
ADVICE = "decision"

DIFFICULTIES = (
    ("raised", "means", "Thiếu bao tải và găng tay cho đợt ra quân", "Cấp thêm 200 bao, 100 đôi găng tay"),
    (
        "summarised",
        "means",
        "Chưa có kinh phí in tờ gấp tuyên truyền",
        "Bố trí 12 triệu đồng từ nguồn sự nghiệp",
    ),
    (
        "decided",
        "coordination",
        "Cần công an phường hỗ trợ nhắc nhở dán quảng cáo",
        "Giao phường phối hợp công an",
    ),
    ("answered", ADVICE, "Trụ điện của ai thì gỡ cáp thừa", "Xin hướng dẫn xác định chủ trụ"),
    ("returned", ADVICE, "Đề nghị lùi ngày ra quân vì mưa", "Chuyển sang tuần sau"),
)


@dataclass(frozen=True, slots=True)
class _PlanDemo:
    """Session, city and the time at which the next thing happens."""

    session: Session
    reference: Reference
    at: datetime

    def ctx(self, unit: int | None, role: Role = Role.MANAGER) -> ActionContext:
        below = self.reference.departments_below(unit) if unit is not None else frozenset[int]()
        actor = Actor(ActorKind.STAFF, role=role, department_id=unit, departments=below)
        return ActionContext(
            self.session, self.reference, load_calendar(self.session, self.reference), actor, self.at
        )

    def later(self, days: float) -> _PlanDemo:
        return replace(self, at=self.at + timedelta(days=days))


def demo_plans(session: Session, reference: Reference, *, at: datetime) -> None:
    """Make them once, in a city that keeps plans."""
    if reference.config.works is None or session.scalar(select(Plan.id).limit(1)) is not None:
        return
    units = [each for each in reference.departments.values() if each.active]
    cities = sorted((u for u in units if u.kind == "city" and u.parent_id is None), key=lambda u: u.code)
    if len(cities) < 2:
        return
    issuer = reference.department_by_code.get("so-khcn") or cities[0]
    others = [each for each in cities if each.id != issuer.id]
    top = next((each for each in others if each.code == "ioc"), others[0])
    at = at.astimezone(ZoneInfo(reference.timezone))  # its days are the city's
    demo = _PlanDemo(session, reference, at - BEFORE)
    rooms = sorted((u for u in units if u.parent_id == issuer.id), key=lambda u: u.code) or [issuer]
    parent = _in_force(demo, top, f"Chương trình Chủ nhật Xanh {at.year}", _parent_rows(top, at.date()))
    plan = _in_force(
        demo,
        issuer,
        f"Kế hoạch thực hiện Chủ nhật Xanh {at.year}",
        _rows(issuer, rooms, at.date()),
        [parent.code, "Chỉ thị về bảo vệ môi trường đô thị"],
    )
    wards = sorted((u for u in units if u.kind == "ward"), key=lambda u: u.code)
    for ward in wards[: max(len(wards) - WITHOUT_A_PLAN, 1)]:
        _in_force(
            demo, ward, f"Chủ nhật Xanh {ward.short_name['vi']}", _ward_rows(ward, at.date()), [parent.code]
        )
    _carry_out(demo, plan, issuer)
    _read(session, plan, issuer, rooms, at)


def _in_force(
    demo: _PlanDemo,
    unit: DepartmentView,
    title: str,
    rows: Sequence[dict[str, object]],
    parents: Sequence[str] = (),
) -> Plan:
    days = {"first": demo.at.date(), "last": demo.at.date() + BEFORE + AHEAD}
    draft = {"title": title, "issuer": unit.code, "parents": list(parents), "rows": list(rows), **days}
    ctx = demo.ctx(unit.id)
    plan, _ = keep_draft(ctx, PlanDraft.model_validate(draft))
    return take_plan_step(ctx, plan.code, PlanStep(to=PlanState.IN_FORCE, version=plan.version))


def _row(
    label: str, task: str, lead: DepartmentView | None, last: date, note: str = "", **facts: object
) -> dict[str, object]:
    name = lead.name["vi"] if lead else facts.pop("words")
    understood = {"lead": lead.code if lead else None, "last": last, **facts}
    when = f"trước {last:%d/%m/%Y}"
    return {
        "label": label,
        "task": task,
        "lead_words": name,
        "time_words": when,
        "note": note,
        "understood": understood,
    }


def _rows(issuer: DepartmentView, rooms: Sequence[DepartmentView], today: date) -> list[dict[str, object]]:
    """Ten tasks shaped like those of such plans, in words of our own."""
    first, second = rooms[0], rooms[-1]
    days = [today + timedelta(days=n) for n in (-20, -12, -6, 4, 9, 14, 20, 30, 45, 55)]
    weekly = {"rule": "FREQ=WEEKLY;BYDAY=FR", "time": "16:30"}
    return [
        _row("1", "Phát động phong trào tại trụ sở", first, days[0], "Có ảnh"),
        _row("2", "Rà soát số điện thoại trên quảng cáo, rao vặt dán sai quy định", second, days[1]),
        _row("3", "Treo băng rôn, khẩu hiệu tuyên truyền", first, days[2], "Tận dụng khung có sẵn"),
        _row("4", "Lập danh sách tuyến cáp cần bó gọn", second, days[3]),
        _row("5", "Dọn vệ sinh phòng làm việc chiều thứ Sáu", first, days[9], "Hằng tuần", repeats=weekly),
        _row("6", "In và phát tờ gấp hướng dẫn phân loại rác", first, days[5], "Chờ kinh phí"),
        _row(
            "7", "Ra quân tổng vệ sinh tại địa bàn", None, days[4], everyone=True, words="UBND các phường, xã"
        ),
        _row("8", "Tập huấn cách gửi phản ánh hiện trường", second, days[6]),
        _row("9", "Kiểm tra việc thực hiện ở các phòng", issuer, days[7]),
        _row("10", "Báo cáo kết quả, đề nghị khen thưởng", issuer, days[8], "Gửi Văn phòng"),
    ]


def _parent_rows(top: DepartmentView, today: date) -> list[dict[str, object]]:
    return [_row("1", "Theo dõi, tổng hợp việc thực hiện của các đơn vị", top, today + AHEAD)]


def _ward_rows(ward: DepartmentView, today: date) -> list[dict[str, object]]:
    return [_row("1", "Tổ dân phố dọn vệ sinh đường kiệt", ward, today + timedelta(days=18))]


def _carry_out(demo: _PlanDemo, plan: Plan, issuer: DepartmentView) -> None:
    """Three tasks done, one late, one waiting for money; the wards partly; difficulties in every state."""
    mine = select(Work, PlanRow.position).join(PlanRow, PlanRow.id == Work.plan_row_id)
    works: dict[int, list[Work]] = {}
    for work, position in demo.session.execute(mine.where(PlanRow.plan_id == plan.id).order_by(Work.code)):
        works.setdefault(position, []).append(work)
    _step(demo.later(20), works[1][0], "done", result="Đã phát động, 120 người tham gia")
    _step(demo.later(35), works[2][0], "done", result="Đã lập danh sách 86 số điện thoại")
    _step(demo.later(30), works[4][0], "under_way")
    for ward in works[7][:9]:
        _step(demo.later(40), ward, "done", result="Đã ra quân, thu gom 1 xe rác")
    for weekly in works[5]:
        if weekly.due_at and weekly.starts_at and weekly.due_at < demo.at + BEFORE:
            _step(replace(demo, at=weekly.starts_at), weekly, "done", result="Đã dọn các phòng")
    blocked = works[6][0]
    _step(demo.later(36), blocked, "waiting", reason="Chưa được bố trí kinh phí in")
    for number, (state, kind, title, proposal) in enumerate(DIFFICULTIES):
        about = blocked if state == "summarised" else works[3][0]
        _difficulty(demo.later(38 + number), issuer, about, (state, kind, title, proposal))


def _step(demo: _PlanDemo, work: Work, to: str, unit: int | None = None, **facts: object) -> None:
    data = {name: text for name, text in facts.items() if name != "reason"}
    body = {"to": to, "version": work.version, "reason": facts.get("reason", ""), "data": data}
    take_step(demo.ctx(unit or work.lead_id), work.code, WorkStep.model_validate(body))


def _difficulty(
    demo: _PlanDemo, issuer: DepartmentView, about: Work, words: tuple[str, str, str, str]
) -> None:
    state, kind, title, proposal = words
    ctx = demo.ctx(about.lead_id)
    id_ = uuid5(NAMESPACE_URL, f"{about.id}/{state}")
    money = 12_000_000 if kind == "means" else None
    body = {
        "id": id_,
        "kind": kind,
        "title": title,
        "proposal": proposal,
        "work": about.code,
        "amount_vnd": money,
    }
    work, _ = raise_difficulty(ctx, Asker(staff=ctx.actor), NewDifficulty.model_validate(body))
    later = demo.later(0.5)
    if state in ("summarised", "decided"):
        _step(later, work, "summarised", issuer.id, summary=title, proposal=proposal)
    if state == "decided":
        _step(later.later(1), work, "decided", issuer.id, decision="Đồng ý. Các phường mời công an cùng làm.")
    if state == "answered":
        _step(later, work, "answered", issuer.id, answer="Tra danh sách trụ do Công ty Điện lực cung cấp.")
    if state == "returned":
        _step(later, work, "returned", issuer.id, reason="Nêu rõ đề nghị lùi đến ngày nào.")


def _read(
    session: Session, plan: Plan, issuer: DepartmentView, rooms: Sequence[DepartmentView], at: datetime
) -> None:
    """Let people of the issuer and its rooms read the plan, most of them."""
    places = [issuer, *rooms]
    people = [
        Staff(
            username=f"demo.can-bo-{number:02d}",
            name=f"Demo – Cán bộ {number:02d}",
            role=Role.DEPARTMENT,
            department_id=places[number % len(places)].id,
            language="vi",
            demo=True,
            created_at=at,
        )
        for number in range(1, READERS + 1)
    ]
    session.add_all(people)
    session.flush()
    marks = (PlanReadMark(plan_id=plan.id, staff_id=each.id, read_at=at) for each in people[:HAVE_READ])
    session.add_all(marks)
    session.flush()
