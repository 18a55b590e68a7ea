"""Occasions of a city's year before which one looks around: holidays, the season of storms."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from service.domain.city.config_parts import Code, ConfigPart, Names

OccasionDay = Annotated[str, StringConstraints(pattern=r"^(20[0-9]{2}-)?[0-1][0-9]-[0-3][0-9]$")]


class OccasionConfig(ConfigPart):
    """Occasion: month-day comes every year, year-month-day once, for what the moon decides."""

    code: Code
    name: Names
    days: Annotated[tuple[OccasionDay, ...], Field(min_length=1, max_length=30)]

    def days_of(self, year: int) -> Iterator[date]:
        """Return the occasion's days in a year; one that it does not have, as 29 February, is left out."""
        for each in self.days:
            words = each if len(each) > len("MM-DD") else f"{year}-{each}"
            try:
                day = date.fromisoformat(words)
            except ValueError:
                continue
            if day.year == year:
                yield day


class SurveyProposal(ConfigPart):
    """Kind of report that is looked at before each occasion, and the unit that leads it."""

    category: Code
    lead: Code


class SurveysConfig(ConfigPart):
    """Surveys that are proposed `days_before` an occasion; without any, all are made by hand."""

    days_before: Annotated[int, Field(ge=3, le=90)] = 21
    occasions: Annotated[tuple[OccasionConfig, ...], Field(max_length=50)] = ()
    proposed: Annotated[tuple[SurveyProposal, ...], Field(max_length=50)] = ()
