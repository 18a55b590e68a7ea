"""The form of a page: its token checked, its files closed when the answer is made."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any, TypeVar
from uuid import UUID, uuid5

from fastapi import Depends, Request
from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData

from service.web.dependencies import ResourcesDep
from service.web.failures import invalid_input
from service.web.forms import close_form, read_form
from service.web.validation import field_errors
from service.web.viewer import check_csrf


async def get_form(request: Request, resources: ResourcesDep) -> AsyncIterator[FormData]:
    """Yield what was filled in. Raises Forbidden unless it carries this browser's token."""
    try:
        await check_csrf(request, resources)
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


M = TypeVar("M", bound=BaseModel)


def read(model: type[M], given: dict[str, str]) -> M:
    """The form as `model`. Raises Invalid.

    Numbers are read here: with a validator before fields (`drafts.Strict`) pydantic forgets that all is text.
    """
    numbers = {name for name, field in model.model_fields.items() if field.annotation in (int, int | None)}
    sent = {name: _number(text) if name in numbers else text for name, text in given.items()}
    try:
        return model.model_validate(sent)
    except ValidationError as error:
        raise invalid_input(field_errors(error.errors(include_url=False))) from None


def _number(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else text
