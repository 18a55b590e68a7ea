"""`masking` and `spam` of `city.yaml`: what is hidden from the public, and what a person looks at first."""

from __future__ import annotations

from pydantic import Field

from service.domain.city.config import Code, Spam, Words
from service.domain.configuration.cityfile.schema.base import CityFileModel


class MaskingOf(CityFileModel):
    """Exceptions for one category and those below it."""

    phones: bool | None = None
    identifiers: bool | None = None
    words: tuple[Words, ...] | None = None
    words_any_marks: tuple[Words, ...] | None = None

    def config(self) -> dict[str, object]:
        """Return only what the file says."""
        return self.model_dump(mode="json", exclude_none=True)


class MaskingPart(CityFileModel):
    """Rules of masking, of what citizens wrote, for the public: telephone numbers, other identifiers,
    coarse words.

    `identifiers` are e-mail addresses, identity cards, number plates, bank accounts.
    """

    phones: bool = True
    identifiers: bool = True
    words: tuple[Words, ...] = ()
    words_any_marks: tuple[Words, ...] = ()
    categories: dict[Code, MaskingOf] = Field(default_factory=dict)

    def config(self) -> dict[str, object]:
        """Return the part as `City.config` keeps it."""
        general = self.model_dump(mode="json", exclude={"categories"})
        return {**general, "categories": {code: own.config() for code, own in self.categories.items()}}


class SpamPart(Spam, CityFileModel):
    """Points for what spam has in common; a report with `hold_at` of them waits for a person, unpublished."""
