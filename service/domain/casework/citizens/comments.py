"""Comments on a report: remarks and answers of citizens, replies and notes of staff."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field
from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from service.domain.casework.case.deadline import Fact, shifted_deadline_columns
from service.domain.casework.case.mentions import add_note
from service.domain.casework.case.repeats import person_key
from service.domain.casework.case.words import say
from service.domain.city.reference import Reference
from service.domain.kernel.masking import UNMASKED, Masking
from service.domain.kernel.texts import tidy
from service.domain.publication.publication import hidings_in
from service.domain.reports.access import Access, Asker, find_report, lock_report
from service.domain.reports.contractors import CONFIDENTIAL, notes_for
from service.domain.reports.drafts import StrictBody
from service.domain.reports.edges import INSPECTOR, LEAD, TRIAGE
from service.domain.reports.events import Actor
from service.domain.reports.lifecycle import StatusChange, move, roles_of
from service.errors import Conflict, FieldError, Forbidden, Unauthenticated, invalid
from service.i18n import N_, pick
from service.models import ENDED_ELSEWHERE, Comment, Event, EventType, Report, Staff, Status
from service.models.reports.event import ActorKind

SAME_WITHIN = timedelta(minutes=10)
"""The same words again within this time are a retry, also when the client made no id."""


SPEAKERS = frozenset({TRIAGE, LEAD, INSPECTOR})
"""The parts that may speak to the public for the city."""

MOST_OF_CITIZENS, MOST_READ = 300, 500
"""Remarks that citizens may leave under one report, and comments that a page or the API tells at once."""


class Remark(StrictBody):
    """Words under a report. The same `id` again is the same remark.

    `kind` is for staff: a public `reply`, or a `note` that only colleagues read (the default).
    """

    text: Annotated[str, Field(min_length=1, max_length=2000)]
    id: UUID | None = None
    kind: Literal["reply", "note"] | None = None


@dataclass(frozen=True, slots=True)
class CommentView:
    """Comment as its reader sees it; `by` names the department that speaks for the city."""

    id: UUID
    kind: str
    public: bool
    text: str
    created_at: datetime
    by: str = ""


def comment(
    session: Session,
    reference: Reference,
    asker: Asker,
    name: str | UUID,
    sent: Remark,
    now: datetime,
    *,
    answering: bool = False,
) -> tuple[CommentView, bool]:
    """Return (the comment, whether it is new). `answering` words are taken as an answer, or not at all: who
    wrote them was told that only the city reads them.

    The reporter's words while something was asked of them are the answer: the case goes on, and its clock
    runs again. Raises NotFound; Unauthenticated without a secret; Forbidden for staff who have no part in
    the case; Conflict for an id used for other words, and where nobody would read it any more.
    """
    access = lock_report(session, asker, name, now=now)
    text, kind = tidy(sent.text), _kind(access, sent)
    if not text:
        raise invalid(["text"], N_("Cần ghi nội dung."))
    repeat_key = _repeat_key(asker, access, kind, text)
    if earlier := _said_before(session, access, sent.id, repeat_key, text, now):
        return _as_view(earlier), False
    if access.report.status in ENDED_ELSEWHERE and access.actor.kind != ActorKind.STAFF:
        raise _ended(access.report)
    if answering and kind != "answer":
        raise Conflict(
            N_("Câu hỏi đã khép lại nên chưa gửi. Nếu gửi lúc này, mọi người sẽ đọc được nội dung.")
        )
    if access.actor.kind == ActorKind.FOLLOWER:  # strangers never use up what the reporter has to say
        _check_number(session, access.report)
    report, actor = access.report, access.actor
    if kind == "note":
        event = add_note(
            session, reference, report, text, actor=actor, at=now, id=sent.id, repeat_key=repeat_key
        )
    else:
        public = kind in ("remark", "reply")
        event = say(
            session, report, kind, text, public=public, actor=actor, at=now, id=sent.id, repeat_key=repeat_key
        )
    if kind == "answer":
        _go_on(session, reference, report, actor, now)
    session.flush()
    return _as_view(event), True


def comments_for(
    session: Session, asker: Asker, name: str | UUID, now: datetime, reference: Reference
) -> list[CommentView]:
    """Return the newest MOST_READ comments that this asker may read, oldest first. Raises as
    `access.find_report`.

    Everyone reads what is public, the reporter also their own answers, colleagues everything, also what was
    hidden; a contractor never what the reporter wrote to the city alone, and only those notes that are meant
    for them. What is written is masked to all but colleagues by the city's rule, also where staff wrote it: a
    clerk who quotes a citizen's number gives it away as much as the citizen.
    """
    access = find_report(session, asker, name, now=now)
    query = select(Comment).where(Comment.report_id == access.report.id)
    hidden = _hidden_from(access)
    hidden_ids = frozenset[UUID]()
    if not access.inside or access.hired:
        hidden_ids = frozenset(
            id_ for kind, id_ in hidings_in(session, access.report.id) if kind == "comment"
        )
    meant = notes_for(session, access) if access.hired else frozenset[UUID]()
    readable = or_(Comment.public, Comment.kind.not_in(hidden), Comment.id.in_(meant))
    newest = query.where(readable).order_by(Comment.created_at.desc(), Comment.id.desc()).limit(MOST_READ)
    found = reversed(session.scalars(newest).all())
    mask = reference.masking_of(access.report.category_id)
    shown = [each for each in found if each.id not in hidden_ids]
    by = _speakers(session, reference, shown)
    return [
        _as_view(each, UNMASKED if access.reads_original else mask, by.get(each.staff_id or 0, ""))
        for each in shown
    ]


def _speakers(session: Session, reference: Reference, comments: Sequence[Comment]) -> dict[int, str]:
    """Return the names of the departments whose people speak to the public in these comments."""
    people = {each.staff_id for each in comments if each.staff_id and each.kind in ("question", "reply")}
    if not people:
        return {}
    rows = session.execute(select(Staff.id, Staff.department_id).where(Staff.id.in_(people)))
    found = ((row.id, reference.departments.get(row.department_id or 0)) for row in rows)
    return {id_: pick(department.name) for id_, department in found if department}


def _check_number(session: Session, report: Report) -> None:
    """Raises Conflict where citizens have said as much under this report as anybody will read."""
    said = select(Comment.id).where(Comment.report_id == report.id, Comment.staff_id.is_(None))
    if len(session.scalars(said.limit(MOST_OF_CITIZENS)).all()) >= MOST_OF_CITIZENS:
        raise Conflict(
            N_("Phản ánh này đã có quá nhiều ý kiến nên không nhận thêm. Hãy gọi cho đơn vị phụ trách.")
        )


def _hidden_from(access: Access) -> frozenset[str]:
    """Return kinds of comments that are hidden from this asker unless they are public."""
    if access.inside:
        return frozenset(CONFIDENTIAL) if access.hired else frozenset()
    if access.actor.kind == ActorKind.REPORTER:
        return frozenset({"note"})
    return frozenset({"remark", "answer", "question", "reply", "note"})


def _kind(access: Access, sent: Remark) -> str:
    actor, report = access.actor, access.report
    if actor.kind == ActorKind.STAFF:
        if not access.works:
            raise Forbidden(N_("Phản ánh này không thuộc phần việc của bạn."))
        if sent.kind == "reply" and not roles_of(actor, report) & SPEAKERS:
            raise Forbidden(N_("Chỉ đơn vị chủ trì, điều phối viên hoặc thanh tra được trả lời công khai."))
        return sent.kind or "note"
    if actor.kind not in (ActorKind.REPORTER, ActorKind.FOLLOWER):
        raise Unauthenticated(N_("Cần mã bí mật của phản ánh hoặc của người quan tâm."))
    if sent.kind is not None:
        raise invalid(["kind"], N_("Mục này chỉ dành cho cán bộ."))
    return "answer" if report.status == Status.WAITING and actor.kind == ActorKind.REPORTER else "remark"


def _said_before(
    session: Session, access: Access, comment_id: UUID | None, repeat_key: str, text: str, now: datetime
) -> Comment | None:
    """Return the comment this repeats: the same words of the same person, with nothing in between that they
    could answer. Equal words of another person, or after another question, are new.
    """
    author = access.actor.staff_id
    if comment_id is not None:
        known = session.get(Comment, comment_id)
        if known is None:
            return None
        if (known.report_id, known.staff_id, known.text) == (access.report.id, author, text):
            return known
        raise Conflict(
            N_("Mã id này đã được dùng cho một nội dung khác. Hãy tạo id mới."),
            errors=[FieldError(("id",), N_("Đã được dùng với nội dung khác."))],
        )
    said = select(Event.id, Event.data).where(
        Event.report_id == access.report.id,
        Event.type == EventType.COMMENT_ADDED,
        Event.repeat_key == repeat_key,
        Event.at > now - SAME_WITHIN,
    )
    last = session.execute(said.order_by(Event.id.desc()).limit(1)).one_or_none()
    if last is None or session.scalar(select(_answerable(access).where(Event.id > last.id).exists())):
        return None
    return session.get(Comment, UUID(last.data["comment"]))


def _answerable(access: Access) -> Select[int]:
    """Return what makes equal words new words: a question of the office; to staff, a word of a citizen."""
    events = select(Event.id).where(Event.report_id == access.report.id)
    if access.actor.kind == ActorKind.STAFF:
        return events.where(Event.type == EventType.COMMENT_ADDED, Event.actor != ActorKind.STAFF)
    return events.where(Event.type == EventType.WAITING)


def _repeat_key(asker: Asker, access: Access, kind: str, text: str) -> str:
    """Return who said what. A citizen's answer made the case go on: its retry would be a remark, so both are
    one.
    """
    wanted_kind = kind if access.actor.kind == ActorKind.STAFF else ""
    words = "\x1f".join((person_key(asker, access), wanted_kind, text))
    return hashlib.sha256(words.encode()).hexdigest()[:32]


def _go_on(session: Session, reference: Reference, report: Report, actor: Actor, now: datetime) -> None:
    moved = shifted_deadline_columns(
        session, reference, report, Fact(EventType.RESUMED, now, Status.IN_PROGRESS)
    )
    move(session, report, StatusChange(Status.IN_PROGRESS, actor, now, changes=moved))


def _ended(report: Report) -> Conflict:
    if report.status == Status.DUPLICATE:
        return Conflict(
            N_("Phản ánh này đã gộp vào một phản ánh khác. Hãy viết ở phản ánh đó."),
            extra={"duplicate_of": str(report.duplicate_of_id)},
        )
    return Conflict(N_("Phản ánh này đã được rút."))


def _as_view(row: Comment, mask: Masking = UNMASKED, by: str = "") -> CommentView:
    return CommentView(row.id, row.kind, row.public, mask.text(row.text), row.created_at, by)
