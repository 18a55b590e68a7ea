"""The day itself: who came, what was ticked, and the one result."""

from __future__ import annotations

from datetime import timedelta
from statistics import median
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.casework.case.repeats import request_digest
from service.domain.cleanups.access import CleanupWork, find_cleanup
from service.domain.cleanups.forms import Attendance, CheckTick, CleanupResult
from service.domain.cleanups.views import list_checks, own_checks
from service.domain.works.actions import ActionContext, check_version, step
from service.domain.works.events import record_work, was_requested
from service.domain.works.lifecycles import KEEPER, LEAD, PEOPLE, RESULT, SUPPORT, life_of, work_roles
from service.domain.works.units import unit_id
from service.errors import Conflict, Forbidden, NotFound, invalid
from service.i18n import N_
from service.models import (
    Audience,
    CheckState,
    Cleanup,
    CleanupCheck,
    CleanupSignup,
    Photo,
    SignupState,
    Subject,
    TreeGroup,
    Work,
    WorkEventType,
    WorkStatus,
)

EARLY = timedelta(hours=2)
"""So long before the beginning the first who come are counted."""
UNUSUAL, COMPARED = 3, 20
"""A number above so many times the median of so many earlier clean-ups is asked about."""
FEW = 3
_USUAL = (
    ("people", N_("{given} người: nhiều hơn hẳn các đợt trước. Đúng không?"), 200),
    ("kg", N_("{given} kg: nhiều hơn hẳn các đợt trước. Đúng không?"), 3000),
)
"""What is compared, how it is asked, and what counts as usual before there are `FEW` to compare with."""
ASKED_ABOUT = frozenset(sentence for _, sentence, _ in _USUAL)
AT_THE_PLACE = (WorkStatus.ANNOUNCED, WorkStatus.UNDER_WAY)


def write_attendance(ctx: ActionContext, code: str, form: Attendance) -> CleanupWork:
    """Write down who came. The same again changes nothing; a later number replaces an earlier one.

    Raises NotFound, Forbidden for who does not lead, Conflict before the day or after the result, Invalid
    for a sign-up of another clean-up.
    """
    cleanup = find_cleanup(ctx.session, ctx.reference, code, ctx.actor, lock=True)
    work = cleanup.work
    if LEAD not in work_roles(ctx.actor, work):
        raise Forbidden(N_("Chỉ đơn vị chủ trì được điểm danh."))
    early = work.starts_at is None or ctx.now < work.starts_at - EARLY
    if work.status not in AT_THE_PLACE or early:
        raise Conflict(N_("Chỉ điểm danh được trong ngày ra quân, trước khi báo kết quả."))
    arrivals = {each.id: each.came for each in form.arrivals}
    signups = ctx.session.scalars(
        select(CleanupSignup).where(CleanupSignup.work_id == work.id, CleanupSignup.id.in_(arrivals))
    ).all()
    if len(signups) != len(arrivals):
        raise invalid(["arrivals"], N_("Có lượt đăng ký không thuộc đợt ra quân này."))
    for signup in signups:
        signup.came = arrivals[signup.id]
        signup.state = SignupState.CAME if signup.came else SignupState.ABSENT
    if form.walk_ins is not None:
        cleanup.side.walk_ins = form.walk_ins
    ctx.session.flush()
    return cleanup


def count_came(session: Session, side: Cleanup) -> int:
    """Return how many people came, as far as they were counted."""
    came = select(func.sum(CleanupSignup.came)).where(CleanupSignup.work_id == side.work_id)
    return int(session.scalar(came) or 0) + side.walk_ins


def tick_check(ctx: ActionContext, code: str, check_id: UUID, form: CheckTick) -> CleanupCheck:
    """Say what became of one thing. Raises NotFound, Forbidden for another unit, Conflict afterwards."""
    cleanup = find_cleanup(ctx.session, ctx.reference, code, ctx.actor, lock=True)
    check = ctx.session.get(CleanupCheck, check_id)
    if check is None or check.work_id != cleanup.work.id:
        raise NotFound(N_("Không có mục kiểm tra này."))
    parts = work_roles(ctx.actor, cleanup.work)
    lines = own_checks(list_checks(ctx.session, cleanup.work.id), ctx.actor.departments)
    own = SUPPORT in parts and check.id in {each.id for each in lines}
    if not (parts & {LEAD, KEEPER} or own):
        raise Forbidden(N_("Mục này do đơn vị khác phụ trách."))
    if cleanup.work.status not in AT_THE_PLACE:
        raise Conflict(N_("Đợt ra quân này chưa thông báo hoặc đã báo kết quả."))
    if (check.state, check.note) == (form.state, form.note):
        return check
    check.state, check.note, check.staff_id, check.at = form.state, form.note, ctx.actor.staff_id, ctx.now
    data = {"check": str(check.id), "state": str(form.state)}
    _record_inside(ctx, cleanup.work, data)
    return check


def give_result(ctx: ActionContext, code: str, form: CleanupResult) -> CleanupWork:
    """Write the one result: people and at least one photo of afterwards; for units every check decided.

    The same again changes nothing. Raises NotFound, Conflict, Forbidden, Invalid: also for an unusual number
    that nobody said is right.
    """
    cleanup = find_cleanup(ctx.session, ctx.reference, code, ctx.actor, lock=True)
    work, side = cleanup.work, cleanup.side
    repeat_key = request_digest(form, verb=WorkEventType.CLEANUP_RESULT)
    if was_requested(ctx.session, Subject.WORK, work.id, ctx.actor, repeat_key):
        return cleanup
    check_version(work, form.version)
    if work.status == WorkStatus.ANNOUNCED and work.starts_at is not None and work.starts_at <= ctx.now:
        step(ctx, work, WorkStatus.UNDER_WAY)
    # Who may not is told so, before anything about the numbers.
    life_of(work).find(work.status, WorkStatus.DONE, work_roles(ctx.actor, work))
    _check_decided(ctx.session, side)
    _check_usual(ctx.session, side, form)
    trees = _trees(ctx.session, work, form)
    photos = _after(ctx.session, work, form.photos)
    requirements = {PEOPLE: str(form.people) if form.people else "", RESULT: form.words}
    units = {str(unit_id(ctx.reference, each, "units")): count for each, count in sorted(form.units.items())}
    if sum(units.values()) > form.people:
        raise invalid(["units"], N_("Số người của các đơn vị cộng lại nhiều hơn tổng số người."))
    step(ctx, work, WorkStatus.DONE, requirements, photos=photos, repeat_key=repeat_key)
    side.people, side.units = form.people, units
    for name in ("bags", "kg", "drain_m"):
        setattr(side, name, getattr(form, name))
    side.trees = trees
    side.resulted_by, side.resulted_at = ctx.actor.staff_id, ctx.now
    _publish(ctx.session, work)
    ctx.session.flush()
    return cleanup


def send_result_back(ctx: ActionContext, code: str, version: int, reason: str) -> CleanupWork:
    """Have the result given anew. Raises NotFound, Conflict, Forbidden, Invalid without a reason."""
    cleanup = find_cleanup(ctx.session, ctx.reference, code, ctx.actor, lock=True)
    check_version(cleanup.work, version)
    step(ctx, cleanup.work, WorkStatus.UNDER_WAY, {"reason": reason})
    return cleanup


def _record_inside(ctx: ActionContext, work: Work, data: dict[str, str]) -> None:
    event = record_work(
        ctx.session, work, WorkEventType.CLEANUP_CHECKED, actor=ctx.actor, at=ctx.now, data=data
    )
    event.public = False
    ctx.session.flush()


def _check_decided(session: Session, side: Cleanup) -> None:
    if side.open_to != Audience.UNITS:
        return
    left = select(func.count()).where(
        CleanupCheck.work_id == side.work_id, CleanupCheck.state == CheckState.OPEN
    )
    if count := session.scalar(left):
        raise invalid(["checks"], N_("Còn {count} mục chưa kiểm tra."), count=count)


def _check_usual(session: Session, side: Cleanup, form: CleanupResult) -> None:
    """Ask about a number above three times what clean-ups of this form usually have."""
    if form.sure:
        return
    for name, sentence, without in _USUAL:
        column, given = getattr(Cleanup, name), getattr(form, name)
        earlier = select(column).where(
            Cleanup.form == side.form, column.is_not(None), Cleanup.work_id != side.work_id
        )
        known = session.scalars(earlier.order_by(Cleanup.ends_at.desc()).limit(COMPARED)).all()
        usual = median(known) if len(known) >= FEW else without
        if given is not None and given > UNUSUAL * max(1, usual):
            raise invalid([name], sentence, given=given)


def count_planted(session: Session, work_id: UUID) -> tuple[int, int]:
    """Return (groups, trees) that were written down at a clean-up."""
    counted = select(func.count(), func.coalesce(func.sum(TreeGroup.planted), 0))
    groups, planted = session.execute(counted.where(TreeGroup.work_id == work_id)).one()
    return int(groups), int(planted)


def _trees(session: Session, work: Work, form: CleanupResult) -> int | None:
    """Return the trees of the result: those written down one by one where it says nothing. Raises Invalid for
    fewer than these.
    """
    _, planted = count_planted(session, work.id)
    if form.trees is None:
        return planted or None
    if form.trees < planted:
        raise invalid(
            ["trees"],
            N_("Các nhóm cây đã ghi cộng lại là {planted} cây. Kết quả không được ít hơn."),
            planted=planted,
        )
    return form.trees


def _after(session: Session, work: Work, photos: list[UUID]) -> tuple[str, ...]:
    """Return the photos of afterwards: those named, else all there are. Raises Invalid for another's."""
    own = select(Photo.id).where(Photo.work_id == work.id, Photo.kind == "after")
    found = list(session.scalars(own.order_by(Photo.created_at, Photo.id)))
    if set(photos) - set(found):
        raise invalid(["photos"], N_("Ảnh này không thuộc đợt ra quân này."))
    return tuple(str(each) for each in (photos or found))


def _publish(session: Session, work: Work) -> None:
    if not work.public:
        return
    own = select(Photo).where(Photo.work_id == work.id, Photo.kind.in_(("before", "after")))
    for photo in session.scalars(own):
        photo.published = True
