"""Forms of what things are called: places, units, sets of wards."""

from __future__ import annotations

from service.i18n import N_
from service.pages.admin.settings.kinds import MapField, RowsField, SettingsForm, TableColumn

_ALIASES = SettingsForm(
    "aliases",
    N_("Tên gọi quen thuộc"),
    N_("Người dân gọi nơi này là gì, bản đồ ghi là gì"),
    "pin",
    (
        RowsField(
            "aliases",
            N_("Tên gọi"),
            (
                TableColumn("said", N_("Người dân gọi")),
                TableColumn("mapped", N_("Tên trên bản đồ")),
            ),
            N_("Ví dụ: Đại Nội – Hoàng Thành Huế."),
            pairs=True,
        ),
    ),
)
_UNITS = SettingsForm(
    "units",
    N_("Tên gọi của đơn vị"),
    N_("Kế hoạch, văn bản gọi đơn vị là gì khi khác tên ở đây"),
    "building",
    (
        MapField(
            "unit_aliases",
            N_("Tên trong văn bản"),
            (
                TableColumn("said", N_("Văn bản ghi")),
                TableColumn("department", N_("Đơn vị"), "department"),
            ),
            N_("Ví dụ tên cũ của một phòng, hoặc cách viết tắt riêng. Nhập kế hoạch sẽ hiểu ngay."),
        ),
    ),
)
_AREA_GROUPS = SettingsForm(
    "area_groups",
    N_("Nhóm phường, xã"),
    N_("Gọi chung nhiều phường, xã bằng một tên, để lọc danh sách và đặt quy tắc"),
    "building",
    (
        RowsField(
            "area_groups",
            N_("Các nhóm"),
            (
                TableColumn("code", N_("Mã (để trống thì lấy từ tên)"), "code", named="name.vi"),
                TableColumn("name.vi", N_("Tên")),
                TableColumn("name.en", N_("Tên tiếng Anh")),
                TableColumn("wards", N_("Phường, xã"), "wards"),
            ),
            N_("Quy tắc đã đặt không đổi theo nhóm."),
        ),
    ),
)
NAMING = (_ALIASES, _UNITS, _AREA_GROUPS)
"""The forms of names, in the order of the page."""
