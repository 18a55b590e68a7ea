"""The form of a page: its token checked, its files closed when the answer is made."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData

from service.deps import PartsDep
from service.viewer import check_csrf


async def get_form(request: Request, parts: PartsDep) -> AsyncIterator[FormData]:
    """What was filled in. Raises Forbidden unless it carries this browser's token."""
    try:
        await check_csrf(request, parts)
        yield await request.form()
    finally:
        await request.close()


FormDep = Annotated[FormData, Depends(get_form, scope="function")]
