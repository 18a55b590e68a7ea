"""Steps of a clean-up that was drafted: announced, changed, cancelled; who signed up is told."""

from __future__ import annotations

from datetime import timedelta

from service.domain.casework.case.repeats import request_digest
from service.domain.cleanups.access import FoundCleanup, find_cleanup
from service.domain.cleanups.forms import CleanupChange, CleanupStep
from service.domain.cleanups.haulage import check_haulage, collector_said, drop_haulage, move_haulage
from service.domain.cleanups.making import check_times, set_cleanup_place, set_cleanup_times
from service.domain.cleanups.near import unsay_near
from service.domain.cleanups.signups import fill_places
from service.domain.cleanups.telling import CANCELLED, CHANGED, tell_volunteers
from service.domain.works.acting import Hand, check_version, step
from service.domain.works.lifecycles import COLLECTOR, LEAD, REASON, work_roles
from service.domain.works.recording import was_wished
from service.domain.works.units import unit_id
from service.errors import Conflict, Forbidden, invalid
from service.i18n import N_
from service.models import OpenTo, Subject, WorkEventType, WorkStatus

NOTICE = timedelta(hours=24)
"""So long before its beginning a clean-up is announced at the latest."""
_MOVES = ("starts_at", "ends_at", "location", "meet_words")


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
        drop_haulage(hand, work, asked.reason)
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
        set_cleanup_times(work, side, starts, ends)
    if asked.location is not None:
        set_cleanup_place(hand, work, asked.location.lon, asked.location.lat)
    _set_facts(hand, found, asked)
    if announced:
        check_haulage(hand, found)
        said = {REASON: asked.reason}
        step(hand, work, WorkStatus.CHANGED, said)
        move_haulage(hand, found)
        if moves:
            side.sequence += 1
            tell_volunteers(hand, key, found, CHANGED, why=asked.reason)
        fill_places(hand.session, hand.reference, key, found, hand.now)
    else:
        work.version, work.updated_at = work.version + 1, hand.now
    hand.session.flush()
    return found


def _announce(hand: Hand, found: FoundCleanup, wish: str) -> None:
    work, side = found.work, found.side
    if work.starts_at is None or work.starts_at < hand.now + NOTICE:
        raise invalid(["starts_at"], N_("Cần thông báo trước ít nhất 24 giờ."))
    said = {COLLECTOR: "none" if side.no_waste else collector_said(hand, side)}
    step(
        hand,
        work,
        WorkStatus.ANNOUNCED,
        said,
        {"public": side.open_to == OpenTo.PUBLIC},
        wish=wish,
    )
    side.announced_at = hand.now
    move_haulage(hand, found)


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
