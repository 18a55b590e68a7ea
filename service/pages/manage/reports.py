"""Periodic reports: having one made now, and having them made by themselves after each period."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from service.db import async_unit_of_work
from service.domain.city.reference import Reference
from service.domain.queries.manage.period_words import period_name
from service.domain.queries.manage.selection import read_selection
from service.domain.queries.manage.signers import SIGNERS
from service.domain.workspaces.downloads import orders, scheduled
from service.errors import AppError
from service.i18n import N_, language_in_use
from service.pages.manage.manage import FILTERS, ManageFilters, Manager, filter_choices, today_of
from service.pages.shared.forms import FormDep, SentForm, read
from service.pages.shared.signing import SigningChoices, chosen_signing
from service.pages.staff.staffroom import surroundings
from service.rendering.engine import page
from service.web.dependencies import NowDep, ReferenceDep, Resources, ResourcesDep, SessionDep
from service.web.rates import allow
from service.web.viewer import Colleague

router = APIRouter()

PERIODS = {"month": N_("Hằng tháng"), "quarter": N_("Hằng quý"), "year": N_("Hằng năm")}
FILES = {"report": N_("Báo cáo (Word)"), "list": N_("Danh sách phản ánh (Excel)")}
NARROWING = ("department", "category", "ward")


@router.post("/manage/report")
async def order(
    request: Request,
    form: FormDep,
    staff: Manager,
    session: SessionDep,
    resources: ResourcesDep,
    reference: ReferenceDep,
    now: NowDep,
) -> Response:
    """Have the periodic report written as a Word document, and wait for it."""
    await allow(request, resources, "download")
    texts = form.fields()
    asked = read(ManageFilters, {name: texts[name] for name in FILTERS if texts.get(name)})
    data = {name: value for name, value in asked.model_dump(by_alias=True).items() if value}
    wanted = read_selection(reference, staff.actor, data, now)
    more = chosen_signing(form) | ({"enter": True} if form.text("enter") else {})
    name = scheduled.report_filename(wanted.period) if wanted.period else None
    made = await session.run_sync(
        orders.order_download,
        staff.actor,
        "periodic",
        "docx",
        data | more,
        language=language_in_use.get(),
        now=now,
        name=name,
    )
    return RedirectResponse(f"/downloads/{made.id}", status_code=303)


@router.get("/manage/reports")
async def reports(
    request: Request, staff: Manager, resources: ResourcesDep, reference: ReferenceDep, now: NowDep
) -> Response:
    """Subscriptions, and the reports that were made for them."""
    return await _draw(request, staff, resources, reference, now)


@router.post("/manage/reports")
async def subscribe(
    request: Request,
    form: FormDep,
    staff: Manager,
    resources: ResourcesDep,
    reference: ReferenceDep,
    now: NowDep,
) -> Response:
    """Have the reports of each period made."""
    try:
        narrowing = {name: value for name in NARROWING if (value := form.text(name))}
        asked = narrowing | chosen_signing(form)
        async with async_unit_of_work(resources.engine) as session:
            await session.run_sync(
                scheduled.subscribe,
                reference,
                staff.actor,
                form.text("period"),
                form.texts("files"),
                asked,
                language=language_in_use.get(),
                now=now,
            )
    except AppError as error:
        return await _draw(request, staff, resources, reference, now, error=error, form=form)
    return RedirectResponse("/manage/reports?done=subscribed", status_code=303)


@router.post("/manage/reports/end")
async def unsubscribe(form: FormDep, staff: Manager, session: SessionDep) -> Response:
    """End a subscription."""
    await session.run_sync(scheduled.unsubscribe, staff.actor, form.text("period"))
    return RedirectResponse("/manage/reports?done=ended", status_code=303)


async def _draw(
    request: Request,
    staff: Colleague,
    resources: Resources,
    reference: Reference,
    now: datetime,
    *,
    error: AppError | None = None,
    form: SentForm | None = None,
) -> Response:
    async with async_unit_of_work(resources.engine) as session:
        current = await session.run_sync(scheduled.subscriptions_of, reference, staff.actor, now)
        past = await session.run_sync(scheduled.past_reports, staff.actor, now)
    context = {
        **surroundings(staff, reference, now),
        **filter_choices(reference, staff),
        "asked": ManageFilters(),
        "kinds_of_period": PERIODS,
        "kinds_of_file": FILES,
        "signing_choices": SigningChoices(list(SIGNERS.items()), ()),
        "typed": form.fields() if form else None,
        "chosen_files": form.texts("files") if form else ["report"],
        "current": current,
        "past": [(period_name(each.period), each) for each in past],
        "today": today_of(reference, now),
        "done": request.query_params.get("done", ""),
        "fields": error.errors if error else (),
    }
    return page(request, "manage/reports.html", context, status=error.status if error else 200)
