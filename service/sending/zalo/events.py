"""Zalo's events read as arrivals. Shapes by the official pages; what is unknown is passed over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from service.domain.talks.arrivals import ArrivalKind, Attachment, Incoming
from service.network.foreign_json import mapping_of

_KINDS: Mapping[str, ArrivalKind] = {
    "user_send_text": "text",
    "anonymous_send_text": "text",
    "user_send_link": "text",
    "user_send_image": "photo",
    "user_send_gif": "sticker",
    "user_send_sticker": "sticker",
    "user_send_location": "place",
    "user_send_audio": "sound",
    "user_send_video": "sound",
    "user_send_file": "file",
    "user_send_business_card": "file",
    "follow": "joined",
}
_ECHO = "oa_send_"
MOST_ATTACHMENTS = 10


def wanted(event: Mapping[str, object]) -> bool:
    """Return whether an event says anything to us: receipts and echoes of our own sending do not."""
    name = str(event.get("event_name", ""))
    if name.startswith(_ECHO) and not name.startswith("oa_send_group"):
        return bool(mapping_of(event.get("sender")).get("admin_id"))
    return name in _KINDS


def external_id(event: Mapping[str, object]) -> str:
    """Return what makes an event the same when it is delivered again."""
    if message_id := mapping_of(event.get("message")).get("msg_id"):
        return f"{'echo:' if str(event.get('event_name', '')).startswith(_ECHO) else ''}{message_id}"
    return f"{event.get('event_name')}:{_person(event)}:{event.get('timestamp')}"


def read_event(event: Mapping[str, object]) -> Incoming | None:
    """Return the arrival that an event tells; None for what is none. Raises ValueError for what is broken."""
    name = str(event.get("event_name", ""))
    echo = name.startswith(_ECHO)
    kind: ArrivalKind | None = "echo" if echo else _KINDS.get(name)
    person = _person(event)
    if kind is None or not person:
        return None
    message = mapping_of(event.get("message"))
    given = message.get("attachments")
    parts = [mapping_of(each) for each in given[:MOST_ATTACHMENTS]] if isinstance(given, list) else []
    lon, lat = _position(parts)
    return Incoming(
        person=person,
        external_id=external_id(event),
        at=datetime.fromtimestamp(int(str(event.get("timestamp", "0"))) / 1000, UTC),
        kind=kind,
        text=_text(message, parts, kind),
        lon=lon,
        lat=lat,
        files=tuple(_files(parts, kind)),
    )


def _person(event: Mapping[str, object]) -> str:
    name = str(event.get("event_name", ""))
    if name in ("follow", "unfollow"):
        return str(mapping_of(event.get("follower")).get("id", ""))
    side = "recipient" if name.startswith(_ECHO) else "sender"
    return str(mapping_of(event.get(side)).get("id", ""))


def _text(message: Mapping[str, object], parts: list[Mapping[str, object]], kind: str) -> str:
    """Return the words; of a link its address too, which may be that of a map."""
    text = str(message.get("text") or "")
    if kind == "place":
        return ""  # the name of the place that Zalo adds, and no words of the person
    links = [
        str(mapping_of(each.get("payload")).get("url") or "") for each in parts if each.get("type") == "link"
    ]
    return "\n".join(part for part in (text, *(link for link in links if link not in text)) if part)


def _position(parts: list[Mapping[str, object]]) -> tuple[float | None, float | None]:
    for each in parts:
        if each.get("type") == "location":
            coordinates = mapping_of(mapping_of(each.get("payload")).get("coordinates"))
            lat, lon = float(str(coordinates.get("latitude"))), float(str(coordinates.get("longitude")))
            if -90 <= lat <= 90 and -180 <= lon <= 180:
                return lon, lat
    return None, None


def _files(parts: list[Mapping[str, object]], kind: str) -> list[Attachment]:
    found = []
    for each in parts:
        url = str(mapping_of(each.get("payload")).get("url") or "")
        if not url:
            continue
        if kind == "photo" and each.get("type") == "image":
            found.append(Attachment(url, "photo"))
        elif kind == "sound":
            found.append(Attachment(url, "sound"))
        elif kind == "file" and each.get("type") == "file":
            found.append(Attachment(url, "file"))
    return found
