"""Tables of advertisements' telephone numbers: the numbers, and where each was seen."""

from service.models.numbers.case import (
    AdNumberCase,
    CarrierRequest,
    CarrierRequestNumber,
    Subscriber,
    SubscriberReading,
)
from service.models.numbers.kinds import (
    CarrierAction,
    CarrierAnswer,
    PublicationState,
    RequestChannel,
    RequestPurpose,
    SightingSource,
    SightingState,
)
from service.models.numbers.listing import Listing, Objection, Publication
from service.models.numbers.number import AdNumber, Sighting
from service.models.numbers.old import OldSighting

__all__ = [
    "AdNumber",
    "AdNumberCase",
    "CarrierAction",
    "CarrierAnswer",
    "CarrierRequest",
    "CarrierRequestNumber",
    "Listing",
    "Objection",
    "OldSighting",
    "Publication",
    "PublicationState",
    "RequestChannel",
    "RequestPurpose",
    "Sighting",
    "SightingSource",
    "SightingState",
    "Subscriber",
    "SubscriberReading",
]
