"""Areas: files uploaded, checked, compared and looked at, then put in force at once or at a date."""

from __future__ import annotations

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from starlette.datastructures import UploadFile

from service.areafile.reader import MAX_BYTES, read_area_file
from service.domain.configuration.administration import areas, scheduled_changes
from service.domain.kernel.texts import alphabetical
from service.errors import AppError, invalid
from service.i18n import N_
from service.pages.admin.visit import AdminFormDep, AdminVisit, AdminVisitDep, redirect_to
from service.web.paths import RowId

router = APIRouter(prefix="/admin/areas")

FORM_BYTES = 100_000
FINDINGS = {
    "unreadable": N_("Không đọc được"),
    "no_features": N_("Tệp không có đơn vị nào"),
    "bad_feature": N_("Một mục không đúng dạng"),
    "bad_coordinates": N_("Tọa độ không đọc được"),
    "no_polygon": N_("Không có hình vùng"),
    "no_code": N_("Thiếu mã đơn vị"),
    "no_name": N_("Thiếu tên đơn vị"),
    "duplicate_code": N_("Mã bị trùng"),
    "swapped_axes": N_("Kinh độ và vĩ độ bị đảo"),
    "out_of_range": N_("Tọa độ ngoài phạm vi"),
    "crs_unknown": N_("Không ghi hệ tọa độ, đọc như WGS 84"),
    "crs_unusable": N_("Hệ tọa độ không dùng được"),
    "invalid_shape": N_("Hình bị lỗi"),
    "overlap": N_("Chồng lên nhau"),
    "gap": N_("Khe hở giữa các vùng"),
    "outside": N_("Nằm ngoài thành phố"),
    "reprojected": N_("Đã đổi sang WGS 84"),
    "ring_closed": N_("Đã khép kín đường biên"),
    "ring_dropped": N_("Đã bỏ vòng hỏng"),
    "points_dropped": N_("Đã bỏ điểm thừa"),
    "height_dropped": N_("Đã bỏ độ cao"),
    "part_dropped": N_("Đã bỏ phần không phải vùng"),
    "shape_repaired": N_("Đã sửa hình"),
    "sliver_given": N_("Đã gộp dải hẹp cho một bên"),
}
_one_at_a_time = CapacityLimiter(1)


@router.get("")
async def table(visit: AdminVisitDep) -> Response:
    """Show what is in force, and the files that were uploaded."""
    return await _index(visit)


@router.post("", max_body_size=MAX_BYTES + FORM_BYTES)
async def upload(sent: AdminFormDep) -> Response:
    """Take a file, read it in a process of its own, and keep what was found."""
    visit = sent.visit
    try:
        file = sent.form.get("file")
        if not isinstance(file, UploadFile) or not file.filename:
            raise invalid(["file"], N_("Hãy chọn một tệp ranh giới."))
        data = await file.read(MAX_BYTES + 1)
        name = file.filename
        read = await to_thread.run_sync(read_area_file, name, data, limiter=_one_at_a_time)
        row = await visit.run(areas.store_areas, visit.stamp, name, read)
    except AppError as error:
        return await _index(visit, error)
    return redirect_to(f"/admin/areas/{row.id}")


@router.get("/{upload}")
async def one(upload: RowId, visit: AdminVisitDep) -> Response:
    """Show what was found in a file, what would change, and the map of it."""
    return await _draw(visit, upload)


@router.get("/{upload}/units.geojson")
async def units(upload: RowId, visit: AdminVisitDep) -> Response:
    """The units of a file, for the map."""
    row = await visit.run(areas.find_area_upload, upload)
    return JSONResponse(row.units, headers={"Cache-Control": "no-store"})


@router.post("/{upload}")
async def put_in_force(upload: RowId, sent: AdminFormDep) -> Response:
    """Put a file in force, now or at a date."""
    visit = sent.visit
    try:
        if sent.form.text("act") == "later":
            await visit.run(
                scheduled_changes.schedule_areas,
                visit.stamp,
                upload,
                sent.form.moment("due_at", sent.visit.zone),
            )
            return redirect_to("/admin/scheduled-changes", "planned")
        await visit.run(areas.put_areas_in_force, visit.stamp, upload)
    except AppError as error:
        return await _draw(visit, upload, error)
    return redirect_to(f"/admin/areas/{upload}", "in_force")


@router.post("/{upload}/drop")
async def drop(upload: RowId, sent: AdminFormDep) -> Response:
    """Throw a file away that never came into force."""
    try:
        await sent.visit.run(areas.delete_upload, sent.visit.stamp, upload)
    except AppError as error:
        return await _draw(sent.visit, upload, error)
    return redirect_to("/admin/areas", "dropped")


async def _index(visit: AdminVisit, error: AppError | None = None) -> Response:
    wards = visit.reference.ward_by_code.values()
    context = {
        "uploads": await visit.run(areas.list_uploads),
        "wards": sorted(wards, key=lambda ward: alphabetical(ward.full_name)),
        "approximate": sum(ward.approximate for ward in wards),
    }
    return visit.draw("admin/areas/index.html", context, error=error)


async def _draw(visit: AdminVisit, upload: int, error: AppError | None = None) -> Response:
    row = await visit.run(areas.find_area_upload, upload)
    context = {
        "upload": row,
        "compared": await visit.run(areas.compare_areas, row),
        "finding_words": FINDINGS,
        "committees": visit.book.committees,
    }
    return visit.draw("admin/areas/upload.html", context, error=error)
