"""Tables of operation: leases, backups, downloads, maintained figures."""

from service.models.ops.download import Download
from service.models.ops.figure import FigureDay, FigureState
from service.models.ops.lease import Lease
from service.models.ops.open_file import OpenFile
from service.models.ops.partner import HandOver, Partner, PartnerUpdate
from service.models.ops.scheduled_report import ReportSubscription, ScheduledReport
from service.models.ops.upkeep import BackupRun, RestoreRun
from service.models.ops.webhook import Webhook, WebhookAttempt, WebhookDelivery

__all__ = [
    "BackupRun",
    "Download",
    "FigureDay",
    "FigureState",
    "HandOver",
    "Lease",
    "OpenFile",
    "Partner",
    "PartnerUpdate",
    "ReportSubscription",
    "RestoreRun",
    "ScheduledReport",
    "Webhook",
    "WebhookAttempt",
    "WebhookDelivery",
]
