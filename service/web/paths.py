"""Ids and codes in the paths of routes, bounded by what the tables' columns hold."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Path

RowId = Annotated[int, Path(ge=1, le=2**31 - 1)]
"""Id of a row whose column is an INTEGER."""

LongRowId = Annotated[int, Path(ge=1, lt=2**62)]
"""Id of a row whose column is a BIGINT."""

EntryCode = Annotated[str, Path(max_length=60)]
"""Code of a category, department, rule or other entry of the city's configuration."""

Username = Annotated[str, Path(max_length=100)]
"""Name with which a member of staff signs in."""


def shape_of(pattern: str) -> str:
    """Return a route's pattern without the names of its parameters: `/r/{code}` and `/r/{tidy}` are one."""
    return re.sub(r"{[^}]*}", "{}", pattern)
