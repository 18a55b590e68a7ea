"""Requests of colleagues about plans: the decided proposal of an import, changes of rows, steps."""

from __future__ import annotations

from datetime import date
from datetime import time as time_of_day
from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from service.domain.reports.drafts import StrictBody
from service.models import HolidayHandling, PlanState
from service.models.shared.base import StoredRecipient
from service.models.works.kinds import BriefingMethod

MOST_ROWS = 500
SUPPORT = "Phối hợp"
"""How a plan in one column for both says who supports: the paper's own word, whatever language is in use."""

Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Verbatim = Annotated[str, StringConstraints(max_length=10_000)]
"""Words as the paper has them, letter for letter."""
Label = Annotated[str, StringConstraints(max_length=100)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Version = Annotated[int, Field(ge=1, strict=True)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]
Fields = Annotated[list[Annotated[str, StringConstraints(max_length=40)]], Field(max_length=20)]


class RepeatRule(StrictBody):
    """Repetition of a task: a subset of RRULE, and its time of the day."""

    rule: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    time: time_of_day | None = None


class ParsedRowWords(StrictBody):
    """Understanding of a row's words; units by code."""

    lead: Code | None = None
    supports: Annotated[list[Code], Field(max_length=200)] = Field(default_factory=list)
    everyone: Annotated[bool, Field(strict=False)] = False
    first: date | None = None
    last: date | None = None
    repeats: RepeatRule | None = None
    on_holiday: HolidayHandling = HolidayHandling.KEEP


class ExtraColumn(StrictBody):
    """Words of a row under a heading that a plan has no column for."""

    model_config = ConfigDict(str_strip_whitespace=False)

    heading: Annotated[str, StringConstraints(max_length=1000)] = ""
    words: Verbatim


class DraftRow(StrictBody):
    """Row of a plan's table: its words, what was understood, which fields are still to be decided.

    `support_words` and `more` are words of columns that a plan keeps beside the lead's and in the note;
    `choices` is what an import proposed, and is not kept.
    """

    model_config = ConfigDict(str_strip_whitespace=False)

    label: Label = ""
    group: Annotated[str, StringConstraints(max_length=1000)] = ""
    task: Verbatim
    lead_words: Verbatim = ""
    time_words: Verbatim = ""
    note: Verbatim = ""
    support_words: Verbatim = ""
    more: Annotated[list[ExtraColumn], Field(max_length=60)] = Field(default_factory=list)
    choices: dict[str, object] | None = Field(None, exclude=True)
    understood: ParsedRowWords = ParsedRowWords()
    unclear: Fields = Field(default_factory=list)
    key: Annotated[bool, Field(strict=False)] = False
    needs_photo: Annotated[bool, Field(strict=False)] = False
    indicator: Annotated[str, StringConstraints(max_length=60)] | None = None
    target: Annotated[int, Field(ge=0, le=10**9, strict=True)] | None = None

    @property
    def kept_lead_words(self) -> str:
        """Return the words of lead and support, a line each, the second after its column's name."""
        support = f"{SUPPORT}: {self.support_words}" if self.support_words else ""
        return "\n".join(each for each in (self.lead_words, support) if each)

    @property
    def kept_note(self) -> str:
        """Return the note with what stood under other headings, each after its heading."""
        more = (f"{each.heading}: {each.words}" if each.heading else each.words for each in self.more)
        return "\n".join(each for each in (self.note, *more) if each)


class PlanRecipient(StrictBody):
    """Somebody who gets the paper, and what for."""

    name: Line
    purpose: Line = ""

    def stored(self) -> StoredRecipient:
        """Return the recipient as the plan keeps it."""
        return {"name": self.name, "purpose": self.purpose}


class PlanHead(StrictBody):
    """Head of a plan: all but its rows."""

    title: Title
    number: Line = ""
    dated: date | None = None
    issuer: Code
    keeper: Code | None = None
    first: date | None = None
    last: date | None = None
    public: Annotated[bool, Field(strict=False)] = False


class PlanDraft(PlanHead):
    """A plan to be kept as a draft: the proposal of an import after somebody decided what was unclear.

    `parents` are plans' codes, their numbers, or papers from outside in words. `asked` and `tables` are the
    import's, and are not kept.
    """

    parents: Annotated[list[Line], Field(max_length=20)] = Field(default_factory=list)
    recipients: Annotated[list[PlanRecipient], Field(max_length=200)] = Field(default_factory=list)
    rows: Annotated[list[DraftRow], Field(max_length=MOST_ROWS)] = Field(default_factory=list)
    warnings: Annotated[list[Annotated[str, StringConstraints(max_length=1000)]], Field(max_length=200)] = (
        Field(default_factory=list)
    )
    asked: list[dict[str, object]] | None = Field(None, exclude=True, max_length=5000)
    tables: list[dict[str, object]] | None = Field(None, exclude=True, max_length=1000)


class PlanChange(PlanHead):
    """Change of a draft's head."""

    version: Version


class RowChange(DraftRow):
    """Change of a row; `version` is the row's that was seen, none for a new row at the end."""

    version: Version | None = None


class PlanStep(StrictBody):
    """Step of a plan's life; `acknowledge`: the warnings of the import have been read."""

    to: PlanState
    version: Version
    reason: Reason = ""
    acknowledge: Annotated[bool, Field(strict=False)] = False


class NewBriefing(StrictBody):
    """Briefing of people without accounts by a unit."""

    unit: Code
    held_on: date
    how: BriefingMethod
    people: Annotated[int, Field(ge=0, le=1_000_000, strict=True)] | None = None
    words: Reason = ""
