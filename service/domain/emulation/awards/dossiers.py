"""Award dossiers drafted, and their steps; a decision becomes praise of the units it names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import uuid5

from sqlalchemy import func, select

from service.domain.casework.case.repeats import request_digest
from service.domain.cleanups.praise.commendations import keep_commendation
from service.domain.emulation.access import ANNOUNCED, find_movement, may_keep, pool_units
from service.domain.emulation.awards.dossier_views import find_award, has_majority
from service.domain.emulation.awards.forms import AwardProposal, AwardStep, NewAward
from service.domain.emulation.awards.law import law_on
from service.domain.people.staff import tidy_username
from service.domain.works.access import require_works
from service.domain.works.actions import ActionContext, check_version, step
from service.domain.works.codes import next_codes
from service.domain.works.events import record_work, was_requested
from service.domain.works.lifecycles import DATED, DOCUMENT, MINUTES, REASON, begin_life
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
from service.models.emulation.award import ProposalSpec

DUE_AFTER = timedelta(days=30)
LONGEST = timedelta(days=400)
NOT_IN_GIFT = N_("Hình thức này không thuộc thẩm quyền theo {law}.")
TITLE = N_("Đề nghị khen thưởng: {title}")
ACHIEVED = N_("Thành tích trong phong trào thi đua “{title}”")
MOST = 20
"""Dossiers of one movement."""


def draft_award(ctx: ActionContext, number: int, form: NewAward) -> tuple[Work, bool]:
    """Return (the dossier as a work, whether it is new). Made by who keeps the movement, once it is
    announced.

    Raises NotFound, Forbidden, Conflict, Invalid.
    """
    require_works(ctx.reference)
    movement = find_movement(ctx.session, ctx.actor, number, lock=True)
    if not may_keep(ctx.actor, movement):
        raise Forbidden(N_("Chỉ đơn vị phát động và hội đồng lập hồ sơ trình khen."))
    known = ctx.session.get(Work, form.id)
    if known is not None:
        side = ctx.session.get(Award, form.id)
        if side is None or side.movement_id != number:
            raise Conflict(N_("Mã id này đã được dùng cho mục khác. Hãy tạo id mới."))
        return known, False
    if movement.state not in ANNOUNCED:
        message = N_("Kết quả chưa công bố, số liệu còn thay đổi.")
        raise Conflict(message, extra={"state": movement.state})
    there = select(func.count()).select_from(Award).where(Award.movement_id == number)
    if (ctx.session.scalar(there) or 0) >= MOST:
        raise Conflict(N_("Phong trào đã có quá nhiều hồ sơ khen thưởng."))
    proposals = _proposals(ctx, movement, form.proposals)
    today = ctx.calendar.local(ctx.now).date()
    last = form.due_on or today + DUE_AFTER
    if not today <= last <= today + LONGEST:
        raise invalid(["due_on"], N_("Hạn phải từ hôm nay trở đi, không quá 400 ngày."))
    due = due_on(ctx.calendar, last)
    work = _work(ctx, movement, form, due)
    begin_life(work)
    ctx.session.add(work)
    ctx.session.flush()
    ctx.session.add(Award(work_id=work.id, movement_id=number, proposals=proposals))
    data = {"title": work.title, "units": len(proposals)}
    record_work(ctx.session, work, WorkEventType.AWARD_DRAFTED, actor=ctx.actor, at=ctx.now, data=data)
    ctx.session.flush()
    return work, True


def step_award(ctx: ActionContext, code: str, form: AwardStep) -> Work:
    """Take a step of a dossier. The same again changes nothing.

    Raises NotFound, Conflict for a stale version or a step that the life lacks, Forbidden, Invalid.
    """
    movement, side, work = find_award(ctx.session, ctx.actor, code, lock=True)
    repeat_key = request_digest(form, verb=WorkEventType.AWARD_DRAFTED)
    if was_requested(ctx.session, Subject.WORK, work.id, ctx.actor, repeat_key):
        return work
    check_version(work, form.version)
    requirements = {REASON: form.reason, DOCUMENT: form.document}
    if form.dated is not None:
        _not_later(ctx, form.dated, "dated")
        requirements[DATED] = form.dated.isoformat()
    if form.to == WorkStatus.REVIEWED and form.met_on and form.present and form.votes:
        requirements[MINUTES] = f"{len(form.present)}/{len(movement.council)}"
        _review(ctx, movement, side, form)
    granted = _granted(movement, side, ctx, form) if form.to == WorkStatus.GRANTED else []
    if form.to == WorkStatus.SUBMITTED and not _passed(movement, side):
        raise Conflict(N_("Chưa đơn vị nào được quá nửa hội đồng đồng ý, không có gì để trình."))
    changes = {"note": form.reason} if form.reason else {}
    step(ctx, work, form.to, requirements, changes, repeat_key=repeat_key)
    if form.to == WorkStatus.SUBMITTED:
        side.document, side.dated = form.document, form.dated
    if form.to == WorkStatus.GRANTED:
        side.decision, side.decided_on, side.granted = form.document, form.dated, granted
        _praise(ctx, movement, side, work)
    ctx.session.flush()
    return work


def _work(ctx: ActionContext, movement: Movement, form: NewAward, due: datetime) -> Work:
    return Work(
        id=form.id,
        code=next_codes(ctx.session, "V", ctx.calendar.local(ctx.now).year)[0],
        kind=WorkKind.AWARD,
        title=translate(TITLE, "vi", title=movement.title)[:300],
        lead_id=movement.issuer_id,
        keeper_id=movement.keeper_id or movement.issuer_id,
        director_id=movement.issuer_id,
        starts_at=ctx.now,
        due_at=due,
        first_due_at=due,
        amber_at=amber_before(ctx.calendar, ctx.now, due),
        created_at=ctx.now,
        updated_at=ctx.now,
        created_by=ctx.actor.staff_id,
    )


def _proposals(
    ctx: ActionContext, movement: Movement, proposals: Sequence[AwardProposal]
) -> list[ProposalSpec]:
    ranked = select(MovementStanding.unit_id, MovementStanding.place).where(
        MovementStanding.movement_id == movement.id
    )
    places = {row.unit_id: row.place for row in ctx.session.execute(ranked)}
    if not proposals:
        first = [unit for unit in pool_units(movement) if places.get(unit) == 1]
        if not first:
            raise Conflict(N_("Không đơn vị nào được xếp hạng, không có ai để đề nghị."))
        return [{"unit": unit, "form": str(CommendationForm.PRAISE)} for unit in first]
    found: dict[int, ProposalSpec] = {}
    law = law_on(ctx.reference, movement.last)
    for at, each in enumerate(proposals):
        if law is not None and each.form not in law.forms:
            raise invalid(["proposals", at, "form"], NOT_IN_GIFT, law=law.words)
        view = ctx.reference.department_by_code.get(each.unit)
        if view is None or view.id not in places:
            raise invalid(["proposals", at, "unit"], N_("Đơn vị này không tham gia phong trào."))
        if view.id in found:
            message = N_("“{unit}” được đề nghị hai lần.")
            raise invalid(["proposals", at, "unit"], message, unit=view.name["vi"])
        if places[view.id] is None:
            message = N_("“{unit}” chưa được xếp hạng, không đề nghị khen được.")
            raise invalid(["proposals", at, "unit"], message, unit=view.name["vi"])
        found[view.id] = {"unit": view.id, "form": each.form}
    return list(found.values())


def _review(ctx: ActionContext, movement: Movement, side: Award, form: AwardStep) -> None:
    """Keep who of the council met and how it voted on each proposal. Raises Invalid."""
    if form.met_on is not None:
        _not_later(ctx, form.met_on, "met_on")
    names = [tidy_username(each) for each in form.present]
    rows = ctx.session.execute(select(Staff.username, Staff.id).where(Staff.id.in_(movement.council)))
    council = {row.username: row.id for row in rows}
    for name in names:
        if name not in council:
            raise invalid(["present"], N_("“{name}” không phải thành viên hội đồng."), name=name)
    present = list(dict.fromkeys(council[name] for name in names))
    if 2 * len(present) <= len(movement.council):
        message = N_("Cần quá nửa hội đồng dự họp: mới {n} trên {of} thành viên.")
        raise invalid(["present"], message, n=len(present), of=len(movement.council))
    votes = _votes(ctx, side, form, len(present))
    side.present, side.met_on = present, form.met_on
    side.proposals = [{**each, "agree": votes[each["unit"]]} for each in side.proposals]


def _votes(ctx: ActionContext, side: Award, form: AwardStep, present: int) -> dict[int, int]:
    proposed = {each["unit"] for each in side.proposals}
    found: dict[int, int] = {}
    for at, vote in enumerate(form.votes):
        view = ctx.reference.department_by_code.get(vote.unit)
        if view is None or view.id not in proposed or view.id in found:
            raise invalid(["votes", at, "unit"], N_("Đơn vị này không có trong danh sách đề nghị."))
        if vote.agree > present:
            message = N_("Có {n} phiếu đồng ý nhưng chỉ {of} người dự họp.")
            raise invalid(["votes", at, "agree"], message, n=vote.agree, of=present)
        found[view.id] = vote.agree
    for unit in proposed - set(found):
        name = ctx.reference.departments[unit].name["vi"]
        raise invalid(["votes"], N_("Chưa ghi số phiếu cho “{unit}”."), unit=name)
    return found


def _passed(movement: Movement, side: Award) -> list[int]:
    return [each["unit"] for each in side.proposals if has_majority(each.get("agree"), movement.council)]


def _granted(movement: Movement, side: Award, ctx: ActionContext, form: AwardStep) -> list[int]:
    """Return the units that a decision praises, all that were submitted unless some are named."""
    submitted = _passed(movement, side)
    if form.granted is None:
        return submitted
    found = []
    for at, code in enumerate(dict.fromkeys(form.granted)):
        view = ctx.reference.department_by_code.get(code)
        if view is None or view.id not in submitted:
            raise invalid(["granted", at], N_("Đơn vị này không có trong danh sách đã trình."))
        found.append(view.id)
    if not found:
        raise invalid(
            ["granted"], N_("Hãy chọn đơn vị được khen; không ai được khen thì ghi “Không được duyệt”.")
        )
    return found


def _praise(ctx: ActionContext, movement: Movement, side: Award, work: Work) -> None:
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
        keep_commendation(ctx, row)


def _not_later(ctx: ActionContext, day: date, field: str) -> None:
    if day > ctx.calendar.local(ctx.now).date():
        raise invalid([field], N_("Ngày này không được sau hôm nay."))
