"""Words of a queue: its groups, and whose cases it shows."""

from __future__ import annotations

from collections.abc import Mapping

from service.i18n import N_

GROUP_WORDS: Mapping[str, str] = {
    "emergency": N_("Khẩn cấp"),
    "late": N_("Trễ hạn"),
    "today": N_("Hết hạn hôm nay"),
    "week": N_("Trong tuần này"),
    "later": N_("Sau tuần này"),
    "paused": N_("Chờ người gửi trả lời"),
}
SCOPE_WORDS: Mapping[str, str] = {
    "all": N_("Của đơn vị"),
    "mine": N_("Giao cho tôi"),
    "free": N_("Chưa phân công"),
    "support": N_("Tôi phối hợp"),
}
