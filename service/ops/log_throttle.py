"""Log filter: one line per logger every 30 s while a dependency is unreachable, not a traceback per retry.

Libraries log every try with its traceback. That the other side is away is no fault in the code, and thousands
of lines of it would hide one that is.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Iterator, MutableMapping
from typing import Any, Literal

Dependency = Literal["database", "redis", "worker"]

AGAIN_S = 30.0
WIDEST = 160

# By name: who does not use these libraries does not import them for this.
_AWAY: dict[str, Dependency] = {
    "sqlalchemy.exc.DisconnectionError": "database",
    "redis.exceptions.ConnectionError": "redis",
    "redis.exceptions.TimeoutError": "redis",
    "kombu.exceptions.OperationalError": "redis",
    "celery.beat.SchedulingError": "redis",
    "billiard.exceptions.WorkerLostError": "worker",
}
_STATEMENT_FAILED = "sqlalchemy.exc.DBAPIError"
_GOING_DOWN = ("08", "57P")
"""Classes of SQLSTATE: connection exceptions, and a server that stops or starts (PostgreSQL, appendix A)."""


def away(error: BaseException) -> Dependency | None:
    """Return whose absence the exception tells of; None for any other."""
    names = [f"{each.__module__}.{each.__qualname__}" for each in type(error).__mro__]
    if _STATEMENT_FAILED in names:
        return "database" if _connection_lost(error) else None
    return next((_AWAY[name] for name in names if name in _AWAY), None)


def _connection_lost(error: Any) -> bool:
    if error.connection_invalidated:
        return True
    state = getattr(error.orig, "sqlstate", None)
    if state:
        return bool(state.startswith(_GOING_DOWN))
    return type(error).__name__ == "OperationalError"  # there was no connection that could give a state


class Outages(logging.Filter):
    """Filter of a handler: cuts such records down to a line, one for each logger every AGAIN_S seconds.

    The line tells how many were left out since the last (`more`). Anything else passes as it is.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._logged: dict[tuple[str, Dependency], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether the record is said."""
        facts = record.msg if isinstance(record.msg, MutableMapping) else None
        error = _error(record.exc_info or (facts or {}).get("exc_info"))
        what = away(error) if error else None
        if error is None or what is None:
            return True
        key, now = (record.name, what), self._clock()
        logged_s, left_out = self._logged.get(key, (float("-inf"), 0))
        if now - logged_s < AGAIN_S:
            self._logged[key] = (logged_s, left_out + 1)
            return False
        self._logged[key] = (now, 0)
        data = {"away": what, "error": type(error).__name__, "why": _line(_cause(error))}
        if left_out:
            data["more"] = str(left_out)
        if facts is not None:
            facts.pop("exc_info", None)
            facts.update(data)
        else:
            record.msg, record.args = _line(record.getMessage()), ()
            record.__dict__.pop("data", None)  # the whole of it once more, by Celery
            record.__dict__.update(data)
        record.exc_info = record.exc_text = None
        return True


def _error(exc_info: object) -> BaseException | None:
    """Return the exception of what logging calls `exc_info`."""
    if exc_info is True:
        return sys.exc_info()[1]
    found = exc_info[1] if isinstance(exc_info, tuple) else exc_info
    inner = getattr(found, "exc", None)  # billiard wraps what comes from another process
    if isinstance(inner, BaseException):
        return inner
    return found if isinstance(found, BaseException) else None


def _cause(error: BaseException) -> object:
    """Return what the driver said, without the statement that SQLAlchemy adds."""
    return getattr(error, "orig", None) or error


def _line(message: object) -> str:
    first = next(_lines(str(message)), "")
    return first if len(first) <= WIDEST else first[: WIDEST - 1] + "…"


def _lines(message: str) -> Iterator[str]:
    return (line.strip() for line in message.splitlines() if line.strip())
