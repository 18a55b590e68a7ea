"""Headers of letters as they may come: broken, in any charset, with prose where an id should be."""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime

from service.domain.kernel.addresses import tidy_mailbox

_ID = re.compile(r"<[^<>\s]{1,250}>")
_DMARC = re.compile(r"\bdmarc\s*=\s*(\w+)", re.IGNORECASE)
_AGAIN = re.compile(
    r"^\s*(?:re|fwd?|trả lời|tl|chuyển tiếp|chuyển|aw|sv)\s*(?:\[\d+\])?\s*:\s*", re.IGNORECASE
)
_FORWARDED = re.compile(r"^\s*(?:fwd?|chuyển tiếp)\s*:", re.IGNORECASE)
_TOKEN_IN_SUBJECT = re.compile(r"\s*\[k[a-z2-7]{36}\]\s*", re.IGNORECASE)
LONGEST = 998


def header(message: EmailMessage, name: str) -> str:
    """Return a header's text, decoded; of a broken one what can be read."""
    text = _raw(message, name)
    if "=?" in text:
        with suppress(ValueError, LookupError, UnicodeError):
            text = str(make_header(decode_header(re.sub(r"\?=\s+=\?", "?==?", text))))
    text = _readable(text)
    return unicodedata.normalize("NFC", " ".join(text.split()))[:LONGEST]


def raw_header(message: EmailMessage, name: str) -> str:
    """Return a header as it came: the parser cuts ids at a space, which would make two letters one."""
    return " ".join(_raw(message, name).split())[:LONGEST]


def mailbox_of(message: EmailMessage, name: str) -> str:
    """Return the address of a header in its one spelling, empty for none."""
    given = parseaddr(header(message, name))[1] or header(message, name)
    return (tidy_mailbox(given) or given if "@" in given else "").lower()


def name_of(message: EmailMessage) -> str:
    """Return what the writer calls themselves."""
    return parseaddr(header(message, "from"))[0][:100]


def message_ids(text: str) -> list[str]:
    """Return the ids in a header, which may hold prose."""
    return _ID.findall(text)


def written_at(message: EmailMessage, now: datetime) -> datetime:
    """Return when a letter says it was written; now where that cannot be."""
    try:
        at = parsedate_to_datetime(header(message, "date"))
    except (ValueError, TypeError, OverflowError):
        return now
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return min(at, now) if at.year > 2000 else now


def plain_subject(subject: str) -> str:
    """Return the subject without what programmes put before it, and without our token."""
    text = _TOKEN_IN_SUBJECT.sub(" ", subject).strip()
    while (shorter := _AGAIN.sub("", text)) != text:
        text = shorter
    return text


def is_forwarded(subject: str) -> bool:
    """Return whether the subject says that a letter was handed on."""
    return _FORWARDED.match(subject) is not None


def dmarc_of(message: EmailMessage, authserv_id: str) -> str:
    """Return what our own mail server found (`pass`, `fail`…), empty where it says nothing.

    Anybody can write such a header into their letter: only the server that is named in the settings counts,
    and of its headers the topmost, which it put there last.
    """
    if not authserv_id:
        return ""
    for value in message.get_all("authentication-results") or ():
        text = " ".join(str(value).split())
        if text.partition(";")[0].split(" ")[0].strip().lower() == authserv_id:
            found = _DMARC.search(text)
            return found[1].lower() if found else ""
    return ""


def _readable(text: str) -> str:
    """Return a text whose bytes beyond ASCII were put there as they are, which many programmes do."""
    data = text.encode("utf-8", "surrogateescape")
    for charset in ("utf-8", "windows-1258"):
        try:
            return data.decode(charset)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", "replace")


def _raw(message: EmailMessage, name: str) -> str:
    wanted = name.lower()
    return next((str(value) for key, value in message.raw_items() if key.lower() == wanted), "")
