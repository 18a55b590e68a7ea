"""Words for how far the hand-over of a case to a partner is."""

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
