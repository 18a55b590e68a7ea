"""How a case is said to those who work on it: the time left as they count it, groups of a queue, roles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from service.domain.deadlines.remaining import Left
from service.domain.rules.deadline_words import duration_words
from service.i18n import N_, language_in_use, translate
from service.i18n.wording import Tone
from service.models import Role

ROUGH_MIN = 600
"""From ten hours on nobody counts minutes."""

DAY_MIN = 1440
TONES: Mapping[str, Tone] = {"green": "green", "amber": "amber", "red": "red"}

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


@dataclass(frozen=True, slots=True)
class LeftWords:
    """A deadline as a bar: `used` of 100, its colour and shape, and how it is said."""

    used: int
    tone: Tone
    icon: str
    text: str


def left_words(left: Left | None, colour: str | None, *, paused: bool = False) -> LeftWords | None:
    """`Còn 12 giờ 30 phút làm việc`, `Trễ 3 giờ làm việc`; None without a deadline."""
    if left is None or colour is None:
        return None
    span = span_words(abs(left.minutes), working=left.working)
    if colour == "red" and not left.minutes:
        # The deadline passed when offices had closed: no working minute since.
        return LeftWords(100, "red", "alert", translate(N_("Trễ hạn")))
    if left.minutes < 0 or colour == "red":
        return LeftWords(100, "red", "alert", translate(N_("Trễ {span}"), span=span))
    said = translate(N_("Còn {span}"), span=span)
    if paused:
        return LeftWords(left.used, "grey", "pause", translate(N_("Đang dừng, {left}"), left=said.lower()))
    return LeftWords(left.used, TONES[colour], "clock", said)


def span_words(minutes: int, *, working: bool) -> str:
    """A length of time; `working` says that only office hours count."""
    language = language_in_use.get()
    if not working and minutes >= 2 * DAY_MIN:
        return translate(N_("{n} ngày"), n=minutes // DAY_MIN)
    kept = minutes - minutes % 60 if minutes >= ROUGH_MIN else minutes
    said = duration_words(kept, language)
    return translate(N_("{span} làm việc"), span=said) if working else said
