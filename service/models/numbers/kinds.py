"""Kinds of telephone numbers; who saw one, and what became of what was seen."""

from __future__ import annotations

from enum import StrEnum


class NumberKind(StrEnum):
    """Kind of a telephone number."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    SERVICE = "service"


class SightingSource(StrEnum):
    """Source of a sighting: who says that the number stands on the advertisement."""

    READER = "reader"
    REPORTER = "reporter"
    STAFF = "staff"


class SightingState(StrEnum):
    """State of a sighting: proposed, or what people said of it."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


class RequestPurpose(StrEnum):
    """Purpose of a letter to a carrier: whose number it is, warning, suspending, restoring it."""

    TRACE = "trace"
    WARN = "warn"
    SUSPEND = "suspend"
    RESTORE = "restore"


class RequestChannel(StrEnum):
    """Way on which a request reached the carrier."""

    PORTAL = "portal"
    LETTER = "letter"
    EMAIL = "e-mail"


class CarrierAnswer(StrEnum):
    """Answer of a carrier about one number. `none`: no answer any more, the question was taken back."""

    OURS = "ours"
    PORTED = "ported"
    NOT_IN_USE = "not_in_use"
    UNREGISTERED = "unregistered"
    NEW_OWNER = "new_owner"
    REFUSED = "refused"
    NONE = "none"


class CarrierAction(StrEnum):
    """Act of a carrier on one number."""

    WARNED = "warned"
    SUSPENDED = "suspended"
    RESTORED = "restored"
    NONE = "none"


class PublicationState(StrEnum):
    """State of a list of numbers that is made known."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
