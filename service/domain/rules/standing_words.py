"""Display of a deadline's standing: a bar's colour and length, and words in the terms of its policy."""

from __future__ import annotations

from dataclasses import dataclass

from service.domain.deadlines.standing import DeadlineStanding
from service.domain.rules.deadline_words import duration_words, term_words
from service.i18n import N_, language_in_use, translate
from service.i18n.wording import Tone

ROUGH_MIN = 600
"""From ten hours on nobody counts minutes."""

DAYS_MIN = 2880
"""From two days on hours that run day and night are told as days and hours."""


@dataclass(frozen=True, slots=True)
class DeadlineWords:
    """A deadline as a bar: `used` of 100, its colour and shape, and how it is said."""

    used: int
    tone: Tone
    icon: str
    text: str


def deadline_words(standing: DeadlineStanding | None) -> DeadlineWords | None:
    """Return `Còn 8 ngày làm việc`, `Trễ 3 giờ làm việc`, `Xong đúng hạn` and their bar; None without one."""
    if standing is None:
        return None
    late = standing.colour == "red"
    # A deadline that passed when offices had closed: no working minute since.
    span = span_words(standing) if standing.minutes else ""
    if standing.finished:
        return _finished(standing, late, span)
    if late:
        text = translate(N_("Trễ {span}"), span=span) if span else translate(N_("Trễ hạn"))
        return DeadlineWords(100, "red", "alert", text)
    words = translate(N_("Còn {span}"), span=span) if span else translate(N_("Sắp hết hạn"))
    if standing.stands:
        text = translate(N_("Đang dừng, {left}"), left=words[:1].lower() + words[1:])
        return DeadlineWords(standing.used, "grey", "pause", text)
    tone: Tone = "amber" if standing.colour == "amber" else "green"
    return DeadlineWords(standing.used, tone, "clock", words)


def span_words(standing: DeadlineStanding) -> str:
    """Return how long, in whole days of the term where there are any, else in hours: `8 ngày làm việc`,
    `4 giờ 30 phút làm việc`, `4 ngày 13 giờ`.
    """
    language = language_in_use.get()
    if standing.days:
        return term_words(standing.unit, standing.days, language)
    minutes = abs(standing.minutes)
    if not standing.working and minutes >= DAYS_MIN:
        days, rest = divmod(minutes // 60, 24)
        parts = (
            term_words("calendar_days", days, language),
            duration_words(60 * rest, language) if rest else "",
        )
        return " ".join(filter(None, parts))
    words = duration_words(minutes - minutes % 60 if minutes >= ROUGH_MIN else minutes, language)
    return translate(N_("{span} làm việc"), span=words) if standing.working else words


def _finished(standing: DeadlineStanding, late: bool, span: str) -> DeadlineWords:
    if not late:
        return DeadlineWords(standing.used, "green", "done", translate(N_("Xong đúng hạn")))
    text = translate(N_("Xong trễ {span}"), span=span) if span else translate(N_("Xong trễ hạn"))
    return DeadlineWords(100, "red", "alert", text)
