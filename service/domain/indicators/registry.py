"""Registry of indicators: each is a function over what was counted, and a row. A new one is one of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, and_, exists

from service.domain.figures.reckon import Tally
from service.domain.indicators.entered import saved_part
from service.i18n import N_
from service.models import AdNumberCase, Work, WorkKind, WorkStatus

Unit = Literal[
    "cases", "percent", "hours", "points", "works", "times", "people", "bags", "kg", "trees", "vnd",
    "initiatives", "kwh", "m3", "reams", "saved",
]  # fmt: skip
UNIT_WORDS: Mapping[Unit, str] = {
    "cases": N_("phản ánh"),
    "percent": "%",
    "hours": N_("giờ"),
    "points": N_("điểm"),
    "works": N_("việc"),
    "times": N_("lần"),
    "people": N_("người"),
    "bags": N_("bao"),
    "kg": "kg",
    "trees": N_("cây"),
    "vnd": N_("đồng"),
    "initiatives": N_("sáng kiến"),
    "kwh": "kWh",
    "m3": "m³",
    "reams": N_("ram giấy"),
    "saved": "%",
}

PSEUDO_VOTES = 10


@dataclass(frozen=True, slots=True)
class UnitCounts:
    """Counts of a unit, or of all: its reports (None before the first count), its works and what people
    entered. `city` is the mean of all the city's ratings, which those of few voters are drawn to.
    `moved_late` are the reports that these units handed on after the first deadline, less those that they
    were handed so.
    """

    reports: Tally | None = None
    works: Mapping[str, int] = field(default_factory=dict)
    entered: Mapping[str, float] = field(default_factory=dict)
    city: float | None = None
    moved_late: int = 0


Value = tuple[float | None, int | None]
"""The figure, None where there is nothing to tell; and of how many it is, where it is a part."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """Named figure. Behind it are reports of the outcome `reports`, the works that `works` takes, with
    `claims` questions to companies, or what was `entered` (initiatives, or a meter's readings); `missed` is
    the indicator of those that a rate lacks. Where `held`, a report that moved late counts for who let
    its first deadline pass.
    """

    name: str
    unit: Unit
    value: Callable[[UnitCounts], Value]
    reports: str | None = None
    works: Callable[[datetime], ColumnElement[bool]] | None = None
    missed: str = ""
    claims: bool = False
    entered: str = ""
    held: bool = False


def _reports(name: str) -> Callable[[UnitCounts], Value]:
    return lambda counts: (getattr(counts.reports, name) if counts.reports else None, None)


def _part(name: str, whole: str) -> Callable[[UnitCounts], Value]:
    def rate(counts: UnitCounts) -> Value:
        of = getattr(counts.reports, whole) if counts.reports else 0
        return (100 * getattr(counts.reports, name) / of, of) if of else (None, None)

    return rate


def _first_rate(counts: UnitCounts) -> Value:
    """Return the rate of first deadlines kept, and of how many.
    A report that moved is late for who held it when its first deadline passed.
    """
    of = counts.reports.decided + counts.moved_late if counts.reports else 0
    return (100 * counts.reports.on_time_first / of, of) if counts.reports and of else (None, None)


def _late_first(counts: UnitCounts) -> Value:
    return (counts.reports.late_first + counts.moved_late if counts.reports else None, None)


def _tasks_rate(counts: UnitCounts) -> Value:
    of = counts.works.get("tasks", 0)
    return (100 * counts.works.get("tasks_on_time", 0) / of, of) if of else (None, None)


def _fair_rating(counts: UnitCounts) -> Value:
    """Return the mean with `PSEUDO_VOTES` more of the city's: two fives are no better than 4.6 from 200
    people.
    """
    if counts.reports is None or not counts.reports.rated or counts.city is None:
        return None, None
    rated = counts.reports.rated
    return (counts.reports.score_sum + PSEUDO_VOTES * counts.city) / (rated + PSEUDO_VOTES), rated


def _rating(counts: UnitCounts) -> Value:
    if counts.reports is None or counts.reports.rating is None:
        return None, None
    return counts.reports.rating, counts.reports.rated


def _works(name: str) -> Callable[[UnitCounts], Value]:
    return lambda counts: (counts.works.get(name, 0), None)


def _read(meter: str) -> Callable[[UnitCounts], Value]:
    return lambda counts: (counts.entered.get(meter), None)


def _saved(meter: str) -> Callable[[UnitCounts], Value]:
    return lambda counts: saved_part(counts.entered, meter)


def is_task(_now: datetime) -> ColumnElement[bool]:
    """Return the condition of tasks of plans that were not dropped."""
    return and_(Work.kind == WorkKind.TASK, Work.status != WorkStatus.DROPPED)


def is_done_task(now: datetime) -> ColumnElement[bool]:
    """Return the condition of tasks that are done."""
    return and_(is_task(now), Work.done_at.is_not(None))


def is_timely_task(now: datetime) -> ColumnElement[bool]:
    """Return the condition of tasks that were done by their first deadline, before any extension."""
    return and_(is_task(now), Work.done_at <= Work.first_due_at)


def is_late_task(now: datetime) -> ColumnElement[bool]:
    """Return the condition of tasks that are late: not done, their clock running, past their deadline."""
    open_ = and_(Work.done_at.is_(None), Work.closed_at.is_(None), Work.paused_at.is_(None))
    return and_(is_task(now), open_, Work.due_at < now)


def is_difficulty(_now: datetime) -> ColumnElement[bool]:
    """Return the condition of difficulties that were not dropped or withdrawn."""
    gone = (WorkStatus.DROPPED, WorkStatus.WITHDRAWN)
    return and_(Work.kind == WorkKind.DIFFICULTY, Work.status.not_in(gone))


def is_waiting_difficulty(now: datetime) -> ColumnElement[bool]:
    """Return the condition of difficulties that wait for an answer."""
    return and_(is_difficulty(now), Work.done_at.is_(None), Work.closed_at.is_(None))


def is_held_cleanup(_now: datetime) -> ColumnElement[bool]:
    """Return the condition of clean-ups that were held and told of."""
    return and_(Work.kind == WorkKind.CLEANUP, Work.status.in_((WorkStatus.DONE, WorkStatus.CLOSED)))


def is_number_case(_now: datetime) -> ColumnElement[bool]:
    """Return the condition of cases of ad numbers that were not dropped: those accuse nobody."""
    return and_(Work.kind == WorkKind.AD_NUMBER, Work.status != WorkStatus.DROPPED)


def is_complied_case(now: datetime) -> ColumnElement[bool]:
    """Return the condition of cases whose owners put right what they had done."""
    return and_(is_number_case(now), Work.status.in_((WorkStatus.COMPLIED, WorkStatus.CLOSED)))


def is_repeated_case(now: datetime) -> ColumnElement[bool]:
    """Return the condition of cases of numbers that were seen again within a year of an earlier one."""
    again = exists().where(AdNumberCase.work_id == Work.id, AdNumberCase.offence > 1)
    return and_(is_number_case(now), again)


INDICATORS: Mapping[str, Indicator] = {
    "received": Indicator(N_("Phản ánh tiếp nhận"), "cases", _reports("received"), ""),
    "done": Indicator(N_("Phản ánh đã xử lý xong"), "cases", _reports("done"), "done"),
    "on_time": Indicator(N_("Phản ánh xử lý đúng hạn"), "cases", _reports("on_time"), "on_time"),
    "late": Indicator(N_("Phản ánh trễ hạn"), "cases", _reports("late"), "late"),
    "on_time_rate": Indicator(
        N_("Tỷ lệ đúng hạn"), "percent", _part("on_time", "decided"), "decided", missed="late"
    ),
    "on_time_unextended": Indicator(
        N_("Phản ánh đúng thời hạn ban đầu (không kể gia hạn)"),
        "cases",
        _reports("on_time_first"),
        "on_time_first",
    ),
    "late_unextended": Indicator(
        N_("Phản ánh trễ thời hạn ban đầu"), "cases", _late_first, "late_first", held=True
    ),
    "on_time_unextended_rate": Indicator(
        N_("Tỷ lệ đúng thời hạn ban đầu"),
        "percent",
        _first_rate,
        "decided",
        missed="late_unextended",
        held=True,
    ),
    "open_late": Indicator(N_("Phản ánh đang mở, quá hạn"), "cases", _reports("overdue"), "overdue"),
    "extended": Indicator(N_("Phản ánh đã gia hạn"), "cases", _reports("extended"), "extended"),
    "reopened": Indicator(N_("Phản ánh mở lại"), "cases", _reports("reopened"), "reopened"),
    "returned": Indicator(
        N_("Phản ánh làm xong bị trả lại, mở lại"), "cases", _reports("returned"), "returned"
    ),
    "kept_rate": Indicator(
        N_("Tỷ lệ không bị trả lại, mở lại"), "percent", _part("kept", "done"), "done", missed="returned"
    ),
    "refused": Indicator(N_("Phản ánh đơn vị từ chối"), "cases", _reports("refused"), "refused"),
    "rejected": Indicator(N_("Phản ánh không tiếp nhận"), "cases", _reports("rejected"), "rejected"),
    "median_hours": Indicator(N_("Thời gian xử lý trung vị"), "hours", _reports("median_hours"), "done"),
    "rating": Indicator(N_("Điểm người dân chấm"), "points", _rating, "rated"),
    "rating_fair": Indicator(
        N_("Điểm người dân chấm, kéo về trung bình thành phố khi ít lượt"), "points", _fair_rating, "rated"
    ),
    "tasks": Indicator(N_("Nhiệm vụ đến hạn"), "works", _works("tasks"), works=is_task),
    "tasks_done": Indicator(N_("Nhiệm vụ đã hoàn thành"), "works", _works("tasks_done"), works=is_done_task),
    "tasks_on_time": Indicator(
        N_("Nhiệm vụ đúng hạn ban đầu"), "works", _works("tasks_on_time"), works=is_timely_task
    ),
    "tasks_rate": Indicator(N_("Tỷ lệ nhiệm vụ đúng hạn ban đầu"), "percent", _tasks_rate, works=is_task),
    "tasks_late": Indicator(N_("Nhiệm vụ trễ hạn"), "works", _works("tasks_late"), works=is_late_task),
    "difficulties": Indicator(
        N_("Khó khăn, vướng mắc được nêu"), "works", _works("difficulties"), works=is_difficulty
    ),
    "difficulties_open": Indicator(
        N_("Khó khăn chờ trả lời"), "works", _works("difficulties_open"), works=is_waiting_difficulty
    ),
    "claims_silent": Indicator(
        N_("Lần im lặng khi được hỏi cáp của ai"), "times", _works("claims_silent"), claims=True
    ),
    "number_cases": Indicator(N_("Hồ sơ số rao vặt"), "works", _works("number_cases"), works=is_number_case),
    "number_cases_complied": Indicator(
        N_("Hồ sơ số rao vặt đã khắc phục"),
        "works",
        _works("number_cases_complied"),
        works=is_complied_case,
    ),
    "number_cases_repeated": Indicator(
        N_("Hồ sơ số rao vặt tái phạm trong một năm"),
        "works",
        _works("number_cases_repeated"),
        works=is_repeated_case,
    ),
    "cleanups": Indicator(N_("Đợt ra quân"), "works", _works("cleanups"), works=is_held_cleanup),
    "people": Indicator(N_("Lượt người ra quân"), "people", _works("people"), works=is_held_cleanup),
    "bags": Indicator(N_("Bao rác thu gom"), "bags", _works("bags"), works=is_held_cleanup),
    "kg": Indicator(N_("Rác thu gom"), "kg", _works("kg"), works=is_held_cleanup),
    "trees": Indicator(N_("Cây đã trồng"), "trees", _works("trees"), works=is_held_cleanup),
    "trees_alive": Indicator(
        N_("Cây còn sống khi kiểm tra lại"), "trees", _works("trees_alive"), works=is_held_cleanup
    ),
    "gifts_vnd": Indicator(
        N_("Tiền ủng hộ các đợt ra quân"), "vnd", _works("gifts_vnd"), works=is_held_cleanup
    ),
    "initiatives": Indicator(
        N_("Sáng kiến được công nhận"),
        "initiatives",
        lambda counts: (counts.entered.get("initiatives", 0), None),
        entered="initiatives",
    ),
    "kwh": Indicator(N_("Điện tiêu thụ"), "kwh", _read("kwh"), entered="kwh"),
    "m3": Indicator(N_("Nước tiêu thụ"), "m3", _read("m3"), entered="m3"),
    "reams": Indicator(N_("Giấy in đã dùng"), "reams", _read("reams"), entered="reams"),
    "kwh_saved": Indicator(
        N_("Điện tiết kiệm so với cùng tháng năm trước"), "saved", _saved("kwh"), entered="kwh"
    ),
    "m3_saved": Indicator(
        N_("Nước tiết kiệm so với cùng tháng năm trước"), "saved", _saved("m3"), entered="m3"
    ),
    "reams_saved": Indicator(
        N_("Giấy tiết kiệm so với cùng tháng năm trước"), "saved", _saved("reams"), entered="reams"
    ),
}
