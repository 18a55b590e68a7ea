"""City in which a movement is held, for tests of emulation."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from service.domain.city.city import load_calendar
from service.domain.emulation.forms import (
    ClaimsChange,
    CouncilPointsChange,
    CriteriaChange,
    MovementDraft,
    MovementStep,
)
from service.domain.emulation.movements.corrections import CorrectionDraft, correct_standing
from service.domain.emulation.movements.drafts import put_criteria, put_movement
from service.domain.emulation.movements.life import step_movement
from service.domain.emulation.movements.views import view_movement, view_unit
from service.domain.emulation.points.entered_points import put_claims, put_council_points
from service.domain.emulation.shapes import MovementView, ScoreView, StandingRow
from service.domain.figures.upkeep import rebuild
from service.domain.reports.events import Actor
from service.models import Movement, Role
from service.models.reports.event import ActorKind
from tests.support.factories import found_city, make_report
from tests.support.people import make_cast

INSIDE = datetime(2026, 3, 4, 3, tzinfo=UTC)
AFTER = datetime(2026, 7, 2, 2, tzinfo=UTC)
LINEAR = {"kind": "linear", "zero": 0.7, "full": 0.95}
CRITERIA: list[dict[str, Any]] = [
    {
        "section": "Kết quả",
        "words": "Xử lý đúng thời hạn ban đầu",
        "points": 30,
        "source": "indicator",
        "indicator": "on_time_unextended_rate",
        "formula": LINEAR,
        "fewest": 5,
    },
    {
        "section": "Kết quả",
        "words": "Không bị trả lại",
        "points": 20,
        "source": "indicator",
        "indicator": "kept_rate",
        "formula": {"kind": "linear", "zero": 0, "full": 1},
        "fewest": 5,
    },
    {"section": "Tuyên truyền", "words": "Ra quân", "points": 30, "source": "self", "needs_proof": True},
    {"section": "Tuyên truyền", "words": "Hội đồng đánh giá", "points": 20, "source": "council"},
    {"section": "Thưởng", "words": "Sáng kiến", "points": 5, "source": "bonus"},
]


class Contest:
    """A city whose issuer leads a movement of two wards and an office, and a council of two."""

    def __init__(self, session: Session) -> None:
        self.session, self.reference = session, found_city(session)
        self.cast = make_cast(session, self.reference)
        self.calendar = load_calendar(session, self.reference)
        self.leader = self.leads("city-cables")
        self.number = 0

    def unit(self, code: str) -> int:
        return self.reference.department_by_code[code].id

    def leads(self, code: str) -> Actor:
        below = self.reference.departments_below(self.unit(code))
        return Actor(ActorKind.STAFF, role=Role.MANAGER, department_id=self.unit(code), departments=below)

    def draft(self, **said: Any) -> MovementDraft:
        facts = {
            "title": "Chủ nhật xanh nửa đầu năm",
            "issuer": "city-cables",
            "first": "2026-01-01",
            "last": "2026-06-30",
            "pools": [
                {"name": "Phường, xã", "units": ["ward-W1", "ward-W2"]},
                {"name": "Sở", "units": ["city-cables"]},
            ],
            "council": ["triage", "manager"],
        }
        return MovementDraft.model_validate({**facts, **said})

    def make(self, criteria: Any = CRITERIA, **said: Any) -> int:
        row = put_movement(self.session, self.reference, self.leader, self.draft(**said), AFTER)
        change = CriteriaChange.model_validate({"criteria": criteria, "version": row.version})
        put_criteria(self.session, self.leader, row.id, change)
        self.number = row.id
        return row.id

    @property
    def row(self) -> Movement:
        return self.session.get_one(Movement, self.number)

    def step(self, to: str, at: datetime = AFTER, actor: Actor | None = None) -> Movement:
        step = MovementStep.model_validate({"to": to, "version": self.row.version})
        by = actor or self.leader
        return step_movement(self.session, self.reference, self.calendar, by, self.number, step, at)

    def until(self, to: str) -> None:
        days = timedelta(days=7)
        for each in ("open", "self_scored", "reviewed", "commented", "announced"):
            self.step(each, AFTER + (days if each == "announced" else timedelta()))
            if each == to:
                return

    def reports(self, code: str, good: int, late: int, at: datetime = INSIDE) -> None:
        for n in range(good + late):
            took = timedelta(days=3 if n < good else 9)
            ends: dict[str, Any] = {"due_at": at + timedelta(days=5), "resolved_at": at + took}
            make_report(self.session, self.reference, "closed", lead=code, at=at, **ends)
        self.count()

    def count(self) -> None:
        rebuild(self.session, ZoneInfo(self.reference.timezone))

    def claim(self, code: str, *claims: tuple[int, float, str], actor: Actor | None = None) -> None:
        said = [{"criterion": at, "points": points, "proof": proof} for at, points, proof in claims]
        change = ClaimsChange.model_validate({"unit": code, "claims": said})
        put_claims(self.session, self.reference, actor or self.leads(code), self.number, change, AFTER)

    def give(
        self, code: str, at: int, points: float | None, *, actor: Actor, why: str = "", version: int = 0
    ) -> None:
        body = {"unit": code, "criterion": at, "points": points, "why": why, "version": version}
        change = CouncilPointsChange.model_validate(body)
        put_council_points(self.session, self.reference, actor, self.number, change, AFTER)

    def correct(self, code: str, points: float, why: str = "Cộng nhầm", actor: Actor | None = None) -> None:
        draft = CorrectionDraft(unit=code, points=points, why=why)
        correct_standing(self.session, self.reference, actor or self.leader, self.number, draft, AFTER)

    def view(self, actor: Actor | None = None) -> MovementView:
        return view_movement(self.session, self.reference, actor or self.leader, self.number)

    def placed(self, code: str) -> StandingRow:
        return next(row for pool in self.view().pools for row in pool.rows if row.unit["code"] == code)

    def score(self, code: str, at: int) -> ScoreView:
        told = view_unit(self.session, self.reference, self.cast.triage.actor, self.number, code)
        return next(each for each in told.scores if each.position == at)
