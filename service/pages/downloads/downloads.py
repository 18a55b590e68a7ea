"""Taking a list away as a file: choosing the form, waiting for a long one, fetching it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from service.domain.city.reference import Reference
from service.domain.documents.register import document_of_download
from service.domain.opendata.catalogue import data_publisher
from service.domain.opendata.formats import LICENCES
from service.domain.workspaces.downloads import orders, rows
from service.domain.workspaces.downloads.named_rows import LAYOUT, OFFICE, filters_in_words
from service.i18n import N_
from service.pages.shared.forms import FormDep, read
from service.pages.shared.visit import PageVisitDep
from service.pages.staff.staffroom import surroundings
from service.rendering.engine import page
from service.web.dependencies import SessionDep
from service.web.exports import MOST_AT_ONCE, order_list, short_file
from service.web.rates import allow
from service.web.viewer import Colleague, Viewer, ViewerDep

router = APIRouter()

FORMS = {
    "xlsx": (N_("Excel (XLSX)"), N_("Bảng tính có tiêu đề, ngày giờ, lọc được ngay; in ngang trên khổ A4.")),
    "csv": (N_("CSV"), N_("Bảng dạng chữ, mở được bằng Excel và mọi chương trình bảng tính.")),
    "geojson": (N_("GeoJSON"), N_("Dữ liệu bản đồ cho trang web và lập trình.")),
    "gpkg": (N_("GeoPackage"), N_("Lớp bản đồ cho QGIS và phần mềm bản đồ khác.")),
}
LONGEST_QUERY = 2_000
FILTERS = (
    "list", "bbox", "near", "radius_m", "category", "status", "ward", "department", "created_after",
    "created_before", "overdue", "q", "period", "at", "from", "to", "exact", "outcome", "rule",
    "scope", "group", "kind", "channel",
)  # fmt: skip


class DownloadForm(BaseModel):
    """The form that was chosen."""

    format: Literal["csv", "xlsx", "geojson", "gpkg"]


class Numbers(BaseModel):
    """Filters that are not text."""

    radius_m: Annotated[float, Field(gt=0, le=20_000)] | None = None
    rule: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    overdue: bool | None = None


def filters_of(given: dict[str, str]) -> dict[str, object]:
    """Return the filters among an address's or a form's values. Raises Invalid for a number that is none."""
    data = {name: given[name][:LONGEST_QUERY] for name in FILTERS if given.get(name)}
    numbers = read(Numbers, {name: data[name] for name in Numbers.model_fields if name in data})
    return data | numbers.model_dump(exclude_none=True)


@router.get("/downloads/new")
async def choose(visit: PageVisitDep, session: SessionDep, viewer: ViewerDep) -> Response:
    """Show which form, and how many reports."""
    filters = filters_of(dict(visit.request.query_params))
    conditions = rows.list_conditions(visit.reference, viewer.asker, filters, visit.now)
    number = await session.run_sync(rows.count_rows, conditions, MOST_AT_ONCE)
    context = {
        **_frame(viewer, visit.reference, visit.now),
        "filters": filters,
        "narrowed": filters_in_words(visit.reference, filters),
        "forms": FORMS,
        "rows": number,
        "most": MOST_AT_ONCE,
    }
    return page(visit.request, "downloads/new.html", context)


@router.post("/downloads")
async def make(visit: PageVisitDep, form: FormDep, viewer: ViewerDep) -> Response:
    """The file itself where the list is short; else a worker makes it, and the page that waits for it."""
    await allow(visit.request, visit.resources, "download")
    given = form.fields()
    chosen = read(DownloadForm, {"format": given["format"]}).format
    filters = filters_of(given) | {LAYOUT: OFFICE}
    found = await short_file(visit.resources, visit.reference, viewer.asker, chosen, filters, visit.now)
    if found is not None:
        return found
    made = await order_list(
        visit.request, visit.resources, visit.reference, viewer.asker, chosen, filters, visit.now
    )
    return RedirectResponse(f"/downloads/{made.id}", status_code=303)


@router.get("/downloads/{identity}")
async def waiting(visit: PageVisitDep, identity: UUID, session: SessionDep, viewer: ViewerDep) -> Response:
    """Show how far a file is; the link once it is there."""
    view = await session.run_sync(orders.find_download, viewer.asker, identity, now=visit.now)
    document = await session.run_sync(document_of_download, viewer.asker, identity)
    frame = _frame(viewer, visit.reference, visit.now, "staff/live.ts")
    context = {**frame, "file": view, "forms": FORMS, "document": document}
    return page(visit.request, "downloads/waiting.html", context, part="downloads/_state.html")


def _frame(viewer: Viewer, reference: Reference, now: datetime, *islands: str) -> dict[str, object]:
    """Return what stands around the page: the bar of staff for those who are signed in, else the
    public one.
    """
    if viewer.account is None or viewer.asker.staff is None:
        config = reference.config.open_data
        licence = LICENCES[config.licence] if config else None
        data = {"licence": licence, "publisher": data_publisher(reference) if config else None}
        return {"frame": "base.html", "reference": reference, "now": now, "islands": list(islands), **data}
    staff = Colleague(viewer.asker, viewer.asker.staff, viewer.account, viewer.session_id or 0, viewer.unread)
    return {"frame": "staff/base.html", "licence": None, **surroundings(staff, reference, now, *islands)}
