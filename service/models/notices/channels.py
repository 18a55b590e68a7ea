"""The ways by which people are told. The ways by which reports come in are `models/reports/channels.py`."""

from __future__ import annotations

from enum import StrEnum


class NoticeChannel(StrEnum):
    """Channel by which a message reaches a person."""

    EMAIL = "email"
    PUSH = "push"
    SMS = "sms"
    ZALO = "zalo"
    FACEBOOK = "facebook"
