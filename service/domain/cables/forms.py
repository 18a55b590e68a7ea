"""Requests about routes and their sections: checked shapes."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from service.domain.reports.drafts import StrictBody
from service.domain.works.forms import Code, Note, Version
from service.models import CableTask, Duct

Street = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
End = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Quarter = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
Length = Annotated[int, Field(ge=1, le=50_000)]


class NewSection(StrictBody):
    """Part of one company; without `metres` the whole route."""

    company: Code
    what: CableTask = CableTask.UNDERGROUND
    metres: Length | None = None


class NewRoute(StrictBody):
    """Route of the plan. Without a line it has to say its length; `quarter` as `2026-Q3` or “Quý III/2026”;
    `quarter_first` is what was promised before, where the paper still says it.
    """

    street: Street
    from_words: End = ""
    to_words: End = ""
    geometry: dict[str, object] | None = None
    length_m: Length | None = None
    quarter: Quarter
    quarter_first: Quarter | None = None
    pole_owner: Code | None = None
    duct: Duct = Duct.NONE
    duct_owner: Code | None = None
    plan: Code | None = None
    position: Annotated[int, Field(ge=1)] | None = None
    sections: Annotated[list[NewSection], Field(max_length=50)] = Field(default_factory=list)


class RouteChange(StrictBody):
    """Change of a route; what is left out stays. Another quarter needs a reason, which everybody reads."""

    version: Version
    quarter: Quarter | None = None
    reason: Note = ""
    geometry: dict[str, object] | None = None
    length_m: Length | None = None
    from_words: End | None = None
    to_words: End | None = None
    pole_owner: Code | None = None
    duct: Duct | None = None
    duct_owner: Code | None = None
    sections: Annotated[list[NewSection], Field(max_length=50)] = Field(default_factory=list)


class RouteBatch(StrictBody):
    """Routes of a file as they were decided."""

    routes: Annotated[list[NewRoute], Field(min_length=1, max_length=500)]
