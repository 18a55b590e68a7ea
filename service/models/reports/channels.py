"""The ways by which reports come in. How people are told of them is `models/notices/channels.py`."""

from __future__ import annotations

from enum import StrEnum


class ReceptionChannel(StrEnum):
    """Channel by which a report reached the city."""

    APP = "app"
    PORTAL = "portal"
    EMAIL = "email"
    FACEBOOK = "facebook"
    ZALO = "zalo"
    PHONE = "phone"
    OPEN311 = "open311"
    WALK_IN = "walk_in"
    PAPER = "paper"
    INSPECTION = "inspection"


AT_THE_DESK = (ReceptionChannel.PHONE, ReceptionChannel.WALK_IN, ReceptionChannel.PAPER)
"""What colleagues enter for people who call, come or write."""

WITHOUT_A_SWITCH = (ReceptionChannel.WALK_IN, ReceptionChannel.PAPER, ReceptionChannel.INSPECTION)
"""What a city cannot switch off: an office takes what is handed to it and what its inspectors find."""
