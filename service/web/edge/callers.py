"""Origins of the newest requests: whether a proxy makes everybody one address to the limits."""

from __future__ import annotations

import math
from collections import Counter, deque
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.types import Scope

from service.network.addresses import UNKNOWN, find_address, is_private, names_another, read_trusted
from service.ops.telemetry import get_logger
from service.settings import Settings, variable_name

log = get_logger(__name__)

KEPT, LEAST, LOOK_EVERY = 200, 50, 25
"""Requests that are remembered, how many allow to say anything, after how many it is looked at again."""

NEARLY_ALL = 0.9
WITH_HEADER, BROWSERS = 10, 10
"""So many requests whose header was not believed, or so many different browsers, are no chance."""

SAY_EVERY_S = 3600.0
UNCOUNTED = frozenset({"/healthz", "/readyz", "/metrics"})
"""Asked by the machinery itself, mostly from nearby."""

SETTING = variable_name("trusted_proxies")
NOT_BELIEVED = (
    "and what X-Forwarded-For says of them is not believed: limits meet everybody together. "
    "If a proxy of yours stands there, name it in {setting} ({address}, or `private` for all private "
    "networks; where it is a number: how many proxies stand in a row)."
)
NOT_TOLD = (
    "by many different browsers that no X-Forwarded-For tells apart: limits meet everybody together. "
    "If a proxy of yours stands there, have it pass on the addresses of its clients in X-Forwarded-For, "
    "and name it in {setting}."
)


@dataclass(frozen=True, slots=True)
class Call:
    """Request: the address it counts for, its `X-Forwarded-For`, a mark of its browser.

    `header` is None where there was none, else whether it was believed.
    """

    address: str
    header: bool | None
    browser: int


class Callers:
    """The newest requests of this process; times are monotonic seconds."""

    def __init__(self) -> None:
        self._kept: deque[Call] = deque(maxlen=KEPT)
        self._since_look, self._said_s = 0, -math.inf

    def note(self, scope: Scope, headers: Headers, settings: Settings, now_s: float) -> None:
        """Remember a request, and say in the log, once an hour, when all seem to be one address."""
        if scope["path"] in UNCOUNTED:
            return
        peer = scope["client"][0] if scope.get("client") else None
        lines, trusted = headers.getlist("x-forwarded-for"), read_trusted(settings.trusted_proxies)
        found = find_address(peer, lines, trusted)
        if settings.demo and found is not None and found.is_loopback:
            return
        header = not names_another(lines, found, trusted) if lines else None
        address = str(found) if found is not None else peer or UNKNOWN
        self._kept.append(Call(address, header, hash(headers.get("user-agent", ""))))
        self._since_look += 1
        if self._since_look >= LOOK_EVERY and now_s - self._said_s >= SAY_EVERY_S:
            self._since_look = 0
            if warning := self.look():
                self._said_s = now_s
                log.warning("all callers seem to be one address", setting=SETTING, why=warning)

    def look(self) -> str | None:
        """Return what to mend where nearly all requests came from one private address, by all signs a
        proxy's.
        """
        if len(self._kept) < LEAST:
            return None
        [(address, number)] = Counter(call.address for call in self._kept).most_common(1)
        if number < NEARLY_ALL * len(self._kept) or not is_private(address):
            return None
        calls = [call for call in self._kept if call.address == address]
        headers = [call.header for call in calls if call.header is not None]
        if len(headers) >= WITH_HEADER and headers.count(False) >= NEARLY_ALL * len(headers):
            advice = NOT_BELIEVED
        elif len({call.browser for call in calls}) >= BROWSERS:
            advice = NOT_TOLD
        else:
            return None
        seen = f"{number} of the last {len(self._kept)} requests came from the private address {address}"
        return f"{seen}, {advice.format(address=address, setting=SETTING)}"


def callers_of(app: Starlette) -> Callers:
    """Return the process's callers; made at the first request."""
    if not hasattr(app.state, "callers"):
        app.state.callers = Callers()
    callers: Callers = app.state.callers
    return callers
