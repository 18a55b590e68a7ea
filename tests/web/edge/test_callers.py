"""A proxy that makes everybody one address: said where it stands, and only there."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from starlette.datastructures import Headers
from structlog.testing import capture_logs

from service.settings import Settings
from service.web.edge.callers import KEPT, LEAST, SAY_EVERY_S, Callers
from tests.web.small import edge_settings

GATEWAY = "172.18.0.1"


def note(
    callers: Callers,
    settings: Settings,
    peer: str | None,
    forwarded: str | None = None,
    *,
    browser: str = "one",
    path: str = "/",
    now_s: float = 0.0,
) -> None:
    headers = {"user-agent": browser, **({"x-forwarded-for": forwarded} if forwarded is not None else {})}
    scope = {"type": "http", "path": path, "client": (peer, 1234) if peer else None}
    callers.note(scope, Headers(headers), settings, now_s)


def citizens(number: int) -> Iterable[str]:
    return (f"203.0.{index // 200}.{index % 200 + 1}" for index in range(number))


NOT_TRUSTED: list[tuple[int | str, str | None, str, str]] = [
    # (setting, the connection's address, what follows the citizen in the header, the address that is named)
    (0, GATEWAY, "", GATEWAY),
    (0, "10.1.2.3", "", "10.1.2.3"),
    (0, "192.168.1.1", "", "192.168.1.1"),
    (0, "fd00:1::5", "", "fd00:1::5"),
    (0, "::ffff:10.1.2.3", "", "10.1.2.3"),
    (0, "127.0.0.1", "", "127.0.0.1"),
    (0, "::1", "", "::1"),
    (0, None, "", "unknown"),
    (1, "172.18.0.9", f", {GATEWAY}", GATEWAY),  # two proxies stand in a row, one is counted
    (2, GATEWAY, "", GATEWAY),  # one stands there, two are counted: the connection's own address
    ("10.0.0.0/8", GATEWAY, "", GATEWAY),
    ("10.0.0.5", "10.0.0.5", ", 10.0.0.6", "10.0.0.6"),  # the outer proxy is not named
]


@pytest.mark.parametrize(("setting", "peer", "behind", "named"), NOT_TRUSTED)
def test_a_proxy_that_is_not_believed_is_told_of(
    setting: int | str, peer: str | None, behind: str, named: str
) -> None:
    callers, settings = Callers(), edge_settings(trusted_proxies=setting)
    for citizen in citizens(LEAST):
        assert callers.look() is None
        note(callers, settings, peer, citizen + behind)
    warning = callers.look()
    assert warning is not None and "HIENTRUONG_TRUSTED_PROXIES" in warning
    assert f"private address {named}," in warning and "not believed" in warning


TRUSTED: list[tuple[int | str, str | None, str]] = [
    (1, GATEWAY, ""),
    (2, "172.18.0.9", f", {GATEWAY}"),
    ("private", "172.18.0.9", f", {GATEWAY}"),
    ("private", "127.0.0.1", ""),
    ("172.16.0.0/12", GATEWAY, ""),
    (0, "198.51.100.7", ""),  # a public address: to believe it would be advice that an attacker can provoke
]


@pytest.mark.parametrize(("setting", "peer", "behind"), TRUSTED)
def test_where_callers_are_told_apart_nothing_is_said(
    setting: int | str, peer: str | None, behind: str
) -> None:
    callers, settings = Callers(), edge_settings(trusted_proxies=setting)
    for number, citizen in enumerate(citizens(2 * KEPT)):
        note(callers, settings, peer, citizen + behind, browser=str(number))
    assert callers.look() is None


def test_an_intranet_whose_clients_are_private_needs_nothing() -> None:
    callers, settings = Callers(), edge_settings(trusted_proxies="10.0.0.5")
    for number in range(KEPT):
        note(callers, settings, "10.0.0.5", f"10.9.{number}.7", browser=str(number))
    assert callers.look() is None
    one = Callers()
    for _ in range(KEPT):  # one of them that asks all the time is believed to be what the proxy says
        note(one, settings, "10.0.0.5", "10.9.9.7, 10.0.0.5")
    assert one.look() is None


def test_many_browsers_of_one_private_address_are_a_proxy_without_the_header() -> None:
    callers, settings = Callers(), edge_settings(trusted_proxies="private")
    for number in range(KEPT):
        note(callers, settings, GATEWAY, browser=f"browser {number % 9}")
    assert callers.look() is None, "an office, or one who tries"
    for number in range(KEPT):
        note(callers, settings, GATEWAY, GATEWAY, browser=f"browser {number % 30}")
    warning = callers.look()
    assert warning is not None and "pass on" in warning
    assert GATEWAY in warning and "HIENTRUONG_TRUSTED_PROXIES" in warning


def test_one_who_is_alone_on_a_private_address_is_no_proxy() -> None:
    callers, settings = Callers(), edge_settings()
    for _ in range(KEPT):
        note(callers, settings, "127.0.0.1")
    assert callers.look() is None


def test_a_tenth_of_others_is_enough_to_say_nothing() -> None:
    callers, settings = Callers(), edge_settings()
    for number, citizen in enumerate(citizens(KEPT)):
        direct = number % 8 == 0
        note(callers, settings, citizen if direct else GATEWAY, None if direct else citizen)
    assert callers.look() is None


def test_checks_of_a_load_balancer_hide_nothing_and_prove_nothing() -> None:
    """It asks for a page without the header; citizens come through it too."""
    checks_only, callers, settings = Callers(), Callers(), edge_settings()
    for number, citizen in enumerate(citizens(KEPT)):
        note(checks_only, settings, GATEWAY, browser="check")
        note(callers, settings, GATEWAY, citizen if number % 10 == 0 else None, browser="check")
    assert checks_only.look() is None
    assert callers.look() is not None


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_what_operators_ask_does_not_count(path: str) -> None:
    callers = Callers()
    for citizen in citizens(KEPT):
        note(callers, edge_settings(), GATEWAY, citizen, path=path)
    assert callers.look() is None


@pytest.mark.parametrize("peer", ["127.0.0.1", "::1"])
def test_a_demo_on_its_own_machine_is_left_alone(peer: str) -> None:
    callers, settings = Callers(), edge_settings(demo=True)
    for number, citizen in enumerate(citizens(KEPT)):
        note(callers, settings, peer, citizen, browser=str(number))
    assert callers.look() is None


def test_it_is_forgotten_once_callers_are_told_apart() -> None:
    callers, settings = Callers(), edge_settings()
    for citizen in citizens(KEPT):
        note(callers, settings, GATEWAY, citizen)
    assert callers.look() is not None
    for citizen in citizens(KEPT // 5):
        note(callers, settings, citizen)
    assert callers.look() is None


def test_the_log_says_it_once_an_hour() -> None:
    callers, settings = Callers(), edge_settings()
    with capture_logs() as logs:
        for hour in range(3):
            for number, citizen in enumerate(citizens(KEPT)):
                note(callers, settings, GATEWAY, citizen, now_s=hour * SAY_EVERY_S + number)
    assert [each["log_level"] for each in logs] == ["warning"] * 3
    assert {each["setting"] for each in logs} == {"HIENTRUONG_TRUSTED_PROXIES"}
    assert all(GATEWAY in each["why"] for each in logs)


def test_memory_is_bounded_whatever_comes() -> None:
    callers, settings = Callers(), edge_settings()
    for number in range(3 * KEPT):
        note(callers, settings, GATEWAY, ", ".join(["x" * 100, "1.2.3"] * 20), browser="y" * number)
    assert len(callers._kept) == KEPT
    assert callers.look() is not None and len(callers.look() or "") < 500
