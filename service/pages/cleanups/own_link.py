"""Links that open one's own sign-up: their parameters, and whose sign-up they open."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from service.domain.cleanups.signups import read_signup_token
from service.errors import NotFound
from service.i18n import N_
from service.web.dependencies import Resources

NOT_YOURS = N_("Liên kết này chưa đúng. Hãy mở lại từ tin bạn nhận được.")


class OwnLink(BaseModel):
    """Secret of a sign-up, and what proves that a mail was read."""

    t: Annotated[str, Field(max_length=100)] = ""
    m: Annotated[str, Field(max_length=100)] = ""
    done: Annotated[str, Field(max_length=20)] = ""


def signup_of_link(resources: Resources, link: OwnLink) -> UUID:
    """Return the id of the sign-up that a link opens. Raises NotFound for any other."""
    signup_id = read_signup_token(resources.settings.secret, link.t)
    if signup_id is None:
        raise NotFound(NOT_YOURS)
    return signup_id
