"""Words for queues, processes, disks, sizes and spans of time, and for what a mail server answered."""

from __future__ import annotations

import re
from collections.abc import Mapping

from service.i18n import N_, translate
from service.i18n.wording import number_words

PROCESS_WORDS: Mapping[str, str] = {
    "relay": N_("chuyển sự kiện (relay)"),
    "worker": N_("xử lý (worker)"),
    "beat": N_("hẹn giờ (beat)"),
}
QUEUE_WORDS: Mapping[str, str] = {
    "routing": N_("phân công"),
    "urgent": N_("khẩn cấp"),
    "default": N_("việc chung"),
    "photos": N_("xử lý ảnh"),
    "notices": N_("soạn tin"),
    "email": N_("gửi email"),
    "push": N_("gửi thông báo trình duyệt"),
    "sms": N_("gửi SMS"),
    "webhooks": N_("webhook"),
    "files": N_("tệp"),
    "downloads": N_("tải xuống"),
    "maintenance": N_("bảo trì"),
}
DISK_WORDS: Mapping[str, str] = {
    "media": N_("ảnh"),
    "backup": N_("bản sao lưu"),
    "temporary": N_("tệp tạm"),
}

_REASONS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"no sender"), N_("Kênh chưa được thiết lập trên máy chủ.")),
    (re.compile(r"ceiling"), N_("Đã đến mức tối đa trong ngày.")),
    (re.compile(r"no mobile number"), N_("Số không phải di động trong nước.")),
    (
        re.compile(r"recipient refused|no address|mailbox|no browser|keys are none|\b404\b|\b410\b", re.I),
        N_("Địa chỉ người nhận không còn hoặc bị từ chối."),
    ),
    (
        re.compile(r"authenticat|\b535\b|\b401\b|\b403\b|credential", re.I),
        N_("Sai tên hoặc mật khẩu của máy chủ gửi."),
    ),
    (re.compile(r"certificate|ssl|tls", re.I), N_("Không tin được chứng chỉ của máy chủ gửi.")),
    (re.compile(r"gaierror|resolve", re.I), N_("Không tìm thấy địa chỉ của máy chủ gửi.")),
    (re.compile(r"time-?d? ?out|did not answer", re.I), N_("Máy chủ gửi không trả lời kịp.")),
    (
        re.compile(r"\b429\b|\b4[25]\d\b", re.I),
        N_("Máy chủ gửi tạm từ chối; hệ thống sẽ thử lại."),
    ),
    (
        re.compile(r"refused|unreachable|reset|closed|disconnect|connect|oserror", re.I),
        N_("Không kết nối được máy chủ gửi."),
    ),
    (re.compile(r"\b5\d\d\b"), N_("Máy chủ gửi báo lỗi.")),
)
_OTHER = N_("Không gửi được vì lý do khác; xem chi tiết.")


def why_failed(error: str) -> str:
    """Return why a message failed as somebody without a manual understands it (a msgid)."""
    return next((words for pattern, words in _REASONS if pattern.search(error)), _OTHER)


def size_words(size: float) -> str:
    """Return a size in bytes as people read it: `3,2 GB`."""
    units = ("B", "KB", "MB", "GB", "TB")
    step = 0
    while size >= 1000 and step < len(units) - 1:
        size, step = size / 1000, step + 1
    return f"{number_words(size, 1 if step > 1 and size < 100 else 0)} {units[step]}"


def elapsed_words(seconds: float) -> str:
    """Return a span of time in its largest unit: `3 giờ`."""
    if seconds < 90:
        return translate(N_("{n} giây"), n=round(max(0.0, seconds)))
    if seconds < 90 * 60:
        return translate(N_("{n} phút"), n=round(seconds / 60))
    if seconds < 48 * 3600:
        return translate(N_("{n} giờ"), n=round(seconds / 3600))
    return translate(N_("{n} ngày"), n=round(seconds / 86400))
