"""Positions in text: links of maps, decimal degrees, degrees with minutes. Short links are not followed."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote

from geo.points import BBox


class NumberPair(NamedTuple):
    """Two numbers of a position, as they stand in the text."""

    first: float
    second: float


_DEGREES = r"-?\d{1,3}(?:\.\d+)?"
_NUMBER = rf"({_DEGREES})"
_LINKS = (
    re.compile(rf"!3d{_NUMBER}!4d{_NUMBER}"),  # the pin itself; `@` is only where the map was looked at
    re.compile(
        rf"[?&#](?:q|query|ll|sll|daddr|destination|center|cp|coordinate|geo)=(?:loc:)?"
        rf"{_NUMBER}(?:,|~|\s|\+)+{_NUMBER}"
    ),
    re.compile(rf"[?&]m?lat=({_DEGREES})[&#]\w*lon=({_DEGREES})"),
    re.compile(rf"#map=[\d.]+/({_DEGREES})/({_DEGREES})"),
    re.compile(rf"/(?:search|place|dir)/(?:[^/@\s]*/)?{_NUMBER},\+?{_NUMBER}"),
    re.compile(rf"/@{_NUMBER},{_NUMBER}"),
)
_DECIMAL = re.compile(r"(?<![\d.])(-?\d{1,3}\.\d{3,})°?\s*[NB]?\s*[,;\s]\s*(-?\d{1,3}\.\d{3,})°?")
_COMMAS = re.compile(r"(?<![\d,.])(\d{1,3},\d{3,})°?\s*[NB]?\s*[;\s/-]\s*(\d{1,3},\d{3,})(?![\d,])")
"""Degrees as Vietnamese write decimals: `16,4655 107,5801`."""

_SEXAGESIMAL = re.compile(r"(\d{1,3})\s*°\s*(\d{1,2})\s*['′’]\s*(?:(\d{1,2}(?:\.\d+)?)\s*(?:\"|″|”|''))?")
_LINK = re.compile(r"(?:https?://|www\.|geo:[-\d]|(?:maps\.app\.)?goo\.gl/)\S+", re.IGNORECASE)
_MAP = re.compile(
    r"\b(?:maps\.app\.goo\.gl|goo\.gl/maps|maps\.\w+\.\w+|google(?:\.\w+){1,2}/maps|waze\.com"
    r"|osm\.org|openstreetmap\.org|w3w\.co)\b",
    re.IGNORECASE,
)


def find_point(text: str, box: BBox) -> tuple[float, float] | None:
    """Return longitude and latitude that the text names, None where it names none.

    Which number is which, the city's box tells; a position that lies outside it in both orders is given
    back as latitude first, as maps write it.
    """
    readable = unquote(text)
    pairs = [
        NumberPair(float(found[1]), float(found[2]))
        for shape in (*_LINKS, _DECIMAL)
        if (found := shape.search(readable))
    ]
    if commas := _COMMAS.search(readable):
        pairs.append(NumberPair(*(float(each.replace(",", ".")) for each in commas.groups())))
    angles = list(_SEXAGESIMAL.finditer(readable))
    if len(angles) >= 2:
        pairs.append(NumberPair(_degrees(angles[0]), _degrees(angles[1])))
    for pair in pairs:
        for lon, lat in ((pair.second, pair.first), (pair.first, pair.second)):
            if box.west <= lon <= box.east and box.south <= lat <= box.north:
                return lon, lat
    return (pairs[0].second, pairs[0].first) if pairs else None


def without_links(text: str) -> str:
    """Return the text without addresses of pages: they are no words of the person."""
    return _LINK.sub(" ", text)


def has_map(text: str) -> bool:
    """Return whether the text holds the address of a map, which may name its place behind a short link."""
    return _MAP.search(text) is not None


def _degrees(found: re.Match[str]) -> float:
    return int(found[1]) + int(found[2]) / 60 + float(found[3] or 0) / 3600
