"""Outcomes of reports, stated twice: as a mask over counted facts, and as SQL for the list of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import ColumnElement, and_, exists, literal_column, not_, or_, true

from service.domain.figures.packs import (
    DONE,
    EXTENDED,
    HANDED_ON,
    HAS_DUE,
    IN_FIRST_TIME,
    IN_TIME,
    KEPT,
    MERGED,
    OPEN,
    RATED,
    RECATEGORISED,
    REFUSED,
    REJECTED,
    REOPENED,
    WITHDRAWN,
    unextended_due,
)
from service.domain.figures.reckon import OVERDUE, Bools, Ints
from service.domain.queries.conditions import overdue
from service.i18n import N_
from service.models import OPEN as OPEN_STATUSES
from service.models import Event, EventType, Rating, Report, Status


@dataclass(frozen=True, slots=True)
class ManagedOutcome:
    """Kind of report among those of a period; `name` is what its list is called."""

    name: str
    mask: Callable[[Ints], Bools]
    condition: Callable[[datetime], ColumnElement[bool]]


def _bits(bits: int) -> Callable[[Ints], Bools]:
    return lambda marks: (marks & bits) == bits


def _any(bits: int) -> Callable[[Ints], Bools]:
    return lambda marks: (marks & bits) != 0


def _late(marks: Ints) -> Bools:
    done_late = ((marks & (DONE | HAS_DUE)) == DONE | HAS_DUE) & ((marks & IN_TIME) == 0)
    return np.asarray(done_late | ((marks & OVERDUE) != 0))


def _decided(marks: Ints) -> Bools:
    done = (marks & (DONE | HAS_DUE)) == DONE | HAS_DUE
    return np.asarray(done | ((marks & OVERDUE) != 0))


def _late_first(marks: Ints) -> Bools:
    return np.asarray(_decided(marks) & ((marks & IN_FIRST_TIME) == 0))


def _returned(marks: Ints) -> Bools:
    return np.asarray((marks & (DONE | KEPT)) == DONE)


def _told(type: EventType) -> ColumnElement[bool]:  # noqa: A002 - the event's own word
    return exists().where(Event.report_id == Report.id, Event.type == type)


_OPEN = Report.status.in_(OPEN_STATUSES)
_RECATEGORISED = exists().where(Event.report_id == Report.id, Event.data.has_key("category_before"))
_CORRECTED = or_(_told(EventType.REFUSED), _told(EventType.HANDED_ON), _RECATEGORISED)
_CAME_BACK = or_(_told(EventType.SENT_BACK), _told(EventType.REOPENED))
_FIRST_DUE: ColumnElement[datetime] = literal_column(unextended_due("report"))
_ON_TIME_FIRST = and_(Report.resolved_at <= Report.due_at, Report.resolved_at <= _FIRST_DUE)

OUTCOMES: Mapping[str, ManagedOutcome] = {
    "": ManagedOutcome(N_("Đã nhận"), _bits(0), lambda _: true()),
    "open": ManagedOutcome(N_("Đang mở"), _bits(OPEN), lambda _: _OPEN),
    "overdue": ManagedOutcome(N_("Đang mở và quá hạn"), _bits(OVERDUE), overdue),
    "done": ManagedOutcome(N_("Đã xử lý xong"), _bits(DONE), lambda _: Report.resolved_at.is_not(None)),
    "ended": ManagedOutcome(
        N_("Kết thúc cách khác"),
        lambda marks: (marks & (OPEN | DONE)) == 0,
        lambda _: and_(not_(_OPEN), Report.resolved_at.is_(None)),
    ),
    "rejected": ManagedOutcome(
        N_("Không tiếp nhận"), _bits(REJECTED), lambda _: Report.status == Status.REJECTED
    ),
    "merged": ManagedOutcome(N_("Trùng lặp"), _bits(MERGED), lambda _: Report.status == Status.DUPLICATE),
    "withdrawn": ManagedOutcome(
        N_("Người dân rút"), _bits(WITHDRAWN), lambda _: Report.status == Status.WITHDRAWN
    ),
    "on_time": ManagedOutcome(
        N_("Xử lý đúng hạn"), _bits(DONE | IN_TIME), lambda _: Report.resolved_at <= Report.due_at
    ),
    "decided": ManagedOutcome(
        N_("Đã rõ đúng hạn hay trễ"),
        _decided,
        lambda now: or_(and_(Report.resolved_at.is_not(None), Report.due_at.is_not(None)), overdue(now)),
    ),
    "late": ManagedOutcome(
        N_("Trễ hạn"), _late, lambda now: or_(Report.resolved_at > Report.due_at, overdue(now))
    ),
    "on_time_first": ManagedOutcome(
        N_("Đúng thời hạn ban đầu"), _bits(IN_FIRST_TIME), lambda _: _ON_TIME_FIRST
    ),
    "late_first": ManagedOutcome(
        N_("Trễ thời hạn ban đầu"),
        _late_first,
        lambda now: or_(
            and_(Report.resolved_at.is_not(None), Report.due_at.is_not(None), not_(_ON_TIME_FIRST)),
            overdue(now),
        ),
    ),
    "kept": ManagedOutcome(
        N_("Không bị trả lại, mở lại"),
        _bits(KEPT),
        lambda _: and_(Report.resolved_at.is_not(None), not_(_CAME_BACK)),
    ),
    "returned": ManagedOutcome(
        N_("Làm xong nhưng bị trả lại, mở lại"),
        _returned,
        lambda _: and_(Report.resolved_at.is_not(None), _CAME_BACK),
    ),
    "extended": ManagedOutcome(N_("Đã gia hạn"), _bits(EXTENDED), lambda _: Report.extensions > 0),
    "reopened": ManagedOutcome(N_("Đã mở lại"), _bits(REOPENED), lambda _: _told(EventType.REOPENED)),
    "rated": ManagedOutcome(
        N_("Được chấm điểm"), _bits(RATED), lambda _: exists().where(Rating.report_id == Report.id)
    ),
    "first_pass": ManagedOutcome(
        N_("Phân công đúng ngay lần đầu"),
        lambda marks: (marks & (REFUSED | HANDED_ON | RECATEGORISED)) == 0,
        lambda _: not_(_CORRECTED),
    ),
    "refused": ManagedOutcome(N_("Đơn vị từ chối"), _bits(REFUSED), lambda _: _told(EventType.REFUSED)),
    "handed_on": ManagedOutcome(
        N_("Chuyển đơn vị khác"), _bits(HANDED_ON), lambda _: _told(EventType.HANDED_ON)
    ),
    "recategorised": ManagedOutcome(N_("Sửa loại"), _bits(RECATEGORISED), lambda _: _RECATEGORISED),
    "corrected": ManagedOutcome(
        N_("Phải sửa phân công"), _any(REFUSED | HANDED_ON | RECATEGORISED), lambda _: _CORRECTED
    ),
}
