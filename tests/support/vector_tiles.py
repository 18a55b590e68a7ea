"""Reading Mapbox Vector Tiles (specification 2.1), as far as tests need: points and rings."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Point = tuple[int, int]


@dataclass(frozen=True)
class Feature:
    """`points` are the vertices in the tile's own units (4096 a side), y downwards."""

    kind: int
    points: list[Point]
    properties: dict[str, Any]


def layers(tile: bytes) -> dict[str, list[Feature]]:
    """The features by layer."""
    found: dict[str, list[Feature]] = {}
    for number, value in _fields(tile):
        if number == 3:
            name, features = _layer(value)
            found[name] = features
    return found


def _layer(data: bytes) -> tuple[str, list[Feature]]:
    fields = list(_fields(data))
    keys = [value.decode() for number, value in fields if number == 3]
    values = [_value(value) for number, value in fields if number == 4]
    name = next(value.decode() for number, value in fields if number == 1)
    assert next(value for number, value in fields if number == 5) == 4096
    return name, [_feature(value, keys, values) for number, value in fields if number == 2]


def _feature(data: bytes, keys: list[str], values: list[Any]) -> Feature:
    fields = dict(_fields(data))
    tags = list(_varints(fields.get(2, b"")))
    properties = {keys[k]: values[v] for k, v in zip(tags[::2], tags[1::2], strict=True)}
    return Feature(fields[3], list(_points(fields[4])), properties)


def _points(data: bytes) -> Iterator[Point]:
    commands, x, y = _varints(data), 0, 0
    for command in commands:
        if command & 7 == 7:  # close the ring
            continue
        for _ in range(command >> 3):
            x, y = x + _zigzag(next(commands)), y + _zigzag(next(commands))
            yield x, y


def _value(data: bytes) -> Any:
    number, value = next(_fields(data))
    if number == 1:
        return value.decode()
    if number in (2, 3):
        return struct.unpack("<f" if number == 2 else "<d", value)[0]
    if number == 6:
        return _zigzag(value)
    return bool(value) if number == 7 else value


def _zigzag(value: int) -> int:
    return value >> 1 ^ -(value & 1)


def _fields(data: bytes) -> Iterator[tuple[int, Any]]:
    """(number, value) of each field of a protocol buffer message."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        if key & 7 == 0:
            value, at = _varint(data, at)
            yield key >> 3, value
            continue
        size, at = _varint(data, at) if key & 7 == 2 else ({1: 8, 5: 4}[key & 7], at)
        yield key >> 3, data[at : at + size]
        at += size


def _varints(data: bytes) -> Iterator[int]:
    at = 0
    while at < len(data):
        value, at = _varint(data, at)
        yield value


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at
