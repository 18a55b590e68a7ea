"""Drafting a clean-up, announcing it, changing and cancelling it; the haulage that goes with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.casework.case.repeats import request_digest
from service.domain.cleanups.access import FoundCleanup, find_cleanup
from service.domain.cleanups.forms import CleanupChange, CleanupFacts, CleanupStep, NewCheck, NewCleanup
from service.domain.cleanups.near import unsay_near
from service.domain.cleanups.signups import fill_places
from service.domain.cleanups.telling import CANCELLED, CHANGED, tell_volunteers
from service.domain.reports.drafts import check_place
from service.domain.reports.events import Actor
from service.domain.works.access import require_works
from service.domain.works.acting import Hand, check_version, step
from service.domain.works.codes import next_codes
from service.domain.works.lifecycles import COLLECTOR, LEAD, REASON, begin_life, work_roles
from service.domain.works.recording import record_work, was_wished
from service.domain.works.units import unit_code, unit_id, unit_ids
from service.errors import Conflict, Forbidden, invalid
from service.i18n import N_
from service.models import (
    Area,
    Cleanup,
    CleanupCheck,
    OpenTo,
    Role,
    Subject,
    Work,
    WorkEventType,
    WorkKind,
    WorkStatus,
)

LETTERS = "R"
MAKERS = frozenset({Role.DEPARTMENT, Role.MANAGER})
NOTICE = timedelta(hours=24)
"""So long before its beginning a clean-up is announced at the latest."""
RESULT_ASKED, RESULT_DUE = timedelta(hours=3), timedelta(days=3)
"""After the end: the lead is reminded of the result, and it is late."""
LONGEST = timedelta(days=3)
HAULED_BY = time(9)
"""On the morning after, what was gathered is gone."""
_MOVES = ("starts_at", "ends_at", "location", "meet_words")


def make_cleanup(hand: Hand, asked: NewCleanup) -> tuple[FoundCleanup, bool]:
    """(the draft, whether it is new). Made by people of a unit, for it or a unit below.

    Raises Forbidden, Invalid, Conflict for an id that stands for another work.
    """
    require_works(hand.reference)
    lead = lead_of(hand, asked.lead)
    known = hand.session.get(Work, asked.id)
    if known is not None:
        side = hand.session.get(Cleanup, asked.id)
        if side is None or (known.created_by, known.title) != (hand.actor.staff_id, asked.title):
            raise Conflict(N_("Mã id này đã được dùng cho đợt khác. Hãy tạo id mới."))
        return FoundCleanup(known, side), False
    check_times(asked.starts_at, asked.ends_at)
    found = draft(hand, asked.id, asked, lead, asked.starts_at, asked.ends_at, note=asked.note)
    found.side.tools = [each.model_dump() for each in asked.tools]
    add_checks(hand, found, asked.checks)
    return found, True


def lead_of(hand: Hand, code: str) -> int:
    """Return the id of the unit that leads. Raises Forbidden for who is not of it or of one above it."""
    if hand.actor.role not in MAKERS:
        raise Forbidden(N_("Chỉ cán bộ của một đơn vị được tổ chức ra quân."))
    lead = unit_id(hand.reference, code, "lead")
    if not may_lead(hand, lead):
        raise Forbidden(N_("Chỉ tổ chức được cho đơn vị mình và các đơn vị trực thuộc."))
    return lead


def may_lead(hand: Hand, lead: int) -> bool:
    """Return whether this person organises for that unit."""
    actor = hand.actor
    return actor.role in MAKERS and (actor.department_id is None or lead in actor.departments)


def draft(
    hand: Hand,
    id_: UUID,
    asked: CleanupFacts,
    lead: int,
    starts_at: datetime,
    ends_at: datetime,
    *,
    note: str = "",
    **beside: object,
) -> FoundCleanup:
    """Add a clean-up that nobody is told of yet. Raises Invalid, naming the field."""
    collector = unit_id(hand.reference, asked.collector, "collector") if asked.collector else None
    work = _work(hand, id_, asked, lead, note)
    side = Cleanup(
        work_id=id_,
        form=asked.form,
        open_to=asked.open_to,
        ends_at=ends_at,
        meet_words=asked.meet_words,
        capacity=asked.capacity,
        bring=asked.bring,
        no_waste=asked.no_waste,
        collector_id=collector,
        pickup_words=asked.pickup_words,
        **beside,
    )
    _set_times(work, side, starts_at, ends_at)
    _set_place(hand, work, asked.location.lon, asked.location.lat)
    hand.session.add(work)
    hand.session.flush()
    hand.session.add(side)
    type_ = WorkEventType.CLEANUP_DRAFTED
    record_work(hand.session, work, type_, actor=hand.actor, at=hand.now, data={"title": work.title})
    hand.session.flush()
    return FoundCleanup(work, side)


def take_cleanup_step(hand: Hand, key: bytes, code: str, asked: CleanupStep) -> FoundCleanup:
    """Announce, cancel, begin, send back or close. The same again changes nothing.

    `key` opens the addresses of who is to be told. Raises NotFound, Conflict, Forbidden, Invalid.
    """
    found = find_cleanup(hand.session, hand.reference, code, hand.actor, lock=True)
    work, side = found.work, found.side
    wish = request_digest(asked, verb=WorkEventType.CLEANUP_DRAFTED)
    if was_wished(hand.session, Subject.WORK, work.id, hand.actor, wish):
        return found
    check_version(work, asked.version)
    if asked.to == WorkStatus.ANNOUNCED:
        _announce(hand, found, wish)
    elif asked.to == WorkStatus.CANCELLED:
        step(hand, work, WorkStatus.CANCELLED, {REASON: asked.reason}, wish=wish)
        side.sequence += 1
        _drop_haulage(hand, work, asked.reason)
        unsay_near(hand.session, work)
        tell_volunteers(hand, key, found, CANCELLED, why=asked.reason)
    else:
        step(hand, work, asked.to, {REASON: asked.reason}, wish=wish)
    hand.session.flush()
    return found


def change_cleanup(hand: Hand, key: bytes, code: str, asked: CleanupChange) -> FoundCleanup:
    """Change a draft or what is announced; then who signed up is told of another time or place.

    Raises NotFound, Conflict, Forbidden, Invalid: an announced time or place changes with a reason.
    """
    found = find_cleanup(hand.session, hand.reference, code, hand.actor, lock=True)
    work, side = found.work, found.side
    if LEAD not in work_roles(hand.actor, work):
        raise Forbidden(N_("Chỉ đơn vị chủ trì được sửa đợt ra quân này."))
    check_version(work, asked.version)
    if work.status not in (WorkStatus.DRAFT, WorkStatus.ANNOUNCED):
        raise Conflict(N_("Đợt ra quân này đã bắt đầu hoặc đã kết thúc nên không sửa được."))
    moves = any(getattr(asked, name) is not None for name in _MOVES)
    announced = work.status == WorkStatus.ANNOUNCED
    if moves and announced and not asked.reason:
        raise invalid(["reason"], N_("Cần nêu lý do đổi thời gian hoặc địa điểm."))
    starts, ends = asked.starts_at or work.starts_at, asked.ends_at or side.ends_at
    if starts is not None and (asked.starts_at or asked.ends_at):
        check_times(starts, ends)
        if announced and starts <= hand.now:
            raise invalid(["starts_at"], N_("Giờ bắt đầu phải ở phía trước."))
        _set_times(work, side, starts, ends)
    if asked.location is not None:
        _set_place(hand, work, asked.location.lon, asked.location.lat)
    _set_facts(hand, found, asked)
    if announced:
        _check_haulage(hand, found)
        said = {REASON: asked.reason}
        step(hand, work, WorkStatus.CHANGED, said)
        _move_haulage(hand, found)
        if moves:
            side.sequence += 1
            tell_volunteers(hand, key, found, CHANGED, why=asked.reason)
        fill_places(hand.session, hand.reference, key, found, hand.now)
    else:
        work.version, work.updated_at = work.version + 1, hand.now
    hand.session.flush()
    return found


def check_times(starts_at: datetime, ends_at: datetime) -> None:
    """Raise Invalid where the end is not after the beginning, or too long after it."""
    if not starts_at < ends_at <= starts_at + LONGEST:
        raise invalid(["ends_at"], N_("Giờ kết thúc phải sau giờ bắt đầu, nhiều nhất ba ngày."))


def haulage_of(session: Session, work: Work) -> Work | None:
    """Return the task of who hauls away what was gathered."""
    return session.scalar(select(Work).where(Work.parent_id == work.id, Work.kind == WorkKind.TASK))


def _announce(hand: Hand, found: FoundCleanup, wish: str) -> None:
    work, side = found.work, found.side
    if work.starts_at is None or work.starts_at < hand.now + NOTICE:
        raise invalid(["starts_at"], N_("Cần thông báo trước ít nhất 24 giờ."))
    said = {COLLECTOR: "none" if side.no_waste else _collector(hand, side)}
    step(
        hand,
        work,
        WorkStatus.ANNOUNCED,
        said,
        {"public": side.open_to == OpenTo.PUBLIC},
        wish=wish,
    )
    side.announced_at = hand.now
    _move_haulage(hand, found)


def _collector(hand: Hand, side: Cleanup) -> str:
    """Return the code of who hauls; for units alone nobody need to be named."""
    if side.collector_id is not None and side.pickup_words:
        return unit_code(hand.reference, side.collector_id) or ""
    return "none" if side.open_to == OpenTo.UNITS else ""


def _check_haulage(hand: Hand, found: FoundCleanup) -> None:
    if not found.side.no_waste and not _collector(hand, found.side):
        raise invalid(
            ["collector"],
            N_("Cần chọn đơn vị chở rác và nơi tập kết, hoặc ghi rõ là không phát sinh rác."),
        )


def _move_haulage(hand: Hand, found: FoundCleanup) -> None:
    """Have the collector's task say what the clean-up says now: made, moved or dropped."""
    work, side = found.work, found.side
    task = haulage_of(hand.session, work)
    if side.no_waste or side.collector_id is None:
        if task is not None:
            _drop_haulage(hand, work, work.title)
        return
    day = hand.calendar.local(side.ends_at).date() + timedelta(days=1)
    due = datetime.combine(day, HAULED_BY, tzinfo=hand.calendar.timezone)
    if task is None:
        task = Work(
            id=uuid4(),
            code=next_codes(hand.session, "V", hand.calendar.local(hand.now).year)[0],
            kind=WorkKind.TASK,
            title=f"Chở rác: {work.title}"[:300],
            parent_id=work.id,
            lead_id=work.lead_id,
            keeper_id=work.lead_id,
            director_id=work.director_id,
            created_at=hand.now,
            updated_at=hand.now,
            created_by=hand.actor.staff_id,
        )
        begin_life(task)
        hand.session.add(task)
        _say_haulage(task, work, side, due)
        hand.session.flush()
        made = WorkEventType.CREATED
        record_work(hand.session, task, made, actor=hand.actor, at=hand.now, data={"title": task.title})
    elif task.closed_at is None and task.done_at is None:
        _say_haulage(task, work, side, due)
        task.version, task.updated_at = task.version + 1, hand.now


def _say_haulage(task: Work, work: Work, side: Cleanup, due: datetime) -> None:
    task.note, task.executor_id = side.pickup_words, side.collector_id
    task.starts_at, task.due_at, task.first_due_at, task.amber_at = side.ends_at, due, due, side.ends_at
    task.geom, task.ward_id = work.geom, work.ward_id


def _drop_haulage(hand: Hand, work: Work, why: str) -> None:
    task = haulage_of(hand.session, work)
    if task is not None and task.closed_at is None and task.done_at is None:
        system = Hand(hand.session, hand.reference, hand.calendar, Actor("system"), hand.now)
        step(system, task, WorkStatus.DROPPED, {REASON: why})


def _set_times(work: Work, side: Cleanup, starts_at: datetime, ends_at: datetime) -> None:
    work.starts_at, side.ends_at = starts_at, ends_at
    work.due_at, work.amber_at = ends_at + RESULT_DUE, ends_at + RESULT_ASKED
    work.first_due_at = work.due_at


def _set_place(hand: Hand, work: Work, lon: float, lat: float) -> None:
    if problem := check_place(hand.reference, lon, lat):
        raise invalid(["location"], problem)
    point = func.ST_SetSRID(func.ST_MakePoint(lon, lat), 4326)
    within = select(Area.id).where(Area.valid_to.is_(None), func.ST_Covers(Area.geom, point))
    work.geom = f"SRID=4326;POINT({lon!r} {lat!r})"
    work.ward_id = hand.session.scalar(within.order_by(Area.id).limit(1))


def _set_facts(hand: Hand, found: FoundCleanup, asked: CleanupChange) -> None:
    for name in ("title", "note"):
        if (value := getattr(asked, name)) is not None:
            setattr(found.work, name, value)
    for name in ("meet_words", "bring", "no_waste", "pickup_words"):
        if (value := getattr(asked, name)) is not None:
            setattr(found.side, name, value)
    if "capacity" in asked.model_fields_set:
        found.side.capacity = asked.capacity
    if "collector" in asked.model_fields_set:
        collector = unit_id(hand.reference, asked.collector, "collector") if asked.collector else None
        found.side.collector_id = collector


def add_checks(hand: Hand, found: FoundCleanup, checks: Sequence[NewCheck]) -> None:
    """Add what is to be checked; a unit that checks something takes part."""
    units = [unit_id(hand.reference, each.unit, "checks") if each.unit else None for each in checks]
    for position, (each, unit) in enumerate(zip(checks, units, strict=True)):
        hand.session.add(
            CleanupCheck(
                id=uuid4(),
                work_id=found.work.id,
                position=position,
                building=each.building,
                unit_id=unit,
                words=each.words,
            )
        )
    part = {unit for unit in units if unit is not None} | set(found.work.support_ids)
    found.work.support_ids = sorted(part - {found.work.lead_id})
    hand.session.flush()


def _work(hand: Hand, id_: UUID, asked: CleanupFacts, lead: int, note: str) -> Work:
    reference, parent = hand.reference, hand.reference.departments[lead].parent_id
    work = Work(
        id=id_,
        code=next_codes(hand.session, LETTERS, hand.calendar.local(hand.now).year)[0],
        kind=WorkKind.CLEANUP,
        title=asked.title,
        note=note,
        lead_id=lead,
        support_ids=sorted(unit_ids(reference, asked.supports, "supports") - {lead}),
        keeper_id=parent or lead,
        director_id=parent or lead,
        needs_photo=True,
        created_at=hand.now,
        updated_at=hand.now,
        created_by=hand.actor.staff_id,
    )
    begin_life(work)
    return work
