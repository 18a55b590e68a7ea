"""Award dossiers drafted, and their steps; a decision becomes praise of the units it names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid5

from sqlalchemy import func, select

from service.domain.casework.case.repeats import request_digest
from service.domain.cleanups.praise.giving import keep_commendation
from service.domain.emulation.access import ANNOUNCED, find_movement, may_keep, pool_units
from service.domain.emulation.awards.forms import AwardProposal, AwardStep, NewAward
from service.domain.emulation.awards.law import law_on
from service.domain.emulation.awards.reading import find_award, passes
from service.domain.people.staff import tidy_username
from service.domain.works.access import require_works
from service.domain.works.acting import Hand, check_version, step
from service.domain.works.codes import next_codes
from service.domain.works.lifecycles import DATED, DOCUMENT, MINUTES, REASON, begin_life
from service.domain.works.recording import record_work, was_wished
from service.domain.works.terms import amber_before, due_on
from service.errors import Conflict, Forbidden, invalid
from service.i18n import N_, translate
from service.models import (
    Award,
    Commendation,
    CommendationForm,
    Movement,
    MovementStanding,
    Staff,
    Subject,
    Work,
    WorkEventType,
    WorkKind,
    WorkStatus,
)

DUE_AFTER = timedelta(days=30)
LONGEST = timedelta(days=400)
NOT_IN_GIFT = N_("Hình thức này không thuộc thẩm quyền theo {law}.")
TITLE = N_("Đề nghị khen thưởng: {title}")
ACHIEVED = N_("Thành tích trong phong trào thi đua “{title}”")
MOST = 20
"""Dossiers of one movement."""


def draft_award(hand: Hand, number: int, asked: NewAward) -> tuple[Work, bool]:
    """(the dossier as a work, whether it is new). Made by who keeps the movement, once it is announced.

    Raises NotFound, Forbidden, Conflict, Invalid.
    """
    require_works(hand.reference)
    movement = find_movement(hand.session, hand.actor, number, lock=True)
    if not may_keep(hand.actor, movement):
        raise Forbidden(N_("Chỉ đơn vị phát động và hội đồng lập hồ sơ trình khen."))
    known = hand.session.get(Work, asked.id)
    if known is not None:
        side = hand.session.get(Award, asked.id)
        if side is None or side.movement_id != number:
            raise Conflict(N_("Mã id này đã được dùng cho mục khác. Hãy tạo id mới."))
        return known, False
    if movement.state not in ANNOUNCED:
        told = N_("Kết quả chưa công bố, số liệu còn thay đổi.")
        raise Conflict(told, extra={"state": movement.state})
    there = select(func.count()).select_from(Award).where(Award.movement_id == number)
    if (hand.session.scalar(there) or 0) >= MOST:
        raise Conflict(N_("Phong trào đã có quá nhiều hồ sơ khen thưởng."))
    proposals = _proposals(hand, movement, asked.proposals)
    today = hand.calendar.local(hand.now).date()
    last = asked.due_on or today + DUE_AFTER
    if not today <= last <= today + LONGEST:
        raise invalid(["due_on"], N_("Hạn phải từ hôm nay trở đi, không quá 400 ngày."))
    due = due_on(hand.calendar, last)
    work = _work(hand, movement, asked, due)
    begin_life(work)
    hand.session.add(work)
    hand.session.flush()
    hand.session.add(Award(work_id=work.id, movement_id=number, proposals=proposals))
    data = {"title": work.title, "units": len(proposals)}
    record_work(hand.session, work, WorkEventType.AWARD_DRAFTED, actor=hand.actor, at=hand.now, data=data)
    hand.session.flush()
    return work, True


def step_award(hand: Hand, code: str, asked: AwardStep) -> Work:
    """Take a step of a dossier. The same again changes nothing.

    Raises NotFound, Conflict for a stale version or a step that the life lacks, Forbidden, Invalid.
    """
    movement, side, work = find_award(hand.session, hand.actor, code, lock=True)
    wish = request_digest(asked, verb=WorkEventType.AWARD_DRAFTED)
    if was_wished(hand.session, Subject.WORK, work.id, hand.actor, wish):
        return work
    check_version(work, asked.version)
    said = {REASON: asked.reason, DOCUMENT: asked.document}
    if asked.dated is not None:
        _not_later(hand, asked.dated, "dated")
        said[DATED] = asked.dated.isoformat()
    if asked.to == WorkStatus.REVIEWED and asked.met_on and asked.present and asked.votes:
        said[MINUTES] = f"{len(asked.present)}/{len(movement.council)}"
        _review(hand, movement, side, asked)
    granted = _granted(movement, side, hand, asked) if asked.to == WorkStatus.GRANTED else []
    if asked.to == WorkStatus.SUBMITTED and not _passed(movement, side):
        raise Conflict(N_("Chưa đơn vị nào được quá nửa hội đồng đồng ý, không có gì để trình."))
    changes = {"note": asked.reason} if asked.reason else {}
    step(hand, work, asked.to, said, changes, wish=wish)
    if asked.to == WorkStatus.SUBMITTED:
        side.document, side.dated = asked.document, asked.dated
    if asked.to == WorkStatus.GRANTED:
        side.decision, side.decided_on, side.granted = asked.document, asked.dated, granted
        _praise(hand, movement, side, work)
    hand.session.flush()
    return work


def _work(hand: Hand, movement: Movement, asked: NewAward, due: datetime) -> Work:
    return Work(
        id=asked.id,
        code=next_codes(hand.session, "V", hand.calendar.local(hand.now).year)[0],
        kind=WorkKind.AWARD,
        title=translate(TITLE, "vi", title=movement.title)[:300],
        lead_id=movement.issuer_id,
        keeper_id=movement.keeper_id or movement.issuer_id,
        director_id=movement.issuer_id,
        starts_at=hand.now,
        due_at=due,
        first_due_at=due,
        amber_at=amber_before(hand.calendar, hand.now, due),
        created_at=hand.now,
        updated_at=hand.now,
        created_by=hand.actor.staff_id,
    )


def _proposals(hand: Hand, movement: Movement, asked: Sequence[AwardProposal]) -> list[dict[str, Any]]:
    ranked = select(MovementStanding.unit_id, MovementStanding.place).where(
        MovementStanding.movement_id == movement.id
    )
    places = {row.unit_id: row.place for row in hand.session.execute(ranked)}
    if not asked:
        first = [unit for unit in pool_units(movement) if places.get(unit) == 1]
        if not first:
            raise Conflict(N_("Không đơn vị nào được xếp hạng, không có ai để đề nghị."))
        return [{"unit": unit, "form": str(CommendationForm.PRAISE)} for unit in first]
    found: dict[int, dict[str, Any]] = {}
    law = law_on(hand.reference, movement.last)
    for at, each in enumerate(asked):
        if law is not None and each.form not in law.forms:
            raise invalid(["proposals", at, "form"], NOT_IN_GIFT, law=law.words)
        view = hand.reference.department_by_code.get(each.unit)
        if view is None or view.id not in places:
            raise invalid(["proposals", at, "unit"], N_("Đơn vị này không tham gia phong trào."))
        if view.id in found:
            told = N_("“{unit}” được đề nghị hai lần.")
            raise invalid(["proposals", at, "unit"], told, unit=view.name["vi"])
        if places[view.id] is None:
            told = N_("“{unit}” chưa được xếp hạng, không đề nghị khen được.")
            raise invalid(["proposals", at, "unit"], told, unit=view.name["vi"])
        found[view.id] = {"unit": view.id, "form": each.form}
    return list(found.values())


def _review(hand: Hand, movement: Movement, side: Award, asked: AwardStep) -> None:
    """Keep who of the council met and how it voted on each proposal. Raises Invalid."""
    if asked.met_on is not None:
        _not_later(hand, asked.met_on, "met_on")
    names = [tidy_username(each) for each in asked.present]
    rows = hand.session.execute(select(Staff.username, Staff.id).where(Staff.id.in_(movement.council)))
    council = {row.username: row.id for row in rows}
    for name in names:
        if name not in council:
            raise invalid(["present"], N_("“{name}” không phải thành viên hội đồng."), name=name)
    present = list(dict.fromkeys(council[name] for name in names))
    if 2 * len(present) <= len(movement.council):
        told = N_("Cần quá nửa hội đồng dự họp: mới {n} trên {of} thành viên.")
        raise invalid(["present"], told, n=len(present), of=len(movement.council))
    votes = _votes(hand, side, asked, len(present))
    side.present, side.met_on = present, asked.met_on
    side.proposals = [{**each, "agree": votes[each["unit"]]} for each in side.proposals]


def _votes(hand: Hand, side: Award, asked: AwardStep, present: int) -> dict[int, int]:
    proposed = {each["unit"] for each in side.proposals}
    found: dict[int, int] = {}
    for at, vote in enumerate(asked.votes):
        view = hand.reference.department_by_code.get(vote.unit)
        if view is None or view.id not in proposed or view.id in found:
            raise invalid(["votes", at, "unit"], N_("Đơn vị này không có trong danh sách đề nghị."))
        if vote.agree > present:
            told = N_("Có {n} phiếu đồng ý nhưng chỉ {of} người dự họp.")
            raise invalid(["votes", at, "agree"], told, n=vote.agree, of=present)
        found[view.id] = vote.agree
    for unit in proposed - set(found):
        name = hand.reference.departments[unit].name["vi"]
        raise invalid(["votes"], N_("Chưa ghi số phiếu cho “{unit}”."), unit=name)
    return found


def _passed(movement: Movement, side: Award) -> list[int]:
    return [each["unit"] for each in side.proposals if passes(each.get("agree"), movement.council)]


def _granted(movement: Movement, side: Award, hand: Hand, asked: AwardStep) -> list[int]:
    """Return the units that a decision praises, all that were submitted unless some are named."""
    submitted = _passed(movement, side)
    if asked.granted is None:
        return submitted
    found = []
    for at, code in enumerate(dict.fromkeys(asked.granted)):
        view = hand.reference.department_by_code.get(code)
        if view is None or view.id not in submitted:
            raise invalid(["granted", at], N_("Đơn vị này không có trong danh sách đã trình."))
        found.append(view.id)
    if not found:
        raise invalid(
            ["granted"], N_("Hãy chọn đơn vị được khen; không ai được khen thì ghi “Không được duyệt”.")
        )
    return found


def _praise(hand: Hand, movement: Movement, side: Award, work: Work) -> None:
    """Add the praise that the decision is, public as all praise of units; once for each unit."""
    forms = {each["unit"]: each["form"] for each in side.proposals}
    for unit in side.granted:
        row = Commendation(
            id=uuid5(work.id, str(unit)),
            unit_id=unit,
            form=CommendationForm(forms[unit]),
            words=translate(ACHIEVED, "vi", title=movement.title)[:1000],
            decision=side.decision,
            decided_on=side.decided_on,
            public=True,
            movement_id=movement.id,
        )
        keep_commendation(hand, row)


def _not_later(hand: Hand, day: Any, field: str) -> None:
    if day > hand.calendar.local(hand.now).date():
        raise invalid([field], N_("Ngày này không được sau hôm nay."))
