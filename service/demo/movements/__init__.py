"""Demo of emulation: a quarter announced, a quarter open, in four pools with twelve criteria."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.demo.movements.entered import enter_demo_readings, hand_in_demo
from service.domain.city.city import load_calendar
from service.domain.city.reference import DepartmentView, Reference
from service.domain.emulation.awards.dossier_views import view_award
from service.domain.emulation.awards.dossiers import draft_award, step_award
from service.domain.emulation.awards.forms import AwardStep, NewAward
from service.domain.emulation.forms import (
    ClaimsChange,
    CouncilPointsChange,
    CriteriaChange,
    MovementDraft,
    MovementStep,
)
from service.domain.emulation.movements.drafts import put_criteria, put_movement
from service.domain.emulation.movements.life import step_movement
from service.domain.emulation.persons.forms import OwnClaims
from service.domain.emulation.persons.person_scores import put_own_claims
from service.domain.emulation.points.entered_points import put_claims, put_council_points
from service.domain.figures.upkeep import refresh
from service.domain.people.staff import find_account
from service.domain.periodic.kinds import period_around, period_title
from service.domain.reports.events import Actor
from service.domain.works.actions import ActionContext
from service.models import (
    Movement,
    MovementStanding,
    MovementState,
    ReportPeriod,
    Role,
    Staff,
    WorkStatus,
)
from service.models.reports.event import ActorKind

MOST_ROOMS, MOST_COMPANIES, SILENT = 9, 5, 3
SETTLED = timedelta(days=15)
RATES = "Kết quả xử lý phản ánh"
TASKS, WORDS = "Nhiệm vụ, ra quân", "Tuyên truyền, phối hợp"
CRITERIA: tuple[tuple[str, str, float, str, str | None, dict[str, object] | None], ...] = (
    (RATES, "Xử lý đúng thời hạn ban đầu, không kể gia hạn", 25, "indicator", "on_time_unextended_rate",
     {"kind": "linear", "zero": 0.5, "full": 0.95}),
    (RATES, "Việc làm xong không bị trả lại, mở lại", 15, "indicator", "kept_rate",
     {"kind": "linear", "zero": 0.5, "full": 1}),
    (RATES, "Người dân hài lòng", 10, "indicator", "rating_fair", {"kind": "linear", "zero": 1, "full": 5}),
    (RATES, "Khối lượng đã xử lý", 5, "indicator", "done",
     {"kind": "per", "each": 1, "points": 1, "most": 5}),
    (TASKS, "Nhiệm vụ kế hoạch đúng hạn ban đầu", 10, "indicator", "tasks_rate",
     {"kind": "steps", "steps": [[0.95, 10], [0.8, 8], [0.5, 4]]}),
    (TASKS, "Nhiệm vụ đã hoàn thành", 5, "indicator", "tasks_done",
     {"kind": "per", "each": 1, "points": 1, "most": 5}),
    (TASKS, "Tổ chức ra quân", 5, "indicator", "cleanups",
     {"kind": "per", "each": 1, "points": 2.5, "most": 5}),
    (TASKS, "Người dân tham gia ra quân", 5, "indicator", "people",
     {"kind": "per", "each": 10, "points": 1, "most": 5}),
    (WORDS, "Tuyên truyền, vận động người dân", 10, "self", None, None),
    (WORDS, "Tự kiểm tra trụ sở, tuyến đường tự quản", 5, "self", None, None),
    (WORDS, "Hội đồng đánh giá chung", 5, "council", None, None),
    ("Điểm thưởng", "Sáng kiến được công nhận", 5, "bonus", "initiatives",
     {"kind": "per", "each": 1, "points": 2.5, "most": 5}),
)  # fmt: skip
OF_PERSONS: tuple[tuple[str, float, str], ...] = (
    ("Tham gia ra quân Chủ nhật Xanh", 40, "self"),
    ("Giữ sạch nơi làm việc", 20, "self"),
    ("Ý thức, phối hợp với đồng nghiệp", 40, "council"),
)
"""Criteria of the people within a unit; the first needs a proof."""


def demo_movements(session: Session, reference: Reference, *, at: datetime) -> None:
    """Make them once, in a city that keeps plans."""
    issuer = reference.department_by_code.get("so-khcn")
    council = [
        name for name in ("demo.triage", "demo.manager", "demo.administrator") if find_account(session, name)
    ]
    if reference.config.works is None or issuer is None or not council:
        return
    if session.scalar(select(Movement.id).limit(1)) is not None:
        return
    zone = ZoneInfo(reference.timezone)
    refresh(session, zone)
    demo = _Demo(session, reference, issuer, council)
    today = at.astimezone(zone).date()
    running = period_around(ReportPeriod.QUARTER, today)
    ended = running
    while ended.last > (at - SETTLED).astimezone(zone).date():
        ended = period_around(ReportPeriod.QUARTER, ended.first - timedelta(days=1))
    demo.announce(ended.first, ended.last, at)
    number = demo.make(running.first, running.last, at, persons=True)
    demo.claim(number, at, silent=SILENT)
    demo.claim_own(number, at)
    hand_in_demo(session, reference, demo.calendar, number, min(running.first, today), at)
    enter_demo_readings(session, reference, demo.calendar, at)


class _Demo:
    """Issuer, council and units of the demo's movements."""

    def __init__(
        self, session: Session, reference: Reference, issuer: DepartmentView, council: list[str]
    ) -> None:
        self.session, self.reference, self.issuer, self.council = session, reference, issuer, council
        self.calendar = load_calendar(session, reference)
        self.pools = _pools(session, reference, issuer)

    def leads(self, unit: DepartmentView) -> Actor:
        below = self.reference.departments_below(unit.id)
        return Actor(ActorKind.STAFF, role=Role.MANAGER, department_id=unit.id, departments=below)

    def make(self, first: date, last: date, at: datetime, *, persons: bool = False) -> int:
        body = {
            "title": f"Chung tay vì thành phố sạch, {period_title(ReportPeriod.QUARTER, first)}",
            "issuer": self.issuer.code,
            "first": first,
            "last": last,
            "pools": [{"name": name, "units": units} for name, units in self.pools],
            "council": self.council,
            "public": True,
        }
        actor = self.leads(self.issuer)
        row = put_movement(self.session, self.reference, actor, MovementDraft.model_validate(body), at)
        names = ("section", "words", "points", "source", "indicator", "formula")
        rows: list[dict[str, object]] = [dict(zip(names, each, strict=True)) for each in CRITERIA]
        for each in rows:
            each["fewest"] = 1 if str(each["indicator"]).endswith(("rate", "fair")) else 0
            each["needs_proof"] = each["words"] == CRITERIA[8][1]
        for words, points, source in OF_PERSONS if persons else ():
            own: dict[str, object] = {
                "words": words,
                "points": points,
                "source": source,
                "applies_to": "person",
            }
            own["needs_proof"] = words == OF_PERSONS[0][0]
            rows.append(own)
        change = CriteriaChange.model_validate({"criteria": rows, "version": row.version})
        put_criteria(self.session, actor, row.id, change)
        self.step(row.id, MovementState.OPEN, at)
        return row.id

    def step(self, number: int, to: MovementState, at: datetime) -> None:
        step = MovementStep(to=to, version=self.session.get_one(Movement, number).version)
        actor = self.leads(self.issuer)
        step_movement(self.session, self.reference, self.calendar, actor, number, step, at)

    def claim(self, number: int, at: datetime, *, silent: int = 0) -> None:
        units = [code for _, codes in self.pools for code in codes]
        for at_, code in enumerate(units[: len(units) - silent]):
            claims = [
                {"criterion": 9, "points": 6 + at_ % 5, "proof": f"Báo cáo số {at_ + 11}/BC, ảnh kèm theo"},
                {"criterion": 10, "points": 3 + at_ % 3},
            ]
            change = ClaimsChange.model_validate({"unit": code, "claims": claims})
            actor = self.leads(self.reference.department_by_code[code])
            put_claims(self.session, self.reference, actor, number, change, at)

    def claim_own(self, number: int, at: datetime) -> None:
        """Let the officer of the demo claim points, if there is one whose unit takes part."""
        account = find_account(self.session, "demo.department")
        if account is None or account.department_id is None:
            return
        below = self.reference.departments_below(account.department_id)
        actor = Actor(
            ActorKind.STAFF,
            staff_id=account.id,
            role=Role.DEPARTMENT,
            department_id=account.department_id,
            departments=below,
        )
        claims = [
            {"criterion": len(CRITERIA) + 1, "points": 35, "proof": "Danh sách đội, ba buổi trong quý"},
            {"criterion": len(CRITERIA) + 2, "points": 18},
        ]
        change = OwnClaims.model_validate({"claims": claims})
        put_own_claims(self.session, self.reference, actor, number, change, at)

    def announce(self, first: date, last: date, at: datetime) -> None:
        number = self.make(first, last, at - timedelta(days=13))
        self.claim(number, at - timedelta(days=12))
        when = at - timedelta(days=12)
        city = self.session, self.reference, self.calendar
        hand_in_demo(*city, number, first, when, self.leads(self.issuer))
        self.step(number, MovementState.SELF_SCORED, at - timedelta(days=11))
        account = find_account(self.session, self.council[0])
        actor = Actor(ActorKind.STAFF, staff_id=account.id if account else None, role=Role.TRIAGE)
        for at_, code in enumerate(code for _, codes in self.pools for code in codes[:12]):
            body = {
                "unit": code,
                "criterion": 11,
                "points": 3 + at_ % 3,
                "why": "Phối hợp tốt với các đơn vị",
            }
            change = CouncilPointsChange.model_validate({**body, "version": 0})
            put_council_points(self.session, self.reference, actor, number, change, at - timedelta(days=10))
        self.step(number, MovementState.REVIEWED, at - timedelta(days=10))
        self.step(number, MovementState.COMMENTED, at - timedelta(days=9))
        self.step(number, MovementState.ANNOUNCED, at - timedelta(days=1))
        self.award(number, at)

    def award(self, number: int, at: datetime) -> None:
        """Draft the dossier of the first of each pool; the council agreed, it waits to be submitted. A demo
        without reports ranks nobody, and has none.
        """
        ranked = MovementStanding.movement_id == number, MovementStanding.place.is_not(None)
        if self.session.scalar(select(MovementStanding.unit_id).where(*ranked).limit(1)) is None:
            return
        ctx = ActionContext(self.session, self.reference, self.calendar, self.leads(self.issuer), at)
        row, _ = draft_award(ctx, number, NewAward(id=uuid5(NAMESPACE_URL, f"award {number}")))
        view = view_award(self.session, self.reference, ctx.actor, row.code)
        body = {
            "to": WorkStatus.REVIEWED,
            "version": view.version,
            "met_on": self.calendar.local(at).date(),
            "present": self.council,
            "votes": [{"unit": each.unit["code"], "agree": len(self.council)} for each in view.proposals],
        }
        step_award(ctx, row.code, AwardStep.model_validate(body))


def _pools(session: Session, reference: Reference, issuer: DepartmentView) -> list[tuple[str, list[str]]]:
    active = sorted(
        (each for each in reference.departments.values() if each.active and each.id != issuer.id),
        key=lambda each: each.code,
    )
    wards = [each for each in active if each.kind == "ward"]
    communes = [each.code for each in wards if "xã" in each.name["vi"].lower().split()]
    rooms = [each.code for each in active if each.kind == "city" and each.parent_id is None]
    known = set(session.scalars(select(Staff.department_id).where(Staff.active).distinct()))
    firms = [each for each in active if each.kind == "company"]
    # Companies with an account first: somebody opens the page and claims.
    companies = [each.code for each in sorted(firms, key=lambda each: each.id not in known)]
    found = [
        ("Khối phường", [each.code for each in wards if each.code not in communes]),
        ("Khối xã", communes),
        ("Khối sở, ngành", rooms[:MOST_ROOMS]),
        ("Khối doanh nghiệp", companies[:MOST_COMPANIES]),
    ]
    return [(name, units) for name, units in found if units]
