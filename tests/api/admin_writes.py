"""Routes only administrators write by: alike, so their rows of the permission table are made from these."""

from __future__ import annotations

ROLES = ("triage", "manager", "inspector", "department", "executor")

JSON: tuple[tuple[str, str], ...] = (
    ("POST", "/api/v1/admin/rules"),
    ("PUT", "/api/v1/admin/rules/{number}"),
    ("DELETE", "/api/v1/admin/rules/{number}"),
    ("POST", "/api/v1/admin/rules/{number}/restore"),
    ("DELETE", "/api/v1/admin/plans/{plan}"),
)
PAGES: tuple[str, ...] = (
    "/admin/rules/new",
    "/admin/rules/{number}",
    "/admin/rules/{number}/end",
    "/admin/rules/{number}/restore",
    "/admin/plans/{plan}/cancel",
)
