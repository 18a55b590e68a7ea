"""Public holidays of Vietnam and the working days swapped for them, as the `holidays` package knows them.

Bridge days of years that are not announced yet are its estimates: a city overrides them in its own calendar.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from service.domain.city.calendar import Name

STORED_YEARS = range(2015, 2051)
"""Years whose public holidays are stored with a city."""

_SWAPPED = {"vi": "Ngày làm bù", "en": "Working day (swapped)"}
_LANGUAGES = {"vi": "vi", "en": "en_US"}


class PublicDays(NamedTuple):
    """Days off with their names, and days of rest that are worked instead of another."""

    holidays: dict[date, Name]
    swapped: dict[date, Name]


def vietnam_holidays(years: Iterable[int]) -> PublicDays:
    """Return holidays (Labour Code 2019, article 112, with the days the government announced) of whole
    years.
    """
    years_wanted = set(years)
    if not years_wanted:
        return PublicDays({}, {})
    known = _known(min(years_wanted), max(years_wanted))
    return PublicDays(
        {day: name for day, name in known.holidays.items() if day.year in years_wanted},
        {day: name for day, name in known.swapped.items() if day.year in years_wanted},
    )


def with_public_days(
    country: str | None, days_off: Mapping[date, Name], working_days: Mapping[date, Name]
) -> tuple[dict[date, Name], dict[date, Name]]:
    """Return days off and days worked: the country's public ones, with what the city decided itself above
    them.

    Stored when a city is loaded: the package that knows them is too heavy for every process to carry.
    """
    public = vietnam_holidays(STORED_YEARS) if country == "VN" else PublicDays({}, {})
    off = {day: name for day, name in public.holidays.items() if day not in working_days}
    work = {day: name for day, name in public.swapped.items() if day not in days_off}
    return off | dict(days_off), work | dict(working_days)


@lru_cache(maxsize=8)
def _known(first: int, last: int) -> PublicDays:
    from holidays import country_holidays  # a fifth of a second: only those pay who ask

    # A swap is listed in the year of the day off; the day worked instead may lie in the next or previous.
    years = range(first - 1, last + 2)
    spoken = {code: country_holidays("VN", years=years, language=name) for code, name in _LANGUAGES.items()}
    source = spoken["vi"]
    return PublicDays(
        {day: {code: spoken[code][day] for code in spoken} for day in sorted(source)},
        dict.fromkeys(sorted(source.weekend_workdays), _SWAPPED),
    )
