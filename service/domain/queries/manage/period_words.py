"""Periods in words: as a heading, as a part of a sentence, and as a part of a file's name."""

from __future__ import annotations

from datetime import date

from service.domain.queries.manage.periods import Period
from service.i18n import N_, language_in_use, translate


def period_name(period: Period) -> str:
    """Return the period as people call it: “Tháng 11 năm 2026”."""
    first, last = period.first, period.last
    if period.kind == "month" and language_in_use.get() == "en":
        return f"{first:%B %Y}"
    if period.kind == "month":
        return translate(N_("Tháng {month} năm {year}"), month=first.month, year=first.year)
    if period.kind == "quarter":
        return translate(N_("Quý {n} năm {year}"), n=(first.month + 2) // 3, year=first.year)
    if period.kind == "year":
        return translate(N_("Năm {year}"), year=first.year)
    return translate(N_("Từ {first} đến {last}"), first=f"{first:%d/%m/%Y}", last=f"{last:%d/%m/%Y}")


def days_name(first: date, last: date) -> str:
    """Return two days as briefly as they can be told apart: `01–28/10/2026`, `25/10–05/11/2026`."""
    if first == last:
        return f"{last:%d/%m/%Y}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first:%d}–{last:%d/%m/%Y}"
    if first.year == last.year:
        return f"{first:%d/%m}–{last:%d/%m/%Y}"
    return f"{first:%d/%m/%Y}–{last:%d/%m/%Y}"


def period_slug(period: Period) -> str:
    """Return the period as a part of a file's name: `thang-11-2026`."""
    first, last = period.first, period.last
    if period.kind == "month":
        return translate(N_("thang-{month}-{year}"), month=f"{first.month:02}", year=first.year)
    if period.kind == "quarter":
        return translate(N_("quy-{n}-{year}"), n=(first.month + 2) // 3, year=first.year)
    if period.kind == "year":
        return translate(N_("nam-{year}"), year=first.year)
    if period.kind == "week":
        week = last.isocalendar()
        return translate(N_("tuan-{n}-{year}"), n=f"{week.week:02}", year=week.year)
    return translate(N_("{first}-den-{last}"), first=f"{first:%d-%m-%Y}", last=f"{last:%d-%m-%Y}")
