"""Demo sign-ins: one account a role, with a password that everybody may know.

From where they may be used is decided in `service/web/viewer.py`. Roles are spelled, and held against the
enum by a test: `up` would wait for the tables otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass

PASSWORD = "hien-truong-demo"  # noqa: S105 - public on purpose
NAMES = {
    "triage": "Demo – Điều phối viên",
    "department": "Demo – Cán bộ xử lý",
    "executor": "Demo – Doanh nghiệp thực hiện",
    "inspector": "Demo – Thanh tra",
    "manager": "Demo – Lãnh đạo đơn vị",
    "administrator": "Demo – Quản trị viên",
}


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """Demo account to sign in with."""

    username: str
    password: str
    role: str
    name: str


DEMO_ACCOUNTS = tuple(DemoAccount(f"demo.{role}", PASSWORD, role, name) for role, name in NAMES.items())

CABLE_ACCOUNTS = (
    DemoAccount("demo.cables", PASSWORD, "department", "Demo – Đơn vị giữ kế hoạch ngầm hóa"),
    DemoAccount("demo.company", PASSWORD, "executor", "Demo – Đơn vị có cáp"),
)
"""Accounts beside one for each role: the office that keeps the plan of cables, a company that owns some."""
