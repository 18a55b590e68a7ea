"""E-mail: to the mailbox that somebody left, through a mail server."""

from __future__ import annotations

from email.utils import parseaddr

from service.db import make_engine
from service.domain.notices.channels import Reachable
from service.domain.notices.confirmation import Mailbox
from service.i18n import N_
from service.models import NoticeChannel
from service.sending.email.intake.account import mail_account
from service.sending.email.intake.stored_letters import fetch_part, read_stored_letter
from service.sending.email.letter_delivery import EmailDelivery, LetterNotices
from service.sending.email.smtp import Smtp
from service.sending.envelope import Sender
from service.sending.sending_channel import SendingChannel
from service.sending.talk_channel import TalkChannel
from service.settings import Settings


def address_of(person: Reachable) -> str | None:
    """Return the mailbox in the spelling it is kept by."""
    return person.email.lower() if person.email else None


def mask(address: str) -> str:
    """Return the first letter and the domain: `l•••@example.org`."""
    local, _, domain = address.partition("@")
    return f"{local[:1]}•••@{domain}"


def make_sender(settings: Settings) -> Sender | None:
    """Return the mail server of the settings, None where there is none or nobody to send as."""
    smtp = None
    if settings.smtp_url and "@" in parseaddr(settings.mail_from)[1]:
        smtp = Smtp(settings.smtp_url.get_secret_value(), settings.mail_from)
    account = mail_account(settings)
    if account is None or (smtp is None and not account.demo):
        return smtp
    return LetterNotices(smtp, account, make_engine(settings.sqlalchemy_url, pool=1), settings.secret)


def make_delivery(settings: Settings) -> EmailDelivery | None:
    """Return what answers letters, None where none are read."""
    account = mail_account(settings)
    return EmailDelivery(account, settings.secret) if account else None


def account_of(settings: Settings) -> str | None:
    """Return the address that people write to."""
    account = mail_account(settings)
    return account.address if account else None


def is_demo(settings: Settings) -> bool:
    """Return whether people write to the demo's twin."""
    account = mail_account(settings)
    return account is not None and account.demo


CHANNEL = SendingChannel(
    name=NoticeChannel.EMAIL,
    label=N_("Email"),
    icon="mail",
    address_of=address_of,
    mask=mask,
    make_sender=make_sender,
    subscription=Mailbox,
    talk=TalkChannel(
        account=account_of,
        is_demo=is_demo,
        read=read_stored_letter,
        make_delivery=make_delivery,
        fetch=fetch_part,
        twin="/dev/mailbox",
        least_side=150,
    ),
)
