"""Words that the parts of a city's configuration are made of."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from typing_extensions import TypedDict  # the one that pydantic describes before Python 3.12

from service.i18n import Language

Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]*$", max_length=60)]
"""A word for machines: small letters, digits, `_`, `-` and `.`."""
Names = dict[str, str]
"""A name by language: `{"vi": …, "en": …}`; `vi` is always there."""


class ConfigPart(BaseModel):
    """Part of the stored configuration: keys of other versions are ignored, values do not change."""

    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)


WorkDays = Annotated[int, Field(ge=1, le=365)]
PraiseForm = Literal["merit", "certificate", "praise"]


class AwardForms(ConfigPart):
    """Law by which units are commended, from one day to another: `words` name it, `forms` are those within
    the city's gift. Somebody last read it on `checked_on`, at `source`.
    """

    words: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    forms: Annotated[tuple[PraiseForm, ...], Field(min_length=1)] = ("merit", "certificate", "praise")
    valid_from: date
    valid_to: date | None = None
    checked_on: date
    source: Annotated[str, StringConstraints(min_length=1, max_length=300)]

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.valid_to is not None and self.valid_from > self.valid_to:
            raise ValueError("valid_from is after valid_to")
        return self


class WorksConfig(ConfigPart):
    """Terms of works. A city without them has no plans and none of their rooms.

    In working days: within `summary_days` a difficulty is summed up, within `decision_days` after that it is
    decided. What is done is closed after `close_days` on the calendar. `award_forms` are dated: those in
    force on the last day of a movement are its forms.
    """

    summary_days: WorkDays = 3
    decision_days: WorkDays = 7
    close_days: WorkDays = 7
    award_forms: Annotated[tuple[AwardForms, ...], Field(max_length=20)] = ()


class AreaGroup(ConfigPart):
    """Set of wards with a name, such as the urban ones: `wards` are codes."""

    code: Code
    name: Names
    wards: tuple[str, ...]


class InspectionConfig(ConfigPart):
    """Limits within which a photo counts as taken on the spot."""

    photo_minutes: Annotated[int, Field(ge=1, le=10_080)] = 30


class LanguagesConfig(ConfigPart):
    """Languages of the pages: those `offered`, and the `first` that somebody sees who has chosen none;
    `browser` goes by what their browser asks for.
    """

    offered: tuple[Language, ...] = ("vi", "en")
    first: Literal["browser", "vi", "en"] = "browser"

    def language_of(self, preferred: Language) -> Language:
        """Return the language for who has chosen none and whose browser asks for `preferred`."""
        language = preferred if self.first == "browser" else self.first
        return language if language in self.offered else self.offered[0]


class UnitBrief(TypedDict):
    """Department or ward in an answer: its code, and its name in the language in use."""

    code: str
    name: str
