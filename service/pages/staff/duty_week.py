"""The week of a coordinator's duty on pages: weekdays in words, hours as pairs of time fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from service.domain.emergencies.duty import DAYS
from service.i18n import N_
from service.pages.shared.forms import SentForm
from service.pages.staff.time_spans import TimeSpan, drawn_spans, sent_spans

DAY_WORDS = {
    "mon": N_("Thứ hai"),
    "tue": N_("Thứ ba"),
    "wed": N_("Thứ tư"),
    "thu": N_("Thứ năm"),
    "fri": N_("Thứ sáu"),
    "sat": N_("Thứ bảy"),
    "sun": N_("Chủ nhật"),
}


def drawn_week(hours: Mapping[str, Sequence[str]]) -> list[tuple[str, str, list[TimeSpan]]]:
    """Return each weekday with its name and its spans as time fields show them."""
    split = {day: [each.split("-") for each in hours.get(day, ())] for day in DAYS}
    return [(day, DAY_WORDS[day], drawn_spans(split[day])) for day in DAYS]


def sent_week(form: SentForm) -> dict[str, list[str]]:
    """Return each weekday's spans as `DutyChange` takes them; one that ends at 00:00 lasts to midnight."""
    return {day: [_span(*each) for each in sent_spans(form, f"hours_{day}")] for day in DAYS}


def _span(begins: str, ends: str) -> str:
    return f"{begins}-{'24:00' if ends == '00:00' else ends}"
