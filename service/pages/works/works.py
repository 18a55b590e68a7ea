"""A work's page: what it is, until when, its history, the steps that one may take; scripts or not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from uuid import uuid4

from fastapi import APIRouter
from fastapi.responses import Response

from service.db import DomainSession
from service.domain.cables.sections import old_left, section_of
from service.domain.city.city import load_calendar
from service.domain.number_cases.access import number_of_case
from service.domain.number_cases.steps import take_step_of_kind
from service.domain.people.colleagues import may_hold
from service.domain.queries.photo_details import detail
from service.domain.reports.photos import photo_links
from service.domain.works import actions, more_time, new_works, report_links
from service.domain.works.access import find_work
from service.domain.works.actions import ActionContext
from service.domain.works.forms import (
    NewDifficulty,
    NewReportTie,
    WorkExtensionAnswer,
    WorkExtensionForm,
    WorkHolder,
    WorkNote,
    WorkStep,
)
from service.domain.works.lifecycles import (
    DIRECTOR,
    EXECUTOR,
    INSPECTOR,
    KEEPER,
    LEAD,
    OWN_STEPS,
    SUPPORT,
    life_of,
    work_roles,
)
from service.domain.works.photos import find_for_photo, uncited, work_photos
from service.domain.works.views import tell_works, work_story
from service.errors import AppError, invalid
from service.i18n import N_
from service.imaging.refusal import MAX_BYTES
from service.models import Work, WorkKind, WorkStatus
from service.pages.emulation.awards import award_page
from service.pages.shared.cable_words import BLOCK_WORDS
from service.pages.shared.forms import Fields, FormDep, SentForm, read
from service.pages.shared.kinds import departments_by_name
from service.pages.shared.visit import StaffVisit, StaffVisitDep, answer_form
from service.pages.shared.work_words import (
    DIFFICULTY_WORDS,
    STATUS_WORDS,
    story_items,
    work_deadline,
    work_step_words,
)
from service.pages.staff.staffroom import draw_staff_page
from service.web.dependencies import WakeAfter
from service.web.paths import RowId
from service.web.uploads import FORM_BYTES, Gate, GateDep, WorkSending, receive_photo

router = APIRouter(dependencies=[WakeAfter])

MOST_AT_ONCE = 6
ROOM = MOST_AT_ONCE * MAX_BYTES + FORM_BYTES
TEXTS = ("result", "summary", "proposal", "decision", "answer", "agreed", "block", "who")
METRES = ("metres_done", "old_removed_m", "subscribers_left")


@router.get("/works/{work_code}")
async def show(visit: StaffVisitDep, work_code: str) -> Response:
    """The work's page."""
    return await _draw(visit, work_code)


@router.post("/works/{work_code}/step", max_body_size=ROOM)
async def step(visit: StaffVisitDep, work_code: str, form: FormDep, gate: GateDep) -> Response:
    """Take a step of its life; photos that come with it are its proof."""
    photos = form.texts("evidence")
    data: dict[str, object] = {name: form.text(name) for name in TEXTS if form.text(name)}
    data |= {name: form.text(name) for name in ("document", "lead") if form.text(name)}
    data |= {name: form.whole_or_text(name) for name in METRES if form.text(name)}
    sent = {"to": form.text("to"), "version": form.number("version"), "reason": form.text("reason")}

    async def take() -> None:
        if form.files("photos"):
            photos.extend(await _take_photos(visit, work_code, form, gate))

    def verb(ctx: ActionContext) -> object:
        return take_step_of_kind(ctx, work_code, read(WorkStep, {**sent, "photos": photos, "data": data}))

    return await _do(visit, work_code, form, verb, take)


@router.post("/works/{work_code}/photos", max_body_size=ROOM)
async def add_photos(visit: StaffVisitDep, work_code: str, form: FormDep, gate: GateDep) -> Response:
    """Add photos without a step."""

    async def take() -> None:
        if not await _take_photos(visit, work_code, form, gate):
            raise invalid(["photos"], N_("Cần một tệp ảnh."))

    return await _do(visit, work_code, form, lambda ctx: None, take)


@router.post("/works/{work_code}/note")
async def note(visit: StaffVisitDep, work_code: str, form: FormDep) -> Response:
    """Say how far it is."""
    sent = {"words": form.text("words")}
    return await _do(
        visit, work_code, form, lambda ctx: actions.write_note(ctx, work_code, read(WorkNote, sent))
    )


@router.post("/works/{work_code}/reports")
async def tie(visit: StaffVisitDep, work_code: str, form: FormDep) -> Response:
    """Tie a report to it."""
    sent = {"report": form.text("report"), "why": form.text("why")}

    def verb(ctx: ActionContext) -> object:
        return report_links.tie_report(ctx, visit.staff.asker, work_code, read(NewReportTie, sent))

    return await _do(visit, work_code, form, verb)


@router.post("/works/{work_code}/holder")
async def holder(visit: StaffVisitDep, work_code: str, form: FormDep) -> Response:
    """Give it to a person of the unit."""
    sent = {"holder": form.text("holder") or None, "version": form.number("version")}
    return await _do(
        visit, work_code, form, lambda ctx: actions.entrust_work(ctx, work_code, read(WorkHolder, sent))
    )


@router.post("/works/{work_code}/time")
async def ask_time(visit: StaffVisitDep, work_code: str, form: FormDep) -> Response:
    """Ask for more time."""
    sent = {
        "amount": form.whole_or_text("amount"),
        "reason": form.text("reason"),
        "version": form.number("version"),
    }
    return await _do(
        visit,
        work_code,
        form,
        lambda ctx: more_time.ask_more_time(ctx, work_code, read(WorkExtensionForm, sent)),
    )


@router.post("/works/{work_code}/time/{request}")
async def answer_time(visit: StaffVisitDep, work_code: str, request: RowId, form: FormDep) -> Response:
    """Grant or decline more time."""
    sent = {"approve": form.text("approve") == "1", "answer": form.text("answer")}

    def verb(ctx: ActionContext) -> object:
        return more_time.answer_more_time(ctx, work_code, request, read(WorkExtensionAnswer, sent))

    return await _do(visit, work_code, form, verb)


@router.post("/works/{work_code}/difficulty")
async def difficulty(visit: StaffVisitDep, work_code: str, form: FormDep) -> Response:
    """Say what stands in its way."""
    sent = {
        "id": form.text("id"),
        "kind": form.text("kind"),
        "title": form.text("title"),
        "note": form.text("note"),
        "proposal": form.text("proposal"),
        "amount_vnd": form.whole_or_text("amount_vnd"),
        "work": work_code,
    }

    def verb(ctx: ActionContext) -> object:
        return new_works.raise_difficulty(ctx, visit.staff.asker, read(NewDifficulty, sent))

    return await _do(visit, work_code, form, verb)


async def _take_photos(visit: StaffVisit, code: str, form: SentForm, gate: Gate) -> list[str]:
    """Store the files of the form, each in its own transaction; those sent before are found again."""
    files = [each for each in form.files("photos") if each.size]
    found = await visit.run(find_for_photo, visit.reference, visit.staff.actor, code)
    if len(files) > MOST_AT_ONCE:
        raise invalid(["photos"], N_("Mỗi lần gửi tối đa {most} ảnh."), most=MOST_AT_ONCE)
    sending = WorkSending(*found, visit.staff.actor, visit.now, visit.zone)
    return [str((await receive_photo(visit.resources, gate, file, sending))[0].id) for file in files]


async def _do(
    visit: StaffVisit,
    code: str,
    form: SentForm,
    verb: Callable[[ActionContext], object],
    take: Callable[[], Awaitable[None]] | None = None,
) -> Response:
    async def doing() -> None:
        if take is not None:
            await take()
        await visit.act(verb)

    return await answer_form(
        doing(), lambda error: _draw(visit, code, form.fields(), error), f"/works/{code}?done=1"
    )


async def _draw(
    visit: StaffVisit, code: str, typed: Mapping[str, str] | None = None, error: AppError | None = None
) -> Response:
    filled = await visit.run(_read, visit, code)
    shown = {
        **filled,
        "typed": typed or Fields(),
        "fresh_id": uuid4(),
    }
    return draw_staff_page(visit, "works/index.html", shown, error=error)


def _read(session: DomainSession, visit: StaffVisit, code: str) -> dict[str, object]:
    reference, actor = visit.reference, visit.staff.actor
    row = find_work(session, reference, actor, code)
    calendar = load_calendar(session, reference)
    [work] = tell_works(session, reference, actor, [row], visit.now)
    roles = work_roles(actor, row)
    waiting = more_time.waiting_request(session, row)
    life = life_of(row)
    section = section_of(session, row)
    own = row.kind in OWN_STEPS and section is None
    steps = [] if own else [each for each in work.actions if section or each != WorkStatus.REPORTED]
    may_add = bool(roles) and row.closed_at is None
    return {
        "work": work,
        "own_page": own_page(session, row) if own else "",
        "steps": [(each, work_step_words(work, each), _needs(row, each)) for each in steps],
        "story": story_items(work_story(session, row)),
        "deadline": work_deadline(calendar, work, visit.now),
        "statuses_of_works": STATUS_WORDS,
        "difficulty_words": DIFFICULTY_WORDS,
        "section": section,
        "old_left": old_left(section) if section else 0,
        "block_words": BLOCK_WORDS,
        "may_note": WorkStatus.REPORTED in work.actions and section is None,
        "may_hold": bool(roles & {LEAD, EXECUTOR}) and row.kind == WorkKind.TASK and row.closed_at is None,
        "people": may_hold(session, reference, row.lead_id) if roles & {LEAD, EXECUTOR} else [],
        "may_tie": bool(roles & report_links.TIES) and row.closed_at is None,
        "may_ask": LEAD in roles
        and section is None
        and row.done_at is None
        and row.closed_at is None
        and waiting is None,
        "may_answer": bool(roles & ({DIRECTOR} if row.extensions else {DIRECTOR, KEEPER})),
        "request_for_time": waiting,
        "ended": row.status in life.finished,
        "has_part": bool(roles & {INSPECTOR, LEAD, SUPPORT, EXECUTOR, KEEPER, DIRECTOR}),
        "departments": departments_by_name(reference),
        "may_add_photos": may_add,
        **_photos(session, visit, row),
    }


def own_page(session: DomainSession, row: Work) -> str:
    """Return the page on which the steps of a work of this kind are taken."""
    if row.kind == WorkKind.CARRIER_REQUEST:
        return f"/requests/{row.code}"
    if row.kind == WorkKind.SURVEY:
        return f"/surveys/{row.code}"
    if row.kind == WorkKind.AD_NUMBER:
        return f"/numbers/{number_of_case(session, row.id)}"
    if row.kind == WorkKind.AWARD:
        return award_page(session, row)
    return f"/manage/cleanups/{row.code}"


def _photos(session: DomainSession, visit: StaffVisit, row: Work) -> dict[str, object]:
    found, base = work_photos(session, row.id), visit.resources.settings.public_url
    links = {each.id: photo_links(detail(each).view, base) for each in found if each.state == "ready"}
    return {
        "photos": list(links.values()),
        "photos_raw": sum(each.state == "raw" for each in found),
        "photos_failed": sum(each.state == "failed" for each in found),
        "loose": [(each.id, links.get(each.id)) for each in uncited(session, row.id, found)],
    }


def _needs(row: Work, to: str) -> frozenset[str]:
    return life_of(row).find(row.status, WorkStatus(to), _EVERYBODY).needs


_EVERYBODY = frozenset({LEAD, SUPPORT, EXECUTOR, KEEPER, DIRECTOR, INSPECTOR})
