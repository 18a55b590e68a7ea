"""Acting by a form of emulation: go on where it was carried out, draw the page again where it was refused."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from fastapi.responses import RedirectResponse, Response

from service.errors import AppError

T = TypeVar("T")
TOLD_ELSEWHERE = frozenset({401, 404, 503})
"""Statuses that have a page of their own."""


async def act(
    doing: Awaitable[T],
    redraw: Callable[[AppError], Awaitable[Response]],
    address: str | Callable[[T], str],
    elsewhere: frozenset[int] = TOLD_ELSEWHERE,
) -> Response:
    """Answer with the address to go on to, or with the page drawn again by `redraw` and what was refused.

    Raises what has a status of those told `elsewhere`.
    """
    try:
        done = await doing
    except AppError as error:
        if error.status in elsewhere:
            raise
        return await redraw(error)
    return RedirectResponse(address if isinstance(address, str) else address(done), status_code=303)
