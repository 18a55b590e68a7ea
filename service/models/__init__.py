"""Tables: columns, constraints, indexes. No behaviour lives here."""

from service.models.administration import ApiKey, AreaUpload, HandChange, PlannedChange
from service.models.area import Area, FormerUnit
from service.models.base import Base
from service.models.casework import ExtensionRequest, ReplyTemplate, RuleRefusal
from service.models.category import Category
from service.models.citizen import CitizenSession, SigninCode
from service.models.city import CalendarDay, City
from service.models.contact import Contact, ContactReading
from service.models.department import Department
from service.models.desk import ReportFlag, SavedFilter
from service.models.download import Download
from service.models.emergency import EMERGENCY, ORDINARY, Duty, Emergency
from service.models.event import Consumer, Event, HandedOver, Heartbeat
from service.models.figure import FigureDay, FigureState
from service.models.inspection import DeadlineStep, Inspection
from service.models.lease import Lease
from service.models.notice import Message, NoticeChoice, PushDevice, SentCopy, Subscription
from service.models.participation import Comment, Follower, Rating
from service.models.photo import Photo
from service.models.privacy import FileMove, Hiding, PrivacyEntry
from service.models.recount import Recount
from service.models.report import CHANNELS, OPEN_STATUSES, STATUSES, Report
from service.models.rule import DeadlinePolicy, RoutingRule
from service.models.sender import DoomedFile, SenderTrace
from service.models.staff import (
    ROLES,
    AuditEntry,
    CodeTries,
    RecoveryCode,
    Staff,
    StaffIdentity,
    StaffSession,
)
from service.models.upkeep import BackupRun, RestoreRun

__all__ = [
    "CHANNELS",
    "EMERGENCY",
    "OPEN_STATUSES",
    "ORDINARY",
    "ROLES",
    "STATUSES",
    "ApiKey",
    "Area",
    "AreaUpload",
    "AuditEntry",
    "BackupRun",
    "Base",
    "CalendarDay",
    "Category",
    "CitizenSession",
    "City",
    "CodeTries",
    "Comment",
    "Consumer",
    "Contact",
    "ContactReading",
    "DeadlinePolicy",
    "DeadlineStep",
    "Department",
    "DoomedFile",
    "Download",
    "Duty",
    "Emergency",
    "Event",
    "ExtensionRequest",
    "FigureDay",
    "FigureState",
    "FileMove",
    "Follower",
    "FormerUnit",
    "HandChange",
    "HandedOver",
    "Heartbeat",
    "Hiding",
    "Inspection",
    "Lease",
    "Message",
    "NoticeChoice",
    "Photo",
    "PlannedChange",
    "PrivacyEntry",
    "PushDevice",
    "Rating",
    "Recount",
    "RecoveryCode",
    "ReplyTemplate",
    "Report",
    "ReportFlag",
    "RestoreRun",
    "RoutingRule",
    "RuleRefusal",
    "SavedFilter",
    "SenderTrace",
    "SentCopy",
    "SigninCode",
    "Staff",
    "StaffIdentity",
    "StaffSession",
    "Subscription",
]
