"""The audit: who changed what, when, from what to what."""

from __future__ import annotations

import json
from datetime import datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from service.domain.configuration.administration import audit_log
from service.domain.configuration.administration.audit_log import AuditFilters
from service.domain.kernel.written_days import day_written, read_day
from service.errors import AppError, invalid
from service.i18n import N_, pick
from service.pages.admin.office import AdminPage, OfficeDep

router = APIRouter(prefix="/admin/audit")

Word = Annotated[str, Query(max_length=100)]
KIND_WORDS = {
    "areas": N_("Ranh giới"),
    "calendar": N_("Lịch nghỉ"),
    "category": N_("Loại phản ánh"),
    "city": N_("Thành phố"),
    "contact": N_("Liên hệ của người gửi"),
    "department": N_("Đơn vị"),
    "key": N_("Khóa API"),
    "plan": N_("Hẹn giờ"),
    "policy": N_("Hạn xử lý"),
    "rule": N_("Quy tắc"),
    "signin": N_("Đăng nhập"),
    "staff": N_("Tài khoản"),
    "webhook": N_("Webhook"),
    "partner": N_("Hệ thống khác"),
    "template": N_("Mẫu trả lời"),
}
ACTION_WORDS = {
    "signin": N_("đã vào"),
    "signin.failed": N_("sai tên hoặc mật khẩu"),
    "signin.code_failed": N_("sai mã của lớp bảo vệ thứ hai"),
    "added": N_("thêm"),
    "changed": N_("sửa"),
    "ended": N_("ngừng áp dụng"),
    "removed": N_("bỏ"),
    "cancelled": N_("hủy"),
    "ceiling": N_("xem đến mức cho phép trong ngày"),
    "failed": N_("không thực hiện được"),
}
"""What was done, by the whole action or by its last part; others are told as they are called."""

FACT_WORDS = {"how": N_("bằng"), "kind": N_("loại"), "address": N_("từ địa chỉ")}
LONG = 400


@router.get("")
async def log(
    office: OfficeDep,
    who: Word = "",
    what: Word = "",
    subject: Word = "",
    since: Annotated[str, Query(max_length=20)] = "",
    until: Annotated[str, Query(max_length=20)] = "",
    before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
) -> Response:
    """Entries, the newest first."""
    error, first, after = None, None, None
    try:
        first = _midnight(office, "since", since)
        after = _midnight(office, "until", until, next_day=True)
    except AppError as refusal:
        error = refusal
    filters = AuditFilters(who, what, subject, first, after, before)
    entries = await office.run(audit_log.read_audit, filters)
    context = {
        "asked": {
            "who": who,
            "what": what,
            "subject": subject,
            "since": day_written(since),
            "until": day_written(until),
        },
        "entries": entries,
        "more": entries[-1].id if len(entries) == audit_log.PAGE else None,
        "authors": await office.run(audit_log.authors),
        "kinds": [(kind, KIND_WORDS.get(kind, kind)) for kind in await office.run(audit_log.kinds)],
        "kind_words": KIND_WORDS,
        "plain": readable_value,
        "action_words": ACTION_WORDS,
        "fact_words": FACT_WORDS,
    }
    return office.draw("admin/audit.html", context, error=error)


def readable_value(value: object) -> str:
    """A value of the audit as somebody reads it."""
    if value is None or value == "" or value == []:
        return "–"
    if isinstance(value, dict) and set(value) <= {"vi", "en"}:
        return pick(value)
    if isinstance(value, list) and all(isinstance(each, str | int) for each in value):
        return ", ".join(str(each) for each in value)
    if isinstance(value, bool):
        return "✓" if value else "✗"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONG else text[:LONG] + " …"


def _midnight(office: AdminPage, name: str, text: str, *, next_day: bool = False) -> datetime | None:
    """Return the begin of a local day, None without one. Raises Invalid for what is no day."""
    if not text.strip():
        return None
    try:
        day = read_day(text) + timedelta(days=int(next_day))
    except (ValueError, OverflowError):
        raise invalid([name], N_("Cần một ngày, ví dụ 05/11/2026.")) from None
    return datetime.combine(day, time(0), office.zone)
