"""Modules as syntax trees, each parsed once a process: the tests of the house rules look at all of them."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path


@cache
def parsed(path: Path) -> ast.Module:
    """Return the tree of a file; to be read, not changed."""
    return ast.parse(path.read_text(encoding="utf-8"))
