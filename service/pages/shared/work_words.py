"""Words of works, plans and difficulties: statuses, steps, events, deadlines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from service.domain.city.calendar import Calendar
from service.domain.deadlines.standing import standing_of
from service.domain.rules.standing_words import DeadlineWords, deadline_words
from service.domain.works.status_names import STATUS_NAMES
from service.domain.works.views import StoryLine, WorkView
from service.i18n import N_, translate
from service.i18n.wording import Tone
from service.models import DifficultyKind, PlanState, WorkEventType, WorkKind, WorkStatus


@dataclass(frozen=True, slots=True)
class Look:
    """A fact as people see it: a word, a colour, a shape."""

    name: str
    tone: Tone
    icon: str


_STATUS_LOOKS: Mapping[WorkStatus, tuple[Tone, str]] = {
    WorkStatus.PLANNED: ("neutral", "calendar"),
    WorkStatus.UNDER_WAY: ("purple", "progress"),
    WorkStatus.WAITING: ("amber", "pause"),
    WorkStatus.DONE: ("green", "check"),
    WorkStatus.CLOSED: ("green", "done"),
    WorkStatus.DROPPED: ("neutral", "reject"),
    WorkStatus.RAISED: ("amber", "hand"),
    WorkStatus.SUMMARISED: ("amber", "question"),
    WorkStatus.ANSWERED: ("green", "chat"),
    WorkStatus.DECIDED: ("green", "check"),
    WorkStatus.RETURNED: ("grey", "undo"),
    WorkStatus.WITHDRAWN: ("neutral", "undo"),
    WorkStatus.DRAFT: ("grey", "edit"),
    WorkStatus.ANNOUNCED: ("blue", "bell"),
    WorkStatus.CANCELLED: ("neutral", "reject"),
    WorkStatus.LAPSED: ("neutral", "pause"),
    WorkStatus.AGREED: ("blue", "calendar"),
    WorkStatus.CHECKED: ("green", "check"),
    WorkStatus.OPEN: ("blue", "inbox"),
    WorkStatus.INVITED: ("purple", "progress"),
    WorkStatus.COMPLIED: ("green", "check"),
    WorkStatus.TO_SUSPEND: ("amber", "hand"),
    WorkStatus.SUSPENDED: ("red", "pause"),
    WorkStatus.SENT: ("purple", "clock"),
    WorkStatus.REVIEWED: ("purple", "check"),
    WorkStatus.SUBMITTED: ("blue", "send"),
    WorkStatus.GRANTED: ("green", "star"),
    WorkStatus.DECLINED: ("neutral", "reject"),
}
STATUS_WORDS: Mapping[WorkStatus, Look] = {
    status: Look(STATUS_NAMES[status], *looks) for status, looks in _STATUS_LOOKS.items()
}
PLAN_TONES: Mapping[PlanState, tuple[Tone, str]] = {
    PlanState.DRAFT: ("grey", "edit"),
    PlanState.IN_FORCE: ("purple", "progress"),
    PlanState.CLOSED: ("green", "done"),
    PlanState.DROPPED: ("neutral", "reject"),
}
DIFFICULTY_WORDS: Mapping[DifficultyKind, str] = {
    DifficultyKind.DECISION: N_("Xin ý kiến, quyết định"),
    DifficultyKind.MEANS: N_("Xin kinh phí, phương tiện"),
    DifficultyKind.COORDINATION: N_("Cần đơn vị khác phối hợp"),
}

EVENT_WORDS: Mapping[str, Look] = {
    WorkEventType.PLAN_DRAFTED: Look(N_("Lập dự thảo"), "grey", "edit"),
    WorkEventType.PLAN_IN_FORCE: Look(N_("Đưa vào thực hiện"), "purple", "progress"),
    WorkEventType.PLAN_CLOSED: Look(N_("Kết thúc kế hoạch"), "green", "done"),
    WorkEventType.PLAN_DROPPED: Look(N_("Bỏ dự thảo"), "neutral", "reject"),
    WorkEventType.CREATED: Look(N_("Giao việc mới"), "blue", "inbox"),
    WorkEventType.BEGUN: Look(N_("Bắt đầu làm"), "purple", "progress"),
    WorkEventType.REPORTED: Look(N_("Báo tiến độ"), "purple", "chat"),
    WorkEventType.WAITING: Look(N_("Gặp vướng mắc, tạm dừng"), "amber", "pause"),
    WorkEventType.RESUMED: Look(N_("Tiếp tục làm"), "purple", "progress"),
    WorkEventType.DONE: Look(N_("Báo đã làm xong"), "green", "check"),
    WorkEventType.SENT_BACK: Look(N_("Yêu cầu làm tiếp"), "amber", "undo"),
    WorkEventType.CLOSED: Look(N_("Khép việc"), "green", "done"),
    WorkEventType.HANDED_ON: Look(N_("Chuyển đơn vị chủ trì"), "blue", "building"),
    WorkEventType.DROPPED: Look(N_("Không làm nữa"), "neutral", "reject"),
    WorkEventType.ENTRUSTED: Look(N_("Giao người phụ trách"), "purple", "user"),
    WorkEventType.PARTS_CHANGED: Look(N_("Đổi đơn vị phối hợp, thực hiện"), "blue", "building"),
    WorkEventType.EXTENSION_ASKED: Look(N_("Xin gia hạn việc"), "amber", "clock"),
    WorkEventType.EXTENDED: Look(N_("Được gia hạn"), "green", "clock"),
    WorkEventType.EXTENSION_DECLINED: Look(N_("Không được gia hạn"), "amber", "clock"),
    WorkEventType.REPORT_TIED: Look(N_("Gắn phản ánh"), "neutral", "note"),
    WorkEventType.REPORT_UNTIED: Look(N_("Bỏ gắn phản ánh"), "neutral", "note"),
    WorkEventType.PHOTO_ADDED: Look(N_("Thêm ảnh"), "neutral", "image"),
    WorkEventType.REMINDED: Look(N_("Nhắc việc sắp đến hạn"), "amber", "bell"),
    WorkEventType.DEADLINE_WARNED: Look(N_("Sắp đến hạn"), "amber", "clock"),
    WorkEventType.OVERDUE: Look(N_("Đã trễ hạn"), "red", "alert"),
    WorkEventType.RAISED: Look(N_("Nêu khó khăn, vướng mắc"), "amber", "hand"),
    WorkEventType.SUMMARISED: Look(N_("Đã tổng hợp, trình quyết định"), "blue", "list"),
    WorkEventType.ANSWERED: Look(N_("Đã trả lời kiến nghị"), "green", "chat"),
    WorkEventType.DECIDED: Look(N_("Đã có quyết định"), "green", "check"),
    WorkEventType.RETURNED: Look(N_("Đã trả lại để bổ sung"), "grey", "undo"),
    WorkEventType.RAISED_AGAIN: Look(N_("Đã bổ sung, gửi lại"), "amber", "hand"),
    WorkEventType.SETTLED: Look(N_("Khép kiến nghị"), "green", "done"),
    WorkEventType.WITHDRAWN: Look(N_("Rút kiến nghị"), "neutral", "undo"),
    WorkEventType.CLEANUP_DRAFTED: Look(N_("Soạn đợt ra quân"), "grey", "edit"),
    WorkEventType.CLEANUP_ANNOUNCED: Look(N_("Thông báo ra quân"), "blue", "bell"),
    WorkEventType.CLEANUP_CHANGED: Look(N_("Đổi thời gian, địa điểm"), "amber", "refresh"),
    WorkEventType.CLEANUP_CANCELLED: Look(N_("Hủy đợt ra quân"), "neutral", "reject"),
    WorkEventType.CLEANUP_STARTED: Look(N_("Bắt đầu ra quân"), "purple", "progress"),
    WorkEventType.CLEANUP_RESULT: Look(N_("Báo kết quả ra quân"), "green", "check"),
    WorkEventType.CLEANUP_SENT_BACK: Look(N_("Trả lại kết quả ra quân"), "amber", "undo"),
    WorkEventType.CLEANUP_CLOSED: Look(N_("Duyệt kết quả ra quân"), "green", "done"),
    WorkEventType.CLEANUP_LAPSED: Look(N_("Không tổ chức"), "neutral", "pause"),
    WorkEventType.CLEANUP_IMPORTED: Look(N_("Nhập từ hồ sơ cũ"), "neutral", "inbox"),
    WorkEventType.CLEANUP_CHECKED: Look(N_("Đánh dấu việc chuẩn bị"), "neutral", "check"),
    WorkEventType.TREE_CHECKED: Look(N_("Kiểm tra cây đã trồng"), "green", "eye"),
    WorkEventType.HOTSPOT_EFFECT: Look(N_("Đo tác dụng ở điểm nóng"), "blue", "eye"),
    WorkEventType.ROUTE_PLANNED: Look(N_("Đưa tuyến vào kế hoạch"), "blue", "calendar"),
    WorkEventType.ROUTE_CHANGED: Look(N_("Sửa thông tin tuyến"), "neutral", "edit"),
    WorkEventType.MOVEMENT_OPENED: Look(N_("Phát động phong trào"), "purple", "progress"),
    WorkEventType.COMMENDATION_GIVEN: Look(N_("Khen, nhắc nhở"), "green", "star"),
    WorkEventType.AWARD_DRAFTED: Look(N_("Lập hồ sơ khen thưởng"), "grey", "edit"),
    WorkEventType.AWARD_REVIEWED: Look(N_("Hội đồng xét khen thưởng"), "purple", "check"),
    WorkEventType.AWARD_SUBMITTED: Look(N_("Trình khen thưởng"), "blue", "send"),
    WorkEventType.AWARD_GRANTED: Look(N_("Có quyết định khen thưởng"), "green", "star"),
    WorkEventType.AWARD_DECLINED: Look(N_("Không được duyệt khen thưởng"), "neutral", "reject"),
    WorkEventType.AWARD_CLOSED: Look(N_("Khép hồ sơ khen thưởng"), "green", "done"),
    WorkEventType.AWARD_DROPPED: Look(N_("Bỏ hồ sơ khen thưởng"), "neutral", "reject"),
    WorkEventType.STANDING_ANNOUNCED: Look(N_("Công bố xếp hạng thi đua"), "green", "done"),
    WorkEventType.CABLE_PROMISED: Look(N_("Đổi quý hoàn thành"), "amber", "calendar"),
    WorkEventType.CABLE_PLANNED: Look(N_("Giao đoạn cáp"), "blue", "inbox"),
    WorkEventType.CABLE_AGREED: Look(N_("Hẹn ngày làm xong"), "blue", "calendar"),
    WorkEventType.CABLE_BEGUN: Look(N_("Bắt đầu làm"), "purple", "progress"),
    WorkEventType.CABLE_REPORTED: Look(N_("Báo tiến độ"), "purple", "chat"),
    WorkEventType.CABLE_BLOCKED: Look(N_("Gặp vướng mắc, tạm dừng"), "amber", "pause"),
    WorkEventType.CABLE_RESUMED: Look(N_("Tiếp tục làm"), "purple", "progress"),
    WorkEventType.CABLE_DONE: Look(N_("Báo đã làm xong"), "green", "check"),
    WorkEventType.CABLE_SENT_BACK: Look(N_("Yêu cầu làm tiếp"), "amber", "undo"),
    WorkEventType.CABLE_CHECKED: Look(N_("Nghiệm thu tại chỗ"), "green", "check"),
    WorkEventType.CABLE_CLOSED: Look(N_("Khép việc"), "green", "done"),
    WorkEventType.CABLE_DROPPED: Look(N_("Không làm nữa"), "neutral", "reject"),
    WorkEventType.SURVEY_DRAFTED: Look(N_("Soạn đợt kiểm tra"), "grey", "edit"),
    WorkEventType.SURVEY_CHANGED: Look(N_("Sửa đợt kiểm tra"), "neutral", "edit"),
    WorkEventType.SURVEY_OPENED: Look(N_("Mở đợt kiểm tra"), "blue", "pin"),
    WorkEventType.POINT_SEEN: Look(N_("Đã xem một điểm"), "purple", "eye"),
    WorkEventType.SURVEY_DONE: Look(N_("Kiểm tra xong"), "green", "check"),
    WorkEventType.SURVEY_SENT_BACK: Look(N_("Yêu cầu kiểm tra tiếp"), "amber", "undo"),
    WorkEventType.SURVEY_CLOSED: Look(N_("Khép đợt kiểm tra"), "green", "done"),
    WorkEventType.SURVEY_DROPPED: Look(N_("Bỏ đợt kiểm tra"), "neutral", "reject"),
    WorkEventType.NUMBER_OPENED: Look(N_("Lập hồ sơ số rao vặt"), "blue", "inbox"),
    WorkEventType.NUMBER_INVITED: Look(N_("Mời chủ thuê bao làm việc"), "purple", "progress"),
    WorkEventType.NUMBER_COMPLIED: Look(N_("Chủ thuê bao đã khắc phục"), "green", "check"),
    WorkEventType.NUMBER_TO_SUSPEND: Look(N_("Đề nghị tạm ngừng số"), "amber", "hand"),
    WorkEventType.NUMBER_SUSPENDED: Look(N_("Nhà mạng đã tạm ngừng số"), "red", "pause"),
    WorkEventType.NUMBER_APPEARED: Look(N_("Chủ thuê bao đến làm việc"), "blue", "user"),
    WorkEventType.NUMBER_SANCTIONED: Look(N_("Có quyết định xử phạt chủ thuê bao"), "red", "hand"),
    WorkEventType.NUMBER_ANNULLED: Look(N_("Hủy quyết định xử phạt"), "neutral", "undo"),
    WorkEventType.NUMBER_PAID: Look(N_("Đã nộp phạt"), "green", "check"),
    WorkEventType.NUMBER_CLOSED: Look(N_("Khép hồ sơ số rao vặt"), "green", "done"),
    WorkEventType.NUMBER_DROPPED: Look(N_("Bỏ hồ sơ số rao vặt"), "neutral", "reject"),
    WorkEventType.NUMBER_LISTED: Look(N_("Một số được công khai"), "amber", "bell"),
    WorkEventType.NUMBER_UNLISTED: Look(N_("Rút một số khỏi danh sách công khai"), "neutral", "undo"),
    WorkEventType.NUMBER_OBJECTED: Look(N_("Có ý kiến phản đối"), "amber", "hand"),
    WorkEventType.NUMBER_OBJECTION_ANSWERED: Look(N_("Trả lời ý kiến phản đối"), "green", "chat"),
    WorkEventType.REQUEST_DRAFTED: Look(N_("Soạn công văn gửi nhà mạng"), "grey", "edit"),
    WorkEventType.REQUEST_CHANGED: Look(N_("Sửa danh sách số"), "grey", "edit"),
    WorkEventType.REQUEST_SENT: Look(N_("Gửi công văn cho nhà mạng"), "purple", "progress"),
    WorkEventType.REQUEST_ANSWERED_PARTLY: Look(N_("Nhà mạng trả lời một phần"), "blue", "chat"),
    WorkEventType.REQUEST_ANSWERED: Look(N_("Nhà mạng đã trả lời đủ"), "green", "check"),
    WorkEventType.REQUEST_CLOSED: Look(N_("Khép công văn"), "green", "done"),
    WorkEventType.REQUEST_WITHDRAWN: Look(N_("Rút công văn"), "neutral", "undo"),
}
"""Every event of works and plans in the words of their histories and of the bell."""

STEP_WORDS: Mapping[WorkStatus, str] = {
    WorkStatus.UNDER_WAY: N_("Bắt đầu làm"),
    WorkStatus.WAITING: N_("Báo vướng mắc, tạm dừng"),
    WorkStatus.DONE: N_("Báo đã làm xong"),
    WorkStatus.CLOSED: N_("Khép việc"),
    WorkStatus.DROPPED: N_("Không làm nữa"),
    WorkStatus.HANDED: N_("Chuyển đơn vị khác"),
    WorkStatus.SUMMARISED: N_("Tổng hợp, trình quyết định"),
    WorkStatus.ANSWERED: N_("Trả lời"),
    WorkStatus.DECIDED: N_("Quyết định"),
    WorkStatus.RETURNED: N_("Trả lại để bổ sung"),
    WorkStatus.RAISED: N_("Gửi lại"),
    WorkStatus.WITHDRAWN: N_("Rút kiến nghị"),
    WorkStatus.AGREED: N_("Hẹn ngày làm xong"),
    WorkStatus.CHECKED: N_("Nghiệm thu tại chỗ"),
    WorkStatus.REPORTED: N_("Báo tiến độ"),
}

_TEXTS = ("words", "reason", "result", "summary", "proposal", "decision", "answer", "document")


@dataclass(frozen=True, slots=True)
class _Times:
    created_at: datetime
    amber_at: datetime | None
    due_at: datetime | None
    paused_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class StoryItem:
    """Line of a history as the timeline draws it."""

    what: str
    at: datetime
    tone: str
    icon: str
    by: str | None
    reason: str
    reply: str = ""
    note: str = ""
    remark: str = ""
    photos: Sequence[object] = ()


def work_deadline(calendar: Calendar, work: WorkView, now: datetime) -> DeadlineWords | None:
    """Return how the work's deadline stands, in words and as a bar."""
    times = _Times(
        work.starts_at or work.created_at,
        work.amber_at,
        work.due_at,
        work.paused_at,
        work.done_at,
        work.closed_at,
    )
    return deadline_words(standing_of(calendar, "working_days", times, now))


def work_step_words(work: WorkView, step: str) -> str:
    """Return the button of a step: going on after a pause or a refusal is not beginning."""
    if step == WorkStatus.UNDER_WAY and work.status == WorkStatus.WAITING:
        return translate(N_("Tiếp tục làm"))
    if step == WorkStatus.UNDER_WAY and work.status == WorkStatus.DONE:
        return translate(N_("Yêu cầu làm tiếp"))
    if step == WorkStatus.CLOSED and work.kind == WorkKind.DIFFICULTY:
        return translate(N_("Khép kiến nghị"))
    return translate(STEP_WORDS[WorkStatus(step)])


def story_items(lines: Sequence[StoryLine]) -> list[StoryItem]:
    """Return the history, newest first, in words."""
    items = []
    for line in reversed(lines):
        words = EVENT_WORDS[line.type]
        texts = [str(line.data[name]) for name in _TEXTS if line.data.get(name)]
        items.append(
            StoryItem(translate(words.name), line.at, words.tone, words.icon, line.by, " · ".join(texts))
        )
    return items
