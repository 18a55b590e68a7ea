"""Link from a conversation to the form of a report, filled in with what was said."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import RedirectResponse, Response

from service.domain.talks.links import form_address
from service.domain.talks.vault import Vault
from service.web.dependencies import NowDep, ResourcesDep, SessionDep

router = APIRouter()


@router.get("/talk/{token}")
async def form_link(
    session: SessionDep, resources: ResourcesDep, now: NowDep, token: Annotated[str, Path(max_length=80)]
) -> Response:
    """Redirect to the form. Raises Gone for a link that is over."""
    vault = Vault(resources.settings.secret)
    address = await session.run_sync(form_address, vault, token, now)
    return RedirectResponse(address, status_code=303, headers={"referrer-policy": "no-referrer"})
