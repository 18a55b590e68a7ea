"""Plans and works in a test: drafted, put in force and worked as the routes do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.city import load_calendar
from service.domain.city.reference import Reference
from service.domain.plans.forms import PlanDraft, PlanStep
from service.domain.plans.plan_drafts import keep_draft
from service.domain.plans.plan_steps import take_plan_step
from service.domain.works.actions import ActionContext, take_step
from service.domain.works.forms import NewDifficulty, WorkStep
from service.domain.works.new_works import raise_difficulty
from service.models import Event, Plan, PlanRow, Work
from tests.support.people import Person
from tests.support.small_city import NOON


def draft_row(task: str = "Dọn vệ sinh trục đường", **understood: object) -> dict[str, Any]:
    """A row that is ready: the cables department until the end of March."""
    said = {"lead": "city-cables", "first": "2026-03-05", "last": "2026-03-31", **understood}
    return {"label": "1", "task": task, "lead_words": "Phòng", "time_words": "Tháng 3", "understood": said}


def draft(*rows: dict[str, object], **head: object) -> dict[str, Any]:
    """A plan of the cables department."""
    return {"title": "Chủ nhật Xanh", "issuer": "city-cables", "rows": list(rows or (draft_row(),)), **head}


@dataclass
class WorksStage:
    """One city; `now` is the time of the next step."""

    session: Session
    reference: Reference
    now: datetime = NOON

    def ctx(self, person: Person) -> ActionContext:
        """What the verbs are given for this person."""
        calendar = load_calendar(self.session, self.reference)
        return ActionContext(self.session, self.reference, calendar, person.actor, self.now)

    @property
    def zone(self) -> ZoneInfo:
        """The city's clock."""
        return ZoneInfo(self.reference.timezone)

    def unit(self, code: str) -> int:
        """The id of a unit."""
        return self.reference.department_by_code[code].id

    def keep(self, person: Person, *rows: dict[str, Any], **head: Any) -> Plan:
        """The person keeps a draft."""
        return keep_draft(self.ctx(person), PlanDraft.model_validate(draft(*rows, **head)))[0]

    def plan_step(self, person: Person, plan: Plan, to: str = "in_force", **wish: object) -> Plan:
        """The person takes a step with the plan as it is now."""
        body = PlanStep.model_validate({"to": to, "version": plan.version, **wish})
        return take_plan_step(self.ctx(person), plan.code, body)

    def works(self, plan: Plan) -> list[Work]:
        """The plan's works in the order of its rows, their days and units."""
        mine = select(Work).join(PlanRow, PlanRow.id == Work.plan_row_id).where(PlanRow.plan_id == plan.id)
        return list(self.session.scalars(mine.order_by(PlanRow.position, Work.occurrence, Work.unit_id)))

    def task(self, manager: Person, **understood: object) -> Work:
        """The one work of a new plan in force."""
        plan = self.plan_step(manager, self.keep(manager, draft_row(str(uuid4()), **understood)))
        return self.works(plan)[0]

    def step(self, person: Person, work: Work, to: str, **wish: Any) -> Work:
        """The person moves the work on, from the version it has now."""
        body = WorkStep.model_validate({"to": to, "version": work.version, **wish})
        return take_step(self.ctx(person), work.code, body)

    def difficulty(self, person: Person, **wish: object) -> Work:
        """The person raises a difficulty."""
        body = NewDifficulty.model_validate(
            {"id": str(uuid4()), "kind": "means", "title": "Thiếu xe chở", **wish}
        )
        return raise_difficulty(self.ctx(person), person.asker, body)[0]

    def types(self, work: Work) -> list[str]:
        """The types of its events."""
        about = select(Event.type).where(Event.report_id.is_(None), Event.subject_id == str(work.id))
        return [str(each) for each in self.session.scalars(about.order_by(Event.id))]
