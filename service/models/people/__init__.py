"""Tables of people who sign in: staff and citizens."""

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

__all__ = [
    "BOUND_ROLES",
    "CASE_HOLDERS",
    "WARD_ROLES",
    "AuditEntry",
    "CalendarEntry",
    "CalendarToken",
    "CalendarWork",
    "CitizenSession",
    "CodeTries",
    "RecoveryCode",
    "Role",
    "SigninCode",
    "Staff",
    "StaffIdentity",
    "StaffSession",
]
