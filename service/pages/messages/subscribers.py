"""Subscribers of notices as a form names them: an address, or this browser."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import Request

from service.domain.notices.confirmation import Mailbox
from service.domain.people.devices import Browser
from service.errors import invalid
from service.i18n import N_
from service.pages.shared.forms import read
from service.sending.channels import CHANNELS, offered
from service.web.dependencies import Resources
from service.web.rates import allow


async def read_subscriber(
    request: Request, resources: Resources, fields: Mapping[str, str]
) -> Mailbox | Browser:
    """Return what was filled in for the channel that the form names.

    Raises Invalid, also for a channel that this installation does not have or nobody subscribes to, and
    TooMany beyond the limit of new browsers.
    """
    name = fields.get("channel", "")
    form = CHANNELS[name].subscription if name in offered(resources.settings) else None
    if form is None:
        raise invalid(["channel"], N_("Không có kênh nhận tin này."))
    if form is Browser:
        await allow(request, resources, "device")
    return read(form, {each: fields.get(each, "") for each in form.model_fields})
