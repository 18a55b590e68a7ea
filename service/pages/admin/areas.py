"""Areas: files uploaded, checked, compared and looked at, then put in force at once or at a date."""

from __future__ import annotations

from typing import Annotated

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Path
from fastapi.responses import JSONResponse, Response
from starlette.datastructures import UploadFile

from service.areafile.reading import MAX_BYTES, read_area_file
from service.domain.configuration.administration import areas, scheduled_changes
from service.domain.kernel.texts import alphabetical
from service.errors import AppError, invalid
from service.i18n import N_
from service.pages.admin.office import AdminPage, FilledDep, OfficeDep, to

router = APIRouter(prefix="/admin/areas")

Id = Annotated[int, Path(ge=1, le=2**31 - 1)]
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
async def table(office: OfficeDep) -> Response:
    """Show what is in force, and the files that were uploaded."""
    return await _index(office)


@router.post("", max_body_size=MAX_BYTES + FORM_BYTES)
async def upload(sent: FilledDep) -> Response:
    """Take a file, read it in a process of its own, and keep what was found."""
    office = sent.office
    try:
        file = sent.form.get("file")
        if not isinstance(file, UploadFile) or not file.filename:
            raise invalid(["file"], N_("Hãy chọn một tệp ranh giới."))
        data = await file.read(MAX_BYTES + 1)
        name = file.filename
        read = await to_thread.run_sync(read_area_file, name, data, limiter=_one_at_a_time)
        row = await office.run(areas.store_areas, office.stamp, name, read)
    except AppError as error:
        return await _index(office, error)
    return to(f"/admin/areas/{row.id}")


@router.get("/{upload}")
async def one(upload: Id, office: OfficeDep) -> Response:
    """Show what was found in a file, what would change, and the map of it."""
    return await _draw(office, upload)


@router.get("/{upload}/units.geojson")
async def units(upload: Id, office: OfficeDep) -> Response:
    """The units of a file, for the map."""
    row = await office.run(areas.create_upload, upload)
    return JSONResponse(row.units, headers={"Cache-Control": "no-store"})


@router.post("/{upload}")
async def put_in_force(upload: Id, sent: FilledDep) -> Response:
    """Put a file in force, now or at a date."""
    office = sent.office
    try:
        if sent.form.text("act") == "later":
            await office.run(
                scheduled_changes.schedule_areas,
                office.stamp,
                upload,
                sent.form.moment("due_at", sent.office.zone),
            )
            return to("/admin/scheduled-changes", "planned")
        await office.run(areas.put_areas_in_force, office.stamp, upload)
    except AppError as error:
        return await _draw(office, upload, error)
    return to(f"/admin/areas/{upload}", "in_force")


@router.post("/{upload}/drop")
async def drop(upload: Id, sent: FilledDep) -> Response:
    """Throw a file away that never came into force."""
    try:
        await sent.office.run(areas.delete_upload, sent.office.stamp, upload)
    except AppError as error:
        return await _draw(sent.office, upload, error)
    return to("/admin/areas", "dropped")


async def _index(office: AdminPage, error: AppError | None = None) -> Response:
    wards = office.reference.ward_by_code.values()
    context = {
        "uploads": await office.run(areas.list_uploads),
        "wards": sorted(wards, key=lambda ward: alphabetical(ward.full_name)),
        "approximate": sum(ward.approximate for ward in wards),
    }
    return office.draw("admin/areas/index.html", context, error=error)


async def _draw(office: AdminPage, upload: int, error: AppError | None = None) -> Response:
    row = await office.run(areas.create_upload, upload)
    context = {
        "upload": row,
        "compared": await office.run(areas.compare_areas, row),
        "finding_words": FINDINGS,
        "committees": office.book.committees,
    }
    return office.draw("admin/areas/upload.html", context, error=error)
