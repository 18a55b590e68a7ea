"""Law by which units are commended: dated data of the city."""

from __future__ import annotations

from datetime import date

from service.domain.city.config import AwardForms
from service.domain.city.reference import Reference


def law_on(reference: Reference, day: date) -> AwardForms | None:
    """Return what is in force on a day, the newest of several; None where the city names none."""
    works = reference.config.works
    found = [
        each
        for each in (works.award_forms if works is not None else ())
        if each.valid_from <= day and (each.valid_to is None or day <= each.valid_to)
    ]
    return max(found, key=lambda each: each.valid_from, default=None)
