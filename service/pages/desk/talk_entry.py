"""The entry form filled in with a conversation, and what the person is told when it was sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from service.db import async_unit_of_work
from service.domain.kernel.codes import report_secret
from service.domain.reports.reports import Draft, Receipt
from service.domain.talks import desk as talks
from service.domain.talks.dialogue.state import DialogueState
from service.domain.talks.turn_acts import SENT
from service.domain.talks.vault import Vault
from service.i18n import translate
from service.pages.shared.forms import SentForm
from service.web.dependencies import Resources
from service.web.viewer import Colleague


async def form_of_talk(resources: Resources, staff: Colleague, talk: UUID, now: datetime) -> SentForm:
    """Return the form as the conversation fills it in. Raises NotFound."""
    found = await _opened(resources, staff, talk, now)
    draft = found.draft
    spot = draft.spot or draft.street
    fresh = [line for line in found.lines if found.since is None or line.at > found.since]
    texts = [line.text for line in fresh if not line.outgoing and line.text]
    values = {
        "talk": str(talk),
        "id": str(found.draft_report_id),
        "category": draft.kind,
        "description": "\n".join(texts)[-2000:],
        "address": spot.address if spot else _as_written(draft),
        "lon": f"{spot.lon}" if draft.spot and spot else "",
        "lat": f"{spot.lat}" if draft.spot and spot else "",
    }
    return SentForm(list(values.items()))


async def draft_of_talk(
    resources: Resources, staff: Colleague, form: SentForm, draft: Draft, now: datetime
) -> Draft:
    """Return the draft as the conversation's own report: its id, and the channel that it came by."""
    if (talk := _talk_of(form)) is None:
        return draft
    found = await _opened(resources, staff, talk, now)
    return replace(draft, id=found.draft_report_id, channel=found.row.channel)


async def confirm_in_talk(
    resources: Resources, staff: Colleague, form: SentForm, receipt: Receipt, now: datetime
) -> bool:
    """Tell the person the code where the form came from a conversation; whether it did."""
    if (talk := _talk_of(form)) is None:
        return False
    key = resources.settings.secret
    page = f"{resources.settings.public_url.rstrip('/')}/r/{receipt.code}"
    text = translate(SENT, "vi", code=receipt.code, link=f"{page}?s={report_secret(key, receipt.id)}")
    async with async_unit_of_work(resources.engine) as session:
        await session.run_sync(talks.complete_talk, Vault(key), staff.actor, talk, receipt.id, text, now)
    return True


async def _opened(resources: Resources, staff: Colleague, talk: UUID, now: datetime) -> talks.TalkFileView:
    async with async_unit_of_work(resources.engine) as session:
        vault = Vault(resources.settings.secret)
        return await session.run_sync(talks.open_talk, vault, staff.actor, talk, now)


def _as_written(draft: DialogueState) -> str:
    """Return the address that no map has, with the ward that was said."""
    return ", ".join(part for part in (draft.unplaced, draft.ward.address if draft.ward else "") if part)


def _talk_of(form: SentForm) -> UUID | None:
    try:
        return UUID(form.text("talk"))
    except ValueError:
        return None
