"""Buttons of the steps of numbers' cases and of requests to carriers."""

from __future__ import annotations

from collections.abc import Mapping

from service.i18n import N_
from service.models import WorkStatus

STEP_BUTTONS: Mapping[WorkStatus, str] = {
    WorkStatus.INVITED: N_("Ghi giấy mời"),
    WorkStatus.TO_SUSPEND: N_("Đề nghị tạm ngừng số"),
    WorkStatus.SUSPENDED: N_("Ghi nhà mạng đã tạm ngừng"),
    WorkStatus.COMPLIED: N_("Ghi đã khắc phục"),
    WorkStatus.APPEARED: N_("Ghi chủ thuê bao đến làm việc"),
    WorkStatus.SANCTIONED: N_("Ghi quyết định xử phạt"),
    WorkStatus.ANNULLED: N_("Ghi hủy quyết định xử phạt"),
    WorkStatus.PAID: N_("Ghi đã nộp phạt"),
    WorkStatus.CLOSED: N_("Khép hồ sơ"),
    WorkStatus.DROPPED: N_("Bỏ hồ sơ"),
    WorkStatus.SENT: N_("Gửi nhà mạng"),
    WorkStatus.ANSWERED: N_("Ghi đã trả lời đủ"),
    WorkStatus.WITHDRAWN: N_("Rút công văn"),
}
