"""A case's own page for everyone of the staff who has a part in it. What they do there: `actions.py`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Query
from fastapi.responses import RedirectResponse, Response

from service.db import DomainSession, async_unit_of_work
from service.domain.cables.near import routes_near
from service.domain.casework.delayed_steps import DelayedStepView, delayed_steps
from service.domain.city.penalties import penalties_in_force
from service.domain.city.questions import answer_words
from service.domain.city.reference import Reference
from service.domain.claims.views import case_claims
from service.domain.contacts.disclosure import ContactView
from service.domain.kernel.codes import tidy_code
from service.domain.numbers.box import read_box
from service.domain.partners.register import hand_overs_of
from service.domain.people.colleagues import called_names
from service.domain.privacy.visible_parts import read_parts
from service.domain.queries.photo_details import PhotoDetail
from service.domain.queries.timeline import TimelineEvent
from service.domain.queries.views import PhotoLinks
from service.domain.reports.photos import photo_links
from service.domain.rules.standing_words import deadline_words
from service.domain.works.report_links import works_of_report
from service.domain.workspaces.case_work import CaseWork, read_case_work
from service.domain.workspaces.casefile import CaseFile, changes_since, read_case_file
from service.errors import AppError, NotFound
from service.i18n import N_, pick, translate
from service.i18n.wording import ROLE_WORDS
from service.imaging.text_reader import can_read
from service.models import Role
from service.models.casework.casework import ExtensionRequestState
from service.models.reports.photo import PhotoState
from service.pages.shared.cable_words import CLAIM_STATES, company_name, near_words
from service.pages.shared.cards import before_and_after, card, place_words
from service.pages.shared.kinds import department_choices, department_names
from service.pages.shared.partner_words import HAND_OVER_WORDS
from service.pages.shared.story import TimelineEntry, build_timeline
from service.pages.shared.visit import StaffVisit
from service.pages.shared.work_words import STATUS_WORDS
from service.pages.staff.staffroom import as_present, draw_staff_page, visit_of
from service.rendering.engine import page
from service.web.presence import others
from service.web.viewer import Colleague

router = APIRouter()

CaseVisit = Annotated[StaffVisit, visit_of("/queue")]

NEXT = ("accepted", "resolved", "resumed", "assigned", "closed", "appealed", "reopened")
"""The step that is most sensible next, the first that may be taken: its button is the filled one."""

DONE: Mapping[str, str] = {
    "accepted": N_("Đã tiếp nhận. Bạn đang giữ phản ánh này."),
    "handed_on": N_("Đã chuyển đơn vị khác."),
    "refused": N_("Đã trả lại để điều phối."),
    "waiting": N_("Đã hỏi người gửi. Thời hạn tạm dừng cho đến khi có trả lời."),
    "resumed": N_("Tiếp tục xử lý, thời hạn tính tiếp."),
    "resolved": N_("Đã báo xử lý xong, chờ kiểm tra."),
    "rejected": N_("Đã từ chối tiếp nhận, người gửi đọc được lý do."),
    "merged": N_("Đã gộp. Người gửi theo dõi phản ánh kia."),
    "closed": N_("Đã xác nhận hoàn thành."),
    "sent_back": N_("Đã trả lại đơn vị làm tiếp."),
    "reopened": N_("Đã mở lại."),
    "appealed": N_("Đã đưa về điều phối để xem lại."),
    "assigned": N_("Đã chuyển đơn vị xử lý."),
    "extended": N_("Đã gia hạn."),
    "asked_more": N_("Đã gửi đề nghị gia hạn cho lãnh đạo."),
    "approved": N_("Đã duyệt gia hạn."),
    "declined": N_("Đã từ chối gia hạn, đơn vị đọc được lý do."),
    "holder": N_("Đã giao việc."),
    "contract": N_("Đã nhận việc; đơn vị chủ trì được báo giờ có mặt."),
    "kind": N_("Đã sửa loại phản ánh."),
    "place": N_("Đã sửa vị trí phản ánh."),
    "claims": N_("Đã hỏi các đơn vị. Hạn trả lời 8 giờ làm việc."),
    "parts": N_("Đã đổi đơn vị phối hợp, thực hiện."),
    "reply": N_("Đã đăng trả lời, mọi người đọc được."),
    "note": N_("Đã ghi chú, chỉ đồng nghiệp đọc được."),
    "number": N_("Đã ghi nhận số điện thoại."),
    "hidden": N_("Đã ẩn khỏi công khai."),
    "shown": N_("Đã cho hiện công khai."),
}


@dataclass(frozen=True, slots=True)
class RefusedForm:
    """A form that was not done: why, what was typed into it, and what others changed meanwhile.

    `preview` is the public words as the citizen would see them; `contact` what was asked for and may be seen.
    """

    name: str = ""
    error: AppError | None = None
    typed: Mapping[str, object] = field(default_factory=dict)
    changed: Sequence[TimelineEntry] = ()
    preview: str = ""
    contact: ContactView | None = None

    def was(self, name: str, key: str, default: object = "") -> object:
        """Return what was typed into a field of the form `name`; else the default."""
        return self.typed.get(key, default) if self.name == name else default


@router.get("/case/{code}")
async def case(visit: CaseVisit, code: str) -> Response:
    """The case; for who has no part in it there is none."""
    tidy = known_code(code)
    if tidy != code:
        return RedirectResponse(f"/case/{tidy}", status_code=303)
    return await draw_case_page(visit, tidy)


@router.get("/case/{code}/presence")
async def presence(
    visit: CaseVisit,
    code: str,
    seen: Annotated[int, Query(ge=0, lt=2**62)] = 0,
) -> Response:
    """Show who else has the case open, and what changed since the page was drawn: asked every ten seconds."""
    tidy = known_code(code)
    staff, now = visit.staff, visit.now
    report, events = await visit.run(changes_since, visit.reference, staff.asker, tidy, seen, now)
    people = await others(visit.resources.redis, report.id, as_present(staff), now)
    data = {"people": people, "changed": brief_timeline(events), "code": report.code}
    return page(visit.request, "case/_presence.html", {**data, "reference": visit.reference, "now": now})


def known_code(code: str) -> str:
    """Return the code tidied. Raises NotFound for what is none."""
    tidy = tidy_code(code)
    if tidy is None:
        raise NotFound(N_("Không có phản ánh này. Hãy xem lại mã."))
    return tidy


def brief_timeline(events: Sequence[TimelineEvent]) -> list[TimelineEntry]:
    """Return what happened, without photos and words: those are on the page itself."""
    return build_timeline(events, [], [], brief=True)


async def draw_case_page(visit: StaffVisit, code: str, attempt: RefusedForm | None = None) -> Response:
    """Return the page; with an attempt, the form that was refused stands open with what was typed."""
    reference, resources, staff, now = visit.reference, visit.resources, visit.staff, visit.now
    async with async_unit_of_work(resources.engine) as session:
        book = await session.run_sync(resources.rulebook.get)
        file = await session.run_sync(read_case_file, reference, book, staff.asker, code, now=now)
        work = await session.run_sync(read_case_work, reference, book, staff.asker, file, now=now)
        visible = await session.run_sync(read_parts, staff.asker, code, now=now)
        beside = await session.run_sync(_beside, reference, staff, file, now)
    people = await others(resources.redis, file.view.id, as_present(staff), now)
    attempt = attempt or RefusedForm()
    params = visit.request.query_params
    filled = {
        **_facts(reference, file, work),
        "penalties": penalties_in_force(reference, now, file.view.category),
        "file": file,
        "work": work,
        "report": file.view,
        "visible": visible,
        **beside,
        "claim_states": CLAIM_STATES,
        "statuses_of_works": STATUS_WORDS,
        "company_name": lambda company: company_name(reference, company),
        "reads_photos": can_read(),
        "from_desk": False,
        "may": work.may,
        "main": _next_step(work),
        "present": people,
        "done": translate(DONE[done]) if (done := params.get("done", "")) in DONE else "",
        "nobody": called_names(" ".join(f"@{each}" for each in params.get("nobody", "").split())),
        "attempt": attempt,
        "role_words": ROLE_WORDS,
        "hired": staff.asker.staff is not None and staff.asker.staff.role == Role.EXECUTOR,
        "unit_choices": department_choices(reference),
        "department_names": department_names(reference),
        "new_id": str(uuid4()),
        "kinds": [view for view in reference.categories.values() if view.active],
    }
    return draw_staff_page(visit, "case/index.html", filled, "staff/case.ts", error=attempt.error)


def _beside(
    session: DomainSession, reference: Reference, staff: Colleague, file: CaseFile, now: datetime
) -> dict[str, object]:
    """Return what other parts of the service know of a case: numbers, cables, works, waiting steps."""
    kind, at = reference.category_by_code.get(file.view.category), file.view.location
    cables = routes_near(session, reference, kind, at.lon, at.lat, now)
    return {
        "numbers": read_box(session, reference, file.access),
        "cables": [(each, near_words(reference, each)) for each in cables],
        "claims": case_claims(session, reference, file.access),
        "tied_works": works_of_report(session, staff.asker.staff, file.view.id),
        "held": _held(session, staff, file.view.id),
        "hand_overs": hand_overs_of(session, file.view.id),
        "hand_over_words": HAND_OVER_WORDS,
    }


def _held(session: DomainSession, staff: Colleague, report_id: UUID) -> list[DelayedStepView]:
    """Return what coordinators decided of the case and have not done yet; others are told once it is done."""
    if staff.actor.role != Role.TRIAGE:
        return []
    return delayed_steps(session, staff.actor, [report_id])


def _next_step(work: CaseWork) -> str:
    """Return the one act whose button is filled: the decision that is waited for comes before all others."""
    if "decide" in work.may and any(each.state == ExtensionRequestState.OPEN for each in work.requests):
        return "decide"
    return next((step for step in NEXT if step in work.may), "")


def _facts(reference: Reference, file: CaseFile, work: CaseWork) -> dict[str, object]:
    view = file.view
    links = [_links(photo) for photo in work.photos if photo.state == PhotoState.READY]
    cited = {each for event in file.events for each in event.data.get("evidence", ())}
    return {
        "title": pick(reference.category_by_code[view.category].name),
        "picture": reference.category_by_code[view.category].icon,
        "place": place_words(view),
        "story": build_timeline(file.events, file.comments, links),
        "reported": [link for link in links if link.kind != "evidence"],
        "loose": [photo for photo in work.photos if photo.kind == "evidence" and str(photo.id) not in cited],
        "thumbnails": {link.id: link.thumbnail_url for link in links},
        "marks": {photo.id: _mark(photo) for photo in work.photos if photo.hidden or photo.waits},
        "pair": before_and_after(view),
        "deadline": deadline_words(file.standing),
        "near": [(card(reference, each), round(each.distance_m)) for each in work.near],
        "answers": answer_words(reference, view.case.attributes, view.category),
        "lead_code": view.lead.code if view.lead else "",
    }


def _mark(photo: PhotoDetail) -> str:
    return translate(N_("Đã ẩn khỏi công khai") if photo.hidden else N_("Chờ cho hiện"))


def _links(photo: PhotoDetail) -> PhotoLinks:
    return PhotoLinks.model_validate(photo_links(photo.view, ""))
