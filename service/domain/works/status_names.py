"""Names of the statuses of works, and of the steps that leave them as they are."""

from __future__ import annotations

from collections.abc import Mapping

from service.i18n import N_
from service.models import WorkStatus

STATUS_NAMES: Mapping[WorkStatus, str] = {
    WorkStatus.PLANNED: N_("Chưa bắt đầu"),
    WorkStatus.UNDER_WAY: N_("Đang thực hiện"),
    WorkStatus.WAITING: N_("Đang vướng"),
    WorkStatus.DONE: N_("Đã làm xong"),
    WorkStatus.CLOSED: N_("Đã khép"),
    WorkStatus.DROPPED: N_("Không làm nữa"),
    WorkStatus.REPORTED: N_("Báo tiến độ"),
    WorkStatus.HANDED: N_("Chuyển đơn vị khác"),
    WorkStatus.RAISED: N_("Chờ tổng hợp"),
    WorkStatus.SUMMARISED: N_("Chờ quyết định"),
    WorkStatus.ANSWERED: N_("Đã trả lời"),
    WorkStatus.DECIDED: N_("Đã quyết định"),
    WorkStatus.RETURNED: N_("Đã trả lại để bổ sung"),
    WorkStatus.WITHDRAWN: N_("Đã rút kiến nghị"),
    WorkStatus.DRAFT: N_("Đang soạn"),
    WorkStatus.ANNOUNCED: N_("Đã thông báo"),
    WorkStatus.CHANGED: N_("Đổi thời gian, địa điểm"),
    WorkStatus.CANCELLED: N_("Đã hủy"),
    WorkStatus.LAPSED: N_("Không tổ chức"),
    WorkStatus.AGREED: N_("Đã hẹn ngày"),
    WorkStatus.CHECKED: N_("Đã nghiệm thu"),
    WorkStatus.OPEN: N_("Mới lập hồ sơ"),
    WorkStatus.INVITED: N_("Đã mời làm việc"),
    WorkStatus.COMPLIED: N_("Đã khắc phục"),
    WorkStatus.TO_SUSPEND: N_("Đề nghị tạm ngừng"),
    WorkStatus.SUSPENDED: N_("Đã tạm ngừng"),
    WorkStatus.APPEARED: N_("Đã đến làm việc"),
    WorkStatus.SANCTIONED: N_("Có quyết định xử phạt"),
    WorkStatus.ANNULLED: N_("Hủy quyết định xử phạt"),
    WorkStatus.PAID: N_("Đã nộp phạt"),
    WorkStatus.SENT: N_("Chờ nhà mạng trả lời"),
    WorkStatus.REVIEWED: N_("Hội đồng đã xét"),
    WorkStatus.SUBMITTED: N_("Đã trình, chờ quyết định"),
    WorkStatus.GRANTED: N_("Đã có quyết định khen"),
    WorkStatus.DECLINED: N_("Không được duyệt"),
}
