"""Correcting the place of a case: what would come of it is shown first, then confirmed; scripts or not."""

from __future__ import annotations

import re
from collections.abc import Mapping

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from service.db import async_unit_of_work
from service.domain.casework.case.context import CaseContext
from service.domain.casework.refiling import may_refile
from service.domain.casework.relocation import (
    RelocateRequest,
    RelocationPlan,
    assignment_after,
    preview_relocating,
    relocate,
)
from service.domain.city.reference import Reference
from service.domain.workspaces.casefile import require_inside, stays_in_list
from service.errors import AppError, Conflict, invalid
from service.i18n import N_
from service.models import Report
from service.pages.case.actions import WorkDep
from service.pages.case.case import CaseVisit, known_code
from service.pages.shared.forms import read
from service.pages.shared.visit import StaffVisit
from service.pages.staff.staffroom import draw_staff_page

router = APIRouter()

FIELDS = ("point", "address", "reason", "keep_lead")
_POINT = re.compile(r"\s*(-?\d{1,3}(?:\.\d+)?)\s*[,; ]\s*(-?\d{1,3}(?:\.\d+)?)\s*")


@router.get("/case/{code}/place")
async def form(visit: CaseVisit, code: str) -> Response:
    """The form; with a point chosen, what would come of it."""
    typed = {name: visit.request.query_params.get(name, "") for name in (*FIELDS, "version")}
    return await _draw(visit, known_code(code), typed)


@router.post("/case/{code}/place")
async def confirm(work: WorkDep) -> Response:
    """Do it; where others were quicker, what would come of it now is shown instead."""
    typed = {name: work.form.text(name) for name in (*FIELDS, "version")}
    try:
        sent = _relocating(work.reference, typed)
        await work.run(relocate, work.case_context, work.code, sent)
        stays = await work.run(stays_in_list, work.staff.asker, work.code, work.now)
    except AppError as error:
        return await _draw(work, work.code, typed, error)
    where = f"/case/{work.code}?done=place" if stays else f"/queue?left={work.code}"
    return RedirectResponse(where, status_code=303)


def _relocating(reference: Reference, typed: Mapping[str, str]) -> RelocateRequest:
    lon, lat = read_point(reference, typed["point"])
    version = typed["version"]
    return read(
        RelocateRequest,
        {
            "location": {"lon": lon, "lat": lat},
            "address": typed["address"],
            "reason": typed["reason"],
            "keep_lead": typed["keep_lead"] == "1",
            "version": int(version) if version.isdecimal() else None,
        },
    )


def read_point(reference: Reference, text: str) -> tuple[float, float]:
    """Return (longitude, latitude) of a typed or pasted point, in degrees.

    Maps tell latitude first; the other order is understood where only that lies in the city. Raises Invalid.
    """
    found = _POINT.fullmatch(text)
    if found is None:
        raise invalid(["point"], N_("Hãy ghi tọa độ như 16.46370, 107.59090, hoặc bấm vào bản đồ."))
    lat, lon = float(found[1]), float(found[2])
    west, south, east, north = reference.config.bbox
    swapped = west <= lat <= east and south <= lon <= north
    return (lat, lon) if swapped else (lon, lat)


async def _draw(
    visit: StaffVisit, code: str, typed: Mapping[str, str], error: AppError | None = None
) -> Response:
    reference, resources, staff, now = visit.reference, visit.resources, visit.staff, visit.now
    previews = bool(typed["point"]) and error is None
    async with async_unit_of_work(resources.engine) as session:
        report: Report = (await session.run_sync(require_inside, staff.asker, code, now)).report
        plan: RelocationPlan | None = None
        if error is None and not may_refile(report, staff.actor):
            error, previews = Conflict(N_("Phản ánh này không sửa vị trí được ở bước hiện nay.")), False
        if previews:
            try:
                given = _relocating(reference, {**typed, "version": typed["version"] or str(report.version)})
                ctx = CaseContext(reference, resources.rulebook, staff.asker, now)
                _, plan = await session.run_sync(preview_relocating, ctx, code, given)
            except AppError as refused:
                error = refused
    ward, refiling = reference.wards.get(report.ward_id or 0), plan.refiling if plan else None
    lead = reference.departments.get(report.lead_id or 0)
    shown = typed if typed["point"] else {**typed, "point": f"{report.lat:.6f}, {report.lon:.6f}"}
    filled = {
        "report": report,
        "plan": plan,
        "refiling": refiling,
        "after": assignment_after(reference, report, plan) if plan else None,
        "typed": shown if typed["point"] else {**shown, "address": report.address},
        "ward_now": ward.full_name if ward else "",
        "lead_now": lead,
        "due_at": refiling.times.get("due_at", report.due_at) if refiling else report.due_at,
    }
    return draw_staff_page(visit, "case/place.html", filled, "staff/case.ts", error=error)
