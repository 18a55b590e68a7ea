"""The pages that anybody opens: looked at in both languages, and by axe in a browser."""

from __future__ import annotations

PUBLIC_PAGES = (
    "/",
    "/report",
    "/map",
    "/feed",
    "/figures",
    "/mine",
    "/mine/signin",
    "/alerts",
    "/cleanups",
    "/praise",
    "/cables",
    "/numbers/listed",
    "/numbers/objection",
    "/login",
    "/help",
    "/help/how",
    "/help/public",
    "/help/privacy",
    "/help/accessibility",
    "/help/api",
    "/open-data",
    "/penalties",
    "/ogc",
    "/ogc/collections/reports",
    "/offline",
    "/dev/design",
    "/dev/hooks",
    "/dev/partner",
    "/dev/outbox",
    "/dev/facebook",
    "/dev/mailbox",
    "/dev/zalo",
)

STEPS_OF_ANOTHER = ("/downloads/new", "/report/places")
"""Opened from another page with what was chosen there: looked at by the tests of that page."""
