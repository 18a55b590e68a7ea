"""A mail programme for the demo: what is written goes, as a real letter, through the mailbox's parser."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import Annotated
from urllib.parse import urlencode

from anyio import to_thread
from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession

from service.db import async_unit_of_work
from service.domain.talks.inbox import store_delivery
from service.domain.talks.twin import ShownMessage, read_telephone
from service.domain.talks.vault import Vault
from service.imaging.refusal import MAX_BYTES
from service.pages.shared.forms import FormDep, SentForm
from service.pages.shared.visit import PageVisitDep, not_here
from service.rendering.engine import page
from service.sending.email.intake.account import CHANNEL_NAME, MailAccount, mail_account
from service.sending.email.intake.raw_letters import store_raw, understand_letter
from service.web.dependencies import Resources, SessionDep
from service.web.uploads import FORM_BYTES
from service.web.viewer import may_demo

router = APIRouter(prefix="/dev/mailbox")

PEOPLE = {
    "1": ("Lan", "lan@example.org"),
    "2": ("Minh", "minh@example.org"),
    "3": ("Hoa", "hoa@example.org"),
}
MOST_PHOTOS = 3


@router.get("")
async def programme(
    visit: PageVisitDep, session: SessionDep, who: Annotated[str, Query(max_length=2)] = "1"
) -> Response:
    """The letters of one person, and the form to write another; the letters alone for a script."""
    account = _demo_account(visit.request, visit.resources)
    chosen = who if who in PEOPLE else "1"
    context = {
        "reference": visit.reference,
        "now": visit.now,
        "address": account.address,
        "messages": await _letters(session, visit.resources, account, chosen),
        "who": chosen,
        "people": {each: name for each, (name, _) in PEOPLE.items()},
        "islands": ["staff/live.ts"],
    }
    return page(visit.request, "dev/mailbox.html", context, part="dev/_mailbox_said.html")


@router.post("", max_body_size=MAX_BYTES + FORM_BYTES)
async def write(visit: PageVisitDep, form: FormDep) -> Response:
    """Make a letter of the form and put it where the mailbox's letters go."""
    account = _demo_account(visit.request, visit.resources)
    who = form.text("who") if form.text("who") in PEOPLE else "1"
    async with async_unit_of_work(visit.resources.engine) as reading:
        before = await _letters(reading, visit.resources, account, who)
    raw = await _compose(account, form, who, before, visit.now)
    letter = await to_thread.run_sync(understand_letter, account, raw, visit.now)
    delivery = await to_thread.run_sync(
        store_raw, visit.resources.settings, visit.resources.storage, account, letter, raw
    )
    async with async_unit_of_work(visit.resources.engine) as writing:
        await writing.run_sync(store_delivery, Vault(visit.resources.settings.secret), delivery, visit.now)
    return RedirectResponse(f"/dev/mailbox?{urlencode({'who': who})}#write", status_code=303)


async def _letters(
    session: AsyncSession, resources: Resources, account: MailAccount, who: str
) -> list[ShownMessage]:
    vault = Vault(resources.settings.secret)
    return await session.run_sync(read_telephone, vault, CHANNEL_NAME, account.address, PEOPLE[who][1])


async def _compose(
    account: MailAccount, form: SentForm, who: str, before: list[ShownMessage], now: datetime
) -> bytes:
    """Return the letter as a mail programme sends it: an answer quotes and names what it answers."""
    name, address = PEOPLE[who]
    message = EmailMessage()
    message["From"] = f"{name} <{address}>"
    message["To"] = account.address
    message["Date"] = format_datetime(now)
    message["Message-ID"] = make_msgid(domain="example.org")
    text, subject = form.text("text"), " ".join(form.text("subject").split())
    answered = next((each for each in reversed(before) if not each.own and each.external_id), None)
    if form.text("act") == "answer" and answered is not None:
        message["In-Reply-To"] = message["References"] = answered.external_id
        subject = f"Re: {subject}" if subject else "Re:"
        quoted = "\n".join(f"> {line}" for line in answered.text.split("\n"))
        text = f"{text}\n\nVào {now:%d/%m/%Y}, {account.address} đã viết:\n{quoted}"
    message["Subject"] = subject
    message.set_content(text)
    for photo in form.files("photo")[:MOST_PHOTOS]:
        data = await photo.read()
        if data:
            message.add_attachment(
                data, maintype="image", subtype="jpeg", filename=photo.filename or "anh.jpg"
            )
    return message.as_bytes()


def _demo_account(request: Request, resources: Resources) -> MailAccount:
    """Return the demo's mailbox. Raises NotFound elsewhere than in the demo at this very machine."""
    account = mail_account(resources.settings)
    if account is None or not account.demo or not may_demo(request, resources):
        raise not_here()
    return account
