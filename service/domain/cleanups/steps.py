"""Steps of a clean-up that was drafted: announced, changed, cancelled; who signed up is told."""

from __future__ import annotations

from datetime import timedelta

from service.domain.casework.case.repeats import request_digest
from service.domain.cleanups.access import CleanupWork, find_cleanup
from service.domain.cleanups.drafts import check_outside, check_times, set_cleanup_place, set_cleanup_times
from service.domain.cleanups.forms import CleanupChange, CleanupStep
from service.domain.cleanups.haulage import check_haulage, collector_code, drop_haulage, move_haulage
from service.domain.cleanups.near import NEAR
from service.domain.cleanups.signups import fill_places
from service.domain.cleanups.volunteer_notices import (
    CANCELLED,
    CHANGED,
    NOTICES,
    REMINDER,
    reset_reminders,
    tell_volunteers,
    withdraw_notices,
)
from service.domain.works.actions import ActionContext, check_version, step
from service.domain.works.events import was_requested
from service.domain.works.lifecycles import COLLECTOR, LEAD, REASON, work_roles
from service.domain.works.units import unit_id
from service.errors import Conflict, Forbidden, invalid
from service.i18n import N_
from service.models import Audience, Subject, WorkEventType, WorkStatus

NOTICE = timedelta(hours=24)
"""So long before its beginning a clean-up is announced at the latest."""


def take_cleanup_step(ctx: ActionContext, key: bytes, code: str, form: CleanupStep) -> CleanupWork:
    """Announce, cancel, begin, send back or close. The same again changes nothing.

    `key` opens the addresses of who is to be told. Raises NotFound, Conflict, Forbidden, Invalid.
    """
    cleanup = find_cleanup(ctx.session, ctx.reference, code, ctx.actor, lock=True)
    work, side = cleanup.work, cleanup.side
    repeat_key = request_digest(form, verb=WorkEventType.CLEANUP_DRAFTED)
    if was_requested(ctx.session, Subject.WORK, work.id, ctx.actor, repeat_key):
        return cleanup
    check_version(work, form.version)
    if form.to == WorkStatus.ANNOUNCED:
        _announce(ctx, cleanup, repeat_key)
    elif form.to == WorkStatus.CANCELLED:
        step(ctx, work, WorkStatus.CANCELLED, {REASON: form.reason}, repeat_key=repeat_key)
        side.sequence += 1
        drop_haulage(ctx, work, form.reason)
        withdraw_notices(ctx.session, work, (NEAR, *NOTICES))
        tell_volunteers(ctx, key, cleanup, CANCELLED, why=form.reason)
    else:
        step(ctx, work, form.to, {REASON: form.reason}, repeat_key=repeat_key)
    ctx.session.flush()
    return cleanup


def change_cleanup(ctx: ActionContext, key: bytes, code: str, form: CleanupChange) -> CleanupWork:
    """Change a draft or what is announced; then who signed up is told of another time or place.

    Raises NotFound, Conflict, Forbidden, Invalid: an announced time or place changes with a reason.
    """
    cleanup = find_cleanup(ctx.session, ctx.reference, code, ctx.actor, lock=True)
    work, side = cleanup.work, cleanup.side
    if LEAD not in work_roles(ctx.actor, work):
        raise Forbidden(N_("Chỉ đơn vị chủ trì được sửa đợt ra quân này."))
    check_version(work, form.version)
    if work.status not in (WorkStatus.DRAFT, WorkStatus.ANNOUNCED):
        raise Conflict(N_("Đợt ra quân này đã bắt đầu hoặc đã kết thúc nên không sửa được."))
    moves = _moves(cleanup, form)
    announced = work.status == WorkStatus.ANNOUNCED
    if moves and announced and not form.reason:
        raise invalid(["reason"], N_("Cần nêu lý do đổi thời gian hoặc địa điểm."))
    starts, ends = form.starts_at or work.starts_at, form.ends_at or side.ends_at
    if starts is not None and (form.starts_at or form.ends_at):
        check_times(starts, ends)
        if announced and starts <= ctx.now:
            raise invalid(["starts_at"], N_("Giờ bắt đầu phải ở phía trước."))
        set_cleanup_times(work, side, starts, ends)
    if form.location is not None:
        set_cleanup_place(ctx, work, form.location.lon, form.location.lat)
        check_outside(work, form.reason or form.note or work.note, "reason")
    _set_facts(ctx, cleanup, form)
    if announced:
        check_haulage(ctx, cleanup)
        requirements = {REASON: form.reason}
        step(ctx, work, WorkStatus.CHANGED, requirements)
        move_haulage(ctx, cleanup)
        if moves:
            side.sequence += 1
            withdraw_notices(
                ctx.session, work, (CHANGED, REMINDER)
            )  # what waits says the time or place of before
            if form.starts_at is not None:
                reset_reminders(ctx.session, work, ctx.now)
            tell_volunteers(ctx, key, cleanup, CHANGED, why=form.reason)
        fill_places(ctx.session, ctx.reference, key, cleanup, ctx.now)
    else:
        work.version, work.updated_at = work.version + 1, ctx.now
    ctx.session.flush()
    return cleanup


def _announce(ctx: ActionContext, cleanup: CleanupWork, repeat_key: str) -> None:
    work, side = cleanup.work, cleanup.side
    if work.starts_at is None or work.starts_at < ctx.now + NOTICE:
        raise invalid(["starts_at"], N_("Cần thông báo trước ít nhất 24 giờ."))
    requirements = {COLLECTOR: "none" if side.no_waste else collector_code(ctx, side)}
    step(
        ctx,
        work,
        WorkStatus.ANNOUNCED,
        requirements,
        {"public": side.open_to == Audience.PUBLIC},
        repeat_key=repeat_key,
    )
    side.announced_at = ctx.now
    move_haulage(ctx, cleanup)


def _moves(cleanup: CleanupWork, form: CleanupChange) -> bool:
    """Return whether a change says another time or place than what stands."""
    stands = {
        "starts_at": cleanup.work.starts_at,
        "ends_at": cleanup.side.ends_at,
        "meet_words": cleanup.side.meet_words,
    }
    requirements = {name: getattr(form, name) for name in stands}
    return form.location is not None or any(requirements[name] not in (None, stands[name]) for name in stands)


def _set_facts(ctx: ActionContext, cleanup: CleanupWork, form: CleanupChange) -> None:
    for name in ("title", "note"):
        if (value := getattr(form, name)) is not None:
            setattr(cleanup.work, name, value)
    for name in ("meet_words", "bring", "no_waste", "pickup_words"):
        if (value := getattr(form, name)) is not None:
            setattr(cleanup.side, name, value)
    if form.tools is not None:
        cleanup.side.tools = [each.stored() for each in form.tools]
    if "capacity" in form.model_fields_set:
        cleanup.side.capacity = form.capacity
    if "collector" in form.model_fields_set:
        collector = unit_id(ctx.reference, form.collector, "collector") if form.collector else None
        cleanup.side.collector_id = collector
