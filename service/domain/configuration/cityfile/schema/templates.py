"""`templates.yaml`: words a department may begin with when it writes to the public."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints, field_validator

from service.domain.city.config import Code
from service.domain.city.templates import PLACEHOLDERS, unknown_placeholders
from service.domain.configuration.cityfile.schema.base import CityFileModel, NameByLanguage

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


class WordsByLanguage(CityFileModel):
    """The text by language; Vietnamese is always there."""

    vi: Words
    en: Words | None = None

    @field_validator("vi", "en")
    @classmethod
    def _placeholders(cls, text: str | None) -> str | None:
        if text and (wrong := unknown_placeholders(text)):
            shown = wrong[0] if wrong[0] in "{}" else "{" + wrong[0] + "}"
            raise ValueError(f"{shown} is no placeholder; known are {', '.join(PLACEHOLDERS)}")
        return text

    def spec(self) -> dict[str, str]:
        """Return `{"vi": …, "en": …}`; the Vietnamese text stands in for a missing English one."""
        return {"vi": self.vi, "en": self.en or self.vi}


class TemplatePart(CityFileModel):
    """Template; without `categories` it suits all."""

    code: Code
    kind: Literal["reply", "question", "resolution", "rejection"]
    name: NameByLanguage
    text: WordsByLanguage
    categories: tuple[Code, ...] = ()

    def columns(self, position: int) -> dict[str, object]:
        """Return the part as `ReplyTemplate` keeps it."""
        return {
            "kind": self.kind,
            "name": self.name.spec(),
            "text": self.text.spec(),
            "categories": list(self.categories),
            "position": position,
            "active": True,
        }
