"""Letters that no person wrote to us: robots, lists, absences, letters that came back. They get no answer.

Rules as helpdesks have them: two machines that answer each other never stop by themselves.
"""

from __future__ import annotations

import re
from email.message import EmailMessage

from service.sending.email.intake.headers import header, mailbox_of

OUR_LOOP = "hientruong"
_BULK = frozenset({"bulk", "list", "junk", "auto_reply"})
_SUPPRESS = frozenset({"all", "oof", "autoreply"})
_ROBOT = re.compile(r"^(?:mailer-daemon|postmaster|no-?_?\.?reply|do-?not-?reply|bounces?)(?:[+@-]|$)")
_SUBJECT = re.compile(
    r"^\s*(?:automatic reply|auto(?:-|\s)?reply|tự động trả lời|trả lời tự động|thư trả lời tự động"
    r"|out of office|(?:(?:thông báo|(?:tôi|hiện) đang) )?(?:vắng mặt|nghỉ phép|đi vắng)"
    r"|undeliver|delivery status|mail delivery|returned mail"
    r"|không gửi được thư|failure notice)",
    re.IGNORECASE,
)
_OUR_ID = re.compile(
    r"^(?:Message-ID|In-Reply-To|References):\s*(<talk\.[^<>\s]+>|<[0-9a-f-]{36}@[^<>\s]+>)", re.I | re.M
)
"""The head of our letter as a server sends it back: our ids have a shape of their own."""

_STATUS = re.compile(r"^Status:\s*([245]\.\d{1,3}\.\d{1,3})", re.IGNORECASE | re.MULTILINE)
FULL_MAILBOX = "5.2.2"


def is_automatic(message: EmailMessage, ours: str) -> bool:
    """Return whether the letter was sent by a programme, so that nobody would read an answer."""
    sender = mailbox_of(message, "from")
    return (
        header(message, "auto-submitted").partition(";")[0].strip().lower() not in ("", "no")
        or header(message, "precedence").lower() in _BULK
        or any(message.get(name) for name in ("list-id", "list-unsubscribe", "x-autoreply", "x-autorespond"))
        or bool(_SUPPRESS & set(re.split(r"[,\s]+", header(message, "x-auto-response-suppress").lower())))
        or header(message, "return-path").strip() == "<>"
        or header(message, "x-loop").strip() == OUR_LOOP
        or message.get_content_type() == "multipart/report"
        or sender == ours
        or _plain_address(sender) == ours
        or bool(_ROBOT.match(sender))
        or bool(_SUBJECT.match(header(message, "subject")))
        or _is_invitation(message)
    )


def _is_invitation(message: EmailMessage) -> bool:
    """Return whether a calendar wrote: an invitation, its answer or its end; a file of dates is none."""
    return any(
        part.get_content_type() == "text/calendar"
        and part.get_param("method") is not None
        and part.get_content_disposition() != "attachment"
        for part in message.walk()
    )


def bounce_of(message: EmailMessage, raw: str) -> tuple[str, str] | None:
    """Return the status of a letter of ours that came back, and its id; None where none did."""
    report = message.get_content_type() == "multipart/report"
    if not report and not _ROBOT.match(mailbox_of(message, "from")):
        return None
    text = "\n".join(
        str(part) for part in message.walk() if part.get_content_type() == "message/delivery-status"
    )
    status = _STATUS.search(text)
    if status is None or not status[1].startswith("5.") or status[1] == FULL_MAILBOX:
        return None
    inside = _OUR_ID.findall(raw)
    return (status[1], inside[-1]) if inside else None


def _plain_address(address: str) -> str:
    """Return an address of ours without the token in it."""
    local, _, domain = address.partition("@")
    return f"{local.partition('+')[0]}@{domain}"
