"""Demo of what people enter: initiatives of the demo's unit, and its readings of two years."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid5

from dateutil.relativedelta import relativedelta
from sqlalchemy.orm import Session

from service.domain.city.calendar import Calendar
from service.domain.city.reference import Reference
from service.domain.emulation.entries.initiatives import (
    InitiativeBallot,
    InitiativeDecision,
    NewInitiative,
    decide_initiative,
    hand_in_initiative,
    vote_on_initiative,
)
from service.domain.emulation.entries.readings import MeterDraft, last_month, put_reading
from service.domain.people.staff import actor_for, find_account
from service.domain.reports.events import Actor
from service.models import Meter

SPACE = UUID("5b0c6f7e-1d0a-4d7e-9c55-0e6a4d1f7a83")
AUTHOR = "demo.department"
VOTERS = ("demo.triage", "demo.administrator")
INITIATIVES = (
    (
        "Mã QR ở điểm tập kết rác",
        "Dán mã QR ở 24 điểm tập kết để người dân báo ngay khi rác đầy, không phải tìm số điện thoại.",
        "Phản ánh về rác tồn đọng đến sớm hơn, xe thu gom đi đúng điểm cần.",
    ),
    (
        "Sổ tay một trang cho tổ dân phố",
        "Một trang giấy ghi cách báo cáp sà thấp, biển quảng cáo trái phép, cây gãy và thời hạn xử lý.",
        "Phản ánh có đủ ảnh và vị trí, bớt lần hỏi lại.",
    ),
)
USUAL = {Meter.KWH: 1850.0, Meter.M3: 62.0, Meter.REAMS: 34.0}
MONTHS = 20


def hand_in_demo(
    session: Session,
    reference: Reference,
    calendar: Calendar,
    movement: int,
    day: date,
    at: datetime,
    director: Actor | None = None,
) -> None:
    """Hand in initiatives of the demo's unit; with a `director` the first is recognised, the second waits."""
    account = find_account(session, AUTHOR)
    unit = reference.departments.get(account.department_id or 0) if account else None
    if account is None or unit is None:
        return
    for at_, (title, words, effect) in enumerate(INITIATIVES):
        body = {"title": title, "words": words, "effect": effect, "unit": unit.code, "authors": [AUTHOR]}
        key = uuid5(SPACE, f"{movement}-{at_}")
        new = NewInitiative.model_validate({**body, "id": key, "applied_on": day})
        hand_in_initiative(session, reference, calendar, actor_for(account, reference), movement, new, at)
        for name in VOTERS if director is not None and at_ == 0 else ():
            voter = find_account(session, name)
            if voter is not None:
                ballot = InitiativeBallot(agrees=True)
                who = reference, actor_for(voter, reference)
                vote_on_initiative(session, *who, movement, key, ballot, at)
        if director is not None and at_ == 0:
            decision = InitiativeDecision(recognised=True, decision="18/QĐ-HĐSK")
            decide_initiative(session, director, movement, key, decision, at)


def enter_demo_readings(session: Session, reference: Reference, calendar: Calendar, at: datetime) -> None:
    """Enter what the demo's unit used in the last months; a little less than a year before."""
    account = find_account(session, AUTHOR)
    unit = reference.departments.get(account.department_id or 0) if account else None
    if account is None or unit is None:
        return
    actor, last = actor_for(account, reference), last_month(calendar, at)
    for back in range(MONTHS - 1, -1, -1):
        month = last - relativedelta(months=back)
        for what, usual in USUAL.items():
            season = 1 + 0.15 * (month.month in (5, 6, 7, 8)) - 0.01 * (month.month % 3)
            value = round(usual * season * (0.93 if back < 12 else 1), 1)
            body = {"unit": unit.code, "month": f"{month:%Y-%m}", "what": what, "value": value}
            put_reading(session, reference, calendar, actor, MeterDraft.model_validate(body), at)
