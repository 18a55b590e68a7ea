"""Taking down a report for a caller, and splitting one that tells of two things."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID, uuid4

from fastapi import APIRouter, Query
from fastapi.responses import RedirectResponse, Response

from service.domain.casework.split import Split, split
from service.domain.city.questions import questions_of
from service.domain.reports.entry import DeskSubmission, check_entry
from service.errors import AppError, Conflict
from service.i18n import N_, language_in_use, translate
from service.i18n.wording import RECEPTION_WORDS
from service.imaging.refusal import MAX_BYTES
from service.models import ReceptionChannel
from service.models.reports.channels import AT_THE_DESK
from service.pages.desk.case import RefusedStep, draw_case
from service.pages.desk.desk import DeskVisit
from service.pages.desk.talk_entry import confirm_in_talk, draft_of_talk, form_of_talk
from service.pages.report.form import read_submission
from service.pages.report.report import MOST_PHOTOS, draft_id, take_photos
from service.pages.shared.forms import FormDep, SentForm, read
from service.pages.shared.kinds import kind_choices, wards_by_name
from service.pages.shared.visit import StaffVisit
from service.pages.staff.staffroom import draw_staff_page
from service.web.dependencies import WakeAfter
from service.web.rates import allow
from service.web.uploads import FORM_BYTES, GateDep

router = APIRouter()

TAKEN = N_(
    "Phiếu này đã được ghi trước đó với nội dung khác, và phản ánh ấy vẫn còn. "
    "Nếu đây là một phản ánh khác, hãy bấm “Ghi phản ánh” lần nữa."
)


@router.get("/desk/new")
async def new(
    visit: DeskVisit,
    category: Annotated[str, Query(max_length=100)] = "",
    taken: Annotated[str, Query(max_length=40)] = "",
    lost: Annotated[int, Query(ge=0, le=99)] = 0,
    draft: Annotated[str, Query(max_length=40)] = "",
    talk: UUID | None = None,
) -> Response:
    """The form; its questions alone when another kind is chosen. `taken` is the code just given.

    The report's id stands in the address: going back to the form or reloading it is the same report. With
    `talk` it holds what was said in that conversation, and is the report that its draft becomes.
    """
    if visit.by_script:
        return _draw(visit, category=category)
    if talk is not None:
        form = await form_of_talk(visit.resources, visit.staff, talk, visit.now)
        return _draw(visit, category=form.text("category"), form=form, draft=form.text("id"))
    if not (known := draft_id(draft)):
        query = urlencode({**visit.request.query_params, "draft": str(uuid4())})
        return RedirectResponse(f"/desk/new?{query}", status_code=303)
    return _draw(visit, category=category, taken=taken, lost=lost, draft=known)


@router.post("/desk/new", max_body_size=MOST_PHOTOS * MAX_BYTES + FORM_BYTES)
async def enter(visit: DeskVisit, form: FormDep, gate: GateDep) -> Response:
    """Take the report down; then the code to tell the caller, and an empty form for the next one."""
    reference, resources, staff, now = visit.reference, visit.resources, visit.staff, visit.now
    try:
        await allow(visit.request, resources, "report", colleague=True)
        fields = read_submission(reference, form).model_dump()
        sent = read_entry(fields, form)
        draft = check_entry(reference, sent, staff.actor, now=now, language=language_in_use.get())
        draft = await draft_of_talk(resources, staff, form, draft, now)
        receipt = await resources.intake.submit(draft)
        if not receipt.same_body:
            raise Conflict(TAKEN)
    except AppError as error:
        chosen = form.text("category")
        # An id that is taken by other words would be refused for ever.
        draft_kept = "" if isinstance(error, Conflict) else draft_id(form.text("id"))
        return _draw(visit, category=chosen, form=form, error=error, draft=draft_kept)
    lost = await take_photos(resources, gate, receipt, form, reference, now)
    if await confirm_in_talk(resources, staff, form, receipt, now):
        return RedirectResponse(f"/desk/talks/{form.text('talk')}", status_code=303)
    query = urlencode({"taken": receipt.code, **({"lost": lost} if lost else {})})
    return RedirectResponse(f"/desk/new?{query}", status_code=303)


@router.post("/desk/case/{code}/split", dependencies=[WakeAfter])
async def split_off(visit: DeskVisit, code: str, form: FormDep) -> Response:
    """Make a second report of it; the case as it is now, with the new one's code."""
    typed = form.fields()
    change: dict[str, object] = {name: value for name, value in typed.items() if value and name != "seen"}
    change |= {"photos": form.texts("photos"), "version": form.number("version")}
    try:
        made = await visit.run(
            split, visit.reference, visit.staff.asker, code, read(Split, change), visit.now
        )
    except AppError as error:
        return await draw_case(visit, code, refusal=RefusedStep("split", error, typed))
    if not visit.by_script:
        return RedirectResponse(f"/desk?{urlencode({'case': code})}", status_code=303)
    done = translate(N_("Đã tách thành phản ánh {code}."), code=made.code)
    return await draw_case(visit, code, done=done)


def read_entry(data: dict[str, object], form: SentForm) -> DeskSubmission:
    """Return what the citizen's form says, with the channel and the consent. Raises Invalid."""
    channel = form.text("channel")
    known = channel if channel in tuple(AT_THE_DESK) else ReceptionChannel.PHONE
    return DeskSubmission.model_validate({**data, "channel": known, "consent": bool(form.text("consent"))})


def _draw(
    visit: StaffVisit,
    *,
    category: str = "",
    taken: str = "",
    lost: int = 0,
    draft: str = "",
    form: SentForm | None = None,
    error: AppError | None = None,
) -> Response:
    reference = visit.reference
    found = reference.category_by_code.get(category)
    context: dict[str, object] = {
        "category": found,
        "questions": questions_of(reference, found) if found else [],
        "categories": kind_choices(reference, lowest=True),
        "wards": wards_by_name(reference),
        "channels": [(each, translate(RECEPTION_WORDS[each])) for each in AT_THE_DESK],
        "values": form or {},
        "draft_id": draft or str(uuid4()),
        "taken": taken,
        "lost": lost,
    }
    part = "desk/_questions.html"
    return draw_staff_page(visit, "desk/new.html", context, "staff/desk.ts", error=error, part=part)
