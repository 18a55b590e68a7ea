"""The citizen who signed in by a code, as pages know them: a cookie of its own, apart from the staff's."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import Response

from service.db import async_unit_of_work
from service.domain.notices.citizens import SESSION_LASTS, Citizen, recognise_citizen
from service.web.dependencies import NowDep, Resources, ResourcesDep

COOKIE = "hientruong_citizen"


async def get_citizen(request: Request, resources: ResourcesDep, now: NowDep) -> Citizen | None:
    """Return whose browser this is; None for somebody who did not sign in.

    Recognised in a transaction of its own, which is over before the form of the request is read.
    """
    if not (token := request.cookies.get(COOKIE, "")):
        return None
    async with async_unit_of_work(resources.engine) as session:
        return await session.run_sync(recognise_citizen, token, now)


CitizenDep = Annotated[Citizen | None, Depends(get_citizen)]


def keep_citizen(response: Response, token: str, resources: Resources) -> None:
    """Let the browser keep the session."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(SESSION_LASTS.total_seconds()),
        path="/",
        secure=resources.settings.public_url.startswith("https:"),
        httponly=True,
        samesite="lax",
    )


def forget_citizen(response: Response) -> None:
    """Let the browser forget the session."""
    response.delete_cookie(COOKIE, path="/")
