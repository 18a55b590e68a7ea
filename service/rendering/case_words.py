"""Words of the pages of staff: groups and scopes of a queue, roles."""

from __future__ import annotations

from collections.abc import Mapping

from service.i18n import N_
from service.models import Role

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
    "free": N_("Chưa giao ai"),
    "support": N_("Tôi phối hợp"),
}
ROLE_WORDS: Mapping[str, str] = {
    Role.TRIAGE: N_("Điều phối viên"),
    Role.DEPARTMENT: N_("Cán bộ xử lý"),
    Role.EXECUTOR: N_("Đơn vị thực hiện"),
    Role.INSPECTOR: N_("Thanh tra"),
    Role.MANAGER: N_("Lãnh đạo"),
    Role.ADMINISTRATOR: N_("Quản trị viên"),
}
