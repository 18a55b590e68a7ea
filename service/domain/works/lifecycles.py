"""The lives of works as tables, and the one function that walks them. Nothing else writes a work's status."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.kernel.state_machine import Edge, Lifecycle
from service.domain.reports.events import Actor
from service.domain.works.events import record_work
from service.domain.works.status_names import STATUS_NAMES
from service.errors import NotFound
from service.i18n import N_
from service.models import Event, Role, Work, WorkEventType, WorkKind, WorkStatus
from service.models.reports.event import ActorKind

SYSTEM, LEAD, SUPPORT, EXECUTOR, KEEPER, DIRECTOR, INSPECTOR = (
    "system",
    "lead",
    "support",
    "executor",
    "keeper",
    "director",
    "inspector",
)
REASON, RESULT, WORDS, PHOTO, LEADER = "reason", "result", "words", "photos", "lead"
COLLECTOR, PEOPLE = "collector", "people"
AGREED_DAY, BLOCK, METRES = "agreed", "block", "metres_done"
SUMMARY, PROPOSAL, DECISION, ANSWER = "summary", "proposal", "decision", "answer"
DOCUMENT, DATED, APPEAR_BY, BASIS, REMEDY = "document", "dated", "appear_by", "basis", "remedy"
SUSPENDED_FROM, SUSPENDED_TO, NUMBERS = "suspended_from", "suspended_to", "numbers"
APPEARED_ON, SIGNER, PAID_ON = "appeared_on", "signer", "paid_on"
MINUTES = "minutes"

WorkLife = Lifecycle[WorkStatus, WorkEventType]
_LEADING = frozenset({LEAD, EXECUTOR})
_ABOVE = frozenset({KEEPER, DIRECTOR})

_MISSING = {
    REASON: N_("Cần nêu lý do."),
    RESULT: N_("Cần ghi kết quả đã làm được."),
    WORDS: N_("Cần ghi tiến độ bằng lời."),
    PHOTO: N_("Việc này cần ảnh kết quả. Hãy thêm ít nhất một ảnh."),
    LEADER: N_("Cần chọn đơn vị chủ trì."),
    SUMMARY: N_("Cần ghi nội dung tổng hợp."),
    PROPOSAL: N_("Cần ghi đề xuất xử lý."),
    DECISION: N_("Cần ghi nội dung quyết định."),
    ANSWER: N_("Cần ghi nội dung trả lời."),
    COLLECTOR: N_("Cần chọn đơn vị chở rác và nơi tập kết, hoặc ghi rõ là không phát sinh rác."),
    PEOPLE: N_("Cần ghi số người tham gia, ít nhất một người."),
    AGREED_DAY: N_("Cần hẹn ngày làm xong."),
    BLOCK: N_("Cần chọn loại vướng mắc."),
    METRES: N_("Cần ghi số mét đã làm xong."),
    DOCUMENT: N_("Cần ghi số văn bản."),
    DATED: N_("Cần ghi ngày của văn bản."),
    APPEAR_BY: N_("Cần ghi ngày hẹn làm việc."),
    BASIS: N_("Cần ghi căn cứ pháp lý."),
    REMEDY: N_("Cần ghi kết quả khắc phục."),
    SUSPENDED_FROM: N_("Cần ghi ngày nhà mạng tạm ngừng."),
    SUSPENDED_TO: N_("Số đang bị tạm ngừng. Cần ghi ngày nhà mạng khôi phục rồi mới khép hồ sơ."),
    APPEARED_ON: N_("Cần ghi ngày chủ thuê bao đến làm việc."),
    SIGNER: N_("Cần ghi người ký quyết định."),
    PAID_ON: N_("Cần ghi ngày nộp phạt."),
    NUMBERS: N_("Cần ít nhất một số."),
    MINUTES: N_("Cần ghi ngày họp, người dự và số phiếu đồng ý cho từng đơn vị."),
}


def _steps(
    sources: tuple[WorkStatus, ...],
    target: WorkStatus,
    event: WorkEventType,
    who: frozenset[str],
    *needs: str,
    stays: bool = False,
) -> tuple[Edge[WorkStatus, WorkEventType], ...]:
    return tuple(Edge(source, target, event, who, frozenset(needs), stays) for source in sources)


_S, _E = WorkStatus, WorkEventType
_RUNNING = (_S.PLANNED, _S.UNDER_WAY, _S.WAITING)

_TASK = (
    *_steps((_S.PLANNED,), _S.UNDER_WAY, _E.BEGUN, _LEADING),
    *_steps(_RUNNING, _S.REPORTED, _E.REPORTED, _LEADING | {SUPPORT}, WORDS, stays=True),
    *_steps((_S.PLANNED, _S.UNDER_WAY), _S.WAITING, _E.WAITING, frozenset({LEAD}), REASON),
    *_steps((_S.WAITING,), _S.UNDER_WAY, _E.RESUMED, frozenset({LEAD, KEEPER, SYSTEM})),
    *_steps((_S.PLANNED, _S.UNDER_WAY), _S.DONE, _E.DONE, _LEADING, RESULT, PHOTO),
    *_steps((_S.DONE,), _S.UNDER_WAY, _E.SENT_BACK, _ABOVE, REASON),
    *_steps((_S.DONE,), _S.CLOSED, _E.CLOSED, frozenset({KEEPER, SYSTEM})),
    *_steps(_RUNNING, _S.HANDED, _E.HANDED_ON, _ABOVE, REASON, LEADER, stays=True),
    *_steps((*_RUNNING, _S.DONE), _S.DROPPED, _E.DROPPED, _ABOVE | {SYSTEM}, REASON),
)
_DIFFICULTY = (
    *_steps((_S.RAISED,), _S.SUMMARISED, _E.SUMMARISED, frozenset({KEEPER}), SUMMARY, PROPOSAL),
    *_steps((_S.RAISED,), _S.ANSWERED, _E.ANSWERED, frozenset({KEEPER}), ANSWER),
    *_steps((_S.RAISED,), _S.RETURNED, _E.RETURNED, frozenset({KEEPER}), REASON),
    *_steps((_S.RETURNED,), _S.RAISED, _E.RAISED_AGAIN, frozenset({LEAD}), REASON),
    *_steps((_S.SUMMARISED,), _S.DECIDED, _E.DECIDED, frozenset({DIRECTOR}), DECISION),
    *_steps((_S.DECIDED, _S.ANSWERED), _S.CLOSED, _E.SETTLED, frozenset({LEAD, SYSTEM})),
    *_steps((_S.RAISED, _S.RETURNED), _S.WITHDRAWN, _E.WITHDRAWN, frozenset({LEAD})),
)
_CHECKING = frozenset({KEEPER, INSPECTOR})
_CLEANUP = (
    *_steps((_S.DRAFT,), _S.ANNOUNCED, _E.CLEANUP_ANNOUNCED, frozenset({LEAD}), COLLECTOR),
    *_steps((_S.ANNOUNCED,), _S.CHANGED, _E.CLEANUP_CHANGED, frozenset({LEAD}), stays=True),
    *_steps(
        (_S.DRAFT, _S.ANNOUNCED), _S.CANCELLED, _E.CLEANUP_CANCELLED, frozenset({LEAD, DIRECTOR}), REASON
    ),
    *_steps((_S.ANNOUNCED,), _S.UNDER_WAY, _E.CLEANUP_STARTED, frozenset({LEAD, SYSTEM})),
    *_steps((_S.UNDER_WAY,), _S.DONE, _E.CLEANUP_RESULT, frozenset({LEAD}), PEOPLE, PHOTO),
    *_steps((_S.DONE,), _S.UNDER_WAY, _E.CLEANUP_SENT_BACK, _CHECKING, REASON),
    *_steps((_S.DONE,), _S.CLOSED, _E.CLEANUP_CLOSED, _CHECKING | {SYSTEM}),
    *_steps((_S.DRAFT, _S.ANNOUNCED, _S.UNDER_WAY), _S.LAPSED, _E.CLEANUP_LAPSED, frozenset({SYSTEM})),
    *_steps((_S.DRAFT,), _S.CLOSED, _E.CLEANUP_IMPORTED, frozenset({SYSTEM}), PEOPLE),
)
_AFTER_INVITING = (_S.INVITED, _S.TO_SUSPEND, _S.SUSPENDED, _S.COMPLIED)
_NUMBER = (
    *_steps((_S.OPEN,), _S.INVITED, _E.NUMBER_INVITED, frozenset({LEAD}), DOCUMENT, DATED, APPEAR_BY),
    *_steps((_S.OPEN,), _S.TO_SUSPEND, _E.NUMBER_TO_SUSPEND, frozenset({DIRECTOR}), BASIS),
    *_steps((_S.INVITED,), _S.TO_SUSPEND, _E.NUMBER_TO_SUSPEND, frozenset({LEAD}), BASIS),
    *_steps((_S.TO_SUSPEND,), _S.SUSPENDED, _E.NUMBER_SUSPENDED, frozenset({LEAD, SYSTEM}), SUSPENDED_FROM),
    *_steps(
        (_S.INVITED, _S.TO_SUSPEND, _S.SUSPENDED),
        _S.COMPLIED,
        _E.NUMBER_COMPLIED,
        frozenset({LEAD}),
        REMEDY,
    ),
    *_steps(_AFTER_INVITING, _S.APPEARED, _E.NUMBER_APPEARED, frozenset({LEAD}), APPEARED_ON, stays=True),
    *_steps(
        _AFTER_INVITING,
        _S.SANCTIONED,
        _E.NUMBER_SANCTIONED,
        frozenset({LEAD}),
        *(DOCUMENT, DATED, SIGNER, BASIS),
        stays=True,
    ),
    *_steps(
        _AFTER_INVITING, _S.ANNULLED, _E.NUMBER_ANNULLED, frozenset({LEAD, DIRECTOR}), REASON, stays=True
    ),
    *_steps((*_AFTER_INVITING, _S.CLOSED), _S.PAID, _E.NUMBER_PAID, frozenset({LEAD}), PAID_ON, stays=True),
    *_steps((_S.COMPLIED,), _S.CLOSED, _E.NUMBER_CLOSED, frozenset({LEAD, SYSTEM}), SUSPENDED_TO),
    *_steps(
        (_S.OPEN, _S.INVITED, _S.TO_SUSPEND, _S.SUSPENDED, _S.COMPLIED),
        _S.DROPPED,
        _E.NUMBER_DROPPED,
        frozenset({LEAD, DIRECTOR}),
        REASON,
    ),
)
"""The system takes no step that accuses or asks to suspend; `suspended` is what a carrier answered, a
sanction what somebody with that power decided and signed.
"""

_REQUEST = (
    *_steps((_S.DRAFT,), _S.SENT, _E.REQUEST_SENT, frozenset({LEAD}), DOCUMENT, DATED, BASIS, NUMBERS),
    *_steps((_S.SENT,), _S.ANSWERED, _E.REQUEST_ANSWERED, frozenset({LEAD, EXECUTOR, SYSTEM})),
    *_steps((_S.DRAFT, _S.SENT), _S.WITHDRAWN, _E.REQUEST_WITHDRAWN, frozenset({LEAD, SYSTEM}), REASON),
    *_steps((_S.ANSWERED,), _S.CLOSED, _E.REQUEST_CLOSED, frozenset({LEAD, SYSTEM})),
)

_OWNING, _OFFICE, _ON_SITE = frozenset({EXECUTOR}), frozenset({LEAD, KEEPER}), frozenset({LEAD, INSPECTOR})
_SECTION_OPEN = (_S.PLANNED, _S.AGREED, _S.UNDER_WAY)
_CABLE_SECTION = (
    *_steps((_S.PLANNED,), _S.AGREED, _E.CABLE_AGREED, _OWNING | {KEEPER}, AGREED_DAY),
    *_steps((_S.AGREED,), _S.UNDER_WAY, _E.CABLE_BEGUN, _OWNING),
    *_steps(
        (*_SECTION_OPEN, _S.WAITING, _S.DONE), _S.REPORTED, _E.CABLE_REPORTED, _OWNING | {LEAD}, stays=True
    ),
    *_steps(_SECTION_OPEN, _S.WAITING, _E.CABLE_BLOCKED, _OWNING | {LEAD}, BLOCK, REASON),
    *_steps((_S.WAITING,), _S.UNDER_WAY, _E.CABLE_RESUMED, _OWNING | {LEAD, SYSTEM}),
    *_steps((_S.UNDER_WAY,), _S.DONE, _E.CABLE_DONE, _OWNING, METRES, PHOTO),
    *_steps((_S.DONE,), _S.UNDER_WAY, _E.CABLE_SENT_BACK, _ON_SITE, REASON),
    *_steps((_S.DONE,), _S.CHECKED, _E.CABLE_CHECKED, _ON_SITE, PHOTO),
    *_steps((_S.CHECKED,), _S.CLOSED, _E.CABLE_CLOSED, _OFFICE | {INSPECTOR, SYSTEM}),
    *_steps((*_SECTION_OPEN, _S.WAITING), _S.DROPPED, _E.CABLE_DROPPED, frozenset({KEEPER}), REASON),
)

_SURVEY = (
    *_steps((_S.DRAFT,), _S.OPEN, _E.SURVEY_OPENED, frozenset({LEAD})),
    *_steps((_S.OPEN,), _S.DONE, _E.SURVEY_DONE, _ON_SITE),
    *_steps((_S.DONE,), _S.OPEN, _E.SURVEY_SENT_BACK, frozenset({LEAD}), REASON),
    *_steps((_S.DONE,), _S.CLOSED, _E.SURVEY_CLOSED, frozenset({LEAD})),
    *_steps((_S.DRAFT, _S.OPEN), _S.DROPPED, _E.SURVEY_DROPPED, _OFFICE, REASON),
)

_LED = frozenset({LEAD})
_AWARD = (
    *_steps((_S.DRAFT,), _S.REVIEWED, _E.AWARD_REVIEWED, _LED, MINUTES),
    *_steps((_S.REVIEWED,), _S.SUBMITTED, _E.AWARD_SUBMITTED, _LED, DOCUMENT, DATED),
    *_steps((_S.SUBMITTED,), _S.GRANTED, _E.AWARD_GRANTED, _LED, DOCUMENT, DATED),
    *_steps((_S.SUBMITTED,), _S.DECLINED, _E.AWARD_DECLINED, _LED, REASON),
    *_steps((_S.GRANTED, _S.DECLINED), _S.CLOSED, _E.AWARD_CLOSED, _LED | {SYSTEM}),
    *_steps((_S.DRAFT, _S.REVIEWED), _S.DROPPED, _E.AWARD_DROPPED, _LED, REASON),
)


def _life(
    edges: tuple[Edge[WorkStatus, WorkEventType], ...], first: WorkStatus, finished: frozenset[WorkStatus]
) -> WorkLife:
    return Lifecycle(
        edges,
        first=first,
        finished=finished,
        names=STATUS_NAMES,
        unknown=N_("Việc đang ở trạng thái “{status}”, không chuyển sang “{to}” được."),
        not_yours=N_("Bạn không có quyền chuyển việc này sang “{to}”."),
        missing=_MISSING,
    )


LIVES: Mapping[WorkKind, WorkLife] = {
    WorkKind.TASK: _life(_TASK, _S.PLANNED, frozenset({_S.CLOSED, _S.DROPPED})),
    WorkKind.DIFFICULTY: _life(_DIFFICULTY, _S.RAISED, frozenset({_S.CLOSED, _S.WITHDRAWN})),
    WorkKind.CLEANUP: _life(_CLEANUP, _S.DRAFT, frozenset({_S.CLOSED, _S.CANCELLED, _S.LAPSED})),
    WorkKind.CABLE_SECTION: _life(_CABLE_SECTION, _S.PLANNED, frozenset({_S.CLOSED, _S.DROPPED})),
    WorkKind.SURVEY: _life(_SURVEY, _S.DRAFT, frozenset({_S.CLOSED, _S.DROPPED})),
    WorkKind.AD_NUMBER: _life(_NUMBER, _S.OPEN, frozenset({_S.CLOSED, _S.DROPPED})),
    WorkKind.CARRIER_REQUEST: _life(_REQUEST, _S.DRAFT, frozenset({_S.CLOSED, _S.WITHDRAWN})),
    WorkKind.AWARD: _life(_AWARD, _S.DRAFT, frozenset({_S.CLOSED, _S.DROPPED})),
}
"""Each kind with its life."""

OWN_STEPS = frozenset(set(LIVES) - {WorkKind.TASK, WorkKind.DIFFICULTY})
"""Kinds whose steps are taken by verbs of their own, which know what stands beside the work."""

INSPECTED = frozenset({WorkKind.CLEANUP, WorkKind.CABLE_SECTION, WorkKind.SURVEY})
"""Kinds that inspectors look at on the spot."""

CLOCK_STANDS = frozenset({_S.WAITING, _S.RETURNED})
ACHIEVED = frozenset({_S.DONE, _S.CHECKED, _S.DECIDED, _S.ANSWERED, _S.GRANTED, _S.DECLINED})
"""The work is done, and somebody may still say that it is not."""


@dataclass(frozen=True, slots=True)
class WorkChange:
    """Step of a work that is asked for. `said` are the texts that come with it, by what a step needs;
    `changes` further columns that change with it, decided by the verb that asks.
    """

    to: WorkStatus
    actor: Actor
    at: datetime
    said: Mapping[str, str] = field(default_factory=dict)
    photos: tuple[str, ...] = ()
    changes: Mapping[str, object] = field(default_factory=dict)
    data: Mapping[str, object] = field(default_factory=dict)
    repeat_key: str | None = None


def life_of(work: Work) -> WorkLife:
    """Return the life of the work's kind. Raises NotFound for a kind that this version does not know."""
    life = LIVES.get(work.kind)
    if life is None:
        raise NotFound(N_("Không có việc này. Hãy xem lại mã."))
    return life


def work_roles(actor: Actor, work: Work) -> frozenset[str]:
    """Return the parts that `actor` has in this work."""
    if actor.kind != ActorKind.STAFF:
        return frozenset({actor.kind})
    found, mine = set(), actor.departments
    if actor.role in (Role.DEPARTMENT, Role.MANAGER):
        found |= {LEAD} if work.lead_id in mine else set()
        found |= {KEEPER} if work.keeper_id in mine else set()
        found |= {SUPPORT} if mine.intersection(work.support_ids) else set()
        found |= {EXECUTOR} if work.executor_id in mine else set()
    if actor.role == Role.MANAGER and (actor.of_city or work.director_id in mine):
        found.add(DIRECTOR)
    if actor.role == Role.EXECUTOR and mine.intersection({work.executor_id, work.lead_id}):
        found.add(EXECUTOR)
    if work.kind in INSPECTED and actor.role == Role.INSPECTOR:
        found.add(INSPECTOR)
    if work.kind == WorkKind.DIFFICULTY and work.created_by == actor.staff_id:
        found.add(LEAD)
    return frozenset(found)


def begin_life(work: Work) -> None:
    """Give a new work the first status of its life."""
    work.status = life_of(work).first


def work_steps(work: Work, actor: Actor | None = None) -> list[WorkStatus]:
    """Return the steps the work can take; with an actor, those this actor may take."""
    return life_of(work).leads_to(work.status, work_roles(actor, work) if actor else None)


def move_work(session: Session, work: Work, change: WorkChange) -> Event:
    """Walk one step: check it, change the work and write the event; the caller holds the row's lock.

    Raises Conflict when the life lacks the step, Forbidden when the actor may not take it, Invalid when
    something that it needs is missing.
    """
    life = life_of(work)
    edge = life.find(work.status, change.to, work_roles(change.actor, work))
    given = {need for need, text in change.said.items() if text.strip()}
    given |= {PHOTO} if change.photos or not work.needs_photo else set()
    given |= {LEADER} if change.changes.get("lead_id") is not None else set()
    life.require(edge, given)
    source = work.status
    if not edge.stays:
        work.status = edge.target
        for column, value in _effects(edge, life, work, change).items():
            setattr(work, column, value)
    for column, value in change.changes.items():
        setattr(work, column, value)
    work.result = change.said.get(RESULT) or change.said.get(WORDS) or work.result
    work.version += 1
    work.updated_at = change.at
    data = {"from": source, "to": work.status, **{k: v for k, v in change.said.items() if v}, **change.data}
    if change.photos:
        data["photos"] = list(change.photos)
    return record_work(
        session, work, edge.event, actor=change.actor, at=change.at, data=data, repeat_key=change.repeat_key
    )


def _effects(
    edge: Edge[WorkStatus, WorkEventType], life: WorkLife, work: Work, change: WorkChange
) -> dict[str, object]:
    """Return what a change of status itself does to the work's times."""
    effects: dict[str, object] = {"paused_at": change.at if edge.target in CLOCK_STANDS else None}
    if edge.target in ACHIEVED:
        effects["done_at"] = change.at
    elif edge.target not in life.finished:
        effects["done_at"] = None
    effects["closed_at"] = change.at if edge.target in life.finished else None
    return effects
