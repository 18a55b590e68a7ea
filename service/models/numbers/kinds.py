"""Kinds of telephone numbers; who saw one, and what became of what was seen."""

from __future__ import annotations

from enum import StrEnum


class NumberKind(StrEnum):
    """Kind of a telephone number."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    SERVICE = "service"


class SeenBy(StrEnum):
    """Who says that the number stands on the advertisement."""

    READER = "reader"
    REPORTER = "reporter"
    STAFF = "staff"


class SightingState(StrEnum):
    """What people said of a sighting: nothing yet, that it is so, that it is not."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
