"""EXIF of a photo: where, when, with what, and which way up. Never trusted, only kept.

Nothing here raises: a field that is odd, missing or impossible is None, and does not spoil its neighbours.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Literal

from PIL import Image

Clock = Literal["offset", "gps", "local"]

_EXIF, _GPS = 0x8769, 0x8825
_MAKE, _MODEL, _ORIENTATION, _CHANGED, _CHANGED_OFFSET = 0x010F, 0x0110, 0x0112, 0x0132, 0x9010
_TIMES = ((0x9003, 0x9011), (0x9004, 0x9012))  # original, digitised: (time, its offset from UTC)
_LAT_REF, _LAT, _LON_REF, _LON, _GPS_TIME, _STATUS, _GPS_DATE, _ERROR_M = 1, 2, 3, 4, 7, 9, 29, 31
_TIME_TEXT = re.compile(r"(\d{4})[:/-](\d\d)[:/-](\d\d)[ T](\d\d):(\d\d):(\d\d)")
_OFFSET_TEXT = re.compile(r"([+-])(\d\d):(\d\d)")
_NULL_ISLAND_DEG = 0.001
_FARTHEST_ZONE = timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A photo's own account. `lon`, `lat` in degrees (WGS 84); `accuracy_m` as the device claims it.

    `taken_at` is aware and present only if the photo itself says the zone (`clock` "offset") or has satellite
    time ("gps"). `taken_local` is the camera's clock without a zone, ISO text; alone it has `clock` "local".
    """

    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None
    taken_at: datetime | None = None
    taken_local: str | None = None
    clock: Clock | None = None
    camera: str | None = None


def read_evidence(image: Image.Image) -> Evidence:
    """Return the evidence in an opened picture's EXIF (JPEG, PNG, WebP, HEIC alike)."""
    main = _directory(image, None)
    gps = _directory(image, _GPS)
    place = read_position(gps)
    taken_at, local, clock = read_time(main, _directory(image, _EXIF), gps)
    return Evidence(
        lon=place[0] if place else None,
        lat=place[1] if place else None,
        accuracy_m=_accuracy(gps) if place else None,
        taken_at=taken_at,
        taken_local=local,
        clock=clock,
        camera=_camera(main),
    )


def read_orientation(image: Image.Image) -> int:
    """Return EXIF orientation 1–8; 1 for HEIC, whose decoder has turned the picture already."""
    value = _directory(image, None).get(_ORIENTATION)
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _directory(image: Image.Image, tag: int | None) -> Mapping[int, object]:
    try:
        exif = image.getexif()
        return dict(exif if tag is None else exif.get_ifd(tag))
    except Exception:  # the parser meets whatever people's cameras wrote
        return {}


def read_position(gps: Mapping[int, object]) -> tuple[float, float] | None:
    """Return (lon, lat) from a GPS directory, or None when any part of it is missing, odd or impossible."""
    lat = _degrees(gps.get(_LAT), _text(gps.get(_LAT_REF)).upper(), "N", "S", 90)
    lon = _degrees(gps.get(_LON), _text(gps.get(_LON_REF)).upper(), "E", "W", 180)
    if lat is None or lon is None or _text(gps.get(_STATUS)).upper() == "V":  # V: the receiver had no fix
        return None
    if abs(lat) < _NULL_ISLAND_DEG and abs(lon) < _NULL_ISLAND_DEG:
        return None
    return lon, lat


def _degrees(value: object, ref: str, positive: str, negative: str, limit: int) -> float | None:
    parts = _numbers(value)
    if parts is None or ref not in (positive, negative):
        return None
    degrees, minutes, seconds = parts
    if not (0 <= degrees <= limit and 0 <= minutes < 60 and 0 <= seconds <= 60):
        return None
    total = degrees + minutes / 60 + seconds / 3600
    if total > limit:
        return None
    return -total if ref == negative else total


def _numbers(value: object) -> tuple[float, float, float] | None:
    if not isinstance(value, tuple | list) or len(value) != 3:
        return None
    a, b, c = (_number(part) for part in value)
    return None if a is None or b is None or c is None else (a, b, c)


def _number(value: object) -> float | None:
    """Return a finite number, or None; a rational whose denominator is zero reads as NaN."""
    if isinstance(value, bool | str | bytes):
        return None
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, ArithmeticError):
        return None
    return number if math.isfinite(number) else None


def _accuracy(gps: Mapping[int, object]) -> float | None:
    metres = _number(gps.get(_ERROR_M))
    return metres if metres is not None and 0 < metres <= 100_000 else None


def read_time(
    main: Mapping[int, object], exif: Mapping[int, object], gps: Mapping[int, object]
) -> tuple[datetime | None, str | None, Clock | None]:
    """Return (aware time, camera's clock as ISO text, which clock the time is from)."""
    local, offset = _camera_clock(main, exif)
    satellite = _satellite_time(gps)
    text = local.isoformat() if local else None
    if local and offset is not None:
        return local.replace(tzinfo=timezone(offset)), text, "offset"
    if satellite and (local is None or abs(local.replace(tzinfo=UTC) - satellite) <= _FARTHEST_ZONE):
        return satellite, text, "gps"  # a fix farther away than any time zone is an old one
    return None, text, "local" if local else None


def _camera_clock(
    main: Mapping[int, object], exif: Mapping[int, object]
) -> tuple[datetime | None, timedelta | None]:
    for time_tag, offset_tag in _TIMES:
        if taken := parse_time(exif.get(time_tag)):
            return taken, parse_offset(exif.get(offset_tag))
    return parse_time(main.get(_CHANGED)), parse_offset(exif.get(_CHANGED_OFFSET))


def parse_time(value: object) -> datetime | None:
    """Return a naive camera time, "2024:04:22 14:38:09" and its common variants."""
    found = _TIME_TEXT.match(_text(value))
    if not found:
        return None
    try:
        taken = datetime(*(int(part) for part in found.groups()))  # type: ignore[arg-type]  # noqa: DTZ001
    except ValueError:
        return None
    return taken if 1990 <= taken.year < 2100 else None  # before digital cameras: a clock never set


def parse_offset(value: object) -> timedelta | None:
    """Return an offset from UTC, "+07:00" or "Z"."""
    text = _text(value)
    if text == "Z":
        return timedelta()
    found = _OFFSET_TEXT.fullmatch(text)
    if not found or int(found[3]) > 59:
        return None
    offset = timedelta(hours=int(found[2]), minutes=int(found[3]))
    if offset > _FARTHEST_ZONE:
        return None
    return -offset if found[1] == "-" else offset


def _satellite_time(gps: Mapping[int, object]) -> datetime | None:
    parts = _numbers(gps.get(_GPS_TIME))
    if parts is None:
        return None
    hour, minute, second = (int(part) for part in parts)
    naive = parse_time(f"{_text(gps.get(_GPS_DATE))} {hour:02}:{minute:02}:{second:02}")
    return naive.replace(tzinfo=UTC) if naive else None


def _camera(main: Mapping[int, object]) -> str | None:
    make, model = _text(main.get(_MAKE)), _text(main.get(_MODEL))
    if model.lower().startswith(make.lower()):
        make = ""
    return f"{make} {model}".strip()[:80] or None


def _text(value: object) -> str:
    """Printable text of an EXIF string, which may be bytes, padded with NUL, or no string at all."""
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    if not isinstance(value, str):
        return ""
    return "".join(letter for letter in value.split("\0")[0] if letter.isprintable()).strip()
