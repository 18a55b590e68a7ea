"""Tables: columns, constraints, indexes. No behaviour lives here."""

from service.models.cables.claim import Claim, Pole
from service.models.cables.kinds import CableBlock, CableTask, ClaimAnswer, Duct
from service.models.cables.route import CableRoute, CableSection
from service.models.casework.casework import ExtensionRequest, ReplyTemplate, RuleRefusal
from service.models.casework.delayed_step import DelayedStep
from service.models.casework.desk import HandoverNote, ReportFlag, SavedFilter
from service.models.casework.desk_reservation import DeskReservation
from service.models.casework.inspection import DeadlineStep, Inspection
from service.models.city.administration import ApiKey, AreaUpload, ManualChange, ScheduledChange
from service.models.city.area import Area, FormerUnit
from service.models.city.category import Category, ChoiceSpec, QuestionSpec
from service.models.city.city import CalendarDay, City
from service.models.city.department import Department
from service.models.city.recount import Recount
from service.models.city.rule import DeadlinePolicy, RoutingRule
from service.models.city.street import HouseNumber, Landmark, MapFile, PlaceName, Street, Water
from service.models.documents.document import OfficialDocument, UnitOffice
from service.models.documents.periodic import PeriodicReport, ReportKind, ReportPeriod, UnitReport
from service.models.emulation.award import Award
from service.models.emulation.correction import StandingCorrection
from service.models.emulation.initiative import Initiative, InitiativeState, InitiativeVote
from service.models.emulation.meter_reading import Meter, MeterReading
from service.models.emulation.movement import (
    Criterion,
    CriterionScore,
    CriterionSource,
    CriterionSubject,
    Movement,
    MovementStanding,
    MovementState,
    ScoreComment,
)
from service.models.emulation.person_score import PersonScore
from service.models.emulation.proof import ScoreProof
from service.models.notices.channels import NoticeAudience, NoticeChannel
from service.models.notices.notice import Message, NoticeChoice, PushDevice, SentCopy, Subscription
from service.models.notices.own_notice import OwnNotice
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
from service.models.ops.download import Download
from service.models.ops.figure import FigureDay, FigureState
from service.models.ops.lease import Lease
from service.models.ops.open_file import OpenFile
from service.models.ops.partner import HandOver, Partner, PartnerUpdate
from service.models.ops.scheduled_report import ReportSubscription, ScheduledReport
from service.models.ops.upkeep import BackupRun, RestoreRun
from service.models.ops.webhook import Webhook, WebhookAttempt, WebhookDelivery
from service.models.people.calendar import CalendarEntry, CalendarToken, CalendarWork
from service.models.people.citizen import CitizenSession, SigninCode
from service.models.people.roles import BOUND_ROLES, CASE_HOLDERS, WARD_ROLES, Role
from service.models.people.staff import (
    AuditEntry,
    CodeTries,
    RecoveryCode,
    Staff,
    StaffIdentity,
    StaffSession,
)
from service.models.privacy.privacy import FileMove, Hiding, PrivacyEntry
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
from service.models.shared.base import Base
from service.models.surveys.kinds import PointSource, PointState
from service.models.surveys.survey import Survey, SurveyLook, SurveyPoint
from service.models.talks.group import CompanyGroup, GroupMember, GroupPost
from service.models.talks.talk import (
    ChannelToken,
    Conversation,
    ConversationReport,
    InboxEntry,
    MailboxMark,
    TalkFile,
    TalkMessage,
)
from service.models.works.campaign import Campaign
from service.models.works.cleanup import (
    Audience,
    CheckState,
    Cleanup,
    CleanupCheck,
    CleanupForm,
    CleanupSeries,
    CleanupSignup,
    SignupState,
)
from service.models.works.commendation import Commendation, CommendationForm
from service.models.works.event_type import Subject, WorkEventType
from service.models.works.gifts import Contribution, ContributionKind, Pledge, TreeGroup
from service.models.works.hotspots import Hotspot, HotspotState
from service.models.works.kinds import (
    DifficultyKind,
    HolidayHandling,
    PlanState,
    WorkKind,
    WorkStatus,
)
from service.models.works.plan import Plan, PlanBriefing, PlanCalendar, PlanParent, PlanReadMark, PlanRow
from service.models.works.premises import Premises
from service.models.works.work import CodeCounter, Difficulty, Work, WorkDeadlineStep, WorkReport

__all__ = [
    "BOUND_ROLES",
    "CASE_HOLDERS",
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
    "WARD_ROLES",
    "AdNumber",
    "AdNumberCase",
    "ApiKey",
    "Area",
    "AreaUpload",
    "Audience",
    "AuditEntry",
    "Award",
    "BackupRun",
    "Base",
    "CableBlock",
    "CableRoute",
    "CableSection",
    "CableTask",
    "CalendarDay",
    "CalendarEntry",
    "CalendarToken",
    "CalendarWork",
    "Campaign",
    "CarrierAction",
    "CarrierAnswer",
    "CarrierRequest",
    "CarrierRequestNumber",
    "Category",
    "ChannelToken",
    "CheckState",
    "ChoiceSpec",
    "CitizenSession",
    "City",
    "Claim",
    "ClaimAnswer",
    "Cleanup",
    "CleanupCheck",
    "CleanupForm",
    "CleanupSeries",
    "CleanupSignup",
    "CodeCounter",
    "CodeTries",
    "Commendation",
    "CommendationForm",
    "Comment",
    "CompanyGroup",
    "Consumer",
    "Contact",
    "ContactReading",
    "Contribution",
    "ContributionKind",
    "Conversation",
    "ConversationReport",
    "Criterion",
    "CriterionScore",
    "CriterionSource",
    "CriterionSubject",
    "DeadlinePolicy",
    "DeadlineStep",
    "DelayedStep",
    "Department",
    "DeskReservation",
    "Difficulty",
    "DifficultyKind",
    "Download",
    "Duct",
    "Duty",
    "Emergency",
    "Event",
    "EventData",
    "EventType",
    "ExtensionRequest",
    "FigureDay",
    "FigureState",
    "FileMove",
    "FollowUp",
    "Follower",
    "FormerUnit",
    "GroupMember",
    "GroupPost",
    "HandOver",
    "HandoverNote",
    "Heartbeat",
    "Hiding",
    "HolidayHandling",
    "Hotspot",
    "HotspotState",
    "HouseNumber",
    "InboxEntry",
    "Initiative",
    "InitiativeState",
    "InitiativeVote",
    "Inspection",
    "Landmark",
    "LateHolder",
    "Lease",
    "Listing",
    "MailboxMark",
    "ManualChange",
    "MapFile",
    "Message",
    "Meter",
    "MeterReading",
    "Movement",
    "MovementStanding",
    "MovementState",
    "NoticeAudience",
    "NoticeChannel",
    "NoticeChoice",
    "Objection",
    "OfficialDocument",
    "OldSighting",
    "OpenFile",
    "OwnNotice",
    "Partner",
    "PartnerUpdate",
    "PendingDeletion",
    "PendingTask",
    "PeriodicReport",
    "PersonScore",
    "Photo",
    "PhotoLink",
    "PlaceName",
    "Plan",
    "PlanBriefing",
    "PlanCalendar",
    "PlanParent",
    "PlanReadMark",
    "PlanRow",
    "PlanState",
    "Pledge",
    "PointSource",
    "PointState",
    "Pole",
    "Premises",
    "PrivacyEntry",
    "Publication",
    "PublicationState",
    "PushDevice",
    "QuestionSpec",
    "Rating",
    "ReceptionChannel",
    "Recount",
    "RecoveryCode",
    "ReplyTemplate",
    "Report",
    "ReportFlag",
    "ReportKind",
    "ReportPeriod",
    "ReportSubscription",
    "RequestChannel",
    "RequestPurpose",
    "RestoreRun",
    "Role",
    "RoutingRule",
    "RuleRefusal",
    "SavedFilter",
    "ScheduledChange",
    "ScheduledReport",
    "ScoreComment",
    "ScoreProof",
    "SenderTrace",
    "SentCopy",
    "SentUpdate",
    "Sighting",
    "SightingSource",
    "SightingState",
    "SigninCode",
    "SignupState",
    "Staff",
    "StaffIdentity",
    "StaffSession",
    "StandingCorrection",
    "Status",
    "Street",
    "Subject",
    "Subscriber",
    "SubscriberReading",
    "Subscription",
    "Survey",
    "SurveyLook",
    "SurveyPoint",
    "TalkFile",
    "TalkMessage",
    "TreeGroup",
    "UnitOffice",
    "UnitReport",
    "Water",
    "Webhook",
    "WebhookAttempt",
    "WebhookDelivery",
    "Work",
    "WorkDeadlineStep",
    "WorkEventType",
    "WorkKind",
    "WorkReport",
    "WorkStatus",
]
