"""Bodies of requests about award dossiers."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from service.domain.city.config_parts import PraiseForm
from service.domain.emulation.forms import MOST_UNITS, Code, Day, Version
from service.domain.reports.drafts import StrictBody
from service.models import WorkStatus

Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)]


class AwardProposal(StrictBody):
    """A unit and the form that is proposed for it."""

    unit: Code
    form: PraiseForm


class NewAward(StrictBody):
    """An award dossier of an announced movement; `id` is the client's, so that a retry is the same one.

    Without `proposals` the first of each pool are proposed, for praise.
    """

    id: UUID
    proposals: Annotated[list[AwardProposal], Field(max_length=MOST_UNITS)] = Field(default_factory=list)
    due_on: Day | None = None


class AwardVote(StrictBody):
    """Members of the council that agreed to the proposal for a unit."""

    unit: Code
    agree: Annotated[int, Field(ge=0, le=50)]


class AwardStep(StrictBody):
    """Step of a dossier. `reviewed` needs `met_on`, `present` and `votes`; `submitted` and `granted` the
    number and the day of the document; `declined` and `dropped` a reason. `granted` units are all that were
    submitted unless some are named.
    """

    to: WorkStatus
    version: Version
    reason: Words = ""
    met_on: date | None = None
    present: Annotated[list[Annotated[str, Field(max_length=100)]], Field(max_length=50)] = Field(
        default_factory=list
    )
    votes: Annotated[list[AwardVote], Field(max_length=MOST_UNITS)] = Field(default_factory=list)
    document: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)] = ""
    dated: date | None = None
    granted: Annotated[list[Code], Field(max_length=MOST_UNITS)] | None = None
