"""JSON that strangers send, read without trust: what has another shape than expected says nothing."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic_core import from_json


def parse_mapping(body: bytes | str) -> dict[str, object]:
    """Return the object that a body holds; empty for what is none."""
    try:
        payload = from_json(body)
    except ValueError:
        return {}
    return payload if isinstance(payload, dict) else {}


def mapping_of(value: object) -> Mapping[str, object]:
    """Return a value that is an object; empty for any other."""
    return value if isinstance(value, dict) else {}


def list_of(value: object) -> list[object]:
    """Return a value that is an array; empty for any other."""
    return value if isinstance(value, list) else []
