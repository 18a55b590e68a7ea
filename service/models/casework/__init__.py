"""Tables of work on cases: requests for more time, inspections, the desk."""

from service.models.casework.casework import ExtensionRequest, ReplyTemplate, RuleRefusal
from service.models.casework.delayed_step import DelayedStep
from service.models.casework.desk import HandoverNote, ReportFlag, SavedFilter
from service.models.casework.desk_reservation import DeskReservation
from service.models.casework.inspection import DeadlineStep, Inspection

__all__ = [
    "DeadlineStep",
    "DelayedStep",
    "DeskReservation",
    "ExtensionRequest",
    "HandoverNote",
    "Inspection",
    "ReplyTemplate",
    "ReportFlag",
    "RuleRefusal",
    "SavedFilter",
]
