"""Messenger's events read as arrivals. A batch is taken apart; what is unknown is passed over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from service.domain.kernel.tokens import is_same, sign_shared
from service.domain.talks.arrivals import ArrivalKind, Attachment, Incoming
from service.network.foreign_json import list_of, mapping_of

MOST_EVENTS, MOST_ATTACHMENTS = 100, 10
OUR_MARK = "hientruong"
_SOUNDS = frozenset({"audio", "video", "reel", "ig_reel"})


def is_signed_page(header: str, body: bytes, app_secret: str) -> bool:
    """Return whether `X-Hub-Signature-256` is that of the very bytes that came; compared in constant time."""
    given = header.strip().removeprefix("sha256=").lower()
    return is_same(given, sign_shared(app_secret.encode(), body).hex())


def messagings(data: Mapping[str, object], page_id: str, app_id: str) -> Iterator[Mapping[str, object]]:
    """Yield the events of a batch that say anything to us, each as it is kept.

    What we sent ourselves comes back with the id of our app: it is left out. An echo without it is a
    colleague who answers in the Page's own inbox.
    """
    if data.get("object") != "page":
        return
    count = 0
    for entry in list_of(data.get("entry")):
        if str(mapping_of(entry).get("id", "")) != page_id:
            continue
        for each in list_of(mapping_of(entry).get("messaging")):
            event = mapping_of(each)
            message = mapping_of(event.get("message"))
            if _is_ours(message, app_id) or not (message or event.get("postback") or _edit(event)):
                continue
            count += 1
            if count > MOST_EVENTS:
                return
            yield event


def _is_ours(message: Mapping[str, object], app_id: str) -> bool:
    """Return whether an echo is of our own sending: by the app, or by the mark in all we send."""
    if not message.get("is_echo"):
        return False
    return message.get("metadata") == OUR_MARK or bool(app_id and str(message.get("app_id", "")) == app_id)


def event_id(event: Mapping[str, object]) -> str:
    """Return what makes an event the same when it is delivered again, with whatever address of its photo."""
    message = mapping_of(event.get("message"))
    if mid := message.get("mid"):
        prefix = "deleted:" if message.get("is_deleted") else "echo:" if message.get("is_echo") else ""
        return f"{prefix}{mid}"
    if edit := _edit(event):
        return f"edit:{edit.get('mid')}:{edit.get('num_edit') or event.get('timestamp')}"
    postback = mapping_of(event.get("postback"))
    return f"postback:{postback.get('mid') or event.get('timestamp')}:{_person(event)}"


def read_messaging(event: Mapping[str, object]) -> Incoming | None:
    """Return the arrival that an event tells; None for what is none. Raises ValueError for what is broken."""
    message, person = mapping_of(event.get("message")), _person(event)
    if not person:
        return None
    at = datetime.fromtimestamp(int(str(event.get("timestamp", 0))) / 1000, UTC)
    if message.get("is_deleted"):
        return Incoming(person, event_id(event), at, "deleted", text=str(message.get("mid", "")))
    if edit := _edit(event):
        new, of = str(edit.get("text") or ""), str(edit["mid"])
        return Incoming(person, event_id(event), at, "edited", text=new, changes=of)
    parts = [mapping_of(each) for each in list_of(message.get("attachments"))[:MOST_ATTACHMENTS]]
    lon, lat = _position(parts)
    return Incoming(
        person=person,
        external_id=event_id(event),
        at=at,
        kind="echo" if message.get("is_echo") else _kind(message, parts, lon),
        text=_words(event, message, parts),
        lon=lon,
        lat=lat,
        files=tuple(_files(message, parts)),
    )


def _edit(event: Mapping[str, object]) -> Mapping[str, object]:
    """Return what an event says of words that their writer changed; empty for other events."""
    edit = mapping_of(event.get("message_edit"))
    return edit if edit.get("mid") else {}


def _person(event: Mapping[str, object]) -> str:
    side = "recipient" if mapping_of(event.get("message")).get("is_echo") else "sender"
    return str(mapping_of(event.get(side)).get("id", ""))


def _kind(message: Mapping[str, object], parts: list[Mapping[str, object]], lon: float | None) -> ArrivalKind:
    kinds = {str(each.get("type", "")) for each in parts}
    if lon is not None:
        return "place"
    if message.get("sticker_id") or "sticker" in kinds:
        return "sticker"
    if "image" in kinds:
        return "photo"
    if kinds & _SOUNDS:
        return "sound"
    return "file" if "file" in kinds else "text"


def _words(
    event: Mapping[str, object], message: Mapping[str, object], parts: list[Mapping[str, object]]
) -> str:
    """Return the words; of a quick reply its text, of a shared page its address, which may be a map's."""
    postback = mapping_of(event.get("postback"))
    text = str(message.get("text") or postback.get("title") or "")
    links = [
        str(mapping_of(each.get("payload")).get("url") or each.get("url") or "")
        for each in parts
        if each.get("type") in ("fallback", "post", "template")
    ]
    return "\n".join(part for part in (text, *(link for link in links if link not in text)) if part)


def _position(parts: list[Mapping[str, object]]) -> tuple[float | None, float | None]:
    """Return a shared position in its old form, which is dead by the documents and read for safety."""
    for each in parts:
        if each.get("type") == "location":
            coordinates = mapping_of(mapping_of(each.get("payload")).get("coordinates"))
            lat, lon = float(str(coordinates.get("lat"))), float(str(coordinates.get("long")))
            if -90 <= lat <= 90 and -180 <= lon <= 180:
                return lon, lat
    return None, None


def _files(message: Mapping[str, object], parts: list[Mapping[str, object]]) -> Iterator[Attachment]:
    if message.get("sticker_id"):
        return
    for each in parts:
        payload = mapping_of(each.get("payload"))
        url, kind = str(payload.get("url") or ""), str(each.get("type", ""))
        if not url or payload.get("sticker_id"):
            continue
        if kind == "image":
            yield Attachment(url, "photo")
        elif kind in _SOUNDS:
            yield Attachment(url, "sound")
        elif kind == "file":
            yield Attachment(url, "file")
