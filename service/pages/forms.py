"""The form of a page: its token checked, its files closed when the answer is made."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID, uuid5

from fastapi import Depends, Request
from starlette.datastructures import FormData

from service.deps import PartsDep
from service.viewer import check_csrf
from service.web.forms import close_form, read_form


async def get_form(request: Request, parts: PartsDep) -> AsyncIterator[FormData]:
    """What was filled in. Raises Forbidden unless it carries this browser's token."""
    try:
        await check_csrf(request, parts)
        yield await read_form(request)
    finally:
        close_form(request.scope)


FormDep = Annotated[FormData, Depends(get_form, scope="function")]


def words_id(form_id: Any, text: str) -> UUID | None:
    """The id of these words sent by the form of that id, so that sending it twice is saying it once. Other
    words in the same form, after going back to it, are other words. None for a form without an id.
    """
    try:
        return uuid5(UUID(str(form_id)), text)
    except ValueError:
        return None
