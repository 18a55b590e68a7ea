"""Columns of the files of open data: names for machines and for people, what each holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from service.i18n import N_

ColumnKind = Literal["text", "time", "yes", "number", "whole"]


@dataclass(frozen=True, slots=True)
class OpenColumn:
    """Column: its heading for people, and what it holds where the heading does not say it."""

    kind: ColumnKind
    title: str
    about: str = ""


COLUMNS: Mapping[str, OpenColumn] = {
    "code": OpenColumn(
        "text", N_("Mã phản ánh"), N_("Không đổi và không trùng; tra được tại trang của phản ánh.")
    ),
    "category": OpenColumn("text", N_("Mã loại việc"), N_("Mã trong danh mục loại việc.")),
    "category_name": OpenColumn("text", N_("Loại việc"), N_("Tên loại việc bằng tiếng Việt.")),
    "status": OpenColumn(
        "text",
        N_("Mã trạng thái"),
        N_("Như received, triage, assigned, in_progress, waiting, resolved, closed."),
    ),
    "status_name": OpenColumn("text", N_("Trạng thái"), N_("Tên trạng thái bằng tiếng Việt.")),
    "description": OpenColumn(
        "text",
        N_("Nội dung"),
        N_("Lời người gửi, đã che số điện thoại, giấy tờ, biển số; bỏ trống ở các loại việc nhạy cảm."),
    ),
    "address": OpenColumn(
        "text", N_("Địa chỉ"), N_("Do người gửi ghi hoặc chọn, đã che; bỏ trống ở các loại việc nhạy cảm.")
    ),
    "ward_code": OpenColumn("text", N_("Mã phường, xã"), N_("Mã đơn vị hành chính đang có hiệu lực.")),
    "ward": OpenColumn("text", N_("Phường, xã"), N_("Tên đầy đủ.")),
    "lead_code": OpenColumn("text", N_("Mã đơn vị chủ trì"), N_("Trống khi chưa giao cho đơn vị nào.")),
    "lead": OpenColumn("text", N_("Đơn vị chủ trì"), N_("Tên đơn vị đang chịu trách nhiệm xử lý.")),
    "channel": OpenColumn("text", N_("Kênh tiếp nhận"), N_("Như app, portal, phone, email, open311.")),
    "created_at": OpenColumn("time", N_("Lúc nhận"), N_("Làm tròn xuống phút.")),
    "updated_at": OpenColumn("time", N_("Lúc cập nhật"), N_("Lần thay đổi gần nhất, làm tròn xuống phút.")),
    "due_at": OpenColumn("time", N_("Hạn xử lý"), N_("Trống khi chưa có hạn.")),
    "resolved_at": OpenColumn("time", N_("Lúc xử lý xong"), N_("Lúc đơn vị báo đã xử lý xong.")),
    "closed_at": OpenColumn("time", N_("Lúc kết thúc"), N_("Lúc phản ánh khép lại.")),
    "late": OpenColumn("yes", N_("Trễ hạn"), N_("Quá hạn mà chưa xong, hoặc xong sau hạn.")),
    "photo_url": OpenColumn(
        "text", N_("Ảnh đầu tiên"), N_("Liên kết đến ảnh công khai; mất hiệu lực khi ảnh bị gỡ.")
    ),
    "page_url": OpenColumn("text", N_("Trang của phản ánh"), N_("Địa chỉ trang công khai.")),
    "lon": OpenColumn(
        "number", N_("Kinh độ"), N_("WGS 84, độ; năm số lẻ, hoặc tâm ô 100 m ở loại việc nhạy cảm.")
    ),
    "lat": OpenColumn(
        "number", N_("Vĩ độ"), N_("WGS 84, độ; năm số lẻ, hoặc tâm ô 100 m ở loại việc nhạy cảm.")
    ),
}
"""In their order in every file but that of GeoReport Bulk."""

FIELDS: Mapping[str, str] = {name: column.kind for name, column in COLUMNS.items()}

BULK: Mapping[str, OpenColumn] = {
    "service_request_id": COLUMNS["code"],
    "requested_datetime": COLUMNS["created_at"],
    "updated_datetime": COLUMNS["updated_at"],
    "closed_date": COLUMNS["closed_at"],
    "status_description": COLUMNS["status_name"],
    "status_notes": OpenColumn("text", N_("Diễn giải trạng thái"), N_("Một câu nói việc đang ở đâu.")),
    "source": COLUMNS["channel"],
    "service_name": OpenColumn("text", N_("Nhóm loại việc"), N_("Tên loại việc cấp cao nhất.")),
    "service_subtype": OpenColumn("text", N_("Loại việc"), N_("Tên loại việc, nếu thuộc một nhóm.")),
    "description": COLUMNS["description"],
    "agency_responsible": COLUMNS["lead"],
    "address": COLUMNS["address"],
    "lat": COLUMNS["lat"],
    "long": COLUMNS["lon"],
}
"""Columns of GeoReport Bulk in the order of its table; the sample beside that table is broken."""
