"""A coordinator has looked and leaves the case where it is: off the desk, its status unchanged."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlalchemy.orm import Session

from service.domain.casework.case.case import stale_version
from service.domain.casework.case.words import say
from service.domain.kernel.texts import tidy
from service.domain.reports import desk_marks
from service.domain.reports.access import Asker, lock_report
from service.domain.reports.drafts import StrictBody
from service.domain.reports.events import record
from service.domain.reports.flags import read_flags, settle_flags
from service.errors import Conflict, Forbidden
from service.i18n import N_
from service.models import EventType, Report, Role, Status


class SettleRequest(StrictBody):
    """State of the report that the coordinator saw: version and number of flags. `note` is for colleagues."""

    version: Annotated[int, Field(ge=1, strict=True)]
    flags: Annotated[int, Field(ge=0, strict=True)] = 0
    note: Annotated[str, Field(max_length=2000)] = ""


def settle_report(
    session: Session, asker: Asker, name: str | UUID, sent: SettleRequest, now: datetime
) -> Report:
    """Take the report off the desk; one that is not on it stays as it is.

    Raises NotFound; Forbidden but for coordinators; Conflict for what changed meanwhile, and for a report
    that waits for triage: that one needs a decision.
    """
    access = lock_report(session, asker, name, now=now)
    report = access.report
    if access.actor.role != Role.TRIAGE:
        raise Forbidden(N_("Việc này dành cho điều phối viên."))
    if sent.version != report.version:
        raise stale_version(report, sent.version)
    if not report.desk_reasons:
        return report
    if report.status == Status.TRIAGE:
        raise Conflict(N_("Phản ánh này đang chờ điều phối: hãy chuyển đơn vị, gộp hoặc từ chối."))
    if read_flags(session, report.id).total > sent.flags:
        raise Conflict(N_("Vừa có thêm người báo nội dung không phù hợp. Hãy xem lại rồi quyết định."))
    data = {"reasons": list(report.desk_reasons)}
    desk_marks.take_off_desk(report)
    settle_flags(session, report.id, now)
    record(session, report, EventType.DESK_SETTLED, actor=access.actor, at=now, public=False, private=data)
    if note := tidy(sent.note):
        say(session, report, "note", note, public=False, actor=access.actor, at=now)
    session.flush()
    return report
