"""Signer and recipients of a document, as they are chosen when it is made."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from service.domain.reports.drafts import StrictBody

Signs = Literal["", "head", "deputy", "acting", "order", "authority"]
RecipientLine = Annotated[str, Field(min_length=1, max_length=300)]
MOST_RECIPIENTS = 40


class DocumentSigning(StrictBody):
    """Signer of a document: in what capacity, by which post, by name; and who is told.

    `post` is the line beneath `TL.` and `TUQ.` ("Chánh Văn phòng"); without one it is left to be written.
    `recipients` are lines as they stand on paper ("UBND thành phố (để báo cáo)"); without any said those of
    the unit that issues the document.
    """

    signs: Signs = ""
    post: Annotated[str, Field(max_length=100)] = ""
    signer: Annotated[str, Field(max_length=100)] = ""
    recipients: Annotated[list[RecipientLine], Field(max_length=MOST_RECIPIENTS)] | None = None


BY_HEAD = DocumentSigning()
"""Signed by the head, told to all recipients of the unit."""
