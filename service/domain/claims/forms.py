"""Requests about claims: checked shapes."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from service.domain.reports.drafts import StrictBody
from service.domain.works.forms import Code, Note


class ClaimsRequest(StrictBody):
    """Companies to ask; left out, those known to hang there, else all that own cables. `photo` is the public
    photo of the report that goes along; left out, the first one.
    """

    companies: Annotated[list[Code], Field(min_length=1, max_length=50)] | None = None
    photo: UUID | None = None


class ClaimReply(StrictBody):
    """Answer of a company, with its words to the unit that asks."""

    answer: Literal["mine", "not_mine"]
    words: Note = ""
