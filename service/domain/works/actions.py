"""Acts on a work that is there: steps, notes, parts, holder. The row is locked throughout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.domain.casework.case.repeats import request_digest
from service.domain.city.calendar import Calendar
from service.domain.city.reference import Reference
from service.domain.people.colleagues import may_hold
from service.domain.people.staff import tidy_username
from service.domain.reports.events import Actor
from service.domain.works.access import find_work
from service.domain.works.events import record_work, was_requested
from service.domain.works.forms import WorkHolder, WorkNote, WorkParts, WorkStep
from service.domain.works.lifecycles import (
    CLOCK_STANDS,
    DIRECTOR,
    EXECUTOR,
    KEEPER,
    LEAD,
    OWN_STEPS,
    REASON,
    WORDS,
    WorkChange,
    move_work,
    work_roles,
)
from service.domain.works.notices import tell_concerned
from service.domain.works.terms import after_working_days, amber_before, moved_by_pause
from service.domain.works.units import unit_code, unit_id, unit_ids
from service.errors import Conflict, Forbidden, invalid
from service.i18n import N_
from service.models import (
    Difficulty,
    ExtensionRequest,
    Photo,
    Subject,
    Work,
    WorkEventType,
    WorkKind,
    WorkStatus,
)
from service.models.casework.casework import ExtensionRequestState
from service.models.reports.event import ActorKind
from service.models.reports.photo import PhotoState

TEXTS = {"result", "summary", "proposal", "decision", "answer"}
"""What a step is told in words; cables have further data of their own."""


@dataclass(frozen=True, slots=True)
class ActionContext:
    """Context of one action on a work: the transaction, whose action it is, when, and by which calendar."""

    session: Session
    reference: Reference
    calendar: Calendar
    actor: Actor
    now: datetime


def take_step(ctx: ActionContext, code: str, form: WorkStep) -> Work:
    """Take a step of the work's life. The same again changes nothing.

    Raises NotFound, Conflict for a stale version or a step that the life lacks, Forbidden, Invalid.
    """
    work = find_work(ctx.session, ctx.reference, ctx.actor, code, lock=True)
    if work.kind in OWN_STEPS:
        raise Conflict(N_("Việc này có trang riêng, hãy làm tiếp ở đó."), extra={"allowed": []})
    repeat_key = request_digest(form, verb=WorkEventType.BEGUN)
    if was_requested(ctx.session, Subject.WORK, work.id, ctx.actor, repeat_key):
        return work
    check_version(work, form.version)
    requirements = {
        REASON: form.reason,
        **form.data.model_dump(include=TEXTS),
        "document": form.data.document or "",
    }
    if form.to == WorkStatus.REPORTED:
        requirements = {WORDS: form.reason}
    changes: dict[str, object] = {}
    if form.data.lead is not None and form.to == WorkStatus.HANDED:
        changes = {"lead_id": unit_id(ctx.reference, form.data.lead, "lead"), "holder_id": None}
    photos = own_photos(ctx.session, work, form)
    step(ctx, work, form.to, requirements, changes, photos, repeat_key)
    return work


def step(
    ctx: ActionContext,
    work: Work,
    to: WorkStatus,
    requirements: Mapping[str, str] | None = None,
    changes: Mapping[str, object] | None = None,
    photos: tuple[str, ...] = (),
    repeat_key: str | None = None,
) -> None:
    """Walk one step with what it does to deadlines and to what stands beside the work."""
    payload = dict(requirements or {})
    moved = {**_times(ctx, work, to), **(changes or {})}
    change = WorkChange(to, ctx.actor, ctx.now, payload, photos, moved, repeat_key=repeat_key)
    event = move_work(ctx.session, work, change)
    tell_concerned(ctx.session, ctx.reference, work, event, ctx.now)
    if work.kind == WorkKind.DIFFICULTY:
        _difficulty_told(ctx, work, to, payload)
    if work.done_at is not None or work.closed_at is not None:
        _lapse(ctx.session, work)
    ctx.session.flush()


def write_note(ctx: ActionContext, code: str, form: WorkNote) -> Work:
    """Say how far the work is; the lead's first note begins it. The same words again on the same day are a
    retry and change nothing.
    """
    work = find_work(ctx.session, ctx.reference, ctx.actor, code, lock=True)
    today = ctx.calendar.local(ctx.now).date().isoformat()
    repeat_key = request_digest(form, verb=WorkEventType.REPORTED, day=today)
    if was_requested(ctx.session, Subject.WORK, work.id, ctx.actor, repeat_key):
        return work
    begins = work.status == WorkStatus.PLANNED and work_roles(ctx.actor, work) & {LEAD, EXECUTOR}
    if begins:
        step(ctx, work, WorkStatus.UNDER_WAY, {WORDS: form.words}, repeat_key=repeat_key)
    else:
        step(ctx, work, WorkStatus.REPORTED, {WORDS: form.words}, repeat_key=repeat_key)
    return work


def set_work_parts(ctx: ActionContext, code: str, form: WorkParts) -> Work:
    """Change who supports and who carries out. Raises NotFound, Forbidden, Conflict, Invalid."""
    work = _open_for(ctx, code, form.version, frozenset({LEAD, KEEPER, DIRECTOR}))
    supports = work.support_ids
    if form.supports is not None:
        supports = sorted(unit_ids(ctx.reference, form.supports, "supports") - {work.lead_id})
    executor = work.executor_id
    if "executor" in form.model_fields_set:
        executor = unit_id(ctx.reference, form.executor, "executor") if form.executor else None
    if (supports, executor) == (work.support_ids, work.executor_id):
        return work
    work.support_ids, work.executor_id = supports, executor
    data = {
        "supports": [unit_code(ctx.reference, each) for each in supports],
        "executor": unit_code(ctx.reference, executor),
    }
    _changed(ctx, work, WorkEventType.PARTS_CHANGED, data)
    return work


def entrust_work(ctx: ActionContext, code: str, form: WorkHolder) -> Work:
    """Give the work to a person of the unit that leads it, or to nobody in particular."""
    work = _open_for(ctx, code, form.version, frozenset({LEAD, EXECUTOR}))
    holder_id = None
    if form.holder is not None:
        people = {each.username: each.id for each in may_hold(ctx.session, ctx.reference, work.lead_id)}
        holder_id = people.get(tidy_username(form.holder))
        if holder_id is None:
            raise invalid(["holder"], N_("Đơn vị chủ trì không có người này."))
    if holder_id != work.holder_id:
        work.holder_id = holder_id
        _changed(ctx, work, WorkEventType.ENTRUSTED, {"holder_id": holder_id})
    return work


def check_version(work: Work, version: int) -> None:
    """Raise Conflict where somebody changed the work since it was seen."""
    if work.version != version:
        raise Conflict(
            N_("Có người vừa cập nhật việc này (phiên bản {version}). Hãy xem bản mới rồi quyết định."),
            extra={"version": work.version, "status_now": work.status},
            version=work.version,
        )


def _open_for(ctx: ActionContext, code: str, version: int, parts: frozenset[str]) -> Work:
    work = find_work(ctx.session, ctx.reference, ctx.actor, code, lock=True)
    if not work_roles(ctx.actor, work) & parts:
        raise Forbidden(N_("Việc này không thuộc phần việc của bạn."))
    check_version(work, version)
    if work.closed_at is not None:
        raise Conflict(N_("Việc này đã khép, không đổi được nữa."), extra={"status_now": work.status})
    return work


def _changed(ctx: ActionContext, work: Work, type_: WorkEventType, data: Mapping[str, object]) -> None:
    work.version += 1
    work.updated_at = ctx.now
    event = record_work(ctx.session, work, type_, actor=ctx.actor, at=ctx.now, data=data)
    tell_concerned(ctx.session, ctx.reference, work, event, ctx.now)
    ctx.session.flush()


def own_photos(session: Session, work: Work, form: WorkStep) -> tuple[str, ...]:
    """Return the photos that a step cites. Raises Invalid for one that is not the work's."""
    if not form.photos:
        return ()
    wanted = set(form.photos)
    own = Photo.work_id == work.id, Photo.id.in_(wanted), Photo.state != PhotoState.FAILED
    found = set(session.scalars(select(Photo.id).where(*own)))
    if wanted - found:
        raise invalid(["photos"], N_("Ảnh này không thuộc việc này."))
    return tuple(str(each) for each in form.photos)


def _times(ctx: ActionContext, work: Work, to: WorkStatus) -> dict[str, object]:
    """Return what the step does to the deadline: it stands while the work waits, and goes on moved."""
    terms = ctx.reference.config.works
    due = None
    if terms is not None and work.kind == WorkKind.DIFFICULTY:
        if to in (WorkStatus.SUMMARISED, WorkStatus.RAISED):
            days = terms.decision_days if to == WorkStatus.SUMMARISED else terms.summary_days
            due = after_working_days(ctx.calendar, ctx.now, days)
    elif work.paused_at is not None and work.due_at is not None and to not in CLOCK_STANDS:
        if to != WorkStatus.UNDER_WAY:
            return {}
        due = moved_by_pause(ctx.calendar, work.due_at, work.paused_at, ctx.now)
    if due is None:
        return {}
    return {"due_at": due, "amber_at": amber_before(ctx.calendar, work.starts_at or ctx.now, due)}


def _difficulty_told(ctx: ActionContext, work: Work, to: WorkStatus, requirements: Mapping[str, str]) -> None:
    """Keep what was said beside the difficulty; once decided or answered, the task it blocked goes on."""
    beside = ctx.session.get_one(Difficulty, work.id)
    for column in ("summary", "proposal", "decision", "document"):
        if requirements.get(column):
            setattr(beside, column, requirements[column])
    if requirements.get("answer"):
        beside.decision = requirements["answer"]
    if to not in (WorkStatus.DECIDED, WorkStatus.ANSWERED):
        return
    beside.decided_by, beside.decided_at = ctx.actor.staff_id, ctx.now
    if beside.about_id is None:
        return
    blocked = ctx.session.get(Work, beside.about_id, with_for_update=True)
    if blocked is not None and blocked.status == WorkStatus.WAITING:
        system = ActionContext(ctx.session, ctx.reference, ctx.calendar, Actor(ActorKind.SYSTEM), ctx.now)
        step(system, blocked, WorkStatus.UNDER_WAY, {"document": work.code})


def _lapse(session: Session, work: Work) -> None:
    """End requests for time that nobody decided: they are over with the work."""
    waiting = ExtensionRequest.work_id == work.id, ExtensionRequest.state == ExtensionRequestState.OPEN
    session.execute(update(ExtensionRequest).where(*waiting).values(state=ExtensionRequestState.LAPSED))
