"""The roles of staff."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """Role of a colleague; a department or the whole city is the scope."""

    TRIAGE = "triage"
    DEPARTMENT = "department"
    EXECUTOR = "executor"
    INSPECTOR = "inspector"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"


BOUND_ROLES = (Role.DEPARTMENT, Role.EXECUTOR)
"""Roles that make no sense without a department."""

WARD_ROLES = (Role.INSPECTOR, Role.MANAGER)
"""Roles that may be bound to a group of wards, in place of a department."""

CASE_HOLDERS = (Role.DEPARTMENT, Role.MANAGER)
"""Who may hold a case of their department."""
