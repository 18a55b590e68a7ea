"""Periodic reports: having one made now, and having them made by themselves after each period."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from service.db import async_unit_of_work
from service.domain.queries.manage.period_words import period_name
from service.domain.queries.manage.selection import read_selection
from service.domain.queries.manage.signers import SIGNERS
from service.domain.workspaces.downloads import orders, scheduled
from service.errors import AppError
from service.i18n import N_, language_in_use
from service.pages.manage.manage import FILTERS, ManageFilters, ManageVisit, draw_dashboard, filter_choices
from service.pages.shared.forms import FormDep, SentForm, read
from service.pages.shared.signing import SigningChoices, chosen_signing
from service.pages.shared.visit import StaffVisit, answer_form
from service.pages.staff.staffroom import draw_staff_page
from service.web.rates import allow

router = APIRouter()

PERIODS = {"month": N_("Hằng tháng"), "quarter": N_("Hằng quý"), "year": N_("Hằng năm")}
FILES = {"report": N_("Báo cáo (Word)"), "list": N_("Danh sách phản ánh (Excel)")}
NARROWING = ("department", "category", "ward")


@router.post("/manage/report")
async def order(form: FormDep, visit: ManageVisit) -> Response:
    """Have the periodic report written as a Word document, and wait for it."""
    await allow(visit.request, visit.resources, "download")
    texts = form.fields()
    filters = read(ManageFilters, {name: texts[name] for name in FILTERS if texts.get(name)})

    async def redraw(error: AppError) -> Response:
        async with async_unit_of_work(visit.resources.engine) as session:
            return await draw_dashboard(visit, session, filters, error)

    return await answer_form(_order(visit, form, filters), redraw, lambda made: f"/downloads/{made}")


async def _order(visit: StaffVisit, form: SentForm, filters: ManageFilters) -> UUID:
    actor = visit.staff.actor
    data = {name: value for name, value in filters.model_dump(by_alias=True).items() if value}
    wanted = read_selection(visit.reference, actor, data, visit.now)
    more = chosen_signing(form) | ({"enter": True} if form.text("enter") else {})
    name = scheduled.report_filename(wanted.period) if wanted.period else None
    made = await visit.run(
        orders.order_download,
        actor,
        "periodic",
        "docx",
        data | more,
        language=language_in_use.get(),
        now=visit.now,
        name=name,
    )
    return made.id


@router.get("/manage/reports")
async def reports(visit: ManageVisit) -> Response:
    """Subscriptions, and the reports that were made for them."""
    return await _draw(visit)


@router.post("/manage/reports")
async def subscribe(form: FormDep, visit: ManageVisit) -> Response:
    """Have the reports of each period made."""

    async def act() -> None:
        narrowing = {name: value for name in NARROWING if (value := form.text(name))}
        await visit.run(
            scheduled.subscribe,
            visit.reference,
            visit.staff.actor,
            form.text("period"),
            form.texts("files"),
            narrowing | chosen_signing(form),
            language=language_in_use.get(),
            now=visit.now,
        )

    return await answer_form(
        act(), lambda error: _draw(visit, error, form), "/manage/reports?done=subscribed", frozenset()
    )


@router.post("/manage/reports/end")
async def unsubscribe(form: FormDep, visit: ManageVisit) -> Response:
    """End a subscription."""
    await visit.run(scheduled.unsubscribe, visit.staff.actor, form.text("period"))
    return RedirectResponse("/manage/reports?done=ended", status_code=303)


async def _draw(visit: StaffVisit, error: AppError | None = None, form: SentForm | None = None) -> Response:
    reference, staff = visit.reference, visit.staff
    current = await visit.run(scheduled.subscriptions_of, reference, staff.actor, visit.now)
    past = await visit.run(scheduled.past_reports, staff.actor, visit.now)
    context = {
        **filter_choices(reference, staff),
        "filters": ManageFilters(),
        "kinds_of_period": PERIODS,
        "kinds_of_file": FILES,
        "signing_choices": SigningChoices(list(SIGNERS.items()), ()),
        "typed": form.fields() if form else None,
        "chosen_files": form.texts("files") if form else ["report"],
        "current": current,
        "past": [(period_name(each.period), each) for each in past],
        "today": visit.today,
        "done": visit.request.query_params.get("done", ""),
    }
    return draw_staff_page(visit, "manage/reports.html", context, error=error)
