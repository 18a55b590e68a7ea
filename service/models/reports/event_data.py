"""The facts that an event of a report carries as `data`: each by its name, type and meaning, said once."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict  # the one that pydantic describes before Python 3.12


class PartsData(TypedDict):
    """Codes of the departments of a case by the part each plays; None where nobody plays it."""

    lead: str | None
    supports: list[str]
    executor: str | None


_Moves = TypedDict(
    "_Moves",
    {
        "from": Annotated[str, Field(description="Status before the step.")],
        "to": Annotated[
            str | list[str],
            Field(description="Status after the step; of a warning, those who are warned."),
        ],
    },
    total=False,
)


class EventData(_Moves, total=False):
    """Facts that an event tells besides the report's state at that moment; its type decides what is there.

    Departments, wards by code and categories are as elsewhere in the API; moments are ISO 8601 in UTC.
    """

    channel: Annotated[str, Field(description="How the report came in.")]
    reason: Annotated[str, Field(description="Reason or question in words, masked.")]
    why: Annotated[str, Field(description="Reason as a word: why a person has to look, why it ended.")]
    evidence: Annotated[list[str], Field(description="Ids of the photos that the step leans on.")]
    rule: Annotated[int, Field(description="Number of the routing rule.")]
    policy: Annotated[str | None, Field(description="Code of the deadline policy.")]
    due_at: Annotated[str | None, Field(description="Deadline.")]
    before: Annotated[str | None, Field(description="Deadline before.")]
    after: Annotated[str | None, Field(description="Deadline from now on.")]
    until: Annotated[str | None, Field(description="Until when an answer or an owner is waited for.")]
    unit: Annotated[str, Field(description="Unit of the granted time.")]
    amount: Annotated[int, Field(description="Granted time, in units.")]
    lead: Annotated[str | None, Field(description="Code of the lead department.")]
    lead_before: Annotated[str | None, Field(description="Code of the lead department before.")]
    supports: Annotated[list[str], Field(description="Codes of the supporting departments.")]
    executor: Annotated[str | None, Field(description="Code of the executor.")]
    category: Annotated[str, Field(description="Code of the category.")]
    category_name: Annotated[dict[str, str], Field(description="Name of the category by language.")]
    category_before: Annotated[str, Field(description="Code of the category before.")]
    ward: Annotated[str, Field(description="Name of the ward.")]
    ward_before: Annotated[str | None, Field(description="Name of the ward before.")]
    original: Annotated[str, Field(description="Code of the report that this one repeats.")]
    duplicate: Annotated[str, Field(description="Code of the report that repeats this one.")]
    into: Annotated[str, Field(description="Code of the report that was split off.")]
    source: Annotated[str, Field(description="Code of the report that this one was split off.")]
    comment: Annotated[str, Field(description="Id of the comment.")]
    photo: Annotated[str, Field(description="Id of the photo.")]
    kind: Annotated[str, Field(description="Kind of the comment or photo.")]
    score: Annotated[int, Field(description="Rating from 1 to 5.")]
    lasts: Annotated[bool, Field(description="Whether the place is still in order.")]
    arrives_at: Annotated[str, Field(description="When the executor promised to be there.")]
    arrives: Annotated[str, Field(description="The same in words, by the city's clock.")]
    step: Annotated[str, Field(description="Step of the ladder of warnings.")]
    notice: Annotated[str, Field(description="Notice that reached nobody.")]
    reason_kind: Annotated[str, Field(description="Why it is an emergency, as a word.")]
    company: Annotated[str, Field(description="Code of the company that was asked.")]
    company_name: Annotated[dict[str, str], Field(description="Its name by language.")]
    companies: Annotated[list[str], Field(description="Codes of the companies that are asked whose it is.")]
    answer: Annotated[str, Field(description="Whether it is the company's.")]
    disputed: Annotated[bool, Field(description="Whether another company said the same.")]
    owner: Annotated[str, Field(description="Code of the pole's owner, where nobody claims the cable.")]
    owner_name: Annotated[dict[str, str], Field(description="Its name by language.")]
    section: Annotated[str, Field(description="Code of the cable section put underground.")]
    street: Annotated[str, Field(description="Street of the section.")]
    contact: Annotated[bool, Field(description="Whether contact details were erased.")]
    device: Annotated[bool, Field(description="Whether the device's trace was erased.")]
    photos: Annotated[int, Field(description="Originals of photos that were erased.")]
    followers: Annotated[int, Field(description="Followers that were erased.")]
    words: Annotated[bool, Field(description="The sender's words were erased.")]
