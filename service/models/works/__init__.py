"""Tables of works: what an office has to do beside reports, and the plans that it comes from."""

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
from service.models.works.kinds import DifficultyKind, HolidayHandling, PlanState, WorkKind, WorkStatus
from service.models.works.plan import Plan, PlanBriefing, PlanCalendar, PlanParent, PlanReadMark, PlanRow
from service.models.works.premises import Premises
from service.models.works.work import CodeCounter, Difficulty, Work, WorkDeadlineStep, WorkReport

__all__ = [
    "Audience",
    "Campaign",
    "CheckState",
    "Cleanup",
    "CleanupCheck",
    "CleanupForm",
    "CleanupSeries",
    "CleanupSignup",
    "CodeCounter",
    "Commendation",
    "CommendationForm",
    "Contribution",
    "ContributionKind",
    "Difficulty",
    "DifficultyKind",
    "HolidayHandling",
    "Hotspot",
    "HotspotState",
    "Plan",
    "PlanBriefing",
    "PlanCalendar",
    "PlanParent",
    "PlanReadMark",
    "PlanRow",
    "PlanState",
    "Pledge",
    "Premises",
    "SignupState",
    "Subject",
    "TreeGroup",
    "Work",
    "WorkDeadlineStep",
    "WorkEventType",
    "WorkKind",
    "WorkReport",
    "WorkStatus",
]
