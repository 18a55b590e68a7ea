"""Demo praise: of units after their clean-ups, and one reminder that nobody outside reads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.calendar import Calendar
from service.domain.city.reference import Reference
from service.domain.cleanups.praise.commendations import NewCommendation, give_commendation
from service.domain.cleanups.views import OVER
from service.domain.reports.events import Actor
from service.domain.works.actions import ActionContext
from service.domain.works.units import unit_code
from service.models import Role, Work, WorkKind
from service.models.reports.event import ActorKind

_SAID = (
    ("praise", "Huy động đông người, rác được chở đi ngay trong ngày.", 5),
    ("certificate", "Duy trì Chủ nhật Xanh nhiều tháng liền, bờ sông sạch hẳn.", 12),
    ("praise", "Trả lời phản ánh nhanh, ảnh trước sau rõ ràng.", 20),
    ("merit", "Dẫn đầu phong trào giữ gìn vệ sinh khu dân cư trong quý.", 33),
    ("reminder", "Báo kết quả ra quân chậm hai lần liên tiếp.", 8),
)


def demo_praise(
    session: Session, reference: Reference, calendar: Calendar, units: Sequence[int], at: datetime
) -> None:
    """Praise these units, the first for what it did last."""
    over = select(Work.lead_id, Work.code).where(Work.kind == WorkKind.CLEANUP, Work.status.in_(OVER))
    done = {row.lead_id: row.code for row in session.execute(over.order_by(Work.starts_at))}
    for number, (form, words, days) in enumerate(_SAID):
        unit = units[number % len(units)]
        moment = at - timedelta(days=days)
        actor = Actor(ActorKind.STAFF, role=Role.MANAGER, department_id=unit, departments=frozenset({unit}))
        fields = {
            "id": str(uuid5(NAMESPACE_URL, f"praise {number} {unit}")),
            "unit": unit_code(reference, unit),
            "form": form,
            "words": words,
            "decided_on": calendar.local(moment).date().isoformat(),
            "cleanup": done.get(unit) if form == "praise" else None,
        }
        give_commendation(
            ActionContext(session, reference, calendar, actor, moment), NewCommendation.model_validate(fields)
        )
