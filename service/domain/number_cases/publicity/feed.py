"""Public events of numbers for the feed: put on the public list, taken off it. Masked, always."""

from __future__ import annotations

from sqlalchemy import Text, cast, select

from service.domain.number_cases.withdrawals import always_masked
from service.domain.numbers.telephones import of_e164
from service.domain.works.subject_feed import FeedReader, FeedSubject, SubjectFeedItem
from service.domain.works.views import ReadModel
from service.models import AdNumber, AdNumberCase, Event, Subject, WorkEventType

TOLD: frozenset[str] = frozenset({WorkEventType.NUMBER_LISTED, WorkEventType.NUMBER_UNLISTED})


class FeedNumber(ReadModel):
    """Number that an event is about, with its middle hidden."""

    number: str
    links: dict[str, str]


class NumberFeedItem(SubjectFeedItem):
    """Public event of a number; `data` has the decision by which it was listed. Why it was taken off again
    is between its owner and the city.
    """

    number: FeedNumber


def _item(row: tuple[Event, str], reader: FeedReader) -> NumberFeedItem:
    event, e164 = row
    subject = FeedNumber(number=of_e164(e164).masked, links={"page": f"{reader.base}/numbers/listed"})
    decision = event.data.get("decision")
    data = {"decision": always_masked(reader.reference).text(str(decision))} if decision else {}
    return NumberFeedItem(**reader.common(event), number=subject, data=data)


LISTED_NUMBERS = FeedSubject(
    (Subject.WORK,),
    select(Event, AdNumber.e164)
    .join(AdNumberCase, Event.subject_id == cast(AdNumberCase.work_id, Text))
    .join(AdNumber, AdNumber.id == AdNumberCase.number_id),
    _item,
    prefixes=("number.",),
    types=TOLD,
)
