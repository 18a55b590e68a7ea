"""Tables of official documents: how each unit writes, and what it has written."""

from service.models.documents.document import OfficialDocument, UnitOffice
from service.models.documents.periodic import PeriodicReport, ReportKind, ReportPeriod, UnitReport

__all__ = ["OfficialDocument", "PeriodicReport", "ReportKind", "ReportPeriod", "UnitOffice", "UnitReport"]
