"""Links of messages: whoever opens one is whom the message went to."""

from __future__ import annotations

from uuid import UUID

from service.domain.notices.links import Purpose, read_token
from service.errors import NotFound
from service.i18n import N_
from service.web.dependencies import Resources


def row_of_link(resources: Resources, purpose: Purpose, token: str) -> UUID:
    """Return the id that a link's token was made for. Raises NotFound for a token of another `purpose`."""
    row_id = read_token(resources.settings.secret, purpose, token)
    if row_id is None:
        raise NotFound(N_("Liên kết này chưa đúng. Hãy mở lại từ tin bạn nhận được."))
    return row_id
