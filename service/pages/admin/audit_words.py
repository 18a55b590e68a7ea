"""Words of the audit: what an entry is about, and what was done."""

from __future__ import annotations

from collections.abc import Mapping

from service.domain.configuration.administration.audit_subjects import is_machine_name
from service.i18n import N_, translate
from service.models import EventType

AUDITED_KINDS: Mapping[str, str] = {
    "areas": N_("Ranh giới"),
    "basemap": N_("Nền bản đồ"),
    "calendar": N_("Lịch nghỉ"),
    "category": N_("Loại phản ánh"),
    "city": N_("Thành phố"),
    "contact": N_("Liên hệ của người gửi"),
    "deadlines": N_("Thời hạn"),
    "department": N_("Đơn vị"),
    "key": N_("Mã truy cập API"),
    "message": N_("Tin"),
    "plan": N_("Thay đổi có hiệu lực sau"),
    "policy": N_("Hạn xử lý"),
    "report": N_("Phản ánh"),
    "rule": N_("Quy tắc"),
    "signin": N_("Đăng nhập"),
    "signout": N_("Đăng xuất"),
    "photo": N_("Ảnh"),
    "comment": N_("Ý kiến"),
    "staff": N_("Tài khoản"),
    "webhook": N_("Webhook"),
    "partner": N_("Hệ thống khác"),
    "talk": N_("Hội thoại"),
    "channel": N_("Kênh nhắn tin"),
    "template": N_("Mẫu trả lời"),
    "document": N_("Văn bản"),
    "unit_office": N_("Thể thức văn bản"),
    "commendation": N_("Khen, nhắc nhở"),
    "contribution": N_("Ủng hộ"),
    "pledge": N_("Cam kết"),
    "initiative": N_("Sáng kiến"),
    "standing": N_("Kết quả thi đua"),
}
ACTION_WORDS: Mapping[str, str] = {
    "signin": N_("đã vào"),
    "signin.refused": N_("không được vào"),
    "signout": N_("đã ra"),
    "hidden": N_("ẩn khỏi công khai"),
    "numbered": N_("ghi số, ngày"),
    "signed": N_("lưu bản ký"),
    "sent": N_("đánh dấu nơi đã gửi"),
    "shown": N_("hiện lại"),
    "signin.failed": N_("sai tên hoặc mật khẩu"),
    "signin.code_failed": N_("sai mã của lớp bảo vệ thứ hai"),
    "added": N_("thêm"),
    "decided": N_("quyết định"),
    "corrected": N_("đính chính"),
    "imported": N_("nhập từ bảng cũ"),
    "changed": N_("sửa"),
    "ended": N_("ngừng áp dụng"),
    "removed": N_("bỏ"),
    "cancelled": N_("hủy"),
    "ceiling": N_("xem đến mức cho phép trong ngày"),
    "failed": N_("không thực hiện được"),
    "talk.read": N_("đã đọc"),
}
"""What was done, by the whole action or by its last part, if it has no sentence."""

AUDIT_SENTENCES: Mapping[str, str] = {
    "areas.uploaded": N_("tải lên tệp ranh giới"),
    "areas.dropped": N_("bỏ tệp ranh giới"),
    "areas.in_force": N_("áp dụng ranh giới mới"),
    "city.logo_set": N_("đặt biểu trưng"),
    "city.logo_removed": N_("bỏ biểu trưng"),
    "city.load": N_("nạp lại thư mục thành phố"),
    "basemap.set": N_("đặt nền bản đồ"),
    "basemap.removed": N_("bỏ nền bản đồ"),
    EventType.ERASED: N_("xóa dữ liệu cá nhân"),
    "partner.key_set": N_("nhập khóa"),
    "partner.key_removed": N_("bỏ khóa"),
    "partner.paused": N_("tạm dừng"),
    "partner.resumed": N_("chạy tiếp"),
    "contact.handed_over": N_("gửi kèm sang hệ thống của đơn vị"),
    "webhook.paused": N_("tạm dừng"),
    "webhook.resumed": N_("chạy tiếp"),
    "webhook.replayed": N_("gửi lại"),
    "webhook.rotated": N_("đổi khóa ký"),
    "webhook.switched_off": N_("tự tắt vì gửi hỏng quá lâu"),
    "webhook.test": N_("gửi thử"),
    "city.map": N_("nạp bản đồ"),
    "deadlines.recount_asked": N_("yêu cầu tính lại thời hạn"),
    "deadlines.recounted": N_("đã tính lại thời hạn"),
    "key.revoked": N_("thu hồi mã truy cập"),
    "message.retried": N_("gửi lại tin bị lỗi"),
    "report.secret_renewed": N_("đổi liên kết riêng của người gửi"),
    "staff.disabled": N_("khóa tài khoản"),
    "staff.enabled": N_("mở lại tài khoản"),
    "staff.duty": N_("đổi lịch trực"),
    "staff.factor_on": N_("bật lớp bảo vệ thứ hai"),
    "staff.factor_off": N_("tắt lớp bảo vệ thứ hai"),
    "staff.language": N_("đổi ngôn ngữ"),
    "staff.group": N_("đổi xác nhận trong nhóm Zalo"),
    "staff.linked": N_("nối với tài khoản của thành phố"),
    "staff.password": N_("đặt lại mật khẩu"),
    "staff.recovery_codes": N_("tạo mã dự phòng mới"),
    "staff.recovery_used": N_("dùng một mã dự phòng"),
    "staff.session_ended": N_("kết thúc một phiên đăng nhập"),
    "staff.sessions_ended": N_("đăng xuất mọi nơi"),
}
"""Acts that have a sentence of their own."""

_PLANNED: Mapping[str, str] = {
    "rule": N_("quy tắc {code}"),
    "rule_end": N_("ngừng quy tắc {code}"),
    "policy": N_("hạn xử lý {code}"),
    "areas": N_("ranh giới {code}"),
}


def code_of_entry(action: str, subject: str) -> str:
    """Return what an entry is about, for those without a name: a planned change tells its kind in words."""
    kind, _, code = subject.partition(" ")
    if action.startswith("plan.") and kind in _PLANNED:
        return translate(_PLANNED[kind], code=code).strip()
    if code and is_machine_name(code):  # a photo or a comment of the report `kind`
        return kind
    return translate(N_("(nay không còn)")) if is_machine_name(subject) and _is_named(action) else subject


def _is_named(action: str) -> bool:
    """Return whether such entries are about what has a name while it is there."""
    return action.partition(".")[0] in ("commendation", "contribution", "pledge", "initiative", "talk")
