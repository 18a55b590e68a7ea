"""Requests of colleagues and carriers about numbers: checked shapes of requests."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from service.domain.reports.drafts import StrictBody
from service.domain.works.forms import Code, Note, Result, Title, Version
from service.models import CarrierAction, CarrierAnswer, RequestChannel, RequestPurpose

MOST_NUMBERS = 2000
Name = Annotated[int, Field(ge=1, lt=2**62)] | Annotated[str, Field(min_length=3, max_length=40)]
"""Number by its id or its digits."""


class NewCase(StrictBody):
    """Case of a number; `id` is the client's. Without `lead` the person's own unit leads."""

    id: UUID
    lead: Code | None = None
    note: Note = ""


class NewRequest(StrictBody):
    """Request to a carrier about numbers; `id` is the client's, so that a retry is the same request."""

    id: UUID
    carrier: Code
    purpose: RequestPurpose
    numbers: Annotated[list[Name], Field(max_length=MOST_NUMBERS)] = Field(default_factory=list)
    basis: Result = ""
    note: Note = ""
    channel: RequestChannel = RequestChannel.PORTAL


class NumbersToAdd(StrictBody):
    """Numbers that a request asks about too."""

    numbers: Annotated[list[Name], Field(min_length=1, max_length=MOST_NUMBERS)]
    version: Version | None = None


class NumberOwner(StrictBody):
    """NumberOwner of a number as the carrier names them."""

    name: Title
    address: Annotated[str, Field(max_length=500)] = ""
    paper: Annotated[str, Field(max_length=100)] = ""


class NumberAnswer(StrictBody):
    """Answer about one number; `ported_to` is the code of the carrier that it went to."""

    number: Name
    answer: CarrierAnswer
    ported_to: Code | None = None
    action: CarrierAction = CarrierAction.NONE
    action_on: date | None = None
    note: Note = ""
    subscriber: NumberOwner | None = None


class CarrierAnswers(StrictBody):
    """Answers about some or all numbers of a request."""

    items: Annotated[list[NumberAnswer], Field(min_length=1, max_length=MOST_NUMBERS)]


class ListedCase(StrictBody):
    """Number to be made known, by the code of its case; what is missing is asked for when it is published."""

    case: Code
    decision: Annotated[str, Field(max_length=100)] = ""
    decided_on: date | None = None
    signer: Annotated[str, Field(max_length=200)] = ""
    basis: Annotated[str, Field(max_length=1000)] = ""
    words: Annotated[str, Field(max_length=200)] = ""
    until: date | None = None


class NewPublication(StrictBody):
    """List of numbers to be made known; `id` is the client's."""

    id: UUID
    number: Annotated[str, Field(max_length=100)] = ""
    dated: date | None = None
    signer: Annotated[str, Field(max_length=200)] = ""
    items: Annotated[list[ListedCase], Field(min_length=1, max_length=500)]


class PublicationStep(StrictBody):
    """Step of a list; a reason where it is withdrawn."""

    to: Literal["published", "withdrawn"]
    reason: Note = ""


class NewObjection(StrictBody):
    """Objection of anybody to a number being listed; `id` is the client's, `contact` how to reach them."""

    id: UUID
    number: Annotated[str, Field(min_length=3, max_length=40)]
    words: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=1000)]
    contact: Annotated[str, Field(max_length=200)] = ""


class ObjectionAnswer(StrictBody):
    """Answer to an objection; only `plausible` hides the number until it is answered."""

    plausible: bool | None = None
    upheld: bool | None = None
    answer: Note = ""


class ReadingPurpose(StrictBody):
    """Purpose for which somebody reads who a number belongs to."""

    purpose: Annotated[str, Field(max_length=300)] = ""
