"""Columns of the lists that machines read."""

from __future__ import annotations

from collections.abc import Mapping

Rows = list[tuple[object, ...]]

FIELDS: Mapping[str, str] = {
    "code": "text", "category": "text", "category_name": "text", "status": "text", "status_name": "text",
    "description": "text", "address": "text", "ward": "text", "ward_name": "text", "lead": "text",
    "lead_name": "text", "supports": "text", "supports_names": "text", "executor": "text",
    "executor_name": "text", "channel": "text", "created_at": "time", "updated_at": "time",
    "due_at": "time", "resolved_at": "time", "closed_at": "time", "late": "yes",
    "lon": "number", "lat": "number", "link": "text",
}  # fmt: skip
"""The columns in their order, and what each holds."""
