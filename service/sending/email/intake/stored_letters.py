"""Kept letters read as arrivals; their files are fetched from the raw letter in the store."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic_core import from_json

from service.domain.talks.arrivals import Attachment, Incoming, WrittenLetter
from service.domain.talks.letters import ANSWERED_CAUTIONS
from service.domain.talks.vault import Vault
from service.sending.email.intake.parsing import part_at
from service.sending.media import FetchFailed
from service.settings import Settings
from service.storage import Storage


def read_stored_letter(raw: str) -> Incoming | None:
    """Return a stored letter as an incoming message, None for one without a sender. Raises ValueError."""
    data: dict[str, Any] = from_json(raw)
    if "@" not in data["from"]:
        return None
    bounced = data["bounced"]
    files = [Attachment(f"{data['object_key']}#{each['part']}", each["kind"]) for each in data["files"]]
    return Incoming(
        person=data["from"],
        external_id=data["message_id"] or data["key"],
        at=datetime.fromisoformat(data["at"]),
        kind="large"
        if data["large"]
        else data["caution"]
        if data["caution"] in ANSWERED_CAUTIONS
        else "text",
        text=_words(data),
        files=tuple(files),
        name=data["name"],
        letter=WrittenLetter(
            key=data["key"],
            subject=data["subject"],
            original=data["original"],
            references=tuple(data["references"]),
            token=data["token"],
            caution=data["caution"],
            automatic=data["automatic"],
            bounced=(bounced[0], bounced[1]) if bounced else None,
        ),
    )


def fetch_part(settings: Settings, storage: Storage, url: str) -> bytes:
    """Return a file of a letter. Raises FetchFailed, StorageUnavailable."""
    key, _, position = url.partition("#")
    try:
        data = open_raw(settings, storage, key)
        return part_at(data, int(position))
    except (FileNotFoundError, IndexError, ValueError) as error:
        raise FetchFailed(f"letter: {type(error).__name__}", for_good=True) from None


def seal_raw(settings: Settings, raw: bytes) -> bytes:
    """Return a raw letter, encrypted as it is put into the store."""
    return Vault(settings.secret).seal(raw.decode("latin-1")).encode()


def open_raw(settings: Settings, storage: Storage, key: str) -> bytes:
    """Return a raw letter of the store. Raises FileNotFoundError, StorageUnavailable, ValueError."""
    opened = Vault(settings.secret).open(storage.get(key).decode())
    if not opened:
        raise ValueError("sealed by another key")
    return opened.encode("latin-1")


def _words(data: dict[str, Any]) -> str:
    """Return subject and words; of an answer the words alone."""
    subject, text = str(data["subject"]), str(data["text"])
    if data["reply"] or data["token"] or subject.casefold() in text.casefold():
        return text
    return "\n".join(part for part in (subject, text) if part)
