"""Words for partners: how far the hand-over of a case is, what their settings mean."""

from __future__ import annotations

from collections.abc import Mapping

from service.i18n import N_

HAND_OVER_WORDS: Mapping[str, tuple[str, str, str]] = {
    "waiting": ("amber", "clock", N_("chờ chuyển")),
    "sending": ("blue", "progress", N_("đang chuyển")),
    "unknown": ("amber", "question", N_("chưa rõ đã đến chưa, đang tìm")),
    "token": ("amber", "clock", N_("bên đó đã nhận, chờ mã")),
    "sent": ("green", "check", N_("đã chuyển")),
    "done": ("green", "done", N_("bên đó báo xong")),
    "refused": ("red", "alert", N_("bên đó không nhận")),
    "ended": ("grey", "close", N_("không còn ở bên đó")),
}
"""State → tone, picture and words."""

CONTACT_WORDS: Mapping[str, str] = {
    "none": N_("Không gửi gì về người phản ánh"),
    "name": N_("Chỉ gửi họ tên"),
    "all": N_("Gửi họ tên, điện thoại, email"),
}
UPDATE_WORDS: Mapping[str, str] = {
    "servicerequestupdates": N_("servicerequestupdates, như FixMyStreet"),
    "requests": N_("đọc lại từng phản ánh (requests)"),
}
STEP_WORDS: Mapping[str, str] = {
    "none": N_("không đổi gì"),
    "begun": N_("đã bắt đầu làm"),
    "done": N_("đã làm xong"),
    "returned": N_("trả lại, không xử lý"),
}
"""Step that a partner's own word for a state stands for."""
