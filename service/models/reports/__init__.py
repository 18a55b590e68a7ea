"""Tables of reports: the report, its photos, events, contact, emergency and participation."""

from service.models.reports.channels import ReceptionChannel
from service.models.reports.contact import Contact, ContactReading
from service.models.reports.emergency import EMERGENCY, ORDINARY, Duty, Emergency
from service.models.reports.event import Consumer, Event, Heartbeat, PendingTask
from service.models.reports.event_data import EventData
from service.models.reports.event_type import EventType
from service.models.reports.late_holder import LateHolder
from service.models.reports.open311 import PhotoLink, SentUpdate
from service.models.reports.participation import Comment, Follower, FollowUp, Rating
from service.models.reports.photo import Photo
from service.models.reports.report import Report
from service.models.reports.sender import PendingDeletion, SenderTrace
from service.models.reports.status import (
    CLOCK_RUNS,
    CLOCK_STANDS,
    DONE,
    ENDED_ELSEWHERE,
    ENDED_UNDONE,
    FINISHED,
    HELD,
    OPEN,
    UNFINISHED,
    Status,
)

__all__ = [
    "CLOCK_RUNS",
    "CLOCK_STANDS",
    "DONE",
    "EMERGENCY",
    "ENDED_ELSEWHERE",
    "ENDED_UNDONE",
    "FINISHED",
    "HELD",
    "OPEN",
    "ORDINARY",
    "UNFINISHED",
    "Comment",
    "Consumer",
    "Contact",
    "ContactReading",
    "Duty",
    "Emergency",
    "Event",
    "EventData",
    "EventType",
    "FollowUp",
    "Follower",
    "Heartbeat",
    "LateHolder",
    "PendingDeletion",
    "PendingTask",
    "Photo",
    "PhotoLink",
    "Rating",
    "ReceptionChannel",
    "Report",
    "SenderTrace",
    "SentUpdate",
    "Status",
]
