"""The bell's page: a colleague's notices, newest first, and marking them as read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from service.domain.notices.bell.own_notices import KEPT_FOR, mark_all_read, mark_read
from service.domain.queries.views import StaffView
from service.domain.workspaces.own_notices import BellNotice, read_bell
from service.errors import NotFound
from service.i18n import N_, translate
from service.i18n.wording import Tone
from service.models import EventType, Role
from service.pages.shared.cards import Card, card
from service.pages.shared.forms import FormDep
from service.pages.shared.story import EVENT_WORDS
from service.pages.shared.visit import StaffVisit, StaffVisitDep
from service.pages.shared.work_words import EVENT_WORDS as WORK_EVENTS
from service.pages.staff.staffroom import draw_staff_page
from service.rendering.engine import page
from service.web.cursors import Cursors

router = APIRouter()

PAGE = 40
CURSOR = "bell"
_NO_SUCH = N_("Không có thông báo này. Hãy tải lại trang thông báo.")
OWN_WORDS: Mapping[EventType, tuple[str, Tone, str]] = {
    EventType.ASSIGNED: (N_("Việc mới cho đơn vị"), "blue", "inbox"),
    EventType.HANDED_ON: (N_("Việc mới chuyển đến đơn vị"), "blue", "inbox"),
    EventType.PARTS_CHANGED: (N_("Phân công của phản ánh đã đổi"), "blue", "building"),
    EventType.ENTRUSTED: (N_("Giao cho bạn phụ trách"), "purple", "user"),
    EventType.NOTED: (N_("Có người nhắc đến bạn"), "purple", "chat"),
    EventType.TRIAGED: (N_("Chờ điều phối"), "blue", "layers"),
    EventType.RESUMED: (N_("Người gửi đã trả lời"), "purple", "chat"),
    EventType.DEADLINE_WARNED: (N_("Sắp đến hạn"), "amber", "clock"),
    EventType.OVERDUE: (N_("Đã trễ hạn"), "red", "clock"),
    EventType.EXTENSION_ASKED: (N_("Xin gia hạn, chờ bạn quyết định"), "amber", "clock"),
    EventType.EXTENSION_DECLINED: (N_("Không được gia hạn"), "amber", "clock"),
    EventType.CLAIM_ASKED: (N_("Cáp của ai? Chờ đơn vị trả lời"), "blue", "question"),
    EventType.EMERGENCY: (N_("Việc khẩn cấp"), "red", "alert"),
}
"""What the bell says of an event in other words than the case's story, with its tone and icon."""


class BellQuery(BaseModel):
    """Query in the address of the bell's page."""

    cursor: Annotated[str, Field(max_length=200)] = ""


@dataclass(frozen=True, slots=True)
class BellRow:
    """Notice as the page shows it; `case` and `view` are None where it is not the reader's any more."""

    id: int
    what: str
    tone: Tone
    icon: str
    at: datetime
    by: str
    code: str
    href: str
    unread: bool
    case: Card | None
    view: StaffView | None
    work: str | None
    due_at: datetime | None


@router.get("/notices")
async def notices(visit: StaffVisitDep, query: Annotated[BellQuery, Query()]) -> Response:
    """The colleague's notices, newest first."""
    cursors = Cursors(visit.resources.settings.secret)
    before = int(cursors.open(CURSOR, query.cursor)[0]) if query.cursor else None
    found = await visit.run(
        read_bell,
        visit.reference,
        visit.staff.account.id,
        visit.staff.actor,
        now=visit.now,
        before=before,
        limit=PAGE,
    )
    context = {
        "rows": [_row(visit, each) for each in found.items],
        "newest": max((each.id for each in found.items), default=0),
        "next": cursors.seal(CURSOR, [found.next]) if found.next else None,
        "continued": bool(query.cursor),
        "kept_days": KEPT_FOR.days,
    }
    return draw_staff_page(visit, "notices/index.html", context, part="notices/_rows.html")


@router.get("/notices/bell")
async def bell(visit: StaffVisitDep) -> Response:
    """The bell alone, with how much is new."""
    return page(visit.request, "notices/_bell.html", {"unread": visit.staff.unread})


@router.post("/notices/read")
async def read_all(visit: StaffVisitDep, form: FormDep) -> Response:
    """Mark as read what the page showed, and all before it."""
    typed = form.text("up_to")
    up_to = int(typed) if typed.isdecimal() and len(typed) < 19 else 0
    await visit.run(mark_all_read, visit.staff.account.id, up_to, visit.now)
    return RedirectResponse("/notices", status_code=303)


@router.post("/notices/{notice_id}/read")
async def read_one(visit: StaffVisitDep, notice_id: int, _form: FormDep) -> Response:
    """Mark one notice as read. Raises NotFound for one that is not the colleague's."""
    if not 0 < notice_id < 2**63 or not await visit.run(
        mark_read, visit.staff.account.id, notice_id, visit.now
    ):
        raise NotFound(_NO_SUCH)
    return RedirectResponse("/notices", status_code=303)


def _row(visit: StaffVisit, notice: BellNotice) -> BellRow:
    own: tuple[str, Tone, str] | None = OWN_WORDS.get(notice.type)
    if own is None and (story := EVENT_WORDS.get(notice.type)):
        own = story.what, story.tone, story.icon
    if words := WORK_EVENTS.get(notice.type):
        own = words.name, words.tone, words.icon
    if notice.periodic is not None:
        own = N_("Đến kỳ báo cáo, đơn vị cần gửi phần của mình"), "amber", "list"
    what, tone, icon = own or (N_("Có thay đổi"), "neutral", "bell")
    at_desk = notice.on_desk and visit.staff.account.role == Role.TRIAGE
    # Who is asked whose a cable is has no part in its case yet.
    is_claim = notice.type == EventType.CLAIM_ASKED
    return BellRow(
        id=notice.id,
        what=translate(what),
        tone=tone,
        icon=icon,
        at=notice.at,
        by=notice.by,
        code=notice.code,
        href="/claims" if is_claim else _page_of(notice, at_desk=at_desk),
        work=translate(N_("Trả lời: có phải cáp của đơn vị bạn?")) if is_claim else notice.work,
        due_at=notice.due_at,
        unread=notice.unread,
        case=card(visit.reference, notice.case) if notice.case and not is_claim else None,
        view=notice.case,
    )


def _page_of(notice: BellNotice, *, at_desk: bool) -> str:
    if notice.periodic is not None:
        return f"/periodic/{notice.periodic}"
    if notice.work:
        return f"/works/{notice.code}"
    return f"/{'desk?case=' if at_desk else 'case/'}{notice.code}"
