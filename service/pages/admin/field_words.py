"""Names and values of entries as people read them: for the audit, and for two texts side by side."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from service.domain.cleanups.gifts.contributions import KIND_NAMES
from service.domain.cleanups.praise.commendations import FORM_NAMES
from service.domain.people.grants import NO_DEPARTMENT, NO_ROLE, NO_WARDS
from service.domain.people.identities import DISABLED
from service.errors import FieldError
from service.i18n import N_, language_in_use, pick, translate
from service.i18n.wording import RECEPTION_WORDS, ROLE_WORDS
from service.models import EventType, InitiativeState, ReceptionChannel, Role
from service.pages.shared.question_words import describe_question
from service.pages.shared.story import EVENT_WORDS

FIELD_WORDS: Mapping[str, str] = {
    "name": N_("Tên"),
    "name_vi": N_("Tên"),
    "name_en": N_("Tên tiếng Anh"),
    "short_name": N_("Tên ngắn"),
    "short_name_vi": N_("Tên ngắn"),
    "short_name_en": N_("Tên ngắn tiếng Anh"),
    "description": N_("Mô tả"),
    "description_vi": N_("Mô tả"),
    "description_en": N_("Mô tả tiếng Anh"),
    "text": N_("Nội dung"),
    "kind": N_("Loại"),
    "parent": N_("Thuộc"),
    "parent_id": N_("Thuộc"),
    "ward": N_("Phường, xã"),
    "ward_code": N_("Phường, xã"),
    "phone": N_("Điện thoại"),
    "email": N_("Email"),
    "active": N_("Đang dùng"),
    "username": N_("Tên đăng nhập"),
    "code": N_("Mã"),
    "role": N_("Vai trò"),
    "department": N_("Đơn vị"),
    "department_id": N_("Đơn vị"),
    "language": N_("Ngôn ngữ"),
    "icon": N_("Biểu tượng"),
    "keywords": N_("Từ khóa"),
    "questions": N_("Câu hỏi"),
    "duplicates": N_("Nhận ra trùng lặp"),
    "radius_m": N_("Trùng trong (mét)"),
    "window_hours": N_("Trùng trong (giờ)"),
    "action": N_("Khi trùng"),
    "inspection_radius_m": N_("Kiểm tra trong (mét)"),
    "evidence_required": N_("Cần bằng chứng"),
    "publication": N_("Công khai"),
    "position": N_("Thứ tự"),
    "categories": N_("Loại phản ánh"),
    "areas": N_("Khu vực"),
    "when": N_("Điều kiện"),
    "lead": N_("Chủ trì"),
    "supports": N_("Phối hợp"),
    "executor": N_("Thực hiện"),
    "policy": N_("Hạn xử lý"),
    "priority": N_("Ưu tiên"),
    "note": N_("Ghi chú"),
    "spec": N_("Nội dung"),
    "accept": N_("Hạn tiếp nhận"),
    "accept_amount": N_("Hạn tiếp nhận"),
    "accept_unit": N_("Đơn vị tính hạn tiếp nhận"),
    "resolve": N_("Hạn xử lý"),
    "resolve_amount": N_("Hạn xử lý"),
    "resolve_unit": N_("Đơn vị tính hạn xử lý"),
    "extension": N_("Gia hạn"),
    "max_count": N_("Số lần gia hạn"),
    "total_amount": N_("Gia hạn tối đa"),
    "approval": N_("Gia hạn cần duyệt"),
    "amber": N_("Nhắc khi đã qua (%)"),
    "amber_ratio": N_("Nhắc khi đã qua"),
    "hotline": N_("Tổng đài"),
    "valid_from": N_("Có hiệu lực từ"),
    "valid_to": N_("Hết hiệu lực"),
    "due_at": N_("Áp dụng lúc"),
    "problem": N_("Vì sao không được"),
    "payload": N_("Nội dung"),
    "sessions_ended": N_("Số phiên bị kết thúc"),
    "on_duty": N_("Đang trực"),
    "hours": N_("Giờ"),
    "readings": N_("Số lần xem"),
    "messages": N_("Số tin"),
    "looked": N_("Số phản ánh đã xem"),
    "moved": N_("Số phản ánh đổi hạn"),
    "scope": N_("Quyền"),
    "url": N_("Địa chỉ"),
    "types": N_("Sự kiện"),
    "wards": N_("Phường, xã"),
    "departments": N_("Đơn vị"),
    "state": N_("Tình trạng"),
    "demo": N_("Tài khoản dùng thử"),
    "open311": "Open311",
    "endpoint": N_("Địa chỉ Open311"),
    "jurisdiction_id": "jurisdiction_id",
    "services": N_("Tên gọi các loại ở bên đó"),
    "default_service": N_("Loại cho phần còn lại"),
    "updates_by": N_("Cách lấy tiến độ"),
    "statuses": N_("Từ ngữ riêng của bên đó"),
    "photos": N_("Ảnh"),
    "poll_minutes": N_("Hỏi tiến độ mỗi (phút)"),
    "contact": N_("Người phản ánh"),
    "enabled": N_("Đang nối"),
    "partners": N_("Hệ thống đối tác"),
    "open_data": N_("Dữ liệu mở"),
    "works": N_("Kế hoạch và công việc"),
    "penalties": N_("Mức phạt"),
    "surveys": N_("Đợt kiểm tra trước lễ, Tết, mùa bão"),
    "cables": N_("Cáp treo và kế hoạch ngầm hóa"),
    "numbers": N_("Số điện thoại trên quảng cáo, rao vặt"),
    "units": N_("Số đơn vị hành chính"),
    "ok": N_("Không có lỗi"),
    "file": N_("Tệp"),
    "day": N_("Ngày"),
    "off": N_("Nghỉ ngày"),
    "work": N_("Làm bù ngày"),
    "since": N_("Từ ngày"),
    "refresh": N_("Mã làm mới (refresh token)"),
    "received": N_("Nhận lúc"),
    "how": N_("Bằng"),
    "address": N_("Từ địa chỉ"),
    "version": N_("Phiên bản"),
    "by": N_("Theo"),
    "reason": N_("Lý do"),
    "left": N_("Số mã còn lại"),
    "hidden": N_("Ẩn khỏi công khai"),
    "service_name": N_("Tên dịch vụ"),
    "tolerance_m": N_("Vẫn tiếp nhận điểm nằm ngoài ranh giới tối đa (mét)"),
    "channels": N_("Kênh tiếp nhận"),
    "retention": N_("Thời gian lưu"),
    "periods": N_("Thời hạn chung"),
    "flags_to_desk": N_("Chuyển điều phối viên khi có từ (số người báo vi phạm)"),
    "contact_for_lead": N_("Đơn vị chủ trì xem liên hệ người gửi"),
    "contacts_a_day": N_("Số lần xem liên hệ mỗi ngày"),
    "working_hours": N_("Giờ làm việc"),
    "escalation": N_("Các bậc nhắc trễ"),
    "inspection": N_("Kiểm tra hiện trường"),
    "photo_minutes": N_("Ảnh cũ tối đa (phút)"),
    "digest_hour": N_("Giờ gửi tin tổng hợp"),
    "digest_above": N_("Nhận tin gộp khi có hơn (việc mới)"),
    "second_factor_roles": N_("Vai trò phải có lớp bảo vệ thứ hai"),
    "spam": N_("Tin rác"),
    "masking": N_("Che nội dung"),
    "sign_in": N_("Quyền theo tài khoản của thành phố"),
    "grants": N_("Nhóm và vai trò"),
    "roles_claim": N_("Mục cho biết các nhóm"),
    "department_claim": N_("Mục cho biết đơn vị"),
    "own_department": N_("Đơn vị của chính người đó"),
    "value": N_("Nhóm trong danh bạ"),
    "words": N_("Từ"),
    "words_any_marks": N_("Từ, có dấu hay không"),
    "phones": N_("Che số điện thoại"),
    "identifiers": N_("Che giấy tờ, email, biển số"),
    "emergency_numbers": N_("Số khẩn cấp"),
    "danger_words": N_("Từ báo nguy hiểm"),
    "call": N_("Gọi số"),
    "aliases": N_("Tên gọi quen thuộc"),
    "unit_aliases": N_("Tên gọi của đơn vị"),
    "area_groups": N_("Nhóm phường, xã"),
    "area_group": N_("Nhóm phường, xã"),
    "languages": N_("Ngôn ngữ"),
    "logo": N_("Biểu trưng"),
    "colour": N_("Màu chính"),
    "colour_dark": N_("Màu trên nền tối"),
    "administration": N_("Văn bản và báo cáo"),
    "superior": N_("Cơ quan chủ quản"),
    "issuer": N_("Cơ quan ban hành"),
    "symbol": N_("Ký hiệu"),
    "room": N_("Ký hiệu bộ phận soạn thảo"),
    "head": N_("Chức vụ người đứng đầu"),
    "collective": N_("Ký thay mặt (TM.)"),
    "number": N_("Số văn bản"),
    "dated": N_("Ngày ban hành"),
    "sent_to": N_("Đã gửi cho"),
    "sha256": N_("Dấu vân của tệp"),
    "place": N_("Địa danh"),
    "signs": N_("Chức vụ người ký"),
    "recipients": N_("Nơi nhận"),
    "after_working_days": N_("Sau hạn (ngày làm việc)"),
    "to": N_("Báo cho"),
    "label": N_("Câu hỏi"),
    "values": N_("Câu trả lời"),
    "required": N_("Bắt buộc"),
    "datatype": N_("Kiểu trả lời"),
    "unit_id": N_("Đơn vị"),
    "movement_id": N_("Phong trào"),
    "form": N_("Hình thức"),
    "public": N_("Công khai"),
    "published": N_("Công khai"),
    "count": N_("Số lượng"),
    "amount_vnd": N_("Số tiền (đồng)"),
    "entries": N_("Các mục"),
    "revision": N_("Phiên bản"),
    "known": N_("Đã xác nhận"),
    "features": N_("Số đối tượng"),
    "points": N_("Điểm"),
    "session": N_("Phiên đăng nhập"),
    "subject": N_("Mã ở hệ thống cấp"),
    "per_minute": N_("Số lần gọi mỗi phút"),
    "days": N_("Số ngày"),
    "until": N_("Đến ngày"),
    "done_on": N_("Xong ngày"),
    "confirmed": N_("Đã xác nhận"),
    "own": N_("Tự đổi"),
    "added": N_("Thêm"),
    "changed": N_("Sửa"),
    "removed": N_("Bỏ"),
    "retired": N_("Thôi dùng"),
    "area": N_("Ranh giới"),
    "city": N_("Thành phố"),
    "category": N_("Loại phản ánh"),
    "rule": N_("Quy tắc"),
    "template": N_("Mẫu trả lời"),
    "former_unit": N_("Đơn vị hành chính cũ"),
    "calendar_day": N_("Ngày trong lịch"),
    "purpose": N_("Để làm gì"),
    "movement": N_("Phong trào"),
    "streets": N_("Đường phố"),
    "landmarks": N_("Địa danh"),
    "water": N_("Sông, hồ"),
    "why": N_("Lý do"),
    "attempts": N_("Số lần thử"),
}
"""Keys of entries and fields of forms; one that is not here is told as it is called."""

_WEEK = (N_("Hai"), N_("Ba"), N_("Tư"), N_("Năm"), N_("Sáu"), N_("Bảy"), N_("CN"))
LONG, MOST_NAMED = 600, 12
_DAYS = frozenset({"dated", "until", "done_on", "day", "valid_from", "valid_to", "decided_on"})
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_COUNTED = frozenset(
    {"area", "category", "department", "policy", "rule", "former_unit", "calendar_day", "template"}
)
"""Lists of a load of the city's folder: longer ones are told by their number."""
_SAID: Mapping[tuple[str, str], str] = {
    ("reason", NO_ROLE): N_("danh bạ của thành phố không giao vai trò nào"),
    ("reason", NO_DEPARTMENT): N_("không thuộc đơn vị nào ở đây"),
    ("reason", NO_WARDS): N_("nhóm phường, xã được giao không còn"),
    ("reason", DISABLED): N_("tài khoản đã bị khóa"),
    ("how", "password"): N_("mật khẩu"),
    ("how", "provider"): N_("tài khoản của thành phố"),
    ("kind", "cookie"): N_("trình duyệt"),
    ("kind", "bearer"): N_("ứng dụng"),
    ("state", InitiativeState.RECOGNISED): N_("được công nhận"),
    ("state", InitiativeState.DECLINED): N_("không được công nhận"),
    ("state", "on"): N_("đang chạy"),
    ("state", "paused"): N_("tạm dừng"),
    ("scope", "read"): N_("chỉ đọc"),
    ("scope", "contacts"): N_("đọc, cả liên hệ của người gửi"),
    ("scope", "write"): N_("đọc và ghi"),
    **{("form", form): words for form, words in FORM_NAMES.items()},
    **{("kind", kind): words for kind, words in KIND_NAMES.items()},
    ("language", "vi"): N_("Tiếng Việt"),
    ("language", "en"): N_("Tiếng Anh"),
}
"""Values that are one of a few words of the code."""


def field_label(key: str) -> str:
    """Return the name of a key in the language in use."""
    return translate(FIELD_WORDS[key]) if key in FIELD_WORDS else key


def named_fields(errors: Iterable[FieldError]) -> str:
    """Return a sentence that names the fields which people know by a label; empty where there is none."""
    names = [
        next((field_label(key) for key in reversed([*map(str, each.loc)]) if key in FIELD_WORDS), "")
        for each in errors
    ]
    known = ", ".join(dict.fromkeys(filter(None, names)))
    return translate(N_("Vui lòng xem lại: {fields}."), fields=known) if known else ""


def readable_value(key: str, value: object) -> str:
    """Return a value as people read it: no braces, no machine's words where people have some."""
    text = _value_words(key, value)
    return text if len(text) <= LONG else text[:LONG] + " …"


def _value_words(key: str, value: object) -> str:
    if value is None or value in ("", [], {}, ()):
        return "–"
    if isinstance(value, bool) or (key == "active" and value in ("1", "")):
        return translate(N_("có")) if value else translate(N_("không"))
    if key == "working_hours" and isinstance(value, Mapping):
        return _hours(value)
    if isinstance(value, Mapping) and {"label", "datatype"} <= set(value):
        return describe_question(value, language_in_use.get())
    if isinstance(value, Mapping):
        return _mapping(value)
    if isinstance(value, list | tuple):
        return _list(key, value)
    return _word(key, value)


def _word(key: str, value: object) -> str:
    text = str(value)
    if key in _DAYS and (day := _DAY.fullmatch(text)):
        return "/".join(reversed(day.groups()))
    if key.endswith("_vnd") and isinstance(value, int):
        return f"{value:,}".replace(",", ".")
    if key in ("role", "second_factor_roles") and text in set(Role):
        return translate(ROLE_WORDS[Role(text)])
    if key == "types" and text in set(EventType) and (words := EVENT_WORDS[EventType(text)]):
        return translate(words.what)
    if (key, text) in _SAID:
        return translate(_SAID[key, text])
    if key == "channels" and text in set(ReceptionChannel):
        return translate(RECEPTION_WORDS[ReceptionChannel(text)])
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return text


def _list(key: str, values: Iterable[object]) -> str:
    each = list(values)
    if key in _COUNTED and len(each) > MOST_NAMED:
        return str(len(each))
    plain = all(isinstance(one, str | int | float) for one in each)
    if key == "aliases":
        return "; ".join(" → ".join(map(str, pair)) for pair in each if isinstance(pair, list | tuple))
    return (", " if plain else "; ").join(_value_words(key, one) for one in each)


def _mapping(value: Mapping[object, object]) -> str:
    if set(value) <= {"vi", "en"}:
        return pick({str(language): str(name) for language, name in value.items() if name})
    filled = ((str(name), each) for name, each in value.items() if each not in (None, "", [], {}, ()))
    return ", ".join(f"{field_label(name)}: {_value_words(name, each)}" for name, each in filled) or "–"


def _hours(value: Mapping[object, object]) -> str:
    days = []
    for number, name in enumerate(_WEEK):
        spans = value.get(str(number))
        hours = ", ".join("–".join(map(str, each)) for each in spans) if isinstance(spans, list) else ""
        days.append(f"{translate(name)}: {hours or translate(N_('nghỉ'))}")
    return "; ".join(days)
