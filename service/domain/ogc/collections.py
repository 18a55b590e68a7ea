"""Collections of OGC API – Features: names, properties of their features, and what these are filtered by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from geo.points import BBox
from service.domain.cables.views import STATES
from service.domain.city.reference import Reference
from service.i18n import N_
from service.models import Status

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"

MOST, USUAL = 1000, 100
"""Features of one page at most, and where nobody says how many."""

MOST_OFFSET = 10_000

CollectionId = Literal["reports", "cleanups", "wards", "former_units", "cable_routes", "planted_trees"]
Kind = Literal["text", "moment", "whole", "yes"]


@dataclass(frozen=True, slots=True)
class Property:
    """Property of each feature of a collection: its type never changes from feature to feature.

    `written`: names and words as the city or its people wrote them, in their own language everywhere.
    """

    kind: Kind
    title: str
    written: bool = False


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection: `filters` are the properties that a query parameter of the same name asks for."""

    id: CollectionId
    title: str
    description: str
    geometry: Literal["Point", "MultiPolygon", "MultiLineString"]
    properties: Mapping[str, Property]
    filters: tuple[str, ...]
    sorts: tuple[str, ...] = ()


# One property alone is an ISO time: GDAL sends a comparison of any of them as `datetime`, which means
# `created_at`, and does not look again. The others are text that no client takes for a time.
REPORTS = Collection(
    "reports",
    N_("Các phản ánh"),
    N_("Mọi phản ánh công khai, cập nhật từng phút. Không có lời kể, địa chỉ hay thông tin người gửi."),
    "Point",
    {
        "code": Property("text", N_("Mã phản ánh")),
        "category": Property("text", N_("Mã loại việc")),
        "category_name": Property("text", N_("Loại việc")),
        "status": Property("text", N_("Mã trạng thái")),
        "status_name": Property("text", N_("Trạng thái")),
        "ward_code": Property("text", N_("Mã phường, xã")),
        "ward": Property("text", N_("Phường, xã")),
        "lead": Property("text", N_("Đơn vị chủ trì")),
        "late": Property("yes", N_("Trễ hạn")),
        "created_at": Property("moment", N_("Lúc nhận")),
        "due": Property("text", N_("Hạn xử lý (ngày/tháng/năm giờ:phút)")),
        "updated": Property("text", N_("Lúc cập nhật (ngày/tháng/năm giờ:phút)")),
        "closed": Property("text", N_("Lúc kết thúc (ngày/tháng/năm giờ:phút)")),
        "hours_open": Property("whole", N_("Số giờ từ lúc nhận đến khi làm xong, hoặc đến nay")),
        "supporters": Property("whole", N_("Số người khác cùng thấy")),
        "photo_url": Property("text", N_("Ảnh đầu tiên")),
        "page_url": Property("text", N_("Trang của phản ánh")),
    },
    ("code", "category", "status", "ward_code"),
    ("created_at", "updated_at"),
)
WARDS = Collection(
    "wards",
    N_("Các phường, xã"),
    N_("Ranh giới phường, xã đang có hiệu lực và số phản ánh của mỗi nơi."),
    "MultiPolygon",
    {
        "code": Property("text", N_("Mã phường, xã")),
        "name": Property("text", N_("Tên"), written=True),
        "full_name": Property("text", N_("Tên đầy đủ")),
        "kind": Property("text", N_("Là phường hay xã"), written=True),
        "approximate": Property("yes", N_("Ranh giới chỉ gần đúng")),
        "received": Property("whole", N_("Số phản ánh đã nhận")),
        "open": Property("whole", N_("Số việc chưa xong")),
        "overdue": Property("whole", N_("Số việc trễ hạn")),
    },
    ("code",),
)
FORMER_UNITS = Collection(
    "former_units",
    N_("Phường, xã cũ"),
    N_("Điểm của các phường, xã trước khi sắp xếp lại và nơi nay thuộc về."),
    "Point",
    {
        "code": Property("text", N_("Mã đơn vị cũ")),
        "name": Property("text", N_("Tên"), written=True),
        "district": Property("text", N_("Quận, huyện cũ"), written=True),
        "ward_code": Property("text", N_("Mã phường, xã")),
        "ward": Property("text", N_("Phường, xã")),
    },
    ("code", "ward_code"),
)
CLEANUPS = Collection(
    "cleanups",
    N_("Buổi dọn vệ sinh"),
    N_("Các buổi ra quân mở cho mọi người: sắp tới, đang diễn ra và đã xong, kèm kết quả."),
    "Point",
    {
        "code": Property("text", N_("Mã buổi dọn vệ sinh")),
        "title": Property("text", N_("Tên"), written=True),
        "state": Property("text", N_("Sắp tới hay đang diễn ra (coming), đã xong (over)")),
        "starts": Property("text", N_("Bắt đầu (ngày/tháng/năm giờ:phút)")),
        "ends": Property("text", N_("Kết thúc (ngày/tháng/năm giờ:phút)")),
        "ward_code": Property("text", N_("Mã phường, xã")),
        "ward": Property("text", N_("Phường, xã")),
        "lead": Property("text", N_("Đơn vị chủ trì")),
        "meeting": Property("text", N_("Nơi tập trung"), written=True),
        "going": Property("whole", N_("Số người đã đăng ký")),
        "people": Property("whole", N_("Số người tham gia")),
        "bags": Property("whole", N_("Số bao rác")),
        "kg": Property("whole", N_("Số kg rác")),
        "trees": Property("whole", N_("Số cây")),
        "page_url": Property("text", N_("Trang của buổi dọn vệ sinh")),
    },
    ("code", "state", "ward_code"),
)
CABLE_ROUTES = Collection(
    "cable_routes",
    N_("Tuyến ngầm hóa cáp"),
    N_("Các tuyến có cáp sẽ hạ ngầm: hẹn xong khi nào, hứa lần đầu khi nào, các đơn vị làm đến đâu."),
    "MultiLineString",
    {
        "street": Property("text", N_("Tuyến"), written=True),
        "from_words": Property("text", N_("Từ"), written=True),
        "to_words": Property("text", N_("Đến"), written=True),
        "length_m": Property("whole", N_("Chiều dài (m)")),
        "quarter": Property("text", N_("Hẹn xong")),
        "quarter_first": Property("text", N_("Hứa lần đầu")),
        "state": Property("text", N_("Mã trạng thái")),
        "percent": Property("whole", N_("Đã làm (%)")),
        "companies": Property("text", N_("Các đơn vị")),
        "page_url": Property("text", N_("Trang của tuyến")),
    },
    ("quarter", "state"),
)
PLANTED_TREES = Collection(
    "planted_trees",
    N_("Cây đã trồng"),
    N_("Cây trồng trong các đợt ra quân: loài, số cây, số cây còn sống khi có người xem lại."),
    "Point",
    {
        "species": Property("text", N_("Loài cây"), written=True),
        "planted": Property("whole", N_("Số cây")),
        "alive": Property("whole", N_("Số cây còn sống")),
        "checked": Property("text", N_("Ngày xem lại (ngày/tháng/năm)")),
        "cleanup": Property("text", N_("Mã buổi dọn vệ sinh")),
        "page_url": Property("text", N_("Trang của buổi dọn vệ sinh")),
    },
    ("species", "cleanup"),
)
COLLECTIONS: Mapping[str, Collection] = {
    each.id: each for each in (REPORTS, CLEANUPS, WARDS, FORMER_UNITS, CABLE_ROUTES, PLANTED_TREES)
}


def values_of(reference: Reference, collection: Collection, name: str) -> list[str] | None:
    """Return the values that a property may have, None where there is no list of them."""
    if name == "state":
        return list(STATES) if collection is CABLE_ROUTES else ["coming", "over"]
    if name == "status":
        return [status.value for status in Status]
    if name == "category":
        return sorted(reference.category_by_code)
    return None


def extent_of(reference: Reference) -> BBox:
    """Return the box of the city, which holds every feature."""
    return BBox(*reference.config.bbox)
