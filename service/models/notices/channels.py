"""The ways by which people are told, and as what; how reports come in says `models/reports/channels.py`."""

from __future__ import annotations

from enum import StrEnum


class NoticeChannel(StrEnum):
    """Channel by which a message reaches a person."""

    EMAIL = "email"
    PUSH = "push"
    SMS = "sms"
    ZALO = "zalo"
    FACEBOOK = "facebook"


class NoticeAudience(StrEnum):
    """Part in which a person is sent a message: it decides on their words, their links and how they stop it.

    A `visitor` asked for a code or takes part in something that is no report; an `alert` is somebody's who
    hears of what is new at a place.
    """

    REPORTER = "reporter"
    FOLLOWER = "follower"
    ALERT = "alert"
    VISITOR = "visitor"
    STAFF = "staff"
