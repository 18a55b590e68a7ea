"""Demo sign-ins: one account a role, with a password that everybody may know.

From where they may be used is decided in `service/web/viewer.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

from service.models import Role

PASSWORD = "hien-truong-demo"  # noqa: S105 - public on purpose
NAMES = {
    Role.TRIAGE: "Demo – Điều phối viên",
    Role.DEPARTMENT: "Demo – Cán bộ xử lý",
    Role.EXECUTOR: "Demo – Doanh nghiệp thực hiện",
    Role.INSPECTOR: "Demo – Thanh tra",
    Role.MANAGER: "Demo – Lãnh đạo đơn vị",
    Role.ADMINISTRATOR: "Demo – Quản trị viên",
}


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """Demo account to sign in with."""

    username: str
    password: str
    role: str
    name: str


DEMO_ACCOUNTS = tuple(DemoAccount(f"demo.{role}", PASSWORD, role, name) for role, name in NAMES.items())
