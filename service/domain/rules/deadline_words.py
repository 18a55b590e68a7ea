"""The steps of a counted deadline as sentences. How it is counted: `deadlines.py` and `clock.py`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from babel.dates import format_date

from service.domain.deadlines.deadlines import CountStep, StepKind, Unit
from service.domain.rules.words import lower_first
from service.i18n import N_, Language, pick, translate
from service.i18n.wording import days_in_figures

_STEPS: dict[StepKind, str] = {
    "received": N_("Nhận lúc {at}"),
    "received_on_day_off": N_("{days} là ngày nghỉ{name}: tính là nhận ngày {until}"),
    "receipt_not_counted": N_("{day}: ngày nhận, không tính"),
    "clock_starts": N_("Bắt đầu tính từ {at}"),
    "counted": N_("{days}: ngày thứ {first} đến {last}"),
    "day_off": N_("{days}: nghỉ{name}, không tính"),
    "worked": N_("{day}: {duration} làm việc, cộng lại {total}"),
    "running": N_("{term} liên tục, cả ngày lẫn đêm"),
    "moved": N_("{day} là ngày nghỉ{name}: chuyển sang ngày làm việc {until}"),
    "extended": N_("Gia hạn {term}: đến {at}"),
    "paused": N_("Tạm dừng từ {at}: thêm {duration}"),
    "stands": N_("Tạm dừng tính thời hạn từ {at}"),
    "due": N_("Hạn: {at}"),
}
_COUNTED_ONE = N_("{day}: ngày thứ {first}")
_UNITS: dict[Unit, str] = {
    "hours": N_("{n} giờ"),
    "working_hours": N_("{n} giờ làm việc"),
    "working_days": N_("{n} ngày làm việc"),
    "calendar_days": N_("{n} ngày"),
}
_ONE: dict[Unit, str] = {
    "hours": N_("1 giờ"),
    "working_hours": N_("1 giờ làm việc"),
    "working_days": N_("1 ngày làm việc"),
    "calendar_days": N_("1 ngày"),
}
_HOURS, _MINUTES, _BOTH = N_("{hours} giờ"), N_("{minutes} phút"), N_("{hours} giờ {minutes} phút")


def step_words(step: CountStep, language: Language) -> str:
    """Return one step of `ComputedDeadline.steps` or `DueState.steps` as a sentence."""
    message = _COUNTED_ONE if step.kind == "counted" and step.first == step.last else _STEPS[step.kind]
    name = pick(step.name, language) if step.name else ""
    sentence = translate(
        message,
        language,
        at=moment_words(step.at, language) if step.at else "",
        day=_day(step.day, language),
        days=_span(step, language),
        until=_day(step.until, language),
        name=f" ({name})" if name else "",
        first=step.first,
        last=step.last,
        duration=duration_words(step.first, language),
        total=duration_words(step.last, language),
        term=term_words(step.unit or "hours", step.first, language),
    )
    return sentence[:1].upper() + sentence[1:]


def all_step_words(steps: Iterable[CountStep], language: Language) -> list[str]:
    """Return every step as a sentence."""
    return [step_words(step, language) for step in steps]


def term_words(unit: Unit, amount: int, language: Language) -> str:
    """Return `7 ngày làm việc`."""
    return translate(_ONE[unit], language) if amount == 1 else translate(_UNITS[unit], language, n=amount)


def unit_words(unit: Unit, language: Language) -> str:
    """Return `ngày làm việc`: the unit alone."""
    return translate(_UNITS[unit], language, n="").strip()


def duration_words(minutes: int, language: Language) -> str:
    """Return `4 giờ 30 phút`; parts that are nothing are left out."""
    hours, rest = divmod(minutes, 60)
    message = _BOTH if hours and rest else _HOURS if hours else _MINUTES
    return translate(message, language, hours=hours, minutes=rest)


def moment_words(at: datetime, language: Language) -> str:
    """Return `17:30, thứ Ba 03/03/2026`; the last second of a day is its 24:00."""
    clock = "24:00" if (at.hour, at.minute, at.second) == (23, 59, 59) else f"{at:%H:%M}"
    return f"{clock}, {_day(at.date(), language)}"


def _span(step: CountStep, language: Language) -> str:
    first = _day(step.day, language)
    if step.until in (None, step.day) or step.kind == "received_on_day_off":
        return first
    return f"{first} – {_day(step.until, language)}"


def _day(day: date | None, language: Language) -> str:
    if day is None:
        return ""
    if language == "vi":
        text = format_date(day, "EEEE dd/MM/yyyy", locale="vi")
        return lower_first(text.replace("Chủ Nhật", "chủ nhật"))
    return format_date(day, "EEE dd/MM/yyyy" if days_in_figures.get() else "EEE d MMM yyyy", locale="en")
