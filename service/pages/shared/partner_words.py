"""Words for partners: how far the hand-over of a case is, what their settings mean."""

from __future__ import annotations

from collections.abc import Mapping

from service.i18n import N_
from service.models.ops.partner import HandOverState

HAND_OVER_WORDS: Mapping[HandOverState, tuple[str, str, str]] = {
    HandOverState.WAITING: ("amber", "clock", N_("chờ chuyển")),
    HandOverState.SENDING: ("blue", "progress", N_("đang chuyển")),
    HandOverState.UNKNOWN: ("amber", "question", N_("chưa rõ đã đến chưa, đang tìm")),
    HandOverState.AWAITING_ID: ("amber", "clock", N_("bên đó đã nhận, chờ mã")),
    HandOverState.SENT: ("green", "check", N_("đã chuyển")),
    HandOverState.DONE: ("green", "done", N_("bên đó báo xong")),
    HandOverState.REFUSED: ("red", "alert", N_("bên đó không nhận")),
    HandOverState.ENDED: ("grey", "close", N_("không còn ở bên đó")),
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
