"""Signing a browser in as one of the demo's staff, without the form: that has tests of its own."""

from __future__ import annotations

from service.web.viewer import SESSION_COOKIE
from tests.journeys.conftest import Phone


def sign_in(phone: Phone, role: str, username: str = "") -> None:
    """Every page of this browser context is that account's from now on: the demo's of a role, or another."""
    token = phone.site.token(username or f"demo.{role}")
    phone.context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": phone.site.url}])


def sign_out(phone: Phone) -> None:
    """The browser forgets who it was."""
    phone.context.clear_cookies(name=SESSION_COOKIE)
