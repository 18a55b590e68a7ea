"""A letter's raw bytes read into what is kept of it; files stay in the raw letter until they are fetched."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

from service.domain.talks.reply_tokens import find_token
from service.sending.email.intake.account import MailAccount
from service.sending.email.intake.automatic import bounce_of, is_automatic
from service.sending.email.intake.bodies import MOST_PARTS, is_mojibake, is_text, letter_parts, text_of
from service.sending.email.intake.headers import (
    dmarc_of,
    header,
    is_forwarded,
    mailbox_of,
    message_ids,
    name_of,
    plain_subject,
    raw_header,
    written_at,
)
from service.sending.email.intake.quotes import own_words

MOST_BYTES = 25 * 1024 * 1024
MOST_HEAD, MOST_DIVIDERS = 256 * 1024, 5_000
"""Bytes of headers, and lines that may begin a part, that are looked at."""

MOST_FILES = 10
LOGO_BYTES = 10_000
"""A picture inside the text that is smaller belongs to a signature, or counts who reads."""

LONGEST_TEXT = 4000
MOST_ID = 200
_TRACES = re.compile(
    rb"^(?:Received|Delivered-To|Return-Path|DKIM-[^:]*|ARC-[^:]*|Authentication-Results|X-[^:]*):", re.I
)
_IGNORED = frozenset(
    {"text/calendar", "text/vcard", "application/pgp-signature", "application/pkcs7-signature"}
)
_SIGNS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
_HEIF = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif")


@dataclass(frozen=True, slots=True)
class ReadLetter:
    """Letter as it was read: its key, and what is to be kept as JSON."""

    key: str
    payload: dict[str, object]


def parse(raw: bytes) -> EmailMessage:
    """Return the letter as a tree of parts; of one made of countless parts or headers the first of these.

    Each part costs a hundred times its bytes: 25 MB of empty ones would take a worker's memory, every time
    the mailbox is read.
    """
    return _parse_bounded(_bounded(raw))


def _parse_bounded(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=policy.default)
    if not isinstance(message, EmailMessage):
        raise TypeError("no letter")
    return message


def read_letter(raw: bytes, account: MailAccount, now: datetime, *, large: bool = False) -> ReadLetter:
    """Return what a letter says. `large`: its head alone was fetched."""
    bounded = _bounded(raw)
    message = _parse_bounded(bounded)
    parts = [] if large else list(letter_parts(message))[:MOST_PARTS]
    subject = header(message, "subject")
    forwarded = is_forwarded(subject)
    whole = text_of(parts, keep_quotes=forwarded)
    references = message_ids(f"{raw_header(message, 'references')} {raw_header(message, 'in-reply-to')}")
    addresses = " ".join(header(message, each) for each in ("to", "cc", "delivered-to", "x-original-to"))
    files, winmail = _files(parts)
    bounced = bounce_of(message, raw.decode("latin-1"))
    automatic = is_automatic(message, account.address)
    dmarc = dmarc_of(message, account.authserv_id)
    key = letter_key(message, bounded)
    payload: dict[str, object] = {
        "key": key,
        "message_id": next(iter(message_ids(raw_header(message, "message-id"))), "")[:MOST_ID],
        "from": mailbox_of(message, "from"),
        "name": name_of(message),
        "subject": plain_subject(subject)[:300],
        "text": own_words(whole, forwarded=forwarded)[:LONGEST_TEXT],
        "original": text_of(parts, keep_quotes=True)[: 5 * LONGEST_TEXT],
        "at": written_at(message, now).isoformat(),
        "references": references,
        "reply": bool(references),
        "token": find_token(addresses) or find_token(subject),
        "automatic": automatic,
        "bounced": list(bounced) if bounced else None,
        "caution": _caution(whole, dmarc, sealed=sealed_way(message) or ("winmail" if winmail else "")),
        "files": files,
        "large": large,
    }
    return ReadLetter(key, payload)


def part_at(raw: bytes, position: int) -> bytes:
    """Return the bytes of a letter's file. Raises IndexError."""
    data = list(letter_parts(parse(raw)))[position].get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _bounded(raw: bytes) -> bytes:
    head, divider, body = raw.partition(b"\r\n\r\n" if b"\r\n\r\n" in raw[:MOST_HEAD] else b"\n\n")
    if len(head) > MOST_HEAD:
        return head[:MOST_HEAD].rpartition(b"\n")[0] + b"\n\n"
    if body.count(b"\n--") > MOST_DIVIDERS:
        body = b"\n--".join(body.split(b"\n--", MOST_DIVIDERS)[:MOST_DIVIDERS])
    return head + divider + body


def letter_key(message: EmailMessage, raw: bytes) -> str:
    """Return what makes a letter the same when it is fetched again.

    Its id alone is not unique, and may be missing: with date and sender it is, else what does not change on
    the way.
    """
    given = raw_header(message, "message-id")
    if given:
        named = "\n".join((given, raw_header(message, "date"), mailbox_of(message, "from")))
        return f"id:{hashlib.sha256(named.encode('utf-8', 'surrogateescape')).hexdigest()}"
    head, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    lines = re.sub(rb"\n[ \t]+", b" ", head).split(b"\n")
    headers = b"\n".join(sorted(line for line in lines if not _TRACES.match(line)))
    return f"raw:{hashlib.sha256(headers + body.rstrip()).hexdigest()}"


def is_photo(data: bytes) -> bool:
    """Return whether the first bytes are those of a photo; names and declared types are often wrong."""
    return (
        data.startswith(_SIGNS)
        or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")
        or (data[4:8] == b"ftyp" and data[8:12] in _HEIF)
    )


def _files(parts: list[EmailMessage]) -> tuple[list[dict[str, object]], bool]:
    """Return the files worth keeping, and whether Outlook packed others so that nobody else can read them."""
    found: list[dict[str, object]] = []
    winmail = False
    for position, part in enumerate(parts):
        kind = part.get_content_type()
        if is_text(part) or kind in _IGNORED or kind.startswith("message/"):
            continue
        if kind in ("application/ms-tnef", "application/vnd.ms-tnef"):
            winmail = True
            continue
        data = part.get_payload(decode=True)
        if not isinstance(data, bytes) or not data:
            continue
        inline = part.get_content_disposition() == "inline" or part.get("content-id") is not None
        if is_photo(data):
            if not (inline and len(data) < LOGO_BYTES):
                found.append({"part": position, "kind": "photo"})
        elif not kind.startswith("image/"):
            sound = kind.startswith(("audio/", "video/"))
            found.append({"part": position, "kind": "sound" if sound else "file"})
    return found[:MOST_FILES], winmail


def sealed_way(message: EmailMessage) -> str:
    """Return `encrypted` for a letter whose words are locked or wrapped up for programmes, else empty."""
    kinds = {part.get_content_type() for part in message.walk()}
    locked = {"application/pkcs7-mime", "application/x-pkcs7-mime", "multipart/encrypted"}
    return "encrypted" if kinds & (locked | {"application/pgp-encrypted"}) else ""


def _caution(text: str, dmarc: str, *, sealed: str) -> str:
    """Return why a person is to look at a letter, empty for no reason."""
    if dmarc == "fail":
        return "dmarc"
    if is_mojibake(text):
        return "charset"
    return sealed
