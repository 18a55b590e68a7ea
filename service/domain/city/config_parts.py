"""Words that the parts of a city's configuration are made of."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from service.i18n import Language

Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]*$", max_length=60)]
"""A word for machines: small letters, digits, `_`, `-` and `.`."""
Names = dict[str, str]
"""A name by language: `{"vi": …, "en": …}`; `vi` is always there."""


class ConfigPart(BaseModel):
    """Part of the stored configuration: keys of other versions are ignored, values do not change."""

    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)


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

    def language_of(self, asked: Language) -> Language:
        """Return the language for who has chosen none and whose browser asks for `asked`."""
        wanted = asked if self.first == "browser" else self.first
        return wanted if wanted in self.offered else self.offered[0]
